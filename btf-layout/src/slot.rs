//! The parts of a struct or union: what a slot is, and how a layout keeps it.

use crate::btf::Btf;
use crate::layout::Run;
use crate::record::number;
use crate::units::{Bits, Bytes, TypeId};

/// A part of a struct, or an arm of a union.
#[derive(Clone, Copy, Debug)]
pub enum Slot<'b> {
    /// A member that is not a bitfield.
    Field(Field<'b>),
    /// Bytes shared by bitfields.
    Bits(BitUnit),
    /// Bytes without a meaning.
    Pad(Pad),
}

impl Slot<'_> {
    /// First byte.
    pub fn offset(&self) -> Bytes {
        match self {
            Slot::Field(field) => field.offset,
            Slot::Bits(unit) => unit.offset,
            Slot::Pad(pad) => pad.offset,
        }
    }

    /// Number of bytes.
    pub fn size(&self) -> Bytes {
        match self {
            Slot::Field(field) => field.size,
            Slot::Bits(unit) => unit.size,
            Slot::Pad(pad) => pad.size,
        }
    }
}

/// A member that is not a bitfield.
#[derive(Clone, Copy, Debug)]
pub struct Field<'b> {
    /// Its name, empty if it has none.
    pub name: &'b str,
    /// Its type; [`Layout::carrier`](crate::Layout::carrier) says what carries it.
    pub ty: TypeId,
    /// First byte, from the start of the record.
    pub offset: Bytes,
    /// Its size; 0 for a flexible array.
    pub size: Bytes,
    /// Whether its members belong to the outer record: it is a struct or union without a name.
    pub lends: bool,
}

/// Consecutive bytes shared by bitfields; any number of bytes, not only 1, 2, 4 or 8.
#[derive(Clone, Copy, Debug)]
pub struct BitUnit {
    /// First byte, from the start of the record.
    pub offset: Bytes,
    /// Number of bytes.
    pub size: Bytes,
    pub(crate) bits: Run,
}

/// A part of a bit unit.
#[derive(Clone, Copy, Debug)]
pub enum BitSlot<'b> {
    /// A bitfield.
    Field(Bitfield<'b>),
    /// Bits without a meaning.
    Filler {
        /// First bit, from the start of the unit.
        start: Bits,
        /// Number of bits.
        width: Bits,
    },
}

impl BitSlot<'_> {
    /// First bit, from the start of the unit.
    pub fn start(&self) -> Bits {
        match self {
            BitSlot::Field(field) => field.start,
            BitSlot::Filler { start, .. } => *start,
        }
    }

    /// Number of bits.
    pub fn width(&self) -> Bits {
        match self {
            BitSlot::Field(field) => field.width,
            BitSlot::Filler { width, .. } => *width,
        }
    }
}

/// A bitfield.
#[derive(Clone, Copy, Debug)]
pub struct Bitfield<'b> {
    /// Its name.
    pub name: &'b str,
    /// Its declared type, an integer or enum at least as wide.
    pub ty: TypeId,
    /// First bit, from the start of the unit.
    pub start: Bits,
    /// Number of bits.
    pub width: Bits,
}

/// Bytes without a meaning: `__padN` in C.
#[derive(Clone, Copy, Debug)]
pub struct Pad {
    /// First byte, from the start of the record.
    pub offset: Bytes,
    /// Number of bytes.
    pub size: Bytes,
}

/// A slot as the layout keeps it: in sixteen bytes, since a kernel has eighty thousand of them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Packed {
    /// Of a field: where the string section has its name. Of a bit unit: one more than its position in the table of these.
    /// Of padding: 0.
    head: u32,
    /// A field's type. Nothing else has one, and no field is `void`.
    pub(crate) ty: TypeId,
    /// First byte.
    pub(crate) offset: Bytes,
    /// Number of bytes.
    pub(crate) size: Bytes,
}

impl Packed {
    /// A field whose name is at offset `name` of the string section.
    #[inline]
    pub(crate) fn field(name: u32, ty: TypeId, offset: Bytes, size: Bytes) -> Self {
        Packed {
            head: name,
            ty,
            offset,
            size,
        }
    }

    /// Bytes without a meaning.
    pub(crate) fn pad(offset: Bytes, size: Bytes) -> Self {
        Self::field(0, TypeId::VOID, offset, size)
    }

    /// The bit unit that is the last of `units`.
    pub(crate) fn last_unit(units: &[BitUnit]) -> Option<Self> {
        let unit = units.last()?;
        let head = u32::try_from(units.len()).ok()?;
        Some(Self::field(head, TypeId::VOID, unit.offset, unit.size))
    }

    /// Whether it is a field.
    #[inline]
    pub(crate) fn is_field(&self) -> bool {
        self.ty != TypeId::VOID
    }

    /// The bit unit it stands for, if it is one.
    #[inline]
    pub(crate) fn unit<'u>(&self, units: &'u [BitUnit]) -> Option<&'u BitUnit> {
        if self.is_field() {
            return None;
        }
        units.get(self.head.checked_sub(1)? as usize)
    }

    /// What it stands for in the layout of `btf`, whose bit units are `units`.
    #[inline]
    pub(crate) fn unpacked<'b>(&self, btf: &'b Btf<'b>, units: &[BitUnit]) -> Slot<'b> {
        if self.is_field() {
            let name = btf.name_at(self.head);
            return Slot::Field(Field {
                name,
                ty: self.ty,
                offset: self.offset,
                size: self.size,
                lends: name.is_empty() && is_record(btf, self.ty),
            });
        }
        match self.unit(units) {
            Some(unit) => Slot::Bits(*unit),
            None => Slot::Pad(Pad {
                offset: self.offset,
                size: self.size,
            }),
        }
    }
}

/// Whether a value of type `ty` is a struct or union.
fn is_record(btf: &Btf<'_>, ty: TypeId) -> bool {
    let resolved = btf.number(btf.resolved(ty));
    matches!(resolved, number::STRUCT | number::UNION)
}
