//! Functions of the kernel, and system calls.

use super::attachment::Attachment;
use super::hook::Hook;
use super::request::Request;
use crate::errno::{Errno, Failure};
use libbpf_rs::{Link, ProgramType};

pub(super) const HOOK: Hook = Hook {
    takes: |program, prefix| {
        program == ProgramType::Kprobe && !matches!(prefix, "uprobe" | "uretprobe" | "usdt")
    },
    attach: |request| attach(request).map(Attachment::new),
};

fn attach(request: &Request<'_>) -> Result<Link, Failure> {
    if !request.has_target("a function of the kernel")? {
        return request.by_section();
    }
    let (kind, _) = request
        .section
        .split_once('/')
        .unwrap_or((request.section, ""));
    let (program, target) = (&request.program, request.target);
    request.result(match kind {
        "kprobe" => program.attach_kprobe(false, target),
        "kretprobe" => program.attach_kprobe(true, target),
        "ksyscall" => program.attach_ksyscall(false, target),
        "kretsyscall" => program.attach_ksyscall(true, target),
        "kprobe.multi" => program.attach_kprobe_multi(false, vec![target]),
        "kretprobe.multi" => program.attach_kprobe_multi(true, vec![target]),
        _ => {
            return Err(request.failure(Errno::OPNOTSUPP, "a section name that takes no target"));
        }
    })
}
