//! Target `guest_calls`: a guest that makes calls of module `wasm_bpf` in any order, with arguments that are good, odd or at an edge.
//!
//! ```text
//! input = which of the kernel's calls fail (1 byte; 0: none), then for each call which it is, and a byte for each argument
//! ```
//!
//! Whatever a guest calls gives a result, an error number or a trap.

mod call;
mod contents;
mod module;
mod seeds;

use crate::fake;
use crate::silence::config;
use btf_blobs::target::Reached;
use call::Call;
use fastrand::Rng;
use std::time::Duration;
use wasm_bpf_host::{AttachKind, Error, Limits, Runner};

/// What a guest ends with that got a result which is none, and with one that got nothing but errors.
const NO_RESULT: i32 = 77;
const ERRORS: i32 = 1;

/// Has a guest make the calls.
pub fn check(input: &[u8]) -> Reached {
    let Some((luck, calls)) = input.split_first() else {
        return Reached::Nothing;
    };
    let calls = Call::all(calls);
    if calls.is_empty() {
        return Reached::Nothing;
    }
    fake::begin(*luck);
    let mut config = config();
    config.limits = limits(&calls);
    let runner = Runner::new(&module::module(&calls), config).expect("a good module");
    match runner.run() {
        Ok(outcome) => {
            assert_ne!(
                outcome.exit_code, NO_RESULT,
                "neither a result nor an error"
            );
            match outcome.exit_code {
                ERRORS => Reached::Input,
                _ => Reached::Done,
            }
        }
        // A callback that polls, for ever.
        Err(Error::Trap(_)) => Reached::Input,
        Err(Error::Deadline) if calls.iter().any(Call::waits) => Reached::Input,
        Err(error) => panic!("{error}"),
    }
}

/// What a guest may do at most here: it does not take long.
fn limits(calls: &[Call]) -> Limits {
    let traced = [AttachKind::Kprobe, AttachKind::Uprobe, AttachKind::Usdt];
    let kinds = AttachKind::ALL.iter().copied();
    let kinds = kinds.filter(|kind| fake::may_trace() || !traced.contains(kind));
    let mut limits = Limits::default();
    limits.objects = 3;
    limits.attachments = 20;
    limits.attach_kinds = Some(kinds.collect());
    // Otherwise there is no thread that looks at the time.
    limits.time = calls
        .iter()
        .any(Call::waits)
        .then_some(Duration::from_millis(20));
    limits
}

/// One more call, one less, or another byte.
pub fn mutate(rng: &mut Rng, input: &mut Vec<u8>) -> String {
    input.resize(input.len().max(1), 0);
    let at = rng.usize(..input.len());
    match rng.u8(..5) {
        0 => {
            input[at] = rng.u8(..);
            format!("byte {at} = {}", input[at])
        }
        1 if at > 0 => {
            input.truncate(at);
            format!("cut off at {at}")
        }
        _ => {
            let call = Call::random(rng);
            // After a call that is whole.
            let ends = Call::ends(&input[1..]);
            let at = 1 + ends.get(rng.usize(..ends.len())).copied().unwrap_or(0);
            input.splice(at..at, call);
            format!("a call at {at}")
        }
    }
}

/// Each image with its programs, maps and buffers, and each call with each of its arguments.
pub fn seeds() -> Vec<Vec<u8>> {
    let seeds = seeds::seeds().into_iter();
    seeds
        .map(|calls| [&[0], calls.as_slice()].concat())
        .collect()
}
