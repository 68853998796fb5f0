//! What a process leaves attached when it is killed.

use super::filter::Filter;
use libbpf_rs::libbpf_sys;
use std::os::fd::{AsRawFd, OwnedFd};

/// What is left attached if the process that attached it is killed: the kernel has no link of it.
#[derive(Debug)]
pub(crate) enum Leftover {
    Filter(Filter),
    /// The map of a table of functions.
    Table(OwnedFd),
}

impl Leftover {
    /// Detaches it, if it still is attached.
    pub(crate) fn remove(&self) {
        match self {
            Leftover::Filter(filter) => filter.remove(),
            Leftover::Table(map) => {
                let key = 0_u32;
                // SAFETY: the key has four bytes, as those of all tables of functions.
                #[allow(unsafe_code, reason = "libbpf-rs has no map by descriptor")]
                unsafe {
                    libbpf_sys::bpf_map_delete_elem(map.as_raw_fd(), (&raw const key).cast());
                }
            }
        }
    }
}
