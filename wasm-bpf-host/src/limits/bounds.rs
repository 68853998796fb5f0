//! The limits of one guest.

use crate::attach::AttachKind;
use crate::profile::Profile;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::time::Duration;

/// Limits of one guest. What is not set is not limited, but for numbers that no honest guest reaches and a machine survives.
///
/// All that is loaded, attached or open at a time counts together; what is closed does not count any more. A call that would go
/// beyond a limit fails with `-EPERM` (attachments: `-ENOSPC`), and the log says which limit it was.
///
/// What limits do not count: memory that BPF programs allocate themselves (objects of `bpf_obj_new`, elements of storage beyond
/// 16,384 owners), what the kernel takes to verify and translate programs, files of the folders that the guest was given.
/// A memory cgroup of the host's process bounds these as well.
///
/// ```
/// use wasm_bpf_host::{AttachKind, Limits};
///
/// let mut limits = Limits::default();
/// limits.map_bytes = 16 << 20;
/// limits.program_types = Some(["tracepoint".to_owned()].into());
/// limits.attach_kinds = Some([AttachKind::Tracepoint].into());
/// ```
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes of the guest's module. Compiling takes time and memory in proportion to that, or more. Default: 64 MiB.
    pub module: usize,
    /// Bytes of the guest's memory. Growing beyond fails, as in a machine with that much memory. Default: 1 GiB.
    pub memory: usize,
    /// Units of fuel, about one for each instruction: the guest ends with [`Error::Fuel`](crate::Error::Fuel) without.
    pub fuel: Option<u64>,
    /// How long the guest may run: it ends with [`Error::Deadline`](crate::Error::Deadline) after that.
    pub time: Option<Duration>,
    /// Program types that may be loaded, by libbpf's names, which [`program_type_names`](crate::program_type_names) lists:
    /// `kprobe`, `xdp`, `sched_cls`. `None`: all. A program counts as the type that it will be loaded as, functions of tables as `struct_ops` wherever their
    /// section is, and tables themselves as well. `ext` programs take the place of functions of other programs, and may do what
    /// those may.
    pub program_types: Option<BTreeSet<String>>,
    /// How programs may be attached. `None`: all ways.
    pub attach_kinds: Option<BTreeSet<AttachKind>>,
    /// Objects that may be loaded at a time. Default: 64.
    pub objects: usize,
    /// Bytes that the sections of all objects claim to have, `.bss` included, and those that overlap in full: what libbpf
    /// makes of an image is in proportion to that. Counted before libbpf reads the image. Default: 64 MiB.
    pub image_bytes: u64,
    /// Programs that all objects may have together, functions that they call included. Counted before libbpf reads the image.
    /// Default: 4096.
    pub programs: usize,
    /// Maps that all loaded objects may have together, those of sections and prototypes of inner maps included. Default: 1024.
    pub maps: usize,
    /// Elements, bytes of a ring buffer, or pages of an arena, that one map may have. Default: no limit but
    /// [`map_bytes`](Limits::map_bytes).
    pub map_entries: u32,
    /// Bytes of the kernel's memory that all maps may take together when they are full, as the kernel counts them: with what
    /// each element takes besides its key and value, for each CPU that the machine may have where values or buffers are per CPU,
    /// with the buffers of perf event arrays. Default: 512 MiB.
    pub map_bytes: u64,
    /// Attachments at a time. A perf event counts once, and has a descriptor for each CPU. Default: 1024.
    pub attachments: usize,
    /// Bytes of libbpf's messages of one call, the verifier's log included, that reach the log: what is beyond is left out in
    /// the middle. Default: 1 MiB.
    pub log_bytes: usize,
    /// Whether maps may be pinned in the BPF file system, where other programs find them, and theirs are found.
    pub pinning: bool,
    /// What programs may do, by their instructions: [`Profile::trusted`] unless set.
    pub profile: Profile,
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
            image_bytes: 64 << 20,
            programs: 4096,
            maps: 1024,
            map_entries: u32::MAX,
            map_bytes: 512 << 20,
            attachments: 1024,
            log_bytes: 1 << 20,
            pinning: false,
            profile: Profile::trusted(),
        }
    }
}
