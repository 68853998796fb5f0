//! Maps: those the source defines in `.maps`, and those libbpf makes of data sections.

use super::data::{DataKind, DataSection, variable};
use super::definition::{Definition, Uses};
use super::elf::Elf;
use super::error::ObjectError;
use super::index::Index;
use super::name::{internal_map, internal_member};
use super::section::Section;
use btf_layout::{Btf, Kind, TypeId};

/// A BPF map.
#[derive(Clone, Debug)]
pub struct Map<'a> {
    /// Its name as libbpf gives it: `exec_start`, `bootstra.rodata`.
    pub name: String,
    /// Where it comes from.
    pub origin: MapOrigin<'a>,
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
    /// Type of the keys, if the definition states it.
    pub key: Option<TypeId>,
    /// Type of the values, if the definition states it.
    pub value: Option<TypeId>,
    /// Where the file states [`Map::max_entries`], if that is stated for this map alone.
    pub max_entries_at: Option<u32>,
    /// Whether libbpf makes it at load.
    pub autocreate: bool,
    /// What `map_extra` says, 0 if nothing: its meaning is the map type's.
    pub map_extra: u64,
    /// Whether it is pinned under its name, or found there: `LIBBPF_PIN_BY_NAME`.
    pub pinned: bool,
    /// What the maps in it are like, if it is a map of maps that says so.
    pub inner: Option<Box<Map<'a>>>,
}

/// Where a map comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MapOrigin<'a> {
    /// The section `.maps`.
    Source,
    /// The data section of this name.
    Section(&'a str),
    /// This variable of the `.struct_ops` section of this name.
    StructOps {
        /// The section.
        section: &'a str,
        /// The variable.
        variable: &'a str,
    },
}

/// `BTF_VAR_GLOBAL_ALLOCATED`.
const GLOBAL: u32 = 1;
const BPF_MAP_TYPE_ARRAY: u32 = 2;
pub(super) const BPF_MAP_TYPE_PROG_ARRAY: u32 = 3;
const BPF_MAP_TYPE_STRUCT_OPS: u32 = 26;
const BPF_F_RDONLY_PROG: u32 = 1 << 7;
const BPF_F_MMAPABLE: u32 = 1 << 10;
const BPF_F_LINK: u32 = 1 << 13;

/// The maps of an object, and where those are that the source defines.
#[derive(Debug)]
pub(super) struct Maps<'a> {
    /// All, in libbpf's order.
    pub(super) maps: Vec<Map<'a>>,
    /// Those of `.maps` and the tables of functions, in the same order.
    pub(super) placed: Vec<PlacedMap>,
}

/// Where a map is defined.
#[derive(Clone, Copy, Debug)]
pub(super) struct PlacedMap {
    /// Its position among the object's maps.
    pub(super) map: usize,
    /// Index of its section.
    pub(super) section: usize,
    /// First byte in the section.
    pub(super) offset: u64,
    /// Size in bytes.
    pub(super) size: u64,
    /// The struct that defines it, or that the table is of.
    pub(super) ty: TypeId,
}

/// Finds the maps of an object.
pub(super) fn collect<'a>(
    object: &str,
    elf: &Elf<'a>,
    btf: &'a Btf<'a>,
    index: &Index<'a>,
    data: &[DataSection<'a>],
) -> Result<Maps<'a>, ObjectError> {
    let mut found = Maps {
        maps: Vec::new(),
        placed: Vec::new(),
    };
    let defines = elf.sections.iter().rev();
    let mut defines = defines.filter(|section| section.name == ".maps" && !section.is_ignored);
    if let Some(section) = defines.next() {
        found.define(elf, section, btf, index)?;
        found.check_arena(data)?;
    }
    let of_sections = data
        .iter()
        .filter(|s| !matches!(s.kind, DataKind::StructOps | DataKind::Arena));
    found
        .maps
        .extend(of_sections.map(|section| internal(object, section)));
    for section in data {
        if section.kind == DataKind::StructOps {
            found.add_tables(elf, section, btf)?;
        }
    }
    Ok(found)
}

