//! Definitions of maps that libbpf, or the kernel for it, must not get.

use super::elf::Headers;
use super::error::ImageError;
use super::relocations::{JUMP_TABLES, is_struct_ops};
use btf_layout::{Btf, Kind};
use libbpf_rs::libbpf_sys::{
    BPF_F_LINK, BPF_MAP_TYPE_ARENA, BPF_MAP_TYPE_ARRAY, BPF_MAP_TYPE_BLOOM_FILTER,
    BPF_MAP_TYPE_INSN_ARRAY, BPF_MAP_TYPE_LRU_PERCPU_HASH, BPF_MAP_TYPE_PERCPU_ARRAY,
    BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE, BPF_MAP_TYPE_PERCPU_HASH, BPF_MAP_TYPE_PERF_EVENT_ARRAY,
    BPF_MAP_TYPE_RINGBUF, BPF_MAP_TYPE_STRUCT_OPS, BPF_MAP_TYPE_USER_RINGBUF,
};
use object::elf;
use skel_gen::object::{BpfObject, Map, MapOrigin};

/// A map that an object defines, or that libbpf makes of one of its sections.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ImageMap {
    /// Its name as libbpf gives it.
    pub name: String,
    /// `BPF_MAP_TYPE_*`
    pub kind: u32,
    /// Size of a key in bytes.
    pub key_size: u32,
    /// Size of a value in bytes.
    pub value_size: u32,
    /// Largest number of elements; of a ring buffer, its bytes.
    pub max_entries: u32,
    /// `BPF_F_*`
    pub flags: u32,
    /// Whether it is pinned under its name.
    pub pinned: bool,
    /// Whether libbpf makes it at load.
    pub autocreate: bool,
    /// What the maps in it are like, of a map of maps.
    pub inner: Option<Box<ImageMap>>,
}

/// Maps with a value for each processor.
const PER_CPU: [u32; 4] = [
    BPF_MAP_TYPE_PERCPU_HASH,
    BPF_MAP_TYPE_PERCPU_ARRAY,
    BPF_MAP_TYPE_LRU_PERCPU_HASH,
    BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE,
];

/// Maps that an object may have: no process has descriptors for more.
const MAX_MAPS: usize = 4096;
/// Bytes that an arena may have, which the kernel's limit is too; and the smallest page.
const MAX_ARENA: u64 = 1 << 32;
const PAGE: u64 = 4096;
/// Hash functions of a bloom filter.
const MAX_HASHES: u64 = 15;
/// Members of a table of functions, in bytes: the largest of a kernel have a few hundred.
const MAX_TABLE: u32 = 1 << 16;
/// Members of a table of functions.
pub(super) const MAX_MEMBERS: u64 = 1024;

/// Sizes of the keys and values that libbpf writes for static probes, in bytes: `int` to `struct usdt_spec`, `long` to `int`.
const USDT: [(&str, u32, u32); 2] = [
    ("__bpf_usdt_specs", 4, 208),
    ("__bpf_usdt_ip_to_spec_id", 8, 4),
];

/// Checks all maps; what they are.
pub(super) fn read(
    headers: &Headers<'_>,
    object: &BpfObject<'_>,
    btf: &Btf<'_>,
) -> Result<Vec<ImageMap>, ImageError> {
    if let Some(section) = headers
        .section(".maps")
        .filter(|s| s.kind != elf::SHT_PROGBITS)
    {
        return Err(section.wrong("it has definitions of maps, but no bytes"));
    }
    for map in object
        .maps
        .iter()
        .filter(|map| map.origin == MapOrigin::Source)
    {
        definition(map)?;
    }
    let others = object
        .maps
        .iter()
        .filter(|map| map.kind.0 != BPF_MAP_TYPE_STRUCT_OPS);
    let mut maps: Vec<ImageMap> = others.map(ImageMap::of).collect();
    maps.extend(jump_tables(headers));
    tables(btf, &mut maps)?;
    if maps.len() > MAX_MAPS {
        return Err(ImageError::OutOfProportion {
            what: "maps",
            count: maps.len() as u64,
            limit: MAX_MAPS as u64,
        });
    }
    Ok(maps)
}

fn wrong(map: &Map<'_>, problem: impl Into<String>) -> ImageError {
    ImageError::Map {
        map: map.name.clone(),
        problem: problem.into(),
    }
}

