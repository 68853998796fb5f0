//! How much of the kernel's memory a map can take, from its definition alone.
//!
//! The kernel takes what it needs for a map when it makes it, or when elements come. What is counted here is the map with all
//! the elements that it may have, as the kernel's own accounting counts them (`map_mem_usage` of each kind in `kernel/bpf`,
//! which `/proc/PID/fdinfo` shows as `memlock`), with the sizes that the allocator rounds up to. Sizes of the kernel's own
//! structs are those of Linux 6.18; other versions differ by a few bytes an element.

use crate::perf_ring::PERF_PAGES;
use libbpf_rs::{MapType, libbpf_sys};

/// The definition of a map, as far as it decides about memory.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MapShape {
    pub(crate) kind: MapType,
    /// Bytes.
    pub(crate) key_size: u32,
    /// Bytes.
    pub(crate) value_size: u32,
    /// Elements; bytes of a ring buffer; pages of an arena.
    pub(crate) max_entries: u32,
    /// `BPF_F_*` of <linux/bpf.h>.
    pub(crate) flags: u32,
    /// Of a bloom filter: how many hashes an element has.
    pub(crate) extra: u64,
}

/// What the machine multiplies sizes by.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Machine {
    /// CPUs that it may have while it runs.
    pub(crate) cpus: u32,
    /// Bytes of a page.
    pub(crate) page_size: u32,
}

/// A map without elements: its struct, its descriptor, what BTF is kept for it.
const EMPTY_MAP: u128 = 4096;
/// `struct htab_elem`.
const HASH_ELEMENT: u128 = 48;
/// `struct bucket`, as sock hashes and local storage have it, too.
const BUCKET: u128 = 16;
/// A pointer.
const POINTER: u128 = 8;
/// `HASHTAB_MAP_LOCK_COUNT` counters of four bytes.
const HASH_LOCKS: u128 = 8 * 4;
/// `struct lpm_trie_node`, with the 16 bytes more that it had before Linux 6.13.
const TRIE_NODE: u128 = 40;
/// `struct stack_map_bucket`.
const STACK: u128 = 16;
/// `struct bpf_dtab_netdev`.
const DEVICE: u128 = 64;
/// `struct bpf_cpu_map_entry`, the largest queue that it may have, and the stack of its thread.
const CPU_ENTRY: u128 = 512 + 16_384 * 8 + 16_384;
/// Pages of a ring buffer that hold no events.
const RING_META_PAGES: u128 = 3;
/// `struct bpf_local_storage_elem` and the `struct bpf_local_storage` that may come with it.
const STORAGE_ELEMENT: u128 = 128 + 256;
/// Tasks, sockets, files or cgroups that have an element of a storage map, as far as a definition can tell: it sets no bound.
const STORAGE_OWNERS: u128 = 16_384;
/// Cgroups that a program with cgroup storage is attached to.
const STORAGE_CGROUPS: u128 = 1024;
/// Code that the kernel writes for a table of functions.
const STRUCT_OPS_IMAGE: u128 = 64 << 10;

/// `BPF_F_NO_PREALLOC`.
const NO_PREALLOC: u32 = libbpf_sys::BPF_F_NO_PREALLOC;

impl MapShape {
    /// Bytes of the kernel's memory that the map takes when it is full; of perf event arrays with the buffers that the host
    /// opens for it. `u64::MAX` stands for more than that.
    pub(crate) fn kernel_bytes(&self, machine: Machine) -> u64 {
        // No product of these numbers reaches 128 bits.
        let bytes = EMPTY_MAP + self.elements(machine);
        u64::try_from(bytes).unwrap_or(u64::MAX)
    }

