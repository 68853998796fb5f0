//! Programs of a network namespace.

use super::attachment::Attachment;
use super::hook::Hook;
use super::request::Request;
use super::target_path::open_netns;
use crate::errno::Failure;
use libbpf_rs::{Link, ProgramType};
use std::os::fd::AsRawFd;

pub(super) const HOOK: Hook = Hook {
    takes: |program, _| matches!(program, ProgramType::SkLookup | ProgramType::FlowDissector),
    attach: |request| attach(request).map(Attachment::new),
};

fn attach(request: &Request<'_>) -> Result<Link, Failure> {
    let netns = request.open("network namespace", open_netns)?;
    request.result(request.program.attach_netns(netns.as_raw_fd()))
}
