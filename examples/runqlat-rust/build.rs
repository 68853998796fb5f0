//! Compiles the BPF program and makes its skeleton.

use skel_gen::{BuildError, SkeletonBuilder};
use std::env;
use std::path::PathBuf;

fn main() -> Result<(), BuildError> {
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    SkeletonBuilder::new()
        .source("../runqlat/runqlat.bpf.c")
        // vmlinux.h, which examples/build.sh makes.
        .clang_args(["-I../../target/examples", "-mcpu=v3", "-Wall"])
        .build_and_generate(out.join("runqlat.skel.rs"))
}
