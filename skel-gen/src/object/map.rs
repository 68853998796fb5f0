//! Maps: those the source defines in `.maps`, and those libbpf makes of data sections.

use super::data::{DataKind, DataSection, variable};
use super::elf::Elf;
use super::error::ObjectError;
use super::index::Index;
use super::name::internal_map;
use btf_layout::{Btf, Bytes, Composite, Kind, TypeId};
use std::collections::BTreeMap;

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
const BPF_MAP_TYPE_PROG_ARRAY: u32 = 3;
const BPF_MAP_TYPE_ARRAY_OF_MAPS: u32 = 12;
const BPF_MAP_TYPE_HASH_OF_MAPS: u32 = 13;
const BPF_MAP_TYPE_STRUCT_OPS: u32 = 26;
const BPF_F_RDONLY_PROG: u32 = 1 << 7;
const BPF_F_MMAPABLE: u32 = 1 << 10;
const BPF_F_LINK: u32 = 1 << 13;

/// Finds the maps of an object, in libbpf's order.
pub(super) fn collect<'a>(
    object: &str,
    elf: &Elf<'a>,
    btf: &'a Btf<'a>,
    index: &Index<'a>,
    data: &[DataSection<'a>],
) -> Result<Vec<Map<'a>>, ObjectError> {
    if elf.section("maps").is_some_and(|section| section.size > 0) {
        return Err(ObjectError::Map {
            map: "maps".to_owned(),
            problem: "section 'maps' holds legacy definitions, which libbpf 1.0 and later refuse; \
                      define maps in SEC(\".maps\")"
                .to_owned(),
        });
    }
    let mut maps = defined(elf, btf, index)?;
    let of_sections = data
        .iter()
        .filter(|s| !matches!(s.kind, DataKind::StructOps | DataKind::Arena));
    maps.extend(of_sections.map(|section| internal(object, section)));
    for section in data
        .iter()
        .filter(|section| section.kind == DataKind::StructOps)
    {
        maps.extend(section.variables.iter().map(|variable| Map {
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
            autocreate: !section.name.starts_with('?'),
            map_extra: 0,
            pinned: false,
            inner: None,
        }));
    }
    Ok(maps)
}

/// The maps of `.maps`, in order of their offset.
fn defined<'a>(
    elf: &Elf<'a>,
    btf: &'a Btf<'a>,
    index: &Index<'a>,
) -> Result<Vec<Map<'a>>, ObjectError> {
    let (Some(datasec), Some(section)) = (index.datasec(".maps"), elf.section(".maps")) else {
        return Ok(Vec::new());
    };
    let mut maps = Vec::new();
    let uses = Uses::count(btf);
    let btf_at = elf.section(".BTF").map_or(0, |section| section.offset);
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
        if linkage != GLOBAL {
            return definition.wrong("static maps are not supported".to_owned());
        }
        let (place, _) = variable(btf, index, section, entry.var, ty)?;
        maps.push((place.offset, definition.read(ty)?));
    }
    maps.sort_by_key(|(offset, _)| *offset);
    Ok(maps.into_iter().map(|(_, map)| map).collect())
}

