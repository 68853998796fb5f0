//! The maps of an object: those the source defines in `.maps`, and those libbpf makes of data sections.

use super::data::{DataKind, DataSection, variable};
use super::definition::{Definition, Uses};
use super::elf::Elf;
use super::error::ObjectError;
use super::index::Index;
use super::map::{Map, MapOrigin};
use super::map_kind::MapKind;
use super::name::internal_map;
use super::section::Section;
use btf_layout::{Btf, Kind, TypeId};

/// `BTF_VAR_GLOBAL_ALLOCATED`.
const GLOBAL: u32 = 1;
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
        let mut arenas = self.maps.iter().filter(|map| map.kind == MapKind::ARENA);
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
                kind: MapKind::STRUCT_OPS,
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
        kind: MapKind::ARRAY,
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
