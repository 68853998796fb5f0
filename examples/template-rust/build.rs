//! Compiles the BPF program and makes its skeleton.

use skel_gen::{BuildError, SkeletonBuilder};
use std::env;
use std::path::PathBuf;

fn main() -> Result<(), BuildError> {
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    SkeletonBuilder::new()
        .source("src/bpf/hello.bpf.c")
        .types_from("hello.h")
        .build_and_generate(out.join("hello.skel.rs"))
}
