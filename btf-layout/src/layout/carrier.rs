//! The carrier of a type: the wasm32 value whose bytes are those of the BPF value.

use super::Layout;
use crate::btf::Btf;
use crate::btf::number;
use crate::btf::{Array, Int, Kind};
use crate::units::{Bytes, TypeId};

/// What carries a value on wasm32. Chosen by size and signedness, never by a C spelling such as `long`, whose size
/// differs between BPF and wasm32.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carrier {
    /// An integer, character or boolean of this size. Also an enum that has no name, or no enumerators.
    Int(Int),
    /// A floating-point number of 2, 4, 8, 12 or 16 bytes; only 4 and 8 mean the same everywhere.
    Float(Bytes),
    /// A 64-bit address in kernel memory, and the type it points to.
    Pointer(TypeId),
    /// Elements one behind the other.
    Array(Array),
    /// A struct or union that has a definition: [`Layout::record`].
    Record(TypeId),
    /// An enum that has a name and a definition.
    Enum(TypeId),
    /// A typedef that has a definition.
    Typedef(TypeId),
}

impl Layout<'_> {
    /// What carries a value of type `id`; `None` for types without a size or without bytes, or not part of this layout.
    ///
    /// Qualifiers and type tags change how kernel code may touch a value, not where its bytes are: they are looked through.
    pub fn carrier(&self, id: TypeId) -> Option<Carrier> {
        let btf = self.btf;
        let id = btf.unqualified(id);
        Some(match btf.number(id) {
            number::PTR => Carrier::Pointer(btf.target(id)),
            number::STRUCT | number::UNION if self.has_def(id) => Carrier::Record(id),
            number::TYPEDEF if self.has_def(id) => Carrier::Typedef(id),
            _ => match btf.kind(id) {
                Kind::Int(int) => Carrier::Int(int),
                Kind::Float(size) => Carrier::Float(size),
                Kind::Array(_) if btf.has_no_bytes(id) => return None,
                Kind::Array(array) => Carrier::Array(array),
                Kind::Enum(decl) => {
                    if btf.is_named(id) && !decl.is_empty() {
                        Carrier::Enum(id)
                    } else if let Some(typedef) = self.enum_typedef(id) {
                        Carrier::Typedef(typedef)
                    } else {
                        Carrier::Int(decl.as_int())
                    }
                }
                _ => return None,
            },
        })
    }

    /// The typedef that gives the anonymous enum `id` its name, if there is one: the one of lowest id.
    pub fn enum_typedef(&self, id: TypeId) -> Option<TypeId> {
        let at = self
            .enum_names
            .binary_search_by_key(&id, |(of, _)| *of)
            .ok()?;
        self.enum_names.get(at).map(|(_, typedef)| *typedef)
    }
}

/// Anonymous enums and the first typedef of each, in id order.
pub(crate) fn enum_names(btf: &Btf<'_>) -> Vec<(TypeId, TypeId)> {
    let mut names: Vec<_> = btf
        .declared()
        .filter_map(|id| match btf.kind(id) {
            Kind::Typedef(target) => {
                let target = btf.unqualified(target);
                let nameless = matches!(btf.kind(target), Kind::Enum(decl) if !decl.is_empty())
                    && !btf.is_named(target);
                nameless.then_some((target, id))
            }
            _ => None,
        })
        .collect();
    names.sort_unstable();
    names.dedup_by_key(|(of, _)| *of);
    names
}
