//! What the targets of `fuzz/host` find is looked for here as well: see `support/fuzz_run.rs`. No BPF reaches this machine's kernel.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test may fail"
)]

use btf_blobs::target::Target;
use std::path::{Path, PathBuf};
use wasm_bpf_fuzz::{TARGETS, fake};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/host")
}

fn run(name: &str, damaged: u64) {
    test_support::fuzz_run::run(Target::find(&TARGETS, name), damaged);
}

#[test]
fn image() {
    run("image", 5_000);
}

#[test]
fn target_elf() {
    // What is restricted is the thread that asks.
    let may_trace = std::thread::spawn(|| {
        fake::begin(0);
        fake::may_trace()
    });
    if !may_trace.join().expect("a thread that ends") {
        println!("skipped: without Landlock nothing is attached to functions");
        return;
    }
    run("target_elf", 2_000);
}

#[test]
fn protocol() {
    run("protocol", 2_000);
}

#[test]
fn guest_calls() {
    run("guest_calls", 300);
}

#[test]
fn what_failed_once_is_well_now() {
    test_support::fuzz_run::try_regressions(&folder(), &TARGETS, |_| Vec::new());
}

#[test]
fn every_target_has_its_place() {
    let script = folder().join("../run.sh");
    test_support::fuzz_run::assert_complete(&folder(), &script, "of_host", &TARGETS);
}
