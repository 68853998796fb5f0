//! What the targets of `fuzz/` find is looked for here as well, in seconds and with any compiler: every input that ever failed, every
//! seed, and some thousand seeds that are damaged a little.
//!
//! `BPFTOOL_WASM_SEED` makes it another one, `BPFTOOL_WASM_TIMES` makes it longer.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test may fail"
)]

#[path = "support/trial.rs"]
mod trial;

use bpftool_wasm_fuzz::{Reached, TARGETS, target};
use btf_blobs::mutate;
use std::fs;
use std::path::{Path, PathBuf};
use trial::{Case, try_all};

/// Damaged seeds of a run.
const DAMAGED: u64 = 5_000;
/// At least one in so many has to become text, or the run would find nothing.
const TEXTS: usize = 12;
/// More than the first byte of an input chooses between.
const OPTIONS: u8 = 32;

fn fuzz_dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz")
}

/// Tries the inputs of the target called `name`.
fn run(name: &str) {
    let target = target(name);
    let seeds = (target.seeds)();
    let whole = seeds
        .iter()
        .cloned()
        .zip(std::iter::repeat_n("a seed".to_owned(), seeds.len()));
    let stages = try_all(&format!("seeds_of_{name}"), whole, target.check);
    assert!(stages.contains(&Reached::Text));

    let mut rng = mutate::rng();
    let damaged = (0..mutate::cases(DAMAGED)).map(|_| {
        let mut input = seeds[rng.usize(..seeds.len())].clone();
        let times = rng.usize(1..4);
        let damage: Vec<_> = (0..times)
            .map(|_| (target.mutate)(&mut rng, &mut input))
            .collect();
        (input, damage.join(", "))
    });
    let stages = try_all(name, damaged, target.check);
    let texts = stages
        .iter()
        .filter(|stage| **stage == Reached::Text)
        .count();
    assert!(
        texts * TEXTS > stages.len(),
        "only {texts} of {} became text",
        stages.len()
    );
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

/// The inputs in `fuzz/regressions/NAME`, each also with other options than those with which it failed: what a number stands for
/// changes when a target gets another option.
fn regressions(name: &str) -> Vec<Case> {
    let Ok(entries) = fs::read_dir(fuzz_dir().join("regressions").join(name)) else {
        return Vec::new();
    };
    let mut files: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    let mut cases = Vec::new();
    for file in &files {
        let input = fs::read(file).expect("an input");
        for option in [input[0]].into_iter().chain(0..OPTIONS) {
            let mut input = input.clone();
            input[0] = option;
            cases.push((input, format!("{}, option {option}", file.display())));
        }
    }
    cases
}

#[test]
fn what_failed_once_is_well_now() {
    for target in TARGETS {
        let cases = regressions(target.name);
        try_all(
            &format!("regressions_of_{}", target.name),
            cases.into_iter(),
            target.check,
        );
    }
}

/// A target that nobody can run, or whose regressions nobody runs, finds nothing.
#[test]
fn every_target_has_its_place() {
    let manifest = fs::read_to_string(fuzz_dir().join("Cargo.toml")).expect("a manifest");
    let script = fs::read_to_string(fuzz_dir().join("run.sh")).expect("a script");
    let listed = script
        .lines()
        .find_map(|line| line.strip_prefix("all=(")?.strip_suffix(')'));
    let names = TARGETS.map(|target| target.name);
    assert_eq!(listed.expect("the list of targets"), names.join(" "));
    for name in names {
        assert!(
            manifest.contains(&format!("[[bin]]\nname = \"{name}\"\n")),
            "{name}"
        );
    }
    let folders = fs::read_dir(fuzz_dir().join("regressions")).expect("a folder");
    for folder in folders {
        let folder = folder.expect("a folder").file_name();
        assert!(names.iter().any(|name| folder == **name), "{folder:?}");
    }
}
