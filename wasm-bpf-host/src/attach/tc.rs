//! Traffic control. Kernels since 6.6 have links for it, which go with the process that has them. Older ones have filters of the
//! interface's `clsact` queue, which stay until somebody removes them.

use super::{Attachment, Request, queue};
use crate::errno::{Errno, Failure};
use libbpf_rs::libbpf_sys;
use serde::{Deserialize, Serialize};
use std::os::fd::{AsFd, AsRawFd, FromRawFd, OwnedFd};

/// An attached filter. Any process with the privileges can remove it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Filter {
    interface: i32,
    /// `BPF_TC_INGRESS` or `BPF_TC_EGRESS`.
    direction: u32,
    handle: u32,
    priority: u32,
    /// Another tool's filter may have the same numbers by now.
    program: u32,
    /// The queue was made for it.
    own_queue: bool,
}

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

    pub(super) fn tc(&self) -> Result<Attachment, Failure> {
        let (name, direction) = self.direction();
        let interface = self.interface(name)?;
        let netkit = self.section.starts_with("netkit/");
        let hook = match direction {
            _ if netkit => self.program.attach_type() as u32,
            EGRESS => libbpf_sys::BPF_TCX_EGRESS,
            _ => libbpf_sys::BPF_TCX_INGRESS,
        };
        match self.link_to(interface, hook) {
            Ok(link) => Ok(Attachment::Descriptor(link)),
            // What the kernel does not know.
            Err(Errno::INVAL | Errno::OPNOTSUPP) if !netkit => {
                let failed = |error| self.tc_failure(Errno::of_io(&error));
                let spare = self.program.as_fd().try_clone_to_owned().map_err(failed)?;
                let filter = self.filter(interface, direction)?;
                Ok(Attachment::Tc(filter, Some(spare)))
            }
            Err(errno) => Err(self.tc_failure(errno)),
        }
    }

    fn link_to(&self, interface: i32, hook: u32) -> Result<OwnedFd, Errno> {
        let program = self.program.as_fd().as_raw_fd();
        // SAFETY: takes numbers; NULL is no options. The result is a descriptor that nobody else has.
        #[allow(unsafe_code, reason = "libbpf-rs does not have these links")]
        unsafe {
            match libbpf_sys::bpf_link_create(program, interface, hook, std::ptr::null()) {
                fd @ 0.. => Ok(OwnedFd::from_raw_fd(fd)),
                error => Err(Errno::of_result(error)),
            }
        }
    }

    fn filter(&self, interface: i32, direction: u32) -> Result<Filter, Failure> {
        let mut hook = hook(interface, direction);
        let mut opts = libbpf_sys::bpf_tc_opts {
            prog_fd: self.program.as_fd().as_raw_fd(),
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
                return Err(self.tc_failure(Errno::of_result(made)));
            }
            let result = libbpf_sys::bpf_tc_attach(&raw const hook, &raw mut opts);
            (made == 0, result)
        };
        if result != 0 {
            if own_queue {
                queue::remove_empty(interface);
            }
            return Err(self.tc_failure(Errno::of_result(result)));
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

    fn tc_failure(&self, errno: Errno) -> Failure {
        let text = std::io::Error::from_raw_os_error(errno.number());
        let why = format!("cannot attach it to {}: {text}", self.target);
        self.failure(errno, &why)
    }
}

fn hook(interface: i32, direction: u32) -> libbpf_sys::bpf_tc_hook {
    libbpf_sys::bpf_tc_hook {
        sz: size_of::<libbpf_sys::bpf_tc_hook>() as libbpf_sys::size_t,
        ifindex: interface,
        attach_point: direction,
        ..Default::default()
    }
}

fn opts() -> libbpf_sys::bpf_tc_opts {
    libbpf_sys::bpf_tc_opts {
        sz: size_of::<libbpf_sys::bpf_tc_opts>() as libbpf_sys::size_t,
        ..Default::default()
    }
}

impl Filter {
    /// Removes the filter, if it is still there, and the queue that was made for it, if nobody else uses it.
    pub(crate) fn remove(&self) {
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
            queue::remove_empty(self.interface);
        }
    }
}