    fn elements(&self, machine: Machine) -> u128 {
        let entries = u128::from(self.max_entries);
        let (key, value) = (u128::from(self.key_size), u128::from(self.value_size));
        let (cpus, page) = (u128::from(machine.cpus), u128::from(machine.page_size));
        match self.kind {
            MapType::Hash
            | MapType::LruHash
            | MapType::PercpuHash
            | MapType::LruPercpuHash
            | MapType::HashOfMaps => self.hash(cpus),
            // Those that can be mapped have whole pages.
            MapType::Array => (entries * round(value, 8)).next_multiple_of(page),
            MapType::PercpuArray => entries * (POINTER + round(value, 8) * cpus),
            MapType::ProgArray
            | MapType::CgroupArray
            | MapType::ArrayOfMaps
            | MapType::Devmap
            | MapType::Sockmap
            | MapType::Xskmap
            | MapType::ReuseportSockarray => entries * POINTER,
            MapType::PerfEventArray => {
                entries.max(cpus) * POINTER + cpus * (1 + PERF_PAGES as u128) * page
            }
            MapType::DevmapHash => {
                entries.next_power_of_two() * POINTER + entries * allocated(DEVICE)
            }
            MapType::Cpumap => entries * POINTER + entries.min(cpus) * CPU_ENTRY,
            MapType::Sockhash => {
                entries.next_power_of_two() * BUCKET + entries * allocated(HASH_ELEMENT + key)
            }
            MapType::StackTrace => {
                entries.next_power_of_two() * POINTER + entries * (STACK + round(value, 8))
            }
            // Each element but the first may split a node in two.
            MapType::LpmTrie => 2 * entries * allocated(TRIE_NODE + key + value),
            MapType::Queue | MapType::Stack => (entries + 1) * value,
            MapType::BloomFilter => self.bloom(),
            MapType::RingBuf | MapType::UserRingBuf => ring(entries, page),
            MapType::SkStorage
            | MapType::InodeStorage
            | MapType::TaskStorage
            | MapType::CGrpStorage => {
                cpus.next_power_of_two() * BUCKET
                    + STORAGE_OWNERS * allocated(STORAGE_ELEMENT + round(value, 8))
            }
            MapType::CgroupStorage => STORAGE_CGROUPS * allocated(128 + round(value, 8)),
            MapType::PercpuCgroupStorage => STORAGE_CGROUPS * (128 + round(value, 8) * cpus),
            MapType::StructOps => 4 * value + STRUCT_OPS_IMAGE,
            // Pages, and what finds them.
            MapType::Arena => entries * page + (entries / 512 + 2) * page,
            // A kind that nobody here knows: as much as any of them.
            MapType::Unspec | MapType::Unknown | _ => {
                2 * entries
                    * allocated(HASH_ELEMENT + BUCKET + round(key, 8) + round(value, 8) * cpus)
            }
        }
    }

    fn hash(&self, cpus: u128) -> u128 {
        let per_cpu = self.kind.is_percpu();
        let value = match self.kind {
            MapType::HashOfMaps => POINTER,
            _ => round(u128::from(self.value_size), 8),
        };
        let inline = if per_cpu { POINTER } else { value };
        let element = HASH_ELEMENT + round(u128::from(self.key_size), 8) + inline;
        let values = if per_cpu { value * cpus } else { 0 };
        let entries = u128::from(self.max_entries);
        let table = entries.next_power_of_two() * BUCKET + HASH_LOCKS * cpus;
        let is_lru = matches!(self.kind, MapType::LruHash | MapType::LruPercpuHash);
        if self.flags & NO_PREALLOC != 0 && !is_lru {
            // Each is allocated by itself, with a link to the next free one.
            let pointers = if per_cpu { 2 * POINTER } else { 0 };
            return table + entries * (allocated(element + POINTER) + pointers + values);
        }
        // Some are there for each CPU to begin with.
        table + (entries + cpus) * (element + values) + POINTER * cpus
    }

    fn bloom(&self) -> u128 {
        let hashes = match self.extra & 0xf {
            0 => 5,
            hashes => u128::from(hashes),
        };
        let bits = u128::from(self.max_entries) * hashes * 7 / 5;
        bits.next_power_of_two().clamp(64, 1 << 32) / 8
    }
}

/// `entries` are bytes, which the kernel wants to be pages and a power of two; libbpf sees to it.
fn ring(entries: u128, page: u128) -> u128 {
    let pages = entries.div_ceil(page).next_power_of_two();
    (pages + RING_META_PAGES) * page + (2 * pages + RING_META_PAGES) * POINTER
}

