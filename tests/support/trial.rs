//! Trying many inputs one after the other: one that panics or hangs fails the test, and is kept.
#![allow(
    dead_code,
    unreachable_pub,
    reason = "each test file uses its own part"
)]

use std::fmt::Debug;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;

/// No input takes longer, on however busy a machine; most take less than a millisecond.
const PATIENCE: Duration = Duration::from_secs(60);

/// Most memory the process may have had at a time.
const MEMORY: u64 = 512 << 20;

/// An input, and what was done to it.
pub type Case = (Vec<u8>, String);

/// Does `work` with every case. Returns how far each came, in order of that.
pub fn try_all<Stage: Debug + Ord + Send + 'static>(
    name: &str,
    cases: impl Iterator<Item = Case>,
    work: impl Fn(&[u8]) -> Stage + Send + 'static,
) -> Vec<Stage> {
    let (send, receive) = mpsc::channel::<Vec<u8>>();
    let (done, finished) = mpsc::channel();
    std::thread::spawn(move || {
        for input in receive {
            let outcome = catch_unwind(AssertUnwindSafe(|| work(&input)));
            if done.send(outcome).is_err() {
                return;
            }
        }
    });
    let mut stages = Vec::new();
    for (input, damage) in cases {
        send.send(input.clone()).expect("a worker that lives");
        let what = match finished.recv_timeout(PATIENCE) {
            Ok(Ok(stage)) => {
                stages.push(stage);
                continue;
            }
            Ok(Err(_)) => "panics",
            Err(_) => "hangs",
        };
        let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.failed"));
        fs::write(&kept, input).expect("a place to keep the input");
        panic!(
            "case {} {what}: {damage}; kept as {}",
            stages.len() + 1,
            kept.display()
        );
    }
    stages.sort();
    let mut summary = String::new();
    for part in stages.chunk_by(|a, b| a == b) {
        summary += &format!(" {:?} {}", part[0], part.len());
    }
    println!("{name}: {} cases:{summary}", stages.len());
    assert_bounded_memory();
    stages
}

fn assert_bounded_memory() {
    let Ok(status) = fs::read_to_string("/proc/self/status") else {
        return;
    };
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak = peak.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    let peak = peak.expect("VmHWM in kB") << 10;
    assert!(peak < MEMORY, "{} MiB at the peak", peak >> 20);
}
