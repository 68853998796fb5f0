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

#[path = "machine/boot.rs"]
mod boot;
#[path = "support/bpf_object.rs"]
mod bpf_object;
#[path = "support/btf_blob.rs"]
mod btf_blob;
#[path = "image/child.rs"]
mod child;
#[path = "support/compilers.rs"]
mod compilers;
#[path = "image/definitions.rs"]
mod definitions;
#[path = "support/elf.rs"]
mod elf;
#[path = "image/files.rs"]
mod files;
#[path = "image/honest.rs"]
mod honest;
#[path = "image/mutated.rs"]
mod mutated;
#[path = "support/probe.rs"]
mod probe;
#[path = "image/records.rs"]
mod records;
#[path = "image/reported.rs"]
mod reported;
#[path = "support/reports.rs"]
mod reports;
#[path = "image/targets.rs"]
mod targets;
