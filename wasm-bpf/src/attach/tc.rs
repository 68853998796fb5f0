//! Traffic control: a filter of the interface's `clsact` queue, which every kernel with BPF has.

use super::Request;
use crate::errno::{Errno, Failure};
use libbpf_rs::libbpf_sys;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};

/// An attached filter.
#[derive(Debug)]
pub(crate) struct Filter {
    hook: libbpf_sys::bpf_tc_hook,
    opts: libbpf_sys::bpf_tc_opts,
    /// The queue was made for it.
    own_queue: bool,
    /// Kept for the socket that detaching takes: a guest may have used up all descriptors by then.
    spare: Option<OwnedFd>,
}

// SAFETY: numbers, and a pointer that is NULL.
#[allow(unsafe_code, reason = "a pointer, which is NULL")]
unsafe impl Send for Filter {}

const INGRESS: u32 = libbpf_sys::BPF_TC_INGRESS;
const EGRESS: u32 = libbpf_sys::BPF_TC_EGRESS;

impl Request<'_> {
    /// The interface and the direction, which the section may say: `tc/egress`.
    fn direction(&self) -> (&str, u32) {
        let parts = self.target.rsplit_once(':');
        match parts {
            Some((interface, "egress")) => (interface, EGRESS),
            Some((interface, "ingress")) => (interface, INGRESS),
            _ if self.section.ends_with("/egress") => (self.target, EGRESS),
            _ => (self.target, INGRESS),
        }
    }

    pub(super) fn tc(&self) -> Result<Filter, Failure> {
        let (interface, direction) = self.direction();
        let spare = self.program.as_fd().try_clone_to_owned();
        let spare = spare.map_err(|error| {
            let why = format!("cannot attach it to {}: {error}", self.target);
            self.failure(Errno::of_io(&error), &why)
        })?;
        let mut filter = Filter {
            hook: libbpf_sys::bpf_tc_hook {
                sz: size_of::<libbpf_sys::bpf_tc_hook>() as libbpf_sys::size_t,
                ifindex: self.interface(interface)?,
                attach_point: direction,
                ..Default::default()
            },
            opts: libbpf_sys::bpf_tc_opts {
                sz: size_of::<libbpf_sys::bpf_tc_opts>() as libbpf_sys::size_t,
                prog_fd: self.program.as_fd().as_raw_fd(),
                ..Default::default()
            },
            own_queue: false,
            spare: Some(spare),
        };
        // SAFETY: the structs have their sizes in them and live during the calls.
        #[allow(
            unsafe_code,
            reason = "libbpf-rs does not tell whether it made the queue"
        )]
        let result = unsafe {
            match libbpf_sys::bpf_tc_hook_create(&raw mut filter.hook) {
                0 => filter.own_queue = true,
                error if error == -libc::EEXIST => {}
                error => return Err(self.tc_failure(error)),
            }
            libbpf_sys::bpf_tc_attach(&raw const filter.hook, &raw mut filter.opts)
        };
        if result != 0 {
            // Without a number it is not detached.
            filter.opts.handle = 0;
            return Err(self.tc_failure(result));
        }
        Ok(filter)
    }

    fn tc_failure(&self, error: i32) -> Failure {
        let text = std::io::Error::from_raw_os_error(-error);
        self.failure(
            Errno::of_result(error),
            &format!("cannot attach it to {}: {text}", self.target),
        )
    }
}

impl Drop for Filter {
    fn drop(&mut self) {
        self.spare = None;
        // What identifies it is its handle and priority.
        self.opts.prog_fd = 0;
        self.opts.prog_id = 0;
        self.opts.flags = 0;
        // SAFETY: as above.
        #[allow(
            unsafe_code,
            reason = "libbpf-rs does not tell whether it made the queue"
        )]
        unsafe {
            if self.opts.handle != 0 {
                libbpf_sys::bpf_tc_detach(&raw const self.hook, &raw const self.opts);
            }
            if self.own_queue {
                // Both directions: the queue itself.
                self.hook.attach_point = INGRESS | EGRESS;
                libbpf_sys::bpf_tc_hook_destroy(&raw mut self.hook);
            }
        }
    }
}
