//! Of which kind a program is.

use crate::limits::AttachKind;
use libbpf_rs::{ProgramMut, ProgramType};

/// How a program is attached, by its type and, where that says too little, its section.
pub(super) fn of(program: &ProgramMut<'_>, section: &str) -> AttachKind {
    let hook = section.split(['/', '.']).next().unwrap_or_default();
    match program.prog_type() {
        ProgramType::Tracepoint
        | ProgramType::RawTracepoint
        | ProgramType::RawTracepointWritable => AttachKind::Tracepoint,
        ProgramType::Kprobe => match hook {
            "uprobe" | "uretprobe" => AttachKind::Uprobe,
            "usdt" => AttachKind::Usdt,
            _ => AttachKind::Kprobe,
        },
        ProgramType::Tracing => match hook {
            "iter" => AttachKind::Iter,
            "tp_btf" => AttachKind::Tracepoint,
            _ => AttachKind::Trace,
        },
        ProgramType::Lsm if hook == "lsm_cgroup" => AttachKind::Cgroup,
        ProgramType::Lsm => AttachKind::Lsm,
        ProgramType::PerfEvent => AttachKind::PerfEvent,
        ProgramType::CgroupSkb
        | ProgramType::CgroupSock
        | ProgramType::CgroupSockAddr
        | ProgramType::CgroupDevice
        | ProgramType::CgroupSysctl
        | ProgramType::CgroupSockopt
        | ProgramType::SockOps => AttachKind::Cgroup,
        ProgramType::SocketFilter => AttachKind::Socket,
        ProgramType::Xdp => AttachKind::Xdp,
        ProgramType::SchedCls => AttachKind::Tc,
        ProgramType::SkLookup | ProgramType::FlowDissector => AttachKind::Netns,
        ProgramType::SkSkb | ProgramType::SkMsg => AttachKind::SockMap,
        ProgramType::StructOps => AttachKind::StructOps,
        _ => AttachKind::Other,
    }
}
