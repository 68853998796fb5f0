//! Tracepoints: by category and name, raw ones by name, those with BTF by section.

use super::attachment::Attachment;
use super::hook::Hook;
use super::request::Request;
use crate::errno::Failure;
use libbpf_rs::{Link, ProgramType, TracepointCategory};

pub(super) const HOOK: Hook = Hook {
    takes: |program, prefix| match program {
        ProgramType::Tracepoint
        | ProgramType::RawTracepoint
        | ProgramType::RawTracepointWritable => true,
        ProgramType::Tracing => prefix == "tp_btf",
        _ => false,
    },
    attach: |request| attach(request).map(Attachment::new),
};

fn attach(request: &Request<'_>) -> Result<Link, Failure> {
    let kind = request.program.prog_type();
    if kind == ProgramType::Tracing {
        return request.by_section();
    }
    let expected = match kind {
        ProgramType::Tracepoint => "category:name",
        _ => "the name of a tracepoint",
    };
    if !request.has_target(expected)? {
        return request.by_section();
    }
    if kind != ProgramType::Tracepoint {
        return request.result(request.program.attach_raw_tracepoint(request.target));
    }
    let parts = request.target.split_once([':', '/']);
    let (category, name) = parts.ok_or_else(|| request.bad_target(expected))?;
    let category = TracepointCategory::Custom(category.to_owned());
    request.result(request.program.attach_tracepoint(category, name))
}
