//! Programs of a map of sockets. Older kernels have no links of these.

use super::attachment::Attachment;
use super::hook::Hook;
use super::request::Request;
use crate::errno::{Errno, Failure};
use libbpf_rs::{MapCore, MapType, ProgramType, libbpf_sys};
use std::io;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};

pub(super) const HOOK: Hook = Hook {
    takes: |program, _| matches!(program, ProgramType::SkSkb | ProgramType::SkMsg),
    attach: |request| attach(request).map(Attachment::new),
};

/// A program of a map of sockets, which is detached when this is dropped.
#[derive(Debug)]
struct Attached {
    program: OwnedFd,
    map: OwnedFd,
    attach_type: u32,
}

fn attach(request: &Request<'_>) -> Result<Attached, Failure> {
    let map = request.map()?;
    if !matches!(map.map_type(), MapType::Sockmap | MapType::Sockhash) {
        return Err(request.bad_target("a map of sockets"));
    }
    let failed = |error: io::Error| request.failure(Errno::of_io(&error), &error.to_string());
    let program = request.program.as_fd().try_clone_to_owned();
    let map = map.as_fd().try_clone_to_owned();
    let (program, map) = (program.map_err(failed)?, map.map_err(failed)?);
    request.result(request.program.attach_sockmap(map.as_raw_fd()))?;
    Ok(Attached {
        program,
        map,
        attach_type: request.program.attach_type() as u32,
    })
}

impl Drop for Attached {
    fn drop(&mut self) {
        // SAFETY: takes three numbers, of which two are open descriptors.
        #[allow(unsafe_code, reason = "libbpf-rs does not detach these")]
        unsafe {
            libbpf_sys::bpf_prog_detach2(
                self.program.as_raw_fd(),
                self.map.as_raw_fd(),
                self.attach_type,
            );
        }
    }
}
