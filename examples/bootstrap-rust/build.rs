//! Makes the skeleton of the BPF program of ../bootstrap.

use skel_gen::{BuildError, SkeletonBuilder};
use std::env;
use std::path::PathBuf;

fn main() -> Result<(), BuildError> {
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    SkeletonBuilder::new()
        .source("../bootstrap/bootstrap.bpf.c")
        // vmlinux.h, which examples/build.sh makes.
        .clang_args(["-I../../target/examples", "-mcpu=v3", "-Wall"])
        .build_and_generate(out.join("bootstrap.skel.rs"))
}
