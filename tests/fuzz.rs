//! What the targets of `fuzz/` find is looked for here as well: see `support/fuzz_run.rs`.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test may fail"
)]

use bpftool_wasm_fuzz::TARGETS;
use btf_blobs::target::Target;
use std::path::{Path, PathBuf};

/// Damaged seeds of a run.
const DAMAGED: u64 = 5_000;
/// More than the first byte of an input chooses between.
const OPTIONS: u8 = 32;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz")
}

fn run(name: &str) {
    test_support::fuzz_run::run(Target::find(&TARGETS, name), DAMAGED);
}

#[test]
fn btf() {
    run("btf");
}

#[test]
fn split_btf() {
    run("split_btf");
}

#[test]
fn object() {
    run("object");
}

#[test]
fn command_line() {
    run("command_line");
}

/// Each input also with other options than those with which it failed: what a number stands for changes when a target gets another
/// option.
#[test]
fn what_failed_once_is_well_now() {
    test_support::fuzz_run::try_regressions(&folder(), &TARGETS, |input| {
        let with = |option| {
            let mut input = input.to_vec();
            input[0] = option;
            input
        };
        (0..OPTIONS).map(with).collect()
    });
}

#[test]
fn every_target_has_its_place() {
    test_support::fuzz_run::assert_complete(&folder(), &folder().join("run.sh"), "all", &TARGETS);
}