fn round(size: u128, to: u128) -> u128 {
    size.next_multiple_of(to)
}

/// What the kernel's allocator takes for an object of that size.
fn allocated(size: u128) -> u128 {
    match size {
        0..=8 => 8,
        65..=96 => 96,
        129..=192 => 192,
        _ => size.next_power_of_two(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

    const TWO_CPUS: Machine = Machine {
        cpus: 2,
        page_size: 4096,
    };

    fn shape(kind: MapType, sizes: [u32; 3]) -> MapShape {
        let [key_size, value_size, max_entries] = sizes;
        MapShape {
            kind,
            key_size,
            value_size,
            max_entries,
            flags: 0,
            extra: 0,
        }
    }

    #[test]
    fn sizes_by_hand() {
        let bytes = |kind, sizes| shape(kind, sizes).kernel_bytes(TWO_CPUS) - 4096;
        assert_eq!(bytes(MapType::Array, [4, 5, 1]), 4096);
        assert_eq!(bytes(MapType::Array, [4, 5, 1024]), 8192);
        assert_eq!(bytes(MapType::PercpuArray, [4, 12, 10]), 10 * (8 + 2 * 16));
        // 1024 buckets, elements of 48 + 8 + 16 bytes, of which two are spare.
        let hash = 1024 * 16 + 2 * 32 + 1002 * 72 + 2 * 8;
        assert_eq!(bytes(MapType::Hash, [4, 9, 1000]), hash);
        // Pages, three more, and pointers to all of them, to the events twice.
        assert_eq!(bytes(MapType::RingBuf, [0, 0, 5000]), 5 * 4096 + 7 * 8);
        assert_eq!(
            bytes(MapType::PerfEventArray, [4, 4, 0]),
            16 + 2 * 65 * 4096
        );
        assert_eq!(bytes(MapType::BloomFilter, [0, 4, 1000]), 8192 / 8);
        assert_eq!(bytes(MapType::Queue, [0, 4, 1000]), 4004);
    }

    #[test]
    fn nothing_overflows() {
        let most = Machine {
            cpus: u32::MAX,
            page_size: 4096,
        };
        for number in 0..100 {
            let kind = MapType::from(number);
            let shape = MapShape {
                flags: u32::MAX,
                extra: u64::MAX,
                ..shape(kind, [u32::MAX; 3])
            };
            assert!(shape.kernel_bytes(most) > 1 << 20, "{kind:?}");
            assert!(shape.kernel_bytes(most) >= shape.kernel_bytes(TWO_CPUS));
        }
        let largest = shape(MapType::PercpuHash, [u32::MAX; 3]);
        assert_eq!(largest.kernel_bytes(most), u64::MAX);
    }

    /// Creates a map. `None` if this kernel does not let it.
    fn create(shape: &MapShape) -> Option<OwnedFd> {
        let opts = libbpf_sys::bpf_map_create_opts {
            sz: size_of::<libbpf_sys::bpf_map_create_opts>() as libbpf_sys::size_t,
            map_flags: shape.flags,
            map_extra: shape.extra,
            ..Default::default()
        };
        // SAFETY: the options have their size in them; a new descriptor is nobody else's.
        #[allow(unsafe_code, reason = "libbpf-rs leaves some options out")]
        unsafe {
            let fd = libbpf_sys::bpf_map_create(
                shape.kind as u32,
                c"measured".as_ptr(),
                shape.key_size,
                shape.value_size,
                shape.max_entries,
                &raw const opts,
            );
            (fd >= 0).then(|| OwnedFd::from_raw_fd(fd))
        }
    }

    /// Puts all elements into it: keys count up from the first byte.
    fn fill(map: &OwnedFd, shape: &MapShape, cpus: u32) {
        let value = vec![1_u8; (shape.value_size as usize).next_multiple_of(8) * cpus as usize];
        for number in 0..shape.max_entries {
            let mut key = vec![0_u8; shape.key_size as usize];
            match shape.kind {
                // All bits count, and then that number from its highest bit on, so that nodes split.
                MapType::LpmTrie => {
                    key[..4].copy_from_slice(&(8 * (shape.key_size - 4)).to_le_bytes());
                    key[4..8].copy_from_slice(&number.reverse_bits().to_le_bytes());
                }
                _ => key[..4].copy_from_slice(&number.to_le_bytes()),
            }
            // SAFETY: key and value have at least the sizes of the map's.
            #[allow(unsafe_code, reason = "the map is none of libbpf-rs's")]
            let result = unsafe {
                libbpf_sys::bpf_map_update_elem(
                    map.as_raw_fd(),
                    key.as_ptr().cast(),
                    value.as_ptr().cast(),
                    0,
                )
            };
            assert_eq!(result, 0, "{shape:?}");
        }
    }

    /// What the kernel counts.
    fn counted(map: &OwnedFd) -> u64 {
        let path = format!("/proc/self/fdinfo/{}", map.as_raw_fd());
        let info = std::fs::read_to_string(path).expect("/proc");
        let line = info.lines().find_map(|line| line.strip_prefix("memlock:"));
        let bytes = line.and_then(|bytes| bytes.trim().parse().ok());
        bytes.expect("a number of bytes")
    }

    /// At least what the kernel counts, and not much more.
    #[test]
    fn the_kernel_counts_the_same() {
        let machine = Machine::this().expect("a machine");
        let prealloc = 0;
        let maps = [
            (MapType::Hash, [8, 100, 5000], prealloc),
            (MapType::Hash, [8, 100, 5000], NO_PREALLOC),
            (MapType::PercpuHash, [4, 16, 3000], prealloc),
            (MapType::PercpuHash, [4, 16, 3000], NO_PREALLOC),
            (MapType::LruHash, [20, 40, 4096], prealloc),
            (MapType::LruPercpuHash, [4, 8, 4096], prealloc),
            (MapType::Array, [4, 24, 10_000], prealloc),
            (MapType::Array, [4, 24, 10_000], libbpf_sys::BPF_F_MMAPABLE),
            (MapType::PercpuArray, [4, 24, 1000], prealloc),
            (MapType::ProgArray, [4, 4, 5000], prealloc),
            (MapType::StackTrace, [4, 1016, 1000], prealloc),
            (MapType::CgroupArray, [4, 4, 5000], prealloc),
            (MapType::LpmTrie, [8, 30, 2000], NO_PREALLOC),
            (MapType::Queue, [0, 12, 5000], prealloc),
            (MapType::Stack, [0, 12, 5000], prealloc),
            (MapType::BloomFilter, [0, 12, 50_000], prealloc),
            (MapType::RingBuf, [0, 0, 1 << 18], prealloc),
            (MapType::UserRingBuf, [0, 0, 1 << 18], prealloc),
            (MapType::Sockhash, [4, 4, 4096], prealloc),
            (MapType::Devmap, [4, 4, 4096], prealloc),
            (MapType::Xskmap, [4, 4, 4096], prealloc),
        ];
        for (kind, sizes, flags) in maps {
            let shape = MapShape {
                flags,
                ..shape(kind, sizes)
            };
            let Some(map) = create(&shape) else {
                println!("skipped: this user or this kernel makes no map of kind {kind:?}");
                continue;
            };
            let fills = flags & NO_PREALLOC != 0;
            if fills {
                fill(&map, &shape, machine.cpus);
            }
            let (here, kernel) = (shape.kernel_bytes(machine), counted(&map));
            assert!(here >= kernel, "{shape:?}: {here}, and the kernel {kernel}");
            // What comes element by element is counted without what the allocator rounds it up to.
            let most = match kind {
                MapType::Sockhash => continue,
                MapType::LpmTrie => kernel * 4,
                _ if fills => kernel * 2,
                _ => kernel + kernel / 8 + 8192,
            };
            assert!(here <= most, "{shape:?}: {here}, and the kernel {kernel}");
        }
    }
}
