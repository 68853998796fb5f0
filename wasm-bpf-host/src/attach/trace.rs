//! Functions of the kernel by BTF: fentry, fexit, fmod_ret.

use super::attachment::Attachment;
use super::hook::Hook;
use libbpf_rs::ProgramType;

pub(super) const HOOK: Hook = Hook {
    takes: |program, prefix| {
        program == ProgramType::Tracing && !matches!(prefix, "iter" | "tp_btf")
    },
    attach: |request| request.by_section().map(Attachment::new),
};
