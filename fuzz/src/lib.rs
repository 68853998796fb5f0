//! What must hold for every input of every parser: no panic, no hang, text in proportion to the input, the same text each time,
//! and text that its language can read.
//!
//! ```text
//! input -> Target::check   takes the input apart, does with it all that the program can do, asserts
//! ```
//!
//! The targets in `fuzz_targets` call these functions with inputs that libFuzzer finds, `tests/fuzz.rs` with seeds that are
//! damaged a little, and with every input that ever failed.
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a property that does not hold is a panic: that is what both runners look for"
)]

pub mod btf;
mod c_text;
pub mod command_line;
mod dump;
pub mod object;
pub mod seeds;
mod skeletons;
pub mod split_btf;
mod text;

pub use dump::{Dump, Form, WitPart};
pub use skeletons::{Work, exercise};

use fastrand::Rng;

/// Something that reads what others wrote.
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

/// All of them. Those of the host are in `host`: they take wasmtime and libbpf.
pub const TARGETS: [Target; 4] = [
    Target {
        name: "btf",
        check: btf::check,
        mutate: btf::mutate,
        seeds: btf::seeds,
    },
    Target {
        name: "split_btf",
        check: split_btf::check,
        mutate: split_btf::mutate,
        seeds: split_btf::seeds,
    },
    Target {
        name: "object",
        check: object::check,
        mutate: object::mutate,
        seeds: object::seeds,
    },
    Target {
        name: "command_line",
        check: command_line::check,
        mutate: command_line::mutate,
        seeds: command_line::seeds,
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
    /// It was read, and refused later.
    Input,
    /// Text was made of it.
    Text,
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
