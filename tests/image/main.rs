//! Verification of images: honest objects pass, and each known fault of libbpf 1.7 is refused before libbpf sees it.
#![allow(
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    missing_docs,
    unreachable_pub,
    reason = "a test may fail"
)]

mod child;
mod definitions;
mod files;
mod honest;
mod mutated;
mod records;
mod reported;
mod targets;
