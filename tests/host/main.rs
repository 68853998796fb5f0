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

mod attach;
mod bounds;
mod cache;
mod cli;
mod descriptors;
mod events;
mod guest;
mod hostile;
mod images;
mod leaks;
mod limits;
mod loading;
mod machine;
mod maps;
mod place;
mod processes;
mod protocol;
mod stop;
mod targets;
mod terminal;
mod times;
mod two_processes;
