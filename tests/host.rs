//! The host runtime: guests in C and text that drive BPF programs in this machine's kernel. The programs see one thread of this
//! process, or its own network namespace, and nothing else; they are attached for moments. What this machine refuses is skipped; in
//! the throwaway machine all of it is run once more, and nothing is skipped.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    missing_docs,
    unreachable_pub,
    reason = "a test may fail"
)]

#[path = "host/attach.rs"]
mod attach;
#[path = "machine/boot.rs"]
mod boot;
#[path = "host/bounds.rs"]
mod bounds;
#[path = "support/bpf_object.rs"]
mod bpf_object;
#[path = "support/btf_blob.rs"]
mod btf_blob;
#[path = "host/cache.rs"]
mod cache;
#[path = "host/cli.rs"]
mod cli;
#[path = "support/compilers.rs"]
mod compilers;
#[path = "host/descriptors.rs"]
mod descriptors;
#[path = "host/events.rs"]
mod events;
#[path = "host/guest.rs"]
mod guest;
#[path = "host/hostile.rs"]
mod hostile;
#[path = "host/images.rs"]
mod images;
#[path = "host/leaks.rs"]
mod leaks;
#[path = "host/limits.rs"]
mod limits;
#[path = "host/loading.rs"]
mod loading;
#[path = "host/machine.rs"]
mod machine;
#[path = "host/maps.rs"]
mod maps;
#[path = "host/place.rs"]
mod place;
#[path = "support/probe.rs"]
mod probe;
#[path = "host/processes.rs"]
mod processes;
#[path = "host/protocol.rs"]
mod protocol;
#[path = "support/reports.rs"]
mod reports;
#[path = "host/stop.rs"]
mod stop;
#[path = "host/targets.rs"]
mod targets;
#[path = "host/terminal.rs"]
mod terminal;
#[path = "host/times.rs"]
mod times;
#[path = "host/two_processes.rs"]
mod two_processes;
