//! The guests of `examples/` on a real kernel: a throwaway machine runs them all while things happen that they are to see, and each
//! test compares what one of them printed with what was done. The objects are compiled against another kernel's types.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test may fail"
)]

#[path = "machine/boot.rs"]
mod boot;
#[path = "kernel/bootstrap.rs"]
mod bootstrap;
#[path = "kernel/congestion.rs"]
mod congestion;
#[path = "kernel/kinds.rs"]
mod kinds;
#[path = "kernel/lsm.rs"]
mod lsm;
#[path = "kernel/machine.rs"]
mod machine;
#[path = "kernel/opensnoop.rs"]
mod opensnoop;
#[path = "kernel/results.rs"]
mod results;
#[path = "kernel/runqlat.rs"]
mod runqlat;
#[path = "kernel/sockfilter.rs"]
mod sockfilter;
#[path = "machine/types.rs"]
mod types;
