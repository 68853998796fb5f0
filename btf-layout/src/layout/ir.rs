//! The layout IR: definitions in by-value order, each tiled by slots. Data only; [`Layout::plan`] makes it.

use super::run::Run;
use super::slot::{BitSlot, BitUnit, Field, Slot};
use crate::btf::Btf;
use crate::units::{Bytes, TypeId};

/// The definitions that a set of roots needs, laid out for wasm32.
///
/// Promises, proven by a checker for every layout handed out:
/// - a definition stands after all definitions it holds by value (and a typedef after its target);
/// - the slots of a struct tile `[0, size)` in order: no gap, no overlap; so do the bits of a bit unit. Members without bytes are
///   slots among them, at the place that the BTF states;
/// - the slots of a union are its arms: none ends after the union, one ends with it;
/// - everything has byte alignment: a struct rendered packed has these very offsets.
#[derive(Debug)]
pub struct Layout<'b> {
    pub(crate) btf: &'b Btf<'b>,
    pub(crate) defs: Vec<Def>,
    pub(crate) slots: Vec<Slot<'b>>,
    pub(crate) bits: Vec<BitSlot<'b>>,
    /// Anonymous enums and the typedef that names each, in id order.
    pub(crate) enum_names: Vec<(TypeId, TypeId)>,
    /// Whether some value is a pointer.
    pub(crate) has_pointers: bool,
    /// Whether some value is a one-byte boolean.
    pub(crate) has_bools: bool,
    /// Position in `defs` by type id, plus one; 0 for types without definition.
    pub(crate) positions: Vec<u32>,
    /// What [`Layout::requested`] lists.
    pub(crate) requested: Option<Vec<TypeId>>,
    /// What [`Layout::left_out`] lists.
    pub(crate) left_out: Vec<TypeId>,
}

impl<'b> Layout<'b> {
    /// The BTF that was laid out.
    pub fn btf(&self) -> &'b Btf<'b> {
        self.btf
    }

    /// All definitions; each stands after those it holds by value.
    pub fn defs(&self) -> &[Def] {
        &self.defs
    }

    /// The structs, unions, enums and typedefs that were requested by name or id, or that a requested function,
    /// variable or section mentions; `None` if everything was.
    pub fn requested(&self) -> Option<&[TypeId]> {
        self.requested.as_deref()
    }

    /// The structs, unions, enums and typedefs that would have a definition here if a layout could be made of them;
    /// [`Btf::flaw`] says why not. In order of their id.
    pub fn left_out(&self) -> &[TypeId] {
        &self.left_out
    }

    /// Whether some definition holds a pointer by value.
    pub fn has_pointers(&self) -> bool {
        self.has_pointers
    }

    /// Whether some definition holds a one-byte boolean by value.
    pub fn has_bools(&self) -> bool {
        self.has_bools
    }

    /// The definition of type `id`, if it has one here.
    pub fn def(&self, id: TypeId) -> Option<&Def> {
        let position = self.positions.get(id.index())?.checked_sub(1)?;
        self.defs.get(position as usize)
    }

    /// Whether type `id` has a definition.
    #[inline]
    pub(crate) fn has_def(&self, id: TypeId) -> bool {
        let position = self.positions.get(id.index());
        position.is_some_and(|position| *position != 0)
    }

    /// The struct or union `id`, if it is one that is laid out here.
    pub fn record(&self, id: TypeId) -> Option<&Record> {
        match &self.def(id)?.kind {
            DefKind::Record(record) => Some(record),
            DefKind::Enum | DefKind::Typedef(_) => None,
        }
    }

    /// The struct or union that `field` is, if its members are promoted to the record that holds it: the field is anonymous.
    #[inline]
    pub fn promoted(&self, field: &Field<'_>) -> Option<&Record> {
        self.record(self.btf.promoted(field.name, field.ty)?)
    }

    /// The slots of a struct, or the arms of a union.
    pub fn slots(
        &self,
        record: &Record,
    ) -> impl ExactSizeIterator<Item = Slot<'b>> + Clone + use<'_, 'b> {
        record.slots.of(&self.slots).iter().copied()
    }

    /// The bitfields and fillers of a bit unit; they tile it.
    pub fn bits(&self, unit: &BitUnit) -> &[BitSlot<'b>] {
        unit.bits.of(&self.bits)
    }
}

/// One definition. Its name is [`Btf::name`] of `id`; structs, unions and enums may have none.
#[derive(Clone, Debug)]
pub struct Def {
    /// The BTF type it defines.
    pub id: TypeId,
    /// What it is.
    pub kind: DefKind,
}

/// What a [`Def`] defines.
#[derive(Clone, Debug)]
pub enum DefKind {
    /// A struct or union.
    Record(Record),
    /// An enum with enumerators; its size and values are [`crate::Kind::Enum`]'s.
    Enum,
    /// Another name for this type.
    Typedef(TypeId),
}

/// A struct or union; see [`Layout::slots`].
#[derive(Clone, Debug)]
pub struct Record {
    /// Whether it is a union.
    pub union: bool,
    /// Its size.
    pub size: Bytes,
    pub(crate) slots: Run,
}
