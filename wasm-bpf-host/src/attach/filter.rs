//! Filters of an interface's `clsact` queue, which stay until somebody removes them.

use super::clsact_queue;
use crate::errno::Errno;
use libbpf_rs::libbpf_sys;
use serde::{Deserialize, Serialize};
use std::os::fd::{AsRawFd, BorrowedFd};

/// An attached filter. Any process with the privileges can remove it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Filter {
    interface: i32,
    direction: Direction,
    handle: u32,
    priority: u32,
    /// Another tool's filter may have the same numbers by now.
    program: u32,
    /// The queue was made for it.
    own_queue: bool,
}

/// Which packets a filter gets.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) enum Direction {
    Ingress,
    Egress,
}

impl Filter {
    /// Adds a filter, and the queue for it if there is none.
    pub(super) fn attach(
        program: BorrowedFd<'_>,
        interface: i32,
        direction: Direction,
    ) -> Result<Self, Errno> {
        let mut hook = hook(interface, direction);
        let mut opts = libbpf_sys::bpf_tc_opts {
            prog_fd: program.as_raw_fd(),
            ..opts()
        };
        // SAFETY: the structs have their sizes in them and live during the calls.
        #[allow(
            unsafe_code,
            reason = "libbpf-rs does not tell whether it made the queue"
        )]
        let (own_queue, result) = unsafe {
            let made = libbpf_sys::bpf_tc_hook_create(&raw mut hook);
            if made != 0 && made != -libc::EEXIST {
                return Err(Errno::of_result(made));
            }
            let result = libbpf_sys::bpf_tc_attach(&raw const hook, &raw mut opts);
            (made == 0, result)
        };
        if result != 0 {
            if own_queue {
                clsact_queue::remove_empty(interface);
            }
            return Err(Errno::of_result(result));
        }
        Ok(Filter {
            interface,
            direction,
            handle: opts.handle,
            priority: opts.priority,
            program: opts.prog_id,
            own_queue,
        })
    }

    /// Removes the filter, if it is still there, and the queue that was made for it, if nobody else uses it.
    pub(super) fn remove(&self) {
        let hook = hook(self.interface, self.direction);
        let mut opts = libbpf_sys::bpf_tc_opts {
            handle: self.handle,
            priority: self.priority,
            ..opts()
        };
        // SAFETY: the structs have their sizes in them and live during the calls.
        #[allow(unsafe_code, reason = "libbpf-rs removes what it finds")]
        let removed = unsafe {
            let found = libbpf_sys::bpf_tc_query(&raw const hook, &raw mut opts);
            if found != 0 || opts.prog_id != self.program {
                return;
            }
            // The filter is identified by its numbers.
            (opts.prog_fd, opts.prog_id, opts.flags) = (0, 0, 0);
            libbpf_sys::bpf_tc_detach(&raw const hook, &raw const opts) == 0
        };
        if removed && self.own_queue {
            clsact_queue::remove_empty(self.interface);
        }
    }
}

fn hook(interface: i32, direction: Direction) -> libbpf_sys::bpf_tc_hook {
    libbpf_sys::bpf_tc_hook {
        sz: size_of::<libbpf_sys::bpf_tc_hook>() as libbpf_sys::size_t,
        ifindex: interface,
        attach_point: match direction {
            Direction::Ingress => libbpf_sys::BPF_TC_INGRESS,
            Direction::Egress => libbpf_sys::BPF_TC_EGRESS,
        },
        ..Default::default()
    }
}

fn opts() -> libbpf_sys::bpf_tc_opts {
    libbpf_sys::bpf_tc_opts {
        sz: size_of::<libbpf_sys::bpf_tc_opts>() as libbpf_sys::size_t,
        ..Default::default()
    }
}
