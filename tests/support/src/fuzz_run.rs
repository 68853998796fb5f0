//! A bounded run of targets of fuzzing, in seconds and with any compiler: every input that ever failed, every seed, and some
//! thousand seeds that are damaged a little. `BPFTOOL_WASM_SEED` makes it another one, `BPFTOOL_WASM_TIMES` a longer one.

use crate::trial::{Case, try_all};
use btf_blobs::mutate;
use btf_blobs::target::{Reached, Target};
use std::fs;
use std::path::{Path, PathBuf};

/// At least one in so many has to come to its end, or the run would find nothing.
const DONE: usize = 12;

/// Keeps an input while it is tried: a crash in C leaves nothing else.
fn checked(target: &Target) -> impl Fn(&[u8]) -> Reached + Send + 'static {
    let kept = crate::kept().join(format!("{}.running", target.name));
    let check = target.check;
    move |input| {
        fs::write(&kept, input).expect("a place to keep the input");
        check(input)
    }
}

/// Tries the seeds of a target, and so many that are damaged.
pub fn run(target: &Target, damaged: u64) {
    let seeds = (target.seeds)();
    let whole = seeds
        .iter()
        .cloned()
        .zip(std::iter::repeat_n("a seed".to_owned(), seeds.len()));
    let name = target.name;
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

/// Tries what `folder`, that of a crate of targets, has in `regressions/NAME`. `also` makes more inputs of each.
pub fn try_regressions(folder: &Path, targets: &[Target], also: impl Fn(&[u8]) -> Vec<Vec<u8>>) {
    for target in targets {
        let mut cases: Vec<Case> = Vec::new();
        for file in files(&folder.join("regressions").join(target.name)) {
            let input = fs::read(&file).expect("an input");
            let more = also(&input);
            let name = file.display().to_string();
            cases.extend(
                [input]
                    .into_iter()
                    .chain(more)
                    .map(|input| (input, name.clone())),
            );
        }
        let name = format!("regressions_of_{}", target.name);
        try_all(&name, cases.into_iter(), checked(target));
    }
}

/// The files of a folder, in order; none if it is not there.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut files: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    files
}

/// A target that nobody can run, or whose regressions nobody runs, finds nothing. `list` is the variable of `fuzz/run.sh` that has
/// their names.
pub fn assert_complete(folder: &Path, script: &Path, list: &str, targets: &[Target]) {
    let manifest = fs::read_to_string(folder.join("Cargo.toml")).expect("a manifest");
    let script = fs::read_to_string(script).expect("a script");
    let listed = script.lines().find_map(|line| {
        line.strip_prefix(list)?
            .strip_prefix("=(")?
            .strip_suffix(')')
    });
    let names: Vec<_> = targets.iter().map(|target| target.name).collect();
    assert_eq!(listed.expect("the list of targets"), names.join(" "));
    for name in &names {
        let bin = format!("[[bin]]\nname = \"{name}\"\n");
        assert!(manifest.contains(&bin), "{name}");
    }
    for folder in files(&folder.join("regressions")) {
        assert!(
            names.iter().any(|name| folder.ends_with(name)),
            "{folder:?}"
        );
    }
}
