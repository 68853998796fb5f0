//! Rust skeletons: they compile for every target without a warning, and what a guest does with one arrives at the host.
#![allow(
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::too_many_lines,
    clippy::unwrap_used,
    reason = "a test may fail, and a table of cases is long"
)]

mod compile;
mod examples;
mod guests;
mod rustc;
