//! The skeleton: everything a backend needs to write one, decided and immutable.

use crate::object::{
    BpfObject, DataKind, DataSection, Image, Map, MapKind, MapOrigin, ObjectError, Variable,
};
use btf_layout::{Btf, Bytes, Kind, Layout, Record, Roots, SectionMember, TypeId};
use std::collections::BTreeSet;
use thiserror::Error;

/// A BPF object, its image, and the layout of all types that its variables and maps need.
#[derive(Debug)]
pub struct Skeleton<'a> {
    /// What libbpf would find in the object.
    pub object: BpfObject<'a>,
    /// What the skeleton embeds.
    pub image: Image,
    /// The types of variables, keys and values.
    pub layout: Layout<'a>,
    /// The sections whose variables the skeleton shows.
    pub sections: Vec<SkeletonSection>,
}

/// A section whose variables the skeleton shows.
#[derive(Clone, Debug)]
pub struct SkeletonSection {
    /// Its position in [`BpfObject::data`].
    pub data: usize,
    /// Its variables, laid out like a struct.
    pub record: Record,
}

/// Which types a skeleton has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SkeletonTypes {
    /// Those that variables, keys and values need; all if one of them is called like the skeleton.
    Needed,
    /// All, among them those of events, which nothing in the object says to be such.
    All,
}

