//! What a generated skeleton says about its object, in tables.

/// A BPF object: its image, and what is in it.
#[derive(Debug)]
pub struct ObjectSpec {
    /// Its name.
    pub name: &'static str,
    /// The ELF image.
    pub image: &'static [u8],
    /// Its maps.
    pub maps: &'static [MapSpec],
    /// Its programs.
    pub programs: &'static [ProgramSpec],
}

/// A map.
#[derive(Debug)]
pub struct MapSpec {
    /// Its name as libbpf gives it: `exec_start`, `bootstra.rodata`.
    pub name: &'static str,
    /// Section of an internal map, `.rodata`; empty for others.
    pub section: &'static str,
    /// `BPF_MAP_TYPE_*`.
    pub kind: u32,
    /// Size of a key in bytes.
    pub key_size: u32,
    /// Size of a value in bytes.
    pub value_size: u32,
    /// Largest number of elements.
    pub max_entries: u32,
    /// `BPF_F_*`.
    pub flags: u32,
    /// The variables in it.
    pub contents: Contents,
    /// Their size in bytes.
    pub contents_size: u32,
    /// Where the image states `max_entries`, if it can be edited.
    pub max_entries_at: Option<u32>,
    /// Whether libbpf makes it at load.
    pub autocreate: bool,
}

/// The variables that a map holds, and how they get there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contents {
    /// None that the guest sees.
    None,
    /// Constants from this byte of the image on: what is there at load counts.
    Constants(u32),
    /// Variables from this byte of the image on.
    Variables(u32),
    /// Variables that start as zeroes, without bytes in the image: written after load.
    Zeroed,
    /// What the kernel says of itself: read after load.
    Kernel,
}

/// A program.
#[derive(Debug)]
pub struct ProgramSpec {
    /// Its name.
    pub name: &'static str,
    /// Name of its section.
    pub section: &'static str,
    /// The words of the image that decide whether it is loaded, none if that cannot be chosen. Programs of one section have
    /// the same.
    pub switch: &'static [Patch],
    /// Whether it is loaded unless the guest says otherwise.
    pub autoload: bool,
    /// Whether its section says all that it takes to attach it.
    pub by_section: bool,
}

/// A little-endian word of the image and its two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patch {
    /// First byte in the image.
    pub at: u32,
    /// Its value if the programs are to be loaded.
    pub enabled: u32,
    /// Its value if they are not.
    pub disabled: u32,
}

impl MapSpec {
    /// `PERCPU_HASH`, `PERCPU_ARRAY`, `LRU_PERCPU_HASH`, `PERCPU_CGROUP_STORAGE`
    pub(crate) fn is_per_cpu(&self) -> bool {
        matches!(self.kind, 5 | PERCPU_ARRAY | 10 | PERCPU_CGROUP_STORAGE)
    }

    /// Whether it is a table of functions for the kernel.
    pub(crate) fn is_struct_ops(&self) -> bool {
        /// `BPF_MAP_TYPE_STRUCT_OPS`
        const STRUCT_OPS: u32 = 26;
        self.kind == STRUCT_OPS
    }

    /// Bytes of one value as the kernel reads and writes it; for a per-CPU map those of one CPU.
    pub(crate) fn stride(&self) -> usize {
        let size = self.value_size as usize;
        match self.is_per_cpu() {
            true => size.next_multiple_of(8),
            false => size,
        }
    }
}

/// `BPF_MAP_TYPE_PERF_EVENT_ARRAY`
pub(crate) const PERF_EVENT_ARRAY: u32 = 4;
/// `BPF_MAP_TYPE_PERCPU_ARRAY`
pub(crate) const PERCPU_ARRAY: u32 = 6;
/// `BPF_MAP_TYPE_CGROUP_STORAGE`
pub(crate) const CGROUP_STORAGE: u32 = 19;
/// `BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE`
pub(crate) const PERCPU_CGROUP_STORAGE: u32 = 21;
