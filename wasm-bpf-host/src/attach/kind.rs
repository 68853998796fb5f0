//! The table of hooks.

use super::hook::Hook;
use libbpf_rs::ProgramType;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Makes [`AttachKind`] of its lines: the name of each hook in Rust, and its file, which is its name for users, too.
macro_rules! hooks {
    ($($(#[$doc:meta])+ $kind:ident: $file:ident,)+) => {
        /// A way to attach a program.
        ///
        /// ```
        /// use wasm_bpf_host::AttachKind;
        ///
        /// let kind: AttachKind = "perf_event".parse()?;
        /// assert_eq!(kind, AttachKind::PerfEvent);
        /// assert_eq!(kind.to_string(), "perf_event");
        /// assert!("no_such_event".parse::<AttachKind>().is_err());
        /// # Ok::<(), wasm_bpf_host::UnknownAttachKind>(())
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum AttachKind {
            $($(#[$doc])+ $kind,)+
        }

        impl AttachKind {
            /// All of them.
            pub const ALL: &'static [AttachKind] = &[$(AttachKind::$kind,)+];

            /// What users call it: `perf_event`.
            pub fn name(self) -> &'static str {
                match self {
                    $(AttachKind::$kind => stringify!($file),)+
                }
            }

            pub(super) fn hook(self) -> Hook {
                match self {
                    $(AttachKind::$kind => super::$file::HOOK,)+
                }
            }
        }
    };
}

hooks! {
    /// Tracepoints, also raw ones and those with BTF.
    Tracepoint: tracepoint,
    /// Functions of the kernel: kprobe, kretprobe, ksyscall.
    Kprobe: kprobe,
    /// Functions of a program: uprobe, uretprobe.
    Uprobe: uprobe,
    /// Static probes of a program.
    Usdt: usdt,
    /// Perf events.
    PerfEvent: perf_event,
    /// fentry, fexit, fmod_ret.
    Trace: trace,
    /// Security hooks.
    Lsm: lsm,
    /// Programs of a cgroup.
    Cgroup: cgroup,
    /// Programs of a network namespace.
    Netns: netns,
    /// Programs of a map of sockets.
    SockMap: sockmap,
    /// Socket filters, on an interface.
    Socket: socket,
    /// XDP, on an interface.
    Xdp: xdp,
    /// Traffic control, on an interface.
    Tc: tc,
    /// Iterators.
    Iter: iter,
    /// Tables of functions that the kernel calls.
    StructOps: struct_ops,
    /// Whatever else libbpf attaches by section name.
    Other: other,
}

impl AttachKind {
    /// How a program is attached, by its type and, where that says too little, its section.
    pub(super) fn of(program: ProgramType, section: &str) -> Self {
        let prefix = section.split(['/', '.']).next().unwrap_or_default();
        let mut kinds = AttachKind::ALL.iter().copied();
        let found = kinds.find(|kind| (kind.hook().takes)(program, prefix));
        found.unwrap_or(AttachKind::Other)
    }
}

/// No [`AttachKind`] has this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such kind: {name}; there are {}", names())]
pub struct UnknownAttachKind {
    /// What was looked for.
    pub name: String,
}

fn names() -> String {
    let names: Vec<&str> = AttachKind::ALL.iter().map(|kind| kind.name()).collect();
    names.join(", ")
}

impl fmt::Display for AttachKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for AttachKind {
    type Err = UnknownAttachKind;

    fn from_str(name: &str) -> Result<Self, UnknownAttachKind> {
        let mut kinds = AttachKind::ALL.iter().copied();
        kinds
            .find(|kind| kind.name() == name)
            .ok_or_else(|| UnknownAttachKind {
                name: name.to_owned(),
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// No two hooks want the same program, whatever its type and section are.
    #[test]
    fn each_program_has_one_hook() {
        let prefixes = [
            "kprobe",
            "uprobe",
            "uretprobe",
            "usdt",
            "iter",
            "tp_btf",
            "fentry",
            "lsm",
            "lsm_cgroup",
        ];
        for program in (0..64).map(ProgramType::from) {
            for prefix in prefixes {
                let takes = |kind: &&AttachKind| (kind.hook().takes)(program, prefix);
                let hooks = AttachKind::ALL.iter().filter(takes);
                assert!(hooks.count() <= 1, "{program:?} in {prefix}");
            }
        }
    }

    #[test]
    fn sections_decide_where_types_do_not() {
        for (program, section, kind) in [
            (ProgramType::Kprobe, "kretprobe.multi/x", AttachKind::Kprobe),
            (ProgramType::Kprobe, "uprobe.multi/x", AttachKind::Uprobe),
            (ProgramType::Kprobe, "usdt", AttachKind::Usdt),
            (ProgramType::Tracing, "iter.s/task", AttachKind::Iter),
            (ProgramType::Tracing, "tp_btf/x", AttachKind::Tracepoint),
            (ProgramType::Tracing, "fexit.s/x", AttachKind::Trace),
            (ProgramType::Lsm, "lsm_cgroup/x", AttachKind::Cgroup),
            (ProgramType::Lsm, "lsm.s/x", AttachKind::Lsm),
            (ProgramType::Syscall, "syscall", AttachKind::Other),
        ] {
            assert_eq!(AttachKind::of(program, section), kind, "{section}");
        }
    }
}
