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

#[path = "machine/boot.rs"]
mod boot;
#[path = "objects/bpftool.rs"]
mod bpftool;
#[path = "objects/damaged.rs"]
mod damaged;
#[path = "objects/damaged_once.rs"]
mod damaged_once;
#[path = "objects/definitions.rs"]
mod definitions;
#[path = "support/edited.rs"]
mod edited;
#[path = "objects/edits.rs"]
mod edits;
#[path = "support/elf.rs"]
mod elf;
#[path = "objects/judged.rs"]
mod judged;
#[path = "objects/kernel.rs"]
mod kernel;
#[path = "objects/model.rs"]
mod model;
#[path = "support/objects.rs"]
mod objects;
#[path = "objects/opens.rs"]
mod opens;
#[path = "support/probe.rs"]
mod probe;
#[path = "objects/refused.rs"]
mod refused;
#[path = "objects/sources.rs"]
mod sources;
mod support;
