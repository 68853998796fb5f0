//! The carrier of a type: the wasm32 value whose bytes are those of the BPF value.

use super::ir::Layout;
use crate::btf::{Array, Btf, Int, Kind};
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
    /// Elements one after the other.
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
        match btf.kind(id) {
            Kind::Int(int) => Some(Carrier::Int(int)),
            Kind::Float(size) => Some(Carrier::Float(size)),
            Kind::Ptr(to) => Some(Carrier::Pointer(to)),
            Kind::Array(array) => (!btf.has_no_bytes(id)).then_some(Carrier::Array(array)),
            Kind::Struct(_) | Kind::Union(_) => self.has_def(id).then_some(Carrier::Record(id)),
            Kind::Typedef(_) => self.has_def(id).then_some(Carrier::Typedef(id)),
            Kind::Enum(decl) if btf.is_named(id) && !decl.is_empty() => Some(Carrier::Enum(id)),
            Kind::Enum(decl) => Some(match self.enum_typedef(id) {
                Some(typedef) => Carrier::Typedef(typedef),
                None => Carrier::Int(decl.as_int()),
            }),
            Kind::Void
            | Kind::Fwd { .. }
            | Kind::Volatile(_)
            | Kind::Const(_)
            | Kind::Restrict(_)
            | Kind::TypeTag { .. }
            | Kind::Func { .. }
            | Kind::FuncProto(_)
            | Kind::Var { .. }
            | Kind::Datasec(_)
            | Kind::DeclTag { .. } => None,
        }
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
        .filter_map(|id| {
            let Kind::Typedef(target) = btf.kind(id) else {
                return None;
            };
            let target = btf.unqualified(target);
            let is_anonymous = matches!(btf.kind(target), Kind::Enum(decl) if !decl.is_empty())
                && !btf.is_named(target);
            is_anonymous.then_some((target, id))
        })
        .collect();
    names.sort_unstable();
    names.dedup_by_key(|(of, _)| *of);
    names
}