/// Checks a definition of `.maps`.
fn definition(map: &Map<'_>) -> Result<(), ImageError> {
    if map.name.is_empty() {
        return Err(wrong(map, "it has no name"));
    }
    match map.kind.0 {
        // libbpf takes it for one that it has made of a table, and of which it knows more.
        BPF_MAP_TYPE_STRUCT_OPS => {
            return Err(wrong(
                map,
                "a table of functions is no definition of '.maps'",
            ));
        }
        // libbpf maps it over whatever of the host's own memory is at that address.
        BPF_MAP_TYPE_ARENA if map.map_extra != 0 => {
            return Err(wrong(map, "an arena chooses its address by map_extra"));
        }
        BPF_MAP_TYPE_ARENA => {
            let bytes = u64::from(map.max_entries) * PAGE;
            if bytes == 0 || bytes > MAX_ARENA {
                return Err(wrong(map, "an arena has from one page to 4 GiB"));
            }
        }
        BPF_MAP_TYPE_BLOOM_FILTER if map.map_extra > MAX_HASHES => {
            return Err(wrong(map, "map_extra of a bloom filter is 15 at most"));
        }
        BPF_MAP_TYPE_BLOOM_FILTER => {}
        _ if map.map_extra != 0 => {
            return Err(wrong(map, "map_extra has no meaning for its type"));
        }
        _ => {}
    }
    let usdt = USDT.iter().find(|(name, ..)| *name == map.name);
    if let Some((_, key, value)) = usdt
        && (map.key_size > *key || map.value_size > *value)
    {
        // libbpf fills it from memory of the host's, of which the kernel would read on.
        return Err(wrong(
            map,
            "its elements are larger than those that libbpf writes to it",
        ));
    }
    match map.inner.as_deref() {
        Some(inner) if matches!(inner.kind.0, BPF_MAP_TYPE_ARENA | BPF_MAP_TYPE_STRUCT_OPS) => {
            Err(wrong(map, "maps of its inner type cannot be in a map"))
        }
        Some(inner) => definition(&Map {
            name: format!("{}.inner", map.name),
            ..inner.clone()
        }),
        None => Ok(()),
    }
}

/// Tables of functions: variables of struct types, which libbpf copies and writes to, static ones too. A map each.
fn tables(btf: &Btf<'_>, maps: &mut Vec<ImageMap>) -> Result<(), ImageError> {
    for id in btf.ids() {
        let section = btf.name(id);
        let Kind::Datasec(datasec) = btf.kind(id) else {
            continue;
        };
        if !is_struct_ops(section) {
            continue;
        }
        for entry in datasec.vars() {
            let Kind::Var { ty, .. } = btf.kind(entry.var) else {
                continue;
            };
            let name = btf.name(entry.var);
            let size = btf.size(ty).unwrap_or_default().0;
            let members = match btf.kind(btf.resolved(ty)) {
                Kind::Struct(composite) => composite.len() as u64,
                _ => u64::MAX,
            };
            if members > MAX_MEMBERS || size > MAX_TABLE {
                return Err(ImageError::Variable {
                    section: section.to_owned(),
                    variable: name.to_owned(),
                    problem: "is no table of functions: a struct of 64 KiB and 1024 members at most",
                });
            }
            maps.push(ImageMap {
                autocreate: !section.starts_with('?'),
                flags: if section.ends_with(".link") {
                    BPF_F_LINK
                } else {
                    0
                },
                ..ImageMap::internal(name, BPF_MAP_TYPE_STRUCT_OPS, size, 1)
            });
        }
    }
    Ok(())
}

/// libbpf makes a map of each table of jumps that it relocates.
fn jump_tables(headers: &Headers<'_>) -> Option<ImageMap> {
    let section = headers.section(JUMP_TABLES)?;
    let count = u32::try_from(section.size / 8).unwrap_or(u32::MAX);
    Some(ImageMap::internal(
        JUMP_TABLES,
        BPF_MAP_TYPE_INSN_ARRAY,
        8,
        count,
    ))
}

impl ImageMap {
    /// About how many bytes of memory it takes, with one inner map of each map of maps, on a machine with this many processors.
    pub fn memory(&self, processors: u64) -> u64 {
        let word = |bytes: u32| u64::from(bytes).next_multiple_of(8);
        let entries = u64::from(self.max_entries);
        let value = match PER_CPU.contains(&self.kind) {
            true => word(self.value_size).saturating_mul(processors),
            false => word(self.value_size),
        };
        let own = match self.kind {
            BPF_MAP_TYPE_ARENA => entries.saturating_mul(PAGE),
            BPF_MAP_TYPE_RINGBUF | BPF_MAP_TYPE_USER_RINGBUF => entries,
            BPF_MAP_TYPE_PERF_EVENT_ARRAY => processors.max(entries).saturating_mul(8),
            BPF_MAP_TYPE_ARRAY | BPF_MAP_TYPE_PERCPU_ARRAY => entries.saturating_mul(value),
            // What a table keeps beside key and value.
            _ => {
                entries.saturating_mul(value.saturating_add(word(self.key_size)).saturating_add(64))
            }
        };
        let inner = self.inner.as_ref().map_or(0, |map| map.memory(processors));
        own.saturating_add(inner)
    }

    fn of(map: &Map<'_>) -> Self {
        ImageMap {
            name: map.name.clone(),
            kind: map.kind.0,
            key_size: map.key_size,
            value_size: map.value_size,
            max_entries: map.max_entries,
            flags: map.flags,
            pinned: map.pinned,
            autocreate: map.autocreate,
            inner: map.inner.as_deref().map(|map| Box::new(ImageMap::of(map))),
        }
    }

    /// A map that libbpf makes.
    fn internal(name: &str, kind: u32, value_size: u32, max_entries: u32) -> Self {
        ImageMap {
            name: name.to_owned(),
            kind,
            key_size: 4,
            value_size,
            max_entries,
            flags: 0,
            pinned: false,
            autocreate: true,
            inner: None,
        }
    }
}
