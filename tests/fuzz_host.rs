//! What the targets of `fuzz/host` find is looked for here as well, in seconds and with any compiler: every input that ever
//! failed, every seed, and some thousand seeds that are damaged a little. No BPF reaches this machine's kernel.
//!
//! `BPFTOOL_WASM_SEED` repeats a run, `BPFTOOL_WASM_TIMES` makes it longer.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test may fail"
)]

#[path = "support/trial.rs"]
mod trial;

use btf_blobs::mutate;
use std::fs;
use std::path::{Path, PathBuf};
use trial::{Case, try_all};
use wasm_bpf_fuzz::{Reached, TARGETS, Target, target};

/// At least one in so many has to come to its end, or the run would find nothing.
const DONE: usize = 12;

fn fuzz_dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/host")
}

/// Keeps an input while it is tried: a crash in C leaves nothing else.
fn checked(target: &Target) -> impl Fn(&[u8]) -> Reached + Send + 'static {
    let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}.running", target.name));
    let check = target.check;
    move |input| {
        fs::write(&kept, input).expect("a place to keep the input");
        check(input)
    }
}

/// Tries the inputs of the target called `name`: its seeds, and so many that are damaged.
fn run(name: &str, damaged: u64) {
    let target = target(name);
    let seeds = (target.seeds)();
    let whole = seeds
        .iter()
        .cloned()
        .zip(std::iter::repeat_n("a seed".to_owned(), seeds.len()));
    let stages = try_all(&format!("seeds_of_{name}"), whole, checked(target));
    assert!(stages.contains(&Reached::Done));

    let mut rng = mutate::rng();
    let damaged = (0..mutate::cases(damaged)).map(|_| {
        let mut input = seeds[rng.usize(..seeds.len())].clone();
        let times = rng.usize(1..4);
        let damage: Vec<_> = (0..times)
            .map(|_| (target.mutate)(&mut rng, &mut input))
            .collect();
        (input, damage.join(", "))
    });
    let stages = try_all(name, damaged, checked(target));
    let done = stages.iter().filter(|stage| **stage == Reached::Done);
    let done = done.count();
    assert!(
        done * DONE > stages.len(),
        "only {done} of {} came to their end",
        stages.len()
    );
}

#[test]
fn image() {
    run("image", 5_000);
}

#[test]
fn target_elf() {
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

/// The inputs in `fuzz/host/regressions/NAME`.
fn regressions(name: &str) -> Vec<Case> {
    let Ok(entries) = fs::read_dir(fuzz_dir().join("regressions").join(name)) else {
        return Vec::new();
    };
    let mut files: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    let case = |file: &PathBuf| {
        let input = fs::read(file).expect("an input");
        (input, file.display().to_string())
    };
    files.iter().map(case).collect()
}

#[test]
fn what_failed_once_is_well_now() {
    for target in TARGETS {
        let cases = regressions(target.name);
        let name = format!("regressions_of_{}", target.name);
        try_all(&name, cases.into_iter(), checked(&target));
    }
}

/// A target that nobody can run, or whose regressions nobody runs, finds nothing.
#[test]
fn every_target_has_its_place() {
    let manifest = fs::read_to_string(fuzz_dir().join("Cargo.toml")).expect("a manifest");
    let script = fs::read_to_string(fuzz_dir().join("../run.sh")).expect("a script");
    let listed = script
        .lines()
        .find_map(|line| line.strip_prefix("of_host=(")?.strip_suffix(')'));
    let names = TARGETS.map(|target| target.name);
    assert_eq!(listed.expect("the list of targets"), names.join(" "));
    for name in names {
        let bin = format!("[[bin]]\nname = \"{name}\"\n");
        assert!(manifest.contains(&bin), "{name}");
    }
    let folders = fs::read_dir(fuzz_dir().join("regressions"));
    for folder in folders.into_iter().flatten() {
        let folder = folder.expect("a folder").file_name();
        assert!(names.iter().any(|name| folder == **name), "{folder:?}");
    }
}
