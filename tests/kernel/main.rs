//! The guests of `examples/` on a real kernel: a throwaway machine runs them all while things happen that they are to see, and each
//! test compares what one of them printed with what was done. The objects are compiled against another kernel's types.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test may fail"
)]

mod bootstrap;
mod congestion;
mod kinds;
mod lsm;
mod machine;
mod opensnoop;
mod results;
mod runqlat;
mod sockfilter;
