//! Skeletons: they compile wherever they are included, and what a guest does with one arrives at the host.
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
#[path = "skeletons/compile.rs"]
mod compile;
#[path = "support/edited.rs"]
mod edited;
#[path = "skeletons/guest.rs"]
mod guest;
#[path = "skeletons/guests.rs"]
mod guests;
#[path = "skeletons/headers.rs"]
mod headers;
#[path = "skeletons/host.rs"]
mod host;
#[path = "skeletons/large.rs"]
mod large;
#[path = "support/objects.rs"]
mod objects;
mod support;
