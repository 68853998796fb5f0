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

use btf_blobs::target::Target;

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
