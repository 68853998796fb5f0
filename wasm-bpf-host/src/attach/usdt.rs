//! Static probes of a program.

use super::attachment::Attachment;
use super::hook::Hook;
use super::request::Request;
use crate::errno::Failure;
use libbpf_rs::{Link, ProgramType};

pub(super) const HOOK: Hook = Hook {
    takes: |program, prefix| program == ProgramType::Kprobe && prefix == "usdt",
    attach: |request| attach(request).map(Attachment::new),
};

/// Any process.
const ALL: i32 = -1;

fn attach(request: &Request<'_>) -> Result<Link, Failure> {
    let expected = "binary:provider:name";
    let target = request.target_or_section(expected)?;
    let parts = target.rsplit_once(':').and_then(|(rest, name)| {
        let (binary, provider) = rest.rsplit_once(':')?;
        Some((binary, provider, name))
    });
    let (binary, provider, name) = parts.ok_or_else(|| request.bad_target(expected))?;
    let file = request.file(binary)?;
    let link = request
        .program
        .attach_usdt(ALL, file.path(), provider, name);
    request.result(link)
}
