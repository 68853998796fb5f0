//! All these tests once more, in the throwaway machine, whose kernel takes every kind of program.

use crate::guest::{self, guests};
use std::fs;
use std::process::Command;
use test_support::boot;
use test_support::probe;

#[test]
fn every_test_passes_in_the_throwaway_machine_and_none_is_skipped() {
    if !probe::all(&[guests]) {
        return;
    }
    let scenario = tempfile::tempdir().expect("a scratch folder");
    let compiled = scenario.path().join("guests");
    fs::create_dir(&compiled).expect("a new folder");
    for entry in fs::read_dir(guest::all()).expect("the guests") {
        let file = entry.expect("an entry").path();
        if file.is_file() {
            fs::copy(&file, compiled.join(file.file_name().expect("a name"))).expect("a copy");
        }
    }
    // Some tests compile as they go. Without this machine's leave to load anything they still come that far.
    let mut own = Command::new(std::env::current_exe().expect("this program"));
    own.env("WASM_BPF_GUESTS", &compiled);
    boot::output(own.args([
        "bounds::",
        "descriptors::",
        "targets::",
        "terminal::",
        "what_libbpf_says",
        "an_engine_gets",
        "nothing_is_left_of_a_host",
    ]));
    let host = scenario.path().join("wasm-bpf");
    let ran = boot::copy_program(env!("CARGO_BIN_EXE_wasm-bpf").as_ref(), &host).and_then(|()| {
        let env = [
            ("WASM_BPF_GUESTS", "/scenario/guests"),
            ("WASM_BPF", "/scenario/wasm-bpf"),
        ];
        boot::run_own_tests(
            scenario.path(),
            "host",
            &env,
            "--skip machine:: --skip honest_objects --skip times:: --skip what_is_no_message",
        )
    });
    if let Err(refused) = ran {
        println!("skipped: the throwaway machine: {refused}");
    }
}
