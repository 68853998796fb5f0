//! Security hooks of the whole machine.

use super::attachment::Attachment;
use super::hook::Hook;
use libbpf_rs::ProgramType;

pub(super) const HOOK: Hook = Hook {
    takes: |program, prefix| program == ProgramType::Lsm && prefix != "lsm_cgroup",
    attach: |request| request.by_section().map(Attachment::new),
};
