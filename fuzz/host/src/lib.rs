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

use btf_blobs::target::Target;

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
