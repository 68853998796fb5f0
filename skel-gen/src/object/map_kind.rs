//! The kinds of maps: the kernel's `BPF_MAP_TYPE_*`.

/// A `BPF_MAP_TYPE_*`, known here or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MapKind(pub u32);

/// Constants of [`MapKind`], called like the kernel's.
macro_rules! kinds {
    ($($name:ident = $number:literal,)*) => {
        #[allow(missing_docs, reason = "each is the kernel's of this name")]
        impl MapKind {
            $(pub const $name: Self = MapKind($number);)*
        }
    };
}

kinds! {
    ARRAY = 2,
    PROG_ARRAY = 3,
    PERF_EVENT_ARRAY = 4,
    PERCPU_HASH = 5,
    PERCPU_ARRAY = 6,
    LRU_PERCPU_HASH = 10,
    ARRAY_OF_MAPS = 12,
    HASH_OF_MAPS = 13,
    DEVMAP = 14,
    SOCKMAP = 15,
    CPUMAP = 16,
    XSKMAP = 17,
    SOCKHASH = 18,
    REUSEPORT_SOCKARRAY = 20,
    PERCPU_CGROUP_STORAGE = 21,
    QUEUE = 22,
    STACK = 23,
    STRUCT_OPS = 26,
    RINGBUF = 27,
    USER_RINGBUF = 31,
    ARENA = 33,
}

impl MapKind {
    /// Whether the values are maps.
    pub fn holds_maps(self) -> bool {
        matches!(self, Self::ARRAY_OF_MAPS | Self::HASH_OF_MAPS)
    }

    /// Whether there is one value for each CPU.
    pub fn is_per_cpu(self) -> bool {
        matches!(
            self,
            Self::PERCPU_HASH
                | Self::PERCPU_ARRAY
                | Self::LRU_PERCPU_HASH
                | Self::PERCPU_CGROUP_STORAGE
        )
    }

    /// Whether the elements can be read and written one by one, by key. The others hold file descriptors, or have no keys.
    pub fn has_elements(self) -> bool {
        !matches!(
            self,
            Self::PROG_ARRAY
                | Self::PERF_EVENT_ARRAY
                | Self::ARRAY_OF_MAPS
                | Self::HASH_OF_MAPS
                | Self::DEVMAP
                | Self::SOCKMAP
                | Self::CPUMAP
                | Self::XSKMAP
                | Self::SOCKHASH
                | Self::REUSEPORT_SOCKARRAY
                | Self::QUEUE
                | Self::STACK
                | Self::STRUCT_OPS
                | Self::RINGBUF
                | Self::USER_RINGBUF
                | Self::ARENA
        )
    }
}
