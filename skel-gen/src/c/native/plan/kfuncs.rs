//! Kernel functions that BPF programs can call: functions with a `bpf_kfunc` declaration tag.
//!
//! Source: <https://docs.kernel.org/bpf/kfuncs.html>; the tags are set by pahole.

use btf_layout::{Btf, Kind, TypeId};

/// A kernel function that BPF programs can call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Kfunc {
    /// Its [`Kind::Func`].
    pub(crate) func: TypeId,
    /// Whether it spares the caller's registers (`bpf_fastcall`).
    pub(crate) fastcall: bool,
}

/// The kernel functions of `btf`, by name; one of each name.
pub(super) fn of(btf: &Btf<'_>) -> Vec<Kfunc> {
    let (mut kfuncs, mut fastcalls) = (Vec::new(), Vec::new());
    for id in btf.ids() {
        let Kind::DeclTag {
            target,
            component: None,
            ..
        } = btf.kind(id)
        else {
            continue;
        };
        let Kind::Func { proto, .. } = btf.kind(target) else {
            continue;
        };
        // A function type with a flaw is none.
        if !matches!(btf.kind(proto), Kind::FuncProto(_)) {
            continue;
        }
        match btf.name(id) {
            "bpf_kfunc" => kfuncs.push(target),
            "bpf_fastcall" => fastcalls.push(target),
            _ => {}
        }
    }
    kfuncs.sort_by_key(|func| (btf.name(*func), *func));
    kfuncs.dedup_by_key(|func| btf.name(*func));
    let kfunc = |func: &TypeId| Kfunc {
        func: *func,
        fastcall: fastcalls.contains(func),
    };
    kfuncs.iter().map(kfunc).collect()
}
