//! What must hold for whatever a guest hands to the host: what passes our verification, libbpf survives; what a guest calls ends
//! with a result, an error number or a trap; what an engine says to a loader is answered, or is the end.
//!
//! ```text
//! input -> Target::check   takes the input apart, has the host and libbpf do all that it asks for, asserts
//! ```
//!
//! The kernel's part is played by `fake`: none of it reaches the machine's. The targets in `fuzz_targets` call these functions
//! with inputs that libFuzzer finds, and with libbpf's C code under AddressSanitizer; `tests/fuzz_host.rs` with seeds that are
//! damaged a little, and with every input that ever failed.
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a property that does not hold is a panic: that is what both runners look for"
)]

pub mod fake;
pub mod guest_calls;
pub mod image;
pub mod protocol;
pub mod seeds;
mod silence;
pub mod target_elf;

use fastrand::Rng;

/// Something that does what a guest says.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Its name, also that of its program in `fuzz_targets` and of its folder of regressions.
    pub name: &'static str,
    /// Asserts all that must hold for an input.
    pub check: fn(&[u8]) -> Reached,
    /// Damages an input a little, and knows what it consists of. Returns what it did.
    pub mutate: fn(&mut Rng, &mut Vec<u8>) -> String,
    /// Good inputs to begin with, the same each time.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

/// All of them.
pub const TARGETS: [Target; 4] = [
    Target {
        name: "image",
        check: image::check,
        mutate: image::mutate,
        seeds: image::seeds,
    },
    Target {
        name: "target_elf",
        check: target_elf::check,
        mutate: target_elf::mutate,
        seeds: target_elf::seeds,
    },
    Target {
        name: "protocol",
        check: protocol::check,
        mutate: protocol::mutate,
        seeds: protocol::seeds,
    },
    Target {
        name: "guest_calls",
        check: guest_calls::check,
        mutate: guest_calls::mutate,
        seeds: guest_calls::seeds,
    },
];

/// The target called `name`.
///
/// # Panics
/// If there is none.
pub fn target(name: &str) -> &'static Target {
    let found = TARGETS.iter().find(|target| target.name == name);
    found.unwrap_or_else(|| panic!("no target is called {name}"))
}

/// How far an input came: a run in which none comes far finds nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reached {
    /// It was refused at once.
    Nothing,
    /// It passed the verification, or was understood, and nothing came of it.
    Input,
    /// All was done that it asks for.
    Done,
}

/// One more damage of `input` at most as long as `longest`, for libFuzzer.
pub fn mutated(target: &Target, input: &[u8], longest: usize, seed: u64) -> Vec<u8> {
    let mut rng = Rng::with_seed(seed);
    let mut damaged = input.to_vec();
    (target.mutate)(&mut rng, &mut damaged);
    if damaged.len() > longest {
        return input.to_vec();
    }
    damaged
}

/// The program that libFuzzer runs for the target of this name: half of its inputs are damaged by what knows their parts.
#[macro_export]
macro_rules! libfuzzer {
    ($target:ident) => {
        libfuzzer_sys::fuzz_target!(|input: &[u8]| {
            $crate::$target::check(input);
        });

        libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, most: usize, seed: u32| {
            if seed % 2 == 0 {
                return libfuzzer_sys::fuzzer_mutate(data, size, most);
            }
            let target = $crate::target(stringify!($target));
            let damaged = $crate::mutated(target, &data[..size], most, u64::from(seed));
            data[..damaged.len()].copy_from_slice(&damaged);
            damaged.len()
        });
    };
}
