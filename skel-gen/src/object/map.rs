//! What libbpf takes a map to be.

use super::map_kind::MapKind;
use super::name::internal_member;
use btf_layout::TypeId;

/// A BPF map.
#[derive(Clone, Debug)]
pub struct Map<'a> {
    /// Its name as libbpf gives it: `exec_start`, `bootstra.rodata`.
    pub name: String,
    /// Where it comes from.
    pub origin: MapOrigin<'a>,
    /// What sort of map it is.
    pub kind: MapKind,
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

impl Map<'_> {
    /// What bpftool calls its member of a skeleton: the name, of an internal map from the section's on. `bootstra.rodata` is
    /// `rodata`, `.data.named` is `data.named`, which a backend makes an identifier.
    pub fn member(&self) -> String {
        match self.origin {
            MapOrigin::Section(_) => internal_member(&self.name).to_owned(),
            MapOrigin::Source | MapOrigin::StructOps { .. } => self.name.clone(),
        }
    }
}
