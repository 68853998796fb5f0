//! Objects with damage: whatever passes verification, libbpf opens without harm.
//!
//! `WASM_BPF_SEED` repeats a run, `WASM_BPF_OBJECTS_MUTATED` sets its length.

use crate::honest::{files, tests};
use fastrand::Rng;
use std::os::unix::process::ExitStatusExt;
use std::process::Command;
use test_support::elf::ElfFile;
use test_support::reports;
use wasm_bpf_host::image::verify;

/// Objects of a run, if nobody asks for more.
const OBJECTS: u64 = 30_000;
const SEED: &str = "WASM_BPF_SEED";
const LEN: &str = "WASM_BPF_OBJECTS_MUTATED";
/// Says that this is the process that may die.
const CHILD: &str = "WASM_BPF_TEST_MUTATED";
/// A library that finds overwritten bytes around allocations.
const MALLOC: &str = "libc_malloc_debug.so.0";

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// A number that is wrong in an interesting way.
fn odd(rng: &mut Rng, old: u64) -> u64 {
    match rng.u8(..8) {
        0 => 0,
        1 => u64::MAX,
        2 => 1 << rng.u8(..64),
        3 => (1 << rng.u8(..64)) - 1,
        4 => old.wrapping_add(1 << rng.u8(..4)),
        5 => old.wrapping_sub(1 << rng.u8(..4)),
        6 => old ^ 1 << rng.u8(..32),
        _ => rng.u64(..4096),
    }
}

/// Damages a file in a few places: in a header, or in what a section holds.
fn damage(rng: &mut Rng, good: &ElfFile) -> ElfFile {
    let mut elf = good.clone();
    for _ in 0..=rng.u8(..3) {
        let index = rng.usize(..good.section_count());
        let (start, len) = match rng.u8(..8) {
            0 => (good.header(index), 64),
            1 => (0, 64),
            _ => good.contents(index),
        };
        if len < 8 || start + len > elf.bytes.len() {
            continue;
        }
        let at = start + rng.usize(..len / 4) * 4;
        match rng.bool() && at + 8 <= elf.bytes.len() {
            true => elf.put::<8>(at, odd(rng, elf.number::<8>(at) as u64)),
            false => elf.put::<4>(at, odd(rng, elf.number::<4>(at) as u64)),
        }
    }
    elf
}

/// Opens what passes; how many did.
fn run(seed: u64, count: u64) -> u64 {
    libbpf_rs::set_print(None);
    let objects = files(&tests().join("bpf"), ".bpf.o");
    let objects = objects
        .iter()
        .map(|file| std::fs::read(file).expect("an object"));
    let reports = reports::all().into_iter().map(|report| report.object);
    let objects = objects.chain(reports.filter(|object| object.len() < 1 << 16));
    let objects: Vec<_> = objects.map(ElfFile::new).collect();
    let mut passed = 0;
    for i in 0..count {
        let seed = seed.wrapping_add(i);
        let mut rng = Rng::with_seed(seed);
        let object = rng.usize(..objects.len());
        let elf = damage(&mut rng, &objects[object]);
        if verify(&elf.bytes).is_ok() {
            passed += 1;
            // Read after it has died.
            std::fs::write("/proc/self/comm", format!("{seed:x}")).expect("a name");
            let _ = libbpf_rs::ObjectBuilder::default().open_memory(&elf.bytes);
        }
    }
    passed
}

#[test]
fn libbpf_opens_what_passes() {
    if std::env::var_os(CHILD).is_some() {
        return;
    }
    let seed = number(SEED).unwrap_or(1);
    let count = number(LEN).unwrap_or(OBJECTS);
    println!("{SEED}={seed} {LEN}={count}");
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.args(["--exact", "mutated::child", "--nocapture"]);
    command
        .env(CHILD, "1")
        .env(SEED, seed.to_string())
        .env(LEN, count.to_string());
    command
        .env("GLIBC_TUNABLES", "glibc.malloc.check=3")
        .env("MALLOC_PERTURB_", "165");
    if std::path::Path::new("/usr/lib/x86_64-linux-gnu")
        .join(MALLOC)
        .exists()
    {
        command.env("LD_PRELOAD", MALLOC);
    }
    let output = command.output().expect("this program");
    let text = String::from_utf8_lossy(&output.stdout);
    let signal = output.status.signal();
    assert!(
        output.status.success(),
        "signal {signal:?}\n{text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let passed = text
        .lines()
        .find(|line| line.contains("passed"))
        .unwrap_or_default();
    println!("{passed}");
}

/// The process that may die.
#[test]
fn child() {
    if std::env::var_os(CHILD).is_none() {
        return;
    }
    let (seed, count) = (
        number(SEED).expect("a seed"),
        number(LEN).expect("a length"),
    );
    let passed = run(seed, count);
    println!("{passed} of {count} passed");
    assert!(passed > count / 50);
}