/// Why there is no skeleton for a file.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SkeletonError {
    /// The object is damaged, or no BPF object.
    #[error(transparent)]
    Object(#[from] ObjectError),
    /// A type cannot be laid out.
    #[error(transparent)]
    Layout(#[from] btf_layout::Error),
}

impl<'a> Skeleton<'a> {
    /// Plans the skeleton of `object` with these `types` of its BTF.
    ///
    /// # Errors
    /// [`SkeletonError`] names the section, map, variable or type that is wrong.
    pub fn new(
        object: BpfObject<'a>,
        btf: &'a Btf<'a>,
        types: SkeletonTypes,
    ) -> Result<Self, SkeletonError> {
        let roots = match types {
            SkeletonTypes::Needed if !has_namesake(&object, btf) => needed(&object, btf),
            SkeletonTypes::Needed | SkeletonTypes::All => all(btf),
        };
        let mut layout = Layout::plan(btf, &roots)?;
        let mut sections = Vec::new();
        for (data, section) in object.data.iter().enumerate() {
            if section.variables.is_empty() || section.kind == DataKind::StructOps {
                continue;
            }
            let members: Vec<_> = section
                .variables
                .iter()
                .map(|variable| SectionMember {
                    var: variable.var,
                    offset: variable.offset,
                })
                .collect();
            let record = layout.section(&members, section.size)?;
            sections.push(SkeletonSection { data, record });
        }
        let image = Image::new(&object.elf, btf, &object.programs)?;
        Ok(Skeleton {
            object,
            image,
            layout,
            sections,
        })
    }

    /// What bpftool calls the member of a skeleton that leads to a section's variables: as the section's map.
    pub fn member_of(&self, section: &SkeletonSection) -> String {
        let Some(data) = self.object.data.get(section.data) else {
            return String::new();
        };
        let is_its =
            |map: &&Map<'_>| matches!(map.origin, MapOrigin::Section(name) if name == data.name);
        match self.object.maps.iter().find(is_its) {
            Some(map) => map.member(),
            None if data.kind == DataKind::Arena => "arena".to_owned(),
            None => data.name.trim_start_matches('.').to_owned(),
        }
    }

    /// The data section whose contents a map holds, if it is one.
    pub fn data_of(&self, map: &Map<'_>) -> Option<&DataSection<'a>> {
        let name = match map.origin {
            MapOrigin::Section(name) => name,
            MapOrigin::StructOps { section, .. } => section,
            // The variables of an arena are part of the arena itself.
            MapOrigin::Source if map.kind == MapKind::ARENA => ".addr_space.1",
            MapOrigin::Source => return None,
        };
        self.object.data.iter().find(|section| section.name == name)
    }

    /// The variable of a map that is a table of functions for the kernel, if a layout can be made of its type: it can be edited
    /// until the object is loaded.
    pub(crate) fn table_of(&self, map: &Map<'_>) -> Option<Variable<'a>> {
        let MapOrigin::StructOps { variable, .. } = map.origin else {
            return None;
        };
        let variables = &self.data_of(map)?.variables;
        let found = variables.iter().find(|found| found.name == variable);
        found
            .filter(|found| self.layout.btf().flaw(found.ty).is_none())
            .copied()
    }

    /// The variables that `map` shows in the skeleton, if it shows some.
    pub(crate) fn contents_of(&self, map: &Map<'_>) -> Option<Contents> {
        let data = self.data_of(map)?;
        let at = data.file_offset.unwrap_or(0);
        if let Some(variable) = self.table_of(map) {
            return Some(Contents {
                section: None,
                storage: Storage::Constants(at + variable.offset.0),
                size: variable.size,
            });
        }
        let is_its = |section: &SkeletonSection| {
            let found = self.object.data.get(section.data);
            found.is_some_and(|found| found.name == data.name)
        };
        Some(Contents {
            section: Some(self.sections.iter().position(is_its)?),
            storage: match data.kind {
                DataKind::Bss => Storage::Zeroed,
                DataKind::Kconfig => Storage::Kernel,
                DataKind::Data => Storage::Variables(at),
                // What no look-up reaches after load is never written either.
                DataKind::Rodata | DataKind::StructOps | DataKind::Arena => Storage::Constants(at),
            },
            size: data.size,
        })
    }
}

/// The variables that a map shows in a skeleton.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Contents {
    /// Their position in [`Skeleton::sections`]; `None` for a table of functions.
    pub(crate) section: Option<usize>,
    pub(crate) storage: Storage,
    pub(crate) size: Bytes,
}

/// Where the variables of a map are before load, and whether they can be written after it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Storage {
    /// From this byte of the image on, never written.
    Constants(u32),
    /// From this byte of the image on.
    Variables(u32),
    /// Nowhere: they are 0.
    Zeroed,
    /// Nowhere: the kernel's side gives them their values, and they are never written.
    Kernel,
}

/// The types that the variables, keys and values of `object` need.
fn needed(object: &BpfObject<'_>, btf: &Btf<'_>) -> Roots {
    let variables = object.data.iter().flat_map(|section| &section.variables);
    let of_maps = object.maps.iter().flat_map(|map| [map.key, map.value]);
    let types = variables
        .map(|variable| variable.ty)
        .chain(of_maps.flatten())
        // A variable whose type has a flaw is its bytes.
        .filter(|ty| btf.flaw(*ty).is_none());
    Roots::Values(types.collect())
}

/// All types but those that maps are defined with, of which a program has no values.
fn all(btf: &Btf<'_>) -> Roots {
    let mut definitions = BTreeSet::new();
    for id in btf.ids() {
        if let (Kind::Datasec(section), ".maps") = (btf.kind(id), btf.name(id)) {
            for entry in section.vars() {
                if let Kind::Var { ty, .. } = btf.kind(entry.var) {
                    definitions.insert(btf.resolved(ty));
                }
            }
        }
    }
    Roots::Except(definitions.into_iter().collect())
}

/// Whether a type is called like the skeleton. It has to have another name there, and with it what holds it: all types.
fn has_namesake(object: &BpfObject<'_>, btf: &Btf<'_>) -> bool {
    let has_name = |id: &TypeId| is_same(btf.name(*id), &object.name);
    let is_defined = |id| btf.kind(id).is_defined();
    btf.declared().filter(has_name).any(is_defined)
}

/// Whether two names are one where only letters, digits and `_` are allowed.
fn is_same(name: &str, other: &str) -> bool {
    let legal = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    name.chars().map(legal).eq(other.chars().map(legal))
}
