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

#[path = "support/bpf_object.rs"]
mod bpf_object;
#[path = "support/btf_blob.rs"]
mod btf_blob;
#[path = "support/compilers.rs"]
mod compilers;
#[path = "profile/confined.rs"]
mod confined;
#[path = "profile/files.rs"]
mod files;
