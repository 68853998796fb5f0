//! BPF objects: what this project reads in them is what libbpf finds, and editing their image is what it promises.

#[path = "objects/bpftool.rs"]
mod bpftool;
#[path = "objects/edits.rs"]
mod edits;
#[path = "objects/kernel.rs"]
mod kernel;
#[path = "objects/model.rs"]
mod model;
#[path = "support/objects.rs"]
mod objects;
#[path = "objects/refused.rs"]
mod refused;
mod support;
