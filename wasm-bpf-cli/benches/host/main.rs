//! `make bench`: how soon a guest polls for the first time, and how fast it gets events beside a native consumer.
//!
//! Bars: 100 ms to the first poll without and 20 ms with compiled code kept; 0.8 of the rate of libbpf-rs. Runs to compare
//! alternate; figures are medians. `WASM_BPF_RUNS` sets their number.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "a benchmark prints, and may fail"
)]

#[path = "../../../tests/host/guest.rs"]
mod guest;
mod native;

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use wasm_bpf_host::{Config, Dir, Runner};

const WASM_BPF: &str = env!("CARGO_BIN_EXE_wasm-bpf");

/// How often events are produced and taken, and how many at a time.
const ROUNDS: u64 = 100;
const EVENTS: u64 = 4000;

fn main() {
    let Some(_together) = guest::needs(&[guest::events]) else {
        return;
    };
    let runs = std::env::var("WASM_BPF_RUNS").ok();
    let runs = runs.and_then(|runs| runs.parse().ok()).unwrap_or(11);
    println!("median of {runs} runs");
    first_poll(runs);
    for size in [16, 168] {
        rate(runs, size);
    }
}

fn median<T: PartialOrd + Copy>(mut samples: Vec<T>) -> T {
    samples.sort_by(|a, b| a.partial_cmp(b).expect("numbers"));
    samples[samples.len() / 2]
}

/// From the start of the process to its end, which is right after the first poll.
fn start(options: &[&str], file: &Path) -> Duration {
    let start = Instant::now();
    let mut command = Command::new(WASM_BPF);
    command.args(options).arg(file).arg("0");
    let status = command.stdin(Stdio::null()).status();
    assert!(status.expect("a program that runs").success());
    start.elapsed()
}

fn first_poll(runs: usize) {
    let file = guest::file("start");
    let cache = tempfile::tempdir().expect("a scratch folder");
    let folder = cache.path().to_string_lossy();
    let kept = ["--cache-dir", &folder];
    start(&kept, &file);
    let (mut without, mut with) = (Vec::new(), Vec::new());
    for _ in 0..runs {
        without.push(start(&["--no-cache"], &file));
        with.push(start(&kept, &file));
    }
    let milliseconds = |times| median::<Duration>(times).as_secs_f64() * 1e3;
    println!(
        "start to first poll: {:.1} ms without cache (at most 100), {:.1} ms with (at most 20)",
        milliseconds(without),
        milliseconds(with)
    );
}

/// Nanoseconds that a guest takes for taking the events, and for all.
fn in_guest(size: u32) -> [f64; 2] {
    let out = tempfile::tempdir().expect("a scratch folder");
    let mut config = Config::default();
    config.args = vec![
        "rate".to_owned(),
        guest::thread_id(),
        ROUNDS.to_string(),
        EVENTS.to_string(),
        size.to_string(),
    ];
    config.dirs.push(Dir {
        host: out.path().to_owned(),
        guest: "/out".to_owned(),
        writable: true,
    });
    let runner = Runner::new(&guest::module("rate"), config).expect("a module");
    let outcome = runner.run().expect("an end");
    assert_eq!(outcome.exit_code, 0);
    assert_eq!(outcome.events, ROUNDS * EVENTS);
    let text = std::fs::read_to_string(out.path().join("result")).expect("a result");
    let mut numbers = text
        .split_whitespace()
        .map(|word| word.parse().expect("a number"));
    [numbers.next().expect("two"), numbers.next().expect("two")]
}

fn rate(runs: usize, size: u32) {
    let object = guest::object("events");
    let mut pairs = Vec::new();
    for _ in 0..runs {
        let native = native::rate(&object, ROUNDS, EVENTS, size);
        pairs.push((native, in_guest(size)));
    }
    let events = (ROUNDS * EVENTS) as f64;
    for (i, what) in ["taking", "producing and taking"].into_iter().enumerate() {
        let native = median(pairs.iter().map(|(native, _)| native[i]).collect());
        let guest = median(pairs.iter().map(|(_, guest)| guest[i]).collect());
        let ratio = median(
            pairs
                .iter()
                .map(|(native, guest)| native[i] / guest[i])
                .collect(),
        );
        println!(
            "{what:<21} events of {size:>3} bytes: native {:>6.1} ns each, guest {:>6.1} ns, ratio {ratio:.2}",
            native / events,
            guest / events
        );
    }
}
