//! Traffic control. Kernels since 6.6 have links for it, which go with the process that has them. Older ones have filters.

use super::attachment::Attachment;
use super::filter::{Direction, Filter};
use super::hook::Hook;
use super::interface;
use super::leftover::Leftover;
use super::request::Request;
use crate::errno::{Errno, Failure};
use libbpf_rs::{ProgramType, libbpf_sys};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};

pub(super) const HOOK: Hook = Hook {
    takes: |program, _| program == ProgramType::SchedCls,
    attach,
};

/// A filter, which is removed when this is dropped.
#[derive(Debug)]
struct Attached {
    filter: Filter,
    /// For the socket that removing takes: a guest may have used up all descriptors by then.
    spare: Option<OwnedFd>,
}

impl Drop for Attached {
    fn drop(&mut self) {
        self.spare.take();
        self.filter.remove();
    }
}

fn attach(request: &Request<'_>) -> Result<Attachment, Failure> {
    let (name, direction) = place(request);
    let interface = interface::index(request, name)?;
    let failed = |errno: Errno| {
        let text = std::io::Error::from_raw_os_error(errno.number());
        let why = format!("cannot attach it to {}: {text}", request.target);
        request.failure(errno, &why)
    };
    let netkit = request.section.starts_with("netkit/");
    let hook = match direction {
        _ if netkit => request.program.attach_type() as u32,
        Direction::Egress => libbpf_sys::BPF_TCX_EGRESS,
        Direction::Ingress => libbpf_sys::BPF_TCX_INGRESS,
    };
    let program = request.program.as_fd();
    match link(program, interface, hook) {
        Ok(link) => Ok(Attachment::new(link)),
        // What the kernel does not know.
        Err(Errno::INVAL | Errno::OPNOTSUPP) if !netkit => {
            let spare = program.try_clone_to_owned();
            let spare = Some(spare.map_err(|error| failed(Errno::of_io(&error)))?);
            let filter = Filter::attach(program, interface, direction).map_err(failed)?;
            let leftover = Some(Leftover::Filter(filter.clone()));
            Ok(Attachment {
                leftover,
                ..Attachment::new(Attached { filter, spare })
            })
        }
        Err(errno) => Err(failed(errno)),
    }
}

/// The interface and the direction, which the section may say: `tc/egress`.
fn place<'a>(request: &Request<'a>) -> (&'a str, Direction) {
    match request.target.rsplit_once(':') {
        Some((interface, "egress")) => (interface, Direction::Egress),
        Some((interface, "ingress")) => (interface, Direction::Ingress),
        _ if request.section.ends_with("/egress") => (request.target, Direction::Egress),
        _ => (request.target, Direction::Ingress),
    }
}

fn link(program: BorrowedFd<'_>, interface: i32, hook: u32) -> Result<OwnedFd, Errno> {
    let program = program.as_raw_fd();
    // SAFETY: takes numbers; NULL is no options. The result is a descriptor that nobody else has.
    #[allow(unsafe_code, reason = "libbpf-rs does not have these links")]
    unsafe {
        match libbpf_sys::bpf_link_create(program, interface, hook, std::ptr::null()) {
            fd @ 0.. => Ok(OwnedFd::from_raw_fd(fd)),
            error => Err(Errno::of_result(error)),
        }
    }
}
