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

#[path = "skeletons/arrivals.rs"]
mod arrivals;
#[path = "rust_guests/compile.rs"]
mod compile;
#[path = "support/edited.rs"]
mod edited;
#[path = "rust_guests/examples.rs"]
mod examples;
#[path = "skeletons/guest.rs"]
mod guest;
#[path = "rust_guests/guests.rs"]
mod guests;
#[path = "skeletons/host.rs"]
mod host;
#[path = "support/objects.rs"]
mod objects;
#[path = "rust_guests/rustc.rs"]
mod rustc;
mod support;