/// The map libbpf makes of a data section: an array with one element.
fn internal<'a>(object: &str, section: &DataSection<'a>) -> Map<'a> {
    let rdonly = matches!(section.kind, DataKind::Rodata | DataKind::Kconfig);
    let flags = if rdonly { BPF_F_RDONLY_PROG } else { 0 };
    let mmapable = if section.mmapable { BPF_F_MMAPABLE } else { 0 };
    Map {
        name: internal_map(object, section.name),
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

/// How often each type is referred to: a number that stands in a type of its own can be edited.
struct Uses(BTreeMap<TypeId, u32>);

impl Uses {
    fn count(btf: &Btf<'_>) -> Self {
        let mut uses = BTreeMap::new();
        let mut note = |id: TypeId| *uses.entry(id).or_insert(0_u32) += 1;
        for id in btf.ids() {
            match btf.kind(id) {
                Kind::Ptr(ty)
                | Kind::Typedef(ty)
                | Kind::Volatile(ty)
                | Kind::Const(ty)
                | Kind::Restrict(ty)
                | Kind::TypeTag { ty, .. }
                | Kind::Var { ty, .. } => note(ty),
                Kind::Array(array) => note(array.elem),
                Kind::Struct(composite) | Kind::Union(composite) => {
                    composite.members().for_each(|member| note(member.place.ty));
                }
                Kind::FuncProto(proto) => {
                    note(proto.result);
                    proto.params().for_each(|(_, ty)| note(ty));
                }
                Kind::Void
                | Kind::Int(_)
                | Kind::Enum(_)
                | Kind::Fwd { .. }
                | Kind::Func { .. }
                | Kind::Datasec(_)
                | Kind::Float(_)
                | Kind::DeclTag { .. } => {}
            }
        }
        Uses(uses)
    }

    fn is_single(&self, id: TypeId) -> bool {
        self.0.get(&id) == Some(&1)
    }
}

/// A definition in `.maps`: a struct whose members say by their types what the map is.
struct Definition<'a, 'u> {
    btf: &'a Btf<'a>,
    uses: &'u Uses,
    /// Where the BTF is in the file.
    btf_at: u64,
    name: &'a str,
}

impl<'a> Definition<'a, '_> {
    fn wrong<T>(&self, problem: String) -> Result<T, ObjectError> {
        let map = self.name.to_owned();
        Err(ObjectError::Map { map, problem })
    }

    fn read(&self, ty: TypeId) -> Result<Map<'a>, ObjectError> {
        let Kind::Struct(composite) = self.btf.kind(self.btf.resolved(ty)) else {
            return self.wrong("its definition is not a struct".to_owned());
        };
        let mut map = Map {
            name: self.name.to_owned(),
            origin: MapOrigin::Source,
            kind: 0,
            key_size: 0,
            value_size: 0,
            max_entries: 0,
            flags: 0,
            key: None,
            value: None,
            max_entries_at: None,
            autocreate: true,
            map_extra: 0,
            pinned: false,
            inner: None,
        };
        self.members(&composite, &mut map)?;
        if !self.is_own(ty) {
            map.max_entries_at = None;
        }
        if map.kind == 0 {
            return self.wrong("its definition states no type".to_owned());
        }
        Ok(map)
    }

    fn members(&self, composite: &Composite<'a>, map: &mut Map<'a>) -> Result<(), ObjectError> {
        for member in composite.members() {
            let ty = member.place.ty;
            match member.name {
                "type" => map.kind = self.number(member.name, ty)?,
                "max_entries" => {
                    map.max_entries = self.number(member.name, ty)?;
                    map.max_entries_at = self.number_at(ty);
                }
                "map_flags" => map.flags = self.number(member.name, ty)?,
                "key_size" => map.key_size = self.number(member.name, ty)?,
                "value_size" => map.value_size = self.number(member.name, ty)?,
                "key" => (map.key, map.key_size) = self.pointee(member.name, ty)?,
                "value" => (map.value, map.value_size) = self.pointee(member.name, ty)?,
                // The elements of a map of maps, or of programs, are file descriptors.
                "values" => {
                    map.value_size = 4;
                    map.inner = self.inner(map.kind, ty)?;
                }
                "numa_node" => _ = self.number(member.name, ty)?,
                "pinning" => map.pinned = self.pinning(ty)?,
                "map_extra" => map.map_extra = self.long(member.name, ty)?,
                other => return self.wrong(format!("unknown field '{other}' in its definition")),
            }
        }
        Ok(())
    }

    /// `__uint(field, N)`: a pointer to an array of `N` integers.
    fn number(&self, field: &str, ty: TypeId) -> Result<u32, ObjectError> {
        match self.array(ty) {
            Some((_, len)) => Ok(len),
            None => self.wrong(format!("field '{field}' is not a __uint")),
        }
    }

    /// `__ulong(field, N)`: an enum of one value; or what `__uint` makes.
    fn long(&self, field: &str, ty: TypeId) -> Result<u64, ObjectError> {
        let Kind::Enum(decl) = self.btf.kind(self.btf.resolved(ty)) else {
            return self.number(field, ty).map(u64::from);
        };
        let mut values = decl.enumerators().map(|(_, value)| value);
        match (values.next(), values.next()) {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "the 64 bits of an enumerator, as libbpf takes them"
            )]
            (Some(value), None) => Ok(value as u64),
            _ => self.wrong(format!("field '{field}' is not a __ulong")),
        }
    }

    fn pinning(&self, ty: TypeId) -> Result<bool, ObjectError> {
        match self.number("pinning", ty)? {
            0 => Ok(false),
            1 if self.name.contains('/') => self.wrong("its name is no file name".to_owned()),
            1 => Ok(true),
            other => self.wrong(format!("unknown kind of pinning {other}")),
        }
    }

    /// `__array(values, T)`: pointers to what defines the maps that are in a map of this kind, or to functions.
    fn inner(&self, kind: u32, ty: TypeId) -> Result<Option<Box<Map<'a>>>, ObjectError> {
        let element = match self.btf.kind(self.btf.resolved(ty)) {
            Kind::Array(array) => self.btf.resolved(array.elem),
            _ => return self.wrong("field 'values' is not an __array".to_owned()),
        };
        let Kind::Ptr(to) = self.btf.kind(element) else {
            return self.wrong("field 'values' has elements that are no pointers".to_owned());
        };
        match (kind, self.btf.kind(self.btf.resolved(to))) {
            (BPF_MAP_TYPE_PROG_ARRAY, Kind::FuncProto(_)) => Ok(None),
            (BPF_MAP_TYPE_ARRAY_OF_MAPS | BPF_MAP_TYPE_HASH_OF_MAPS, Kind::Struct(composite)) => {
                // libbpf takes one level; any more would be a level for each type of the file.
                let nested = |member: btf_layout::Member<'_>| member.name == "values";
                if composite.members().any(nested) {
                    return self.wrong("maps of maps of maps are not supported".to_owned());
                }
                self.read(to).map(|map| Some(Box::new(map)))
            }
            _ => self.wrong("field 'values' is not of this map's type".to_owned()),
        }
    }

    fn array(&self, ty: TypeId) -> Option<(TypeId, u32)> {
        let Kind::Ptr(to) = self.btf.kind(self.btf.resolved(ty)) else {
            return None;
        };
        let to = self.btf.resolved(to);
        match self.btf.kind(to) {
            Kind::Array(array) => Some((to, array.len)),
            _ => None,
        }
    }

    /// Where the file states the number, if no other type uses the same array or the pointer to it.
    fn number_at(&self, ty: TypeId) -> Option<u32> {
        /// Offset of `nelems` in the record of an array: behind `struct btf_type`, element and index type.
        const NELEMS: u64 = 12 + 8;
        let Kind::Ptr(to) = self.btf.kind(self.btf.resolved(ty)) else {
            return None;
        };
        let (array, _) = self.array(ty)?;
        if !self.is_own(ty) || !self.is_own(to) {
            return None;
        }
        let record = self.btf.record_offset(array)?;
        u32::try_from(self.btf_at + u64::from(record) + NELEMS).ok()
    }

    /// Whether nothing but this definition refers to `id`, nor to what `id` is another name for.
    fn is_own(&self, mut id: TypeId) -> bool {
        loop {
            if !self.uses.is_single(id) {
                return false;
            }
            id = match self.btf.kind(id) {
                Kind::Typedef(ty)
                | Kind::Volatile(ty)
                | Kind::Const(ty)
                | Kind::Restrict(ty)
                | Kind::TypeTag { ty, .. } => ty,
                _ => return true,
            };
        }
    }

    /// `__type(field, T)`: a pointer to `T`.
    fn pointee(&self, field: &str, ty: TypeId) -> Result<(Option<TypeId>, u32), ObjectError> {
        let Kind::Ptr(to) = self.btf.kind(self.btf.resolved(ty)) else {
            return self.wrong(format!("field '{field}' is not a __type"));
        };
        match self.btf.size(to) {
            Some(Bytes(size)) => Ok((Some(to), size)),
            None => self.wrong(format!("field '{field}' is of a type without a size")),
        }
    }
}

impl Map<'_> {
    /// Whether it is an arena, which holds the variables of `.addr_space.1`.
    pub fn is_arena(&self) -> bool {
        /// `BPF_MAP_TYPE_ARENA`
        const ARENA: u32 = 33;
        self.kind == ARENA
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
