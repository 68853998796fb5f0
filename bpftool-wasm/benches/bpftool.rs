//! `make bench`: what dumps and skeletons cost beside bpftool, and where the time of a dump goes.
//!
//! Every figure is the median of several runs; runs to compare alternate, so that what else the machine does falls on both.
//! `BPFTOOL_WASM_RUNS` sets their number, `VMLINUX_BTF` the blob.
#![allow(
    clippy::panic,
    clippy::print_stdout,
    reason = "a benchmark prints, and may fail"
)]

use btf_layout::{Btf, Layout, Roots};
use std::ffi::OsStr;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use wait4::Wait4;

const OURS: &str = env!("CARGO_BIN_EXE_bpftool-wasm");

fn main() {
    let runs = std::env::var("BPFTOOL_WASM_RUNS").ok();
    let runs = runs.and_then(|runs| runs.parse().ok()).unwrap_or(25);
    let vmlinux = std::env::var_os("VMLINUX_BTF");
    let vmlinux = PathBuf::from(vmlinux.unwrap_or_else(|| "/sys/kernel/btf/vmlinux".into()));
    if fs::metadata(&vmlinux).is_err() {
        return println!("skipped: there is no {}", vmlinux.display());
    }
    println!("median of {runs} runs, CPU time of the process (user and system)\n");
    compare_dumps(&vmlinux, runs);
    compare_skeletons(runs);
    phases(&vmlinux, runs);
}

/// CPU time and peak memory in KiB of one run, whose output goes nowhere.
fn cost(program: &OsStr, words: &[&OsStr]) -> (Duration, u64) {
    let mut command = Command::new(program);
    command.args(words).stdin(Stdio::null());
    let child = command.stdout(Stdio::null()).stderr(Stdio::null());
    let used = child.spawn().and_then(|mut child| child.wait4());
    let used = used.unwrap_or_else(|error| panic!("{}: {error}", program.display()));
    assert!(used.status.success(), "{} failed", program.display());
    let peak = used.rusage.maxrss / 1024;
    (used.rusage.utime + used.rusage.stime, peak)
}

fn median<T: Ord + Copy>(mut samples: Vec<T>) -> T {
    samples.sort_unstable();
    *samples.get(samples.len() / 2).expect("a run")
}

/// Runs two commands in turn; prints both and their ratio.
fn compare(what: &str, runs: usize, ours: &[&OsStr], theirs: &[&OsStr]) {
    let (mut one, mut other, mut peak) = (Vec::new(), Vec::new(), 0);
    for _ in 0..runs {
        let (time, memory) = cost(OURS.as_ref(), ours);
        one.push(time);
        peak = peak.max(memory);
        other.push(cost("bpftool".as_ref(), theirs).0);
    }
    let (one, other) = (median(one), median(other));
    println!(
        "{what:<38} {:>8.2} ms  bpftool {:>8.2} ms  ratio {:.3}  peak {:.1} MiB",
        one.as_secs_f64() * 1e3,
        other.as_secs_f64() * 1e3,
        one.as_secs_f64() / other.as_secs_f64(),
        peak as f64 / 1024.0,
    );
}

fn has_bpftool() -> bool {
    let mut version = Command::new("bpftool");
    version.arg("version").stdout(Stdio::null());
    version.stderr(Stdio::null()).status().is_ok()
}

fn compare_dumps(vmlinux: &Path, runs: usize) {
    if !has_bpftool() {
        return println!("skipped: there is no bpftool to compare with");
    }
    let compare = |what: &str, ours: &[&'static str], theirs: &[&'static str]| {
        let words = |rest: &[&'static str]| {
            let dump = ["btf", "dump", "file"].map(OsStr::new).into_iter();
            let rest = rest.iter().copied().map(OsStr::new);
            Vec::from_iter(dump.chain([vmlinux.as_os_str()]).chain(rest))
        };
        compare(what, runs, &words(ours), &words(theirs));
    };
    compare(
        "vmlinux, format c -j",
        &["format", "c", "-j"],
        &["format", "c"],
    );
    compare("vmlinux, format c", &["format", "c"], &["format", "c"]);
    compare("vmlinux, raw", &[], &[]);
    compare("vmlinux, raw -j", &["-j"], &["-j"]);
}

fn compare_skeletons(runs: usize) {
    if !has_bpftool() {
        return;
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/bpf");
    for name in ["bootstrap.bpf.o", "skeletons/variables.bpf.o"] {
        let file = folder.join(name);
        let words = ["gen", "skeleton"].map(OsStr::new);
        let theirs = [words.as_slice(), &[file.as_os_str()]].concat();
        let ours = [theirs.as_slice(), &["-j".as_ref()]].concat();
        compare(&format!("{name}, gen skeleton"), runs, &ours, &theirs);
    }
}

/// The parts of a dump, in this process; and btf-rs decoding the same blob.
fn phases(vmlinux: &Path, runs: usize) {
    const PARTS: [&str; 5] = ["open", "validate", "plan", "render", "write"];
    let mut samples = PARTS.map(|_| Vec::new());
    let mut decoding = Vec::new();
    for _ in 0..runs {
        let mut clock = Clock(Instant::now());
        let blob = fs::read(vmlinux).expect("the blob");
        let open = clock.lap();
        let btf = Btf::parse(&blob).expect("valid BTF");
        let validate = clock.lap();
        let layout = Layout::plan(&btf, &Roots::All).expect("a layout");
        let plan = clock.lap();
        let mut text = Vec::with_capacity(4 << 20);
        skel_gen::c::wasm_header(&layout, &mut text).expect("memory");
        let render = clock.lap();
        fs::File::create("/dev/null")
            .and_then(|mut null| null.write_all(&text))
            .expect("no disk");
        for (samples, time) in samples
            .iter_mut()
            .zip([open, validate, plan, render, clock.lap()])
        {
            samples.push(time);
        }
        decoding.push(decode_with_btf_rs(&blob).expect("valid BTF"));
    }
    println!("\nvmlinux, format c -j, part by part in one process (wall time)");
    for (part, samples) in PARTS.iter().zip(samples) {
        println!(
            "    {part:<34} {:>8.2} ms",
            median(samples).as_secs_f64() * 1e3
        );
    }
    let decoding = median(decoding).as_secs_f64() * 1e3;
    println!("    btf-rs: open, each type and its name {decoding:>7.2} ms");
}

struct Clock(Instant);

impl Clock {
    /// Time since the last lap.
    fn lap(&mut self) -> Duration {
        let now = Instant::now();
        now - std::mem::replace(&mut self.0, now)
    }
}

fn decode_with_btf_rs(blob: &[u8]) -> Result<Duration, Box<dyn std::error::Error>> {
    let start = Instant::now();
    let btf = btf_rs::Btf::from_bytes(blob)?;
    let mut named = 0;
    for id in 0.. {
        let Ok(ty) = btf.resolve_type_by_id(id) else {
            break;
        };
        let ty = ty.as_btf_type();
        named += usize::from(
            ty.is_some_and(|ty| btf.resolve_name(ty).is_ok_and(|name| !name.is_empty())),
        );
    }
    io::sink().write_all(&named.to_le_bytes())?;
    Ok(start.elapsed())
}
