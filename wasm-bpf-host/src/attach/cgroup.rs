//! Programs of a cgroup.

use super::attachment::Attachment;
use super::hook::Hook;
use super::request::Request;
use super::target_path::open_cgroup;
use crate::errno::Failure;
use libbpf_rs::{Link, ProgramType};
use std::os::fd::AsRawFd;

pub(super) const HOOK: Hook = Hook {
    takes: |program, prefix| match program {
        ProgramType::CgroupSkb
        | ProgramType::CgroupSock
        | ProgramType::CgroupSockAddr
        | ProgramType::CgroupDevice
        | ProgramType::CgroupSysctl
        | ProgramType::CgroupSockopt
        | ProgramType::SockOps => true,
        ProgramType::Lsm => prefix == "lsm_cgroup",
        _ => false,
    },
    attach: |request| attach(request).map(Attachment::new),
};

fn attach(request: &Request<'_>) -> Result<Link, Failure> {
    let cgroup = request.open("cgroup", open_cgroup)?;
    request.result(request.program.attach_cgroup(cgroup.as_raw_fd()))
}