impl<'a> Maps<'a> {
    /// The maps of `.maps`, in order of their offset.
    fn define(
        &mut self,
        elf: &Elf<'a>,
        section: &Section<'a>,
        btf: &'a Btf<'a>,
        index: &Index<'a>,
    ) -> Result<(), ObjectError> {
        let Some(datasec) = index.datasec(".maps") else {
            return Err(ObjectError::Section {
                section: section.name.to_owned(),
                problem: "is not described by the BTF",
            });
        };
        let uses = Uses::count(btf);
        let btf_at = elf.section(".BTF").map_or(0, |section| section.offset);
        let mut defined = Vec::new();
        for entry in datasec.vars() {
            let Kind::Var { ty, linkage } = btf.kind(entry.var) else {
                continue;
            };
            let definition = Definition {
                btf,
                uses: &uses,
                btf_at,
                name: btf.name(entry.var),
            };
            if definition.name.is_empty() {
                return definition.wrong("it has no name");
            }
            if linkage != GLOBAL {
                return definition.wrong("static maps are not supported");
            }
            let (place, is_hidden) = variable(btf, index, section, entry.var, ty)?;
            if is_hidden {
                return definition.wrong("hidden maps are not supported");
            }
            let offset = u64::from(place.offset.0);
            if offset + u64::from(entry.size) > section.size {
                return definition.wrong("its definition ends past the end of the section");
            }
            defined.push((offset, entry.size, ty, definition.read(ty, entry.size)?));
        }
        defined.sort_by_key(|(offset, ..)| *offset);
        for (offset, size, ty, map) in defined {
            self.placed.push(PlacedMap {
                map: self.maps.len(),
                section: section.index,
                offset,
                size: u64::from(size),
                ty: btf.resolved(ty),
            });
            self.maps.push(map);
        }
        Ok(())
    }

    /// One arena at most, with room for the variables that are in it.
    fn check_arena(&self, data: &[DataSection<'a>]) -> Result<(), ObjectError> {
        /// Pages of the machines that have arenas.
        const PAGE: u64 = 4096;
        let mut arenas = self.maps.iter().filter(|map| map.is_arena());
        let section = data.iter().find(|section| section.kind == DataKind::Arena);
        let wrong = |map: &Map<'_>, problem: String| {
            let map = map.name.clone();
            Err(ObjectError::Map { map, problem })
        };
        match (arenas.next(), arenas.next(), section) {
            (Some(first), Some(second), _) => wrong(
                second,
                format!("it is a second arena, beside map '{}'", first.name),
            ),
            (Some(arena), None, Some(section))
                if u64::from(section.size.0) > PAGE * u64::from(arena.max_entries) =>
            {
                let (section, size) = (section.name, section.size);
                wrong(
                    arena,
                    format!("it has no room for the {size} bytes of section '{section}'"),
                )
            }
            (None, _, Some(section)) => Err(ObjectError::Section {
                section: section.name.to_owned(),
                problem: "holds variables of an arena, but no map is one",
            }),
            _ => Ok(()),
        }
    }

    /// The tables of functions in a section, a map each.
    fn add_tables(
        &mut self,
        elf: &Elf<'a>,
        section: &DataSection<'a>,
        btf: &'a Btf<'a>,
    ) -> Result<(), ObjectError> {
        let index = elf.section(section.name).map_or(0, |found| found.index);
        for (i, variable) in section.variables.iter().enumerate() {
            let ty = btf.resolved(variable.ty);
            let wrong = |problem: &str| ObjectError::Map {
                map: variable.name.to_owned(),
                problem: format!("in section '{}': {problem}", section.name),
            };
            if !btf.is_named(ty) {
                return Err(wrong("it is of a type without a name"));
            }
            if !matches!(btf.kind(ty), Kind::Struct(_)) {
                return Err(wrong("it is not a struct"));
            }
            self.placed.push(PlacedMap {
                map: self.maps.len(),
                section: index,
                offset: u64::from(variable.offset.0),
                size: u64::from(variable.size.0),
                ty,
            });
            self.maps.push(Map {
                name: variable.name.to_owned(),
                origin: MapOrigin::StructOps {
                    section: section.name,
                    variable: variable.name,
                },
                kind: BPF_MAP_TYPE_STRUCT_OPS,
                key_size: 4,
                value_size: variable.size.0,
                max_entries: 1,
                flags: if section.name.ends_with(".link") {
                    BPF_F_LINK
                } else {
                    0
                },
                key: None,
                value: None,
                max_entries_at: None,
                // libbpf takes the `?` for that of the section's first table alone.
                autocreate: i > 0 || !section.name.starts_with('?'),
                map_extra: 0,
                pinned: false,
                inner: None,
            });
        }
        Ok(())
    }
}

