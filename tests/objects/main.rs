//! BPF objects: what this project reads in them is what libbpf finds, and editing their image is what it promises.
#![allow(
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::too_many_lines,
    clippy::unwrap_used,
    reason = "a test may fail, and a table of cases is long"
)]

mod bpftool;
mod damaged;
mod damaged_once;
mod definitions;
mod edits;
mod judged;
mod kernel;
mod model;
mod opens;
mod refused;
mod sources;
