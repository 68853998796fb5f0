//! Profiles: what `confined` allows works, every way to the memory of the kernel that we know of is refused, and files say what
//! they have to.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    missing_docs,
    unreachable_pub,
    reason = "a test may fail"
)]

mod confined;
mod files;
