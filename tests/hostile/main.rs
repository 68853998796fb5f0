//! Damaged and malicious files: every one is refused or handled, without a panic, in time and in bounded memory.
#![allow(
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::too_many_lines,
    clippy::unwrap_used,
    reason = "a test may fail, and a table of cases is long"
)]

mod bombs;
mod headers;
mod names;

use bpftool_wasm_fuzz::{Form, Work};
use btf_blobs::target::Reached;
use btf_blobs::{mutate, random};
use btf_layout::{Btf, Layout, Roots};
use fastrand::Rng;
use skel_gen::Input;
use std::fs;
use std::path::PathBuf;
use test_support::trial::Case;

/// How far a file came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    NoInput,
    NoBtf,
    NoLayout,
    Header,
    Skeleton,
}

/// Does with `file` what the library can do: a header and a skeleton in C, and some of all the rest, which is chosen by its bytes.
fn exercise(file: &[u8], base: &Btf<'_>) -> Stage {
    let sum = file.iter().map(|byte| u64::from(*byte)).sum();
    let mut rng = Rng::with_seed(sum);
    let Ok(input) = Input::parse(file) else {
        return Stage::NoInput;
    };
    if let Ok(btf) = Btf::parse_split(input.btf, base) {
        exercise_btf(&btf, file.len(), &mut rng);
    }
    let Ok(btf) = Btf::parse(input.btf) else {
        return Stage::NoBtf;
    };
    let stage = exercise_btf(&btf, file.len(), &mut rng);
    let work = [Work::C, Work::ALL[rng.usize(1..Work::ALL.len())]];
    let skeletons = work.map(|work| bpftool_wasm_fuzz::exercise(file, "hostile", work));
    match skeletons.contains(&Reached::Done) {
        true => Stage::Skeleton,
        false => stage,
    }
}

fn exercise_btf(btf: &Btf<'_>, bytes: usize, rng: &mut Rng) -> Stage {
    let mut forms = Form::all();
    rng.shuffle(&mut forms);
    for form in &forms[..3] {
        form.check(btf, &Roots::All, bytes);
    }
    forms[3].check(btf, &Roots::Only(btf.ids().collect()), bytes);
    if let Ok(layout) = Layout::plan(btf, &Roots::All) {
        assert!(layout.to_string().len() < 64 << 20, "the layout as text");
    }
    match Form::Wasm.check(btf, &Roots::All, bytes) {
        Reached::Done => Stage::Header,
        Reached::Nothing | Reached::Input => Stage::NoLayout,
    }
}

/// Tries every case, one after the other; says how many came how far.
fn try_all(name: &str, base: &[u8], cases: impl Iterator<Item = Case>) {
    let base = base.to_vec();
    test_support::trial::try_all(name, cases, move |file| {
        let base = Btf::parse(&base).expect("valid BTF");
        exercise(file, &base)
    });
}

/// The objects that are checked in.
fn objects() -> Vec<Vec<u8>> {
    let folder = fs::read_dir(test_support::tests_dir().join("bpf")).expect("tests/bpf");
    let mut files: Vec<PathBuf> = folder
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "o"));
    files.sort();
    files
        .iter()
        .map(|file| fs::read(file).expect("an object"))
        .collect()
}

fn btf_of(object: &[u8]) -> Vec<u8> {
    Input::parse(object).expect("BTF").btf.to_vec()
}

fn blobs() -> Vec<Vec<u8>> {
    objects().iter().map(|object| btf_of(object)).collect()
}

fn any<'a>(rng: &mut Rng, files: &'a [Vec<u8>]) -> &'a Vec<u8> {
    &files[rng.usize(..files.len())]
}

#[test]
fn damaged_blobs() {
    let (blobs, mut rng) = (blobs(), mutate::rng());
    let cases = (0..mutate::cases(6_000)).map(|_| {
        let mut blob = any(&mut rng, &blobs).clone();
        let damage = match rng.u8(..4) {
            0 => mutate::blindly(&mut rng, &mut blob),
            _ => mutate::records(&mut rng, &mut blob),
        };
        (blob, damage)
    });
    try_all("damaged_blobs", &blobs[0], cases);
}

/// Types that fit together in ways no compiler knows.
#[test]
fn random_blobs() {
    let mut rng = mutate::rng();
    let cases = (0..mutate::cases(3_000)).map(|_| {
        let mut blob = random::blob(&mut rng, 60).bytes();
        let damage = match rng.u8(..3) {
            0 => mutate::records(&mut rng, &mut blob),
            _ => "as made".to_owned(),
        };
        (blob, damage)
    });
    try_all("random_blobs", &blobs()[0], cases);
}

#[test]
fn damaged_objects() {
    let (objects, mut rng) = (objects(), mutate::rng());
    let cases = (0..mutate::cases(3_000)).map(|_| {
        let mut object = any(&mut rng, &objects).clone();
        let damage = match rng.u8(..3) {
            0 => mutate::blindly(&mut rng, &mut object),
            // The headers, which lie at both ends.
            1 => {
                let mut header = object.drain(..64).collect();
                let damage = mutate::blindly(&mut rng, &mut header);
                object.splice(0..0, header);
                format!("header: {damage}")
            }
            _ => {
                let mut table = object.split_off(object.len() / 2);
                let damage = mutate::blindly(&mut rng, &mut table);
                object.extend(table);
                format!("second half: {damage}")
            }
        };
        (object, damage)
    });
    try_all("damaged_objects", &btf_of(&objects[0]), cases);
}

/// Every length that a file may have been cut off at.
#[test]
fn files_cut_off_anywhere() {
    let (blobs, objects) = (blobs(), objects());
    let smallest = |files: &[Vec<u8>]| files.iter().min_by_key(|file| file.len()).cloned();
    let files = [smallest(&blobs), smallest(&objects)].map(|file| file.expect("a file"));
    let cases = files.iter().flat_map(|file| {
        (0..file.len()).map(|len| (file[..len].to_vec(), format!("cut off at {len}")))
    });
    try_all("files_cut_off_anywhere", &blobs[0], cases);
}

/// A kernel's BTF, with damage deep inside.
#[test]
fn a_damaged_kernel() {
    let vmlinux = match test_support::types::kernel_types() {
        Ok(types) => fs::read(types).expect("a kernel's BTF"),
        Err(reason) => return test_support::skip(reason),
    };
    let mut rng = mutate::rng();
    let cases = (0..mutate::cases(4)).map(|_| {
        let mut blob = vmlinux.clone();
        let damage = mutate::records(&mut rng, &mut blob);
        (blob, damage)
    });
    try_all("a_damaged_kernel", &blobs()[0], cases);
}
