//! Makes the WIT package of bootstrap's events, and the functions that decode and encode them.

use skel_gen::{BuildError, SkeletonBuilder, wit};
use std::env;
use std::path::PathBuf;

fn main() -> Result<(), BuildError> {
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    let mut bpf = SkeletonBuilder::new();
    bpf.source("../../bootstrap/bootstrap.bpf.c")
        // vmlinux.h, which ../../build.sh makes.
        .clang_args(["-I../../../target/examples", "-mcpu=v3", "-Wall"])
        .build()?;
    // bootstrap.wit and bootstrap.codec.rs
    bpf.generate_wit(&out, &["struct event"], wit::Options::default())
}
