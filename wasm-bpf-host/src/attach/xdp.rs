//! XDP: packets of an interface, before the kernel makes anything of them.

use super::attachment::Attachment;
use super::hook::Hook;
use super::interface;
use super::request::Request;
use crate::errno::Failure;
use libbpf_rs::{Link, ProgramType};

pub(super) const HOOK: Hook = Hook {
    takes: |program, _| program == ProgramType::Xdp,
    attach: |request| attach(request).map(Attachment::new),
};

fn attach(request: &Request<'_>) -> Result<Link, Failure> {
    let index = interface::index(request, request.target)?;
    request.result(request.program.attach_xdp(index))
}
