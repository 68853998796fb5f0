//! Trying many inputs one after the other: one that panics or hangs fails the test, and is kept.

use std::fmt::Debug;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

/// Time of a processor that no input takes; most take less than a millisecond. How busy the machine is does not count.
const MOST: Duration = Duration::from_secs(30);
/// How often that is looked at.
const PAUSE: Duration = Duration::from_secs(1);

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
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || {
        // Only the thread itself is told what it is called.
        if tell.send(fs::read_link("/proc/thread-self").ok()).is_err() {
            return;
        }
        for input in receive {
            let outcome = catch_unwind(AssertUnwindSafe(|| work(&input)));
            if done.send(outcome).is_err() {
                return;
            }
        }
    });
    let worker = told.recv().expect("a worker that lives");
    let mut stages = Vec::new();
    for (input, damage) in cases {
        send.send(input.clone()).expect("a worker that lives");
        let what = match outcome(&finished, worker.as_deref()) {
            Some(Ok(stage)) => {
                stages.push(stage);
                continue;
            }
            Some(Err(_)) => "panics",
            None => "hangs",
        };
        let kept = crate::kept().join(format!("{name}.failed"));
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

/// What the worker sends next; `None` if it works on that for too long.
fn outcome<T>(finished: &mpsc::Receiver<T>, worker: Option<&Path>) -> Option<T> {
    let start = used(worker);
    loop {
        match finished.recv_timeout(PAUSE) {
            Ok(outcome) => return Some(outcome),
            Err(RecvTimeoutError::Disconnected) => return None,
            Err(RecvTimeoutError::Timeout) if used(worker).saturating_sub(start) > MOST => {
                return None;
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}

/// The processor's time that a thread has had, where the kernel counts it.
fn used(thread: Option<&Path>) -> Duration {
    let file = thread.map(|thread| Path::new("/proc").join(thread).join("schedstat"));
    let text = file.and_then(|file| fs::read_to_string(file).ok());
    let text = text.unwrap_or_default();
    let nanoseconds = text.split(' ').next().unwrap_or_default().parse();
    nanoseconds.map_or(Duration::ZERO, Duration::from_nanos)
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