/// The map libbpf makes of a data section: an array with one element.
fn internal<'a>(object: &str, section: &DataSection<'a>) -> Map<'a> {
    let rdonly = matches!(section.kind, DataKind::Rodata | DataKind::Kconfig);
    let flags = if rdonly { BPF_F_RDONLY_PROG } else { 0 };
    let mmapable = if section.mmapable { BPF_F_MMAPABLE } else { 0 };
    Map {
        name: internal_map(object, section.name, section.kind),
        origin: MapOrigin::Section(section.name),
        kind: BPF_MAP_TYPE_ARRAY,
        key_size: 4,
        value_size: section.size.0,
        max_entries: 1,
        flags: flags | mmapable,
        key: None,
        value: None,
        max_entries_at: None,
        autocreate: true,
        map_extra: 0,
        pinned: false,
        inner: None,
    }
}

impl Map<'_> {
    /// What bpftool calls its member of a skeleton: the name, of an internal map from the section's on. `bootstra.rodata` is
    /// `rodata`, `.data.named` is `data.named`, which a backend makes an identifier.
    pub fn member(&self) -> String {
        match self.origin {
            MapOrigin::Section(_) => internal_member(&self.name).to_owned(),
            MapOrigin::Source | MapOrigin::StructOps { .. } => self.name.clone(),
        }
    }

    /// Whether it is an arena, which holds the variables of `.addr_space.1`.
    pub fn is_arena(&self) -> bool {
        /// `BPF_MAP_TYPE_ARENA`
        const ARENA: u32 = 33;
        self.kind == ARENA
    }

    /// Whether its values are maps.
    pub fn holds_maps(&self) -> bool {
        /// `ARRAY_OF_MAPS`, `HASH_OF_MAPS`
        const OF_MAPS: [u32; 2] = [12, 13];
        OF_MAPS.contains(&self.kind)
    }

    /// Whether its values are maps that are found by keys.
    pub(super) fn is_hash_of_maps(&self) -> bool {
        /// `BPF_MAP_TYPE_HASH_OF_MAPS`
        const HASH_OF_MAPS: u32 = 13;
        self.kind == HASH_OF_MAPS
    }

    /// Whether it is a table of functions for the kernel, which can be attached.
    pub fn is_struct_ops(&self) -> bool {
        self.kind == BPF_MAP_TYPE_STRUCT_OPS
    }

    /// Whether it has one value for each CPU.
    pub fn is_per_cpu(&self) -> bool {
        /// `PERCPU_HASH`, `PERCPU_ARRAY`, `LRU_PERCPU_HASH`, `PERCPU_CGROUP_STORAGE`
        const PER_CPU: [u32; 4] = [5, 6, 10, 21];
        PER_CPU.contains(&self.kind)
    }

    /// Whether its elements can be read and written one by one, by key.
    pub fn has_elements(&self) -> bool {
        /// `PROG_ARRAY`, `PERF_EVENT_ARRAY`, maps of maps, queues, buffers, kernel objects: file descriptors, or no keys.
        const OTHERS: [u32; 16] = [3, 4, 12, 13, 14, 15, 16, 17, 18, 20, 22, 23, 26, 27, 31, 33];
        !OTHERS.contains(&self.kind)
    }
}
