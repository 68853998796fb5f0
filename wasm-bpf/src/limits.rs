//! What a host allows a guest.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// Limits of one guest. What is not set is not limited, but for a few numbers that no honest guest reaches.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Limits {
    /// Bytes of the guest's module. Compiling takes time and memory in proportion to that, or more. Default: 64 MiB.
    pub module: usize,
    /// Bytes of the guest's memory. Growing beyond fails, as in a machine with that much memory.
    pub memory: usize,
    /// Units of fuel, about one for each instruction: the guest ends with [`Error::Fuel`](crate::Error::Fuel) without.
    pub fuel: Option<u64>,
    /// How long the guest may run: it ends with [`Error::Deadline`](crate::Error::Deadline) behind that.
    pub time: Option<Duration>,
    /// Program types that may be loaded, by libbpf's names: `kprobe`, `xdp`, `sched_cls`. `None`: all.
    pub program_types: Option<BTreeSet<String>>,
    /// How programs may be attached. `None`: all ways.
    pub attach_kinds: Option<BTreeSet<AttachKind>>,
    /// Objects that may be loaded at a time.
    pub objects: usize,
    /// Maps that all loaded objects may have together, those of sections included.
    pub maps: usize,
    /// Elements, or bytes of a ring buffer, that one map may have.
    pub map_entries: u32,
    /// Attachments at a time.
    pub attachments: usize,
    /// Whether maps may be pinned in the BPF file system, where other programs find them, and theirs are found.
    pub pinning: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            module: 64 << 20,
            memory: 1 << 30,
            fuel: None,
            time: None,
            program_types: None,
            attach_kinds: None,
            objects: 64,
            maps: 1024,
            map_entries: u32::MAX,
            attachments: 1024,
            pinning: false,
        }
    }
}

/// What objects take of the limits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Usage {
    pub(crate) maps: usize,
}

impl Usage {
    /// Both together.
    pub(crate) fn with(self, other: Self) -> Self {
        Usage {
            maps: self.maps + other.maps,
        }
    }
}

/// A way to attach a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum AttachKind {
    /// Tracepoints, also raw ones and those with BTF.
    Tracepoint,
    /// Functions of the kernel: kprobe, kretprobe, ksyscall.
    Kprobe,
    /// Functions of a program: uprobe, uretprobe.
    Uprobe,
    /// Static probes of a program.
    Usdt,
    /// fentry, fexit, fmod_ret.
    Trace,
    /// Perf events.
    PerfEvent,
    /// Security hooks.
    Lsm,
    /// Programs of a cgroup.
    Cgroup,
    /// Socket filters, on an interface.
    Socket,
    /// XDP, on an interface.
    Xdp,
    /// Traffic control, on an interface.
    Tc,
    /// Programs of a network namespace.
    Netns,
    /// Iterators.
    Iter,
    /// Programs of a map of sockets.
    SockMap,
    /// Tables of functions that the kernel calls.
    StructOps,
    /// Whatever else libbpf attaches by section name.
    Other,
}

impl AttachKind {
    /// All of them, by name.
    pub const ALL: [(&str, AttachKind); 16] = [
        ("tracepoint", AttachKind::Tracepoint),
        ("kprobe", AttachKind::Kprobe),
        ("uprobe", AttachKind::Uprobe),
        ("usdt", AttachKind::Usdt),
        ("trace", AttachKind::Trace),
        ("perf_event", AttachKind::PerfEvent),
        ("lsm", AttachKind::Lsm),
        ("cgroup", AttachKind::Cgroup),
        ("socket", AttachKind::Socket),
        ("xdp", AttachKind::Xdp),
        ("tc", AttachKind::Tc),
        ("netns", AttachKind::Netns),
        ("iter", AttachKind::Iter),
        ("sockmap", AttachKind::SockMap),
        ("struct_ops", AttachKind::StructOps),
        ("other", AttachKind::Other),
    ];
}

impl fmt::Display for AttachKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = AttachKind::ALL.iter().find(|(_, kind)| kind == self);
        f.write_str(found.map_or("other", |(name, _)| name))
    }
}

impl FromStr for AttachKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = AttachKind::ALL.iter().find(|(name, _)| *name == text);
        found.map(|(_, kind)| *kind).ok_or_else(|| {
            let names: Vec<&str> = AttachKind::ALL.iter().map(|(name, _)| *name).collect();
            format!("no such kind, but: {}", names.join(", "))
        })
    }
}
