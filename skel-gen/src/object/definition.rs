//! The definition of a map in `.maps`: a struct whose members say by their types what the map is.

use super::error::ObjectError;
use super::map::{Map, MapOrigin};
use super::map_kind::MapKind;
use btf_layout::{Array, Btf, Bytes, Composite, Kind, TypeId};
use std::collections::BTreeMap;

/// How often each type is referred to: a number that stands in a type of its own can be edited.
pub(super) struct Uses(BTreeMap<TypeId, u32>);

impl Uses {
    pub(super) fn count(btf: &Btf<'_>) -> Self {
        let mut uses = BTreeMap::new();
        let mut note = |id: TypeId| *uses.entry(id).or_insert(0_u32) += 1;
        for id in btf.ids() {
            match btf.stored(id) {
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

/// A definition in `.maps`.
pub(super) struct Definition<'a, 'u> {
    pub(super) btf: &'a Btf<'a>,
    pub(super) uses: &'u Uses,
    /// Where the BTF is in the file.
    pub(super) btf_at: u64,
    pub(super) name: &'a str,
}

/// What the members of a definition say, beside what a [`Map`] has.
#[derive(Default)]
struct Stated {
    /// Sizes of keys and values, if any member has said them.
    key_size: Option<u32>,
    value_size: Option<u32>,
}

impl<'a> Definition<'a, '_> {
    pub(super) fn wrong<T>(&self, problem: impl Into<String>) -> Result<T, ObjectError> {
        Err(ObjectError::Map {
            map: self.name.to_owned(),
            problem: problem.into(),
        })
    }

    /// The map that is defined by type `ty` of a variable of `room` bytes.
    pub(super) fn read(&self, ty: TypeId, room: u32) -> Result<Map<'a>, ObjectError> {
        if let Some(flaw) = self.btf.flaw(ty) {
            return self.wrong(format!("its definition cannot be read: {flaw}"));
        }
        let Kind::Struct(composite) = self.btf.kind(self.btf.resolved(ty)) else {
            return self.wrong("its definition is not a struct");
        };
        if composite.size.0 > room {
            return self.wrong("its definition is larger than its variable");
        }
        let mut map = self.members(&composite, false)?;
        if !self.is_own(ty) {
            map.max_entries_at = None;
        }
        Ok(map)
    }

    /// What the members of a definition say; `is_inner`: of the maps in a map of maps.
    fn members(&self, composite: &Composite<'a>, is_inner: bool) -> Result<Map<'a>, ObjectError> {
        let mut map = Map {
            name: self.name.to_owned(),
            origin: MapOrigin::Source,
            kind: MapKind(0),
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
        let mut stated = Stated::default();
        let last = composite.len().saturating_sub(1);
        for (i, member) in composite.members().enumerate() {
            let ty = member.place.ty;
            let name = member.name;
            match name {
                "type" => map.kind = MapKind(self.number(name, ty)?),
                "max_entries" => {
                    map.max_entries = self.number(name, ty)?;
                    map.max_entries_at = self.number_at(ty);
                }
                "map_flags" => map.flags = self.number(name, ty)?,
                "numa_node" => {
                    self.number(name, ty)?;
                }
                "key_size" | "value_size" | "key" | "value" => {
                    self.sized(name, ty, &mut map, &mut stated)?;
                }
                "values" if is_inner => {
                    return self.wrong("the maps in it are maps of maps themselves");
                }
                "values" if i != last => return self.wrong("field 'values' is not the last one"),
                "values" => {
                    map.inner = self.values(ty, &map)?;
                    // They are file descriptors.
                    stated.value_size = self.size("value", stated.value_size, 4)?;
                }
                "pinning" => map.pinned = self.pinning(ty, is_inner)?,
                "map_extra" => map.map_extra = self.wide_number(name, ty)?,
                other => return self.wrong(format!("unknown field '{other}' in its definition")),
            }
        }
        map.key_size = stated.key_size.unwrap_or(0);
        map.value_size = stated.value_size.unwrap_or(0);
        if map.kind == MapKind(0) {
            return self.wrong("its definition states no type");
        }
        Ok(map)
    }

    /// A member about keys or values: their size, or their type, which says it.
    fn sized(
        &self,
        name: &str,
        ty: TypeId,
        map: &mut Map<'a>,
        stated: &mut Stated,
    ) -> Result<(), ObjectError> {
        let is_size = name.ends_with("_size");
        let (stated_type, size) = match is_size {
            true => (None, self.number(name, ty)?),
            false => self.pointee(name, ty)?,
        };
        if name.starts_with("key") {
            stated.key_size = self.size("key", stated.key_size, size)?;
            map.key = stated_type.or(map.key);
        } else {
            stated.value_size = self.size("value", stated.value_size, size)?;
            map.value = stated_type.or(map.value);
        }
        Ok(())
    }

    /// A size that members state: twice only if it is the same, or was 0.
    fn size(&self, of: &str, before: Option<u32>, size: u32) -> Result<Option<u32>, ObjectError> {
        match before {
            Some(before) if before != 0 && before != size => self.wrong(format!(
                "its definition states two sizes of a {of}: {before} and {size} bytes"
            )),
            _ => Ok(Some(size)),
        }
    }

    /// `__array(values, T)`: an array without a length, of pointers to the maps or functions that are in `map`.
    /// What the maps are like, if it is maps.
    fn values(&self, ty: TypeId, map: &Map<'a>) -> Result<Option<Box<Map<'a>>>, ObjectError> {
        let is_programs = map.kind == MapKind::PROG_ARRAY;
        if !is_programs && !map.kind.holds_maps() {
            return self.wrong("field 'values' is for maps of maps and arrays of programs");
        }
        let Kind::Array(array @ Array { len: 0, .. }) = self.btf.kind(ty) else {
            return self.wrong("field 'values' is not an __array");
        };
        let Kind::Ptr(to) = self.btf.kind(self.btf.resolved(array.elem)) else {
            return self.wrong("field 'values' is not an __array of pointers");
        };
        let to = self.btf.kind(self.btf.resolved(to));
        if is_programs {
            return match matches!(to, Kind::FuncProto(_)) {
                true => Ok(None),
                false => self.wrong("field 'values' is not an __array of functions"),
            };
        }
        let Kind::Struct(inner) = to else {
            return self.wrong("field 'values' is not an __array of map definitions");
        };
        let inner = self.members(&inner, true);
        inner.map(|map| Some(Box::new(map))).map_err(|mut error| {
            if let ObjectError::Map { map, .. } = &mut error {
                map.push_str(".inner");
            }
            error
        })
    }

    /// `__uint(pinning, LIBBPF_PIN_BY_NAME)`.
    fn pinning(&self, ty: TypeId, is_inner: bool) -> Result<bool, ObjectError> {
        if is_inner {
            return self.wrong("field 'pinning' is not for the maps in a map");
        }
        match self.number("pinning", ty)? {
            // `LIBBPF_PIN_NONE`, `LIBBPF_PIN_BY_NAME`
            0 => Ok(false),
            // The name is that of a file in the BPF file system.
            1 if self.name.contains('/') => self.wrong("its name is no file name"),
            1 => Ok(true),
            other => self.wrong(format!(
                "field 'pinning' is {other}, which is neither 0 nor 1"
            )),
        }
    }

    /// `__uint(field, N)`: a pointer to an array of `N` integers.
    fn number(&self, field: &str, ty: TypeId) -> Result<u32, ObjectError> {
        match self.array(ty) {
            Some((_, len)) => Ok(len),
            None => self.wrong(format!("field '{field}' is not a __uint")),
        }
    }

    /// `__ulong(field, N)`, an enum with one value, or `__uint(field, N)`.
    fn wide_number(&self, field: &str, ty: TypeId) -> Result<u64, ObjectError> {
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

    fn array(&self, ty: TypeId) -> Option<(TypeId, u32)> {
        let Kind::Ptr(to) = self.btf.kind(self.btf.resolved(ty)) else {
            return None;
        };
        // No value is so large, but as a number the length is good.
        let Kind::Array(array) = self.btf.stored(to) else {
            return None;
        };
        Some((to, array.len))
    }

    /// Where the file states the number, if no other type uses the same array or the pointer to it.
    fn number_at(&self, ty: TypeId) -> Option<u32> {
        /// Offset of `nelems` in the entry of an array: after `struct btf_type`, element and index type.
        const NELEMS: u64 = 12 + 8;
        let Kind::Ptr(to) = self.btf.kind(self.btf.resolved(ty)) else {
            return None;
        };
        let (array, _) = self.array(ty)?;
        if !self.is_own(ty) || !self.is_own(to) {
            return None;
        }
        let entry = self.btf.entry_offset(array)?;
        u32::try_from(self.btf_at + u64::from(entry) + NELEMS).ok()
    }

    /// Whether nothing but this definition refers to `id`, nor to what `id` is another name for.
    fn is_own(&self, mut id: TypeId) -> bool {
        while self.uses.is_single(id) {
            match self.btf.kind(id).alias_of() {
                Some(inner) => id = inner,
                None => return true,
            }
        }
        false
    }

    /// `__type(field, T)`: a pointer to `T`; only its size if no layout can be made of it.
    fn pointee(&self, field: &str, ty: TypeId) -> Result<(Option<TypeId>, u32), ObjectError> {
        let Kind::Ptr(to) = self.btf.kind(ty) else {
            return self.wrong(format!("field '{field}' is not a __type"));
        };
        match (self.btf.size(to), self.btf.flaw(to)) {
            (Some(Bytes(size)), _) => Ok((Some(to), size)),
            (None, None) => self.wrong(format!("field '{field}' is of a type without a size")),
            (None, Some(flaw)) => match self.btf.stated_size(to) {
                Some(Bytes(size)) => Ok((None, size)),
                None => self.wrong(format!("field '{field}': {flaw}")),
            },
        }
    }
}
