//! The parts of a struct or union: what a slot is, and how a layout keeps it.

use crate::btf::Btf;
use crate::layout::Run;
use crate::record::number;
use crate::units::{Bits, Bytes, TypeId};

/// A part of a struct, or an arm of a union. An arm that does not start at 0 is behind as many bytes without a meaning.
#[derive(Clone, Copy, Debug)]
pub enum Slot<'b> {
    /// A member that is not a bitfield.
    Field(Field<'b>),
    /// Bytes shared by bitfields.
    Bits(BitUnit),
    /// Bytes without a meaning.
    Pad(Pad),
    /// A member of a type without bytes: `void`, Rust's `()`. It has a name and a place, but no value.
    Empty(Empty<'b>),
    /// A variable of a type that no layout can be made of: its bytes. Only sections have such.
    Opaque(Opaque<'b>),
}

impl Slot<'_> {
    /// First byte.
    pub fn offset(&self) -> Bytes {
        match self {
            Slot::Field(field) => field.offset,
            Slot::Bits(unit) => unit.offset,
            Slot::Pad(pad) => pad.offset,
            Slot::Empty(empty) => empty.offset,
            Slot::Opaque(opaque) => opaque.offset,
        }
    }

    /// Number of bytes.
    pub fn size(&self) -> Bytes {
        match self {
            Slot::Field(field) => field.size,
            Slot::Bits(unit) => unit.size,
            Slot::Pad(pad) => pad.size,
            Slot::Empty(_) => Bytes(0),
            Slot::Opaque(opaque) => opaque.size,
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

/// A member of a type without bytes.
#[derive(Clone, Copy, Debug)]
pub struct Empty<'b> {
    /// Its name, empty if it has none.
    pub name: &'b str,
    /// The byte it stands before, from the start of the record; other members may lie around it.
    pub offset: Bytes,
}

/// A variable whose type no layout can be made of.
#[derive(Clone, Copy, Debug)]
pub struct Opaque<'b> {
    /// Its name.
    pub name: &'b str,
    /// First byte, from the start of the section.
    pub offset: Bytes,
    /// Number of bytes.
    pub size: Bytes,
}

/// A slot as the layout keeps it: in sixteen bytes, since a kernel has eighty thousand of them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Packed {
    /// Of what has a name: where the string section has it. Of a bit unit: one more than its position in the table of these.
    /// Of padding: 0.
    head: u32,
    /// A field's type, which is not `void`. Of a bit unit and of padding: `void`. Else [`EMPTY`] or [`OPAQUE`].
    pub(crate) ty: TypeId,
    /// First byte.
    pub(crate) offset: Bytes,
    /// Number of bytes.
    pub(crate) size: Bytes,
}

/// In place of a field's type, no section having so many: a member without bytes.
const EMPTY: TypeId = TypeId(u32::MAX);
/// Likewise: a variable whose type no layout can be made of.
const OPAQUE: TypeId = TypeId(u32::MAX - 1);

impl Packed {
    /// A member without bytes, whose name is at offset `name` of the string section.
    pub(crate) fn empty(name: u32, offset: Bytes) -> Self {
        Self::field(name, EMPTY, offset, Bytes(0))
    }

    /// A variable of `size` bytes.
    pub(crate) fn opaque(name: u32, offset: Bytes, size: Bytes) -> Self {
        Self::field(name, OPAQUE, offset, size)
    }

    /// Whether it is a member without bytes.
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.ty == EMPTY
    }

    /// Whether it is a variable of unknown type.
    pub(crate) fn is_opaque(&self) -> bool {
        self.ty == OPAQUE
    }

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
        self.ty != TypeId::VOID && self.ty < OPAQUE
    }

    /// The bit unit it stands for, if it is one.
    #[inline]
    pub(crate) fn unit<'u>(&self, units: &'u [BitUnit]) -> Option<&'u BitUnit> {
        if self.ty != TypeId::VOID {
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
        let (offset, size) = (self.offset, self.size);
        match self.unit(units) {
            Some(unit) => Slot::Bits(*unit),
            None if self.ty == TypeId::VOID => Slot::Pad(Pad { offset, size }),
            None => self.unpacked_oddity(btf),
        }
    }

    /// A member without bytes, or a variable of unknown type.
    #[cold]
    fn unpacked_oddity<'b>(&self, btf: &'b Btf<'b>) -> Slot<'b> {
        let (name, offset, size) = (btf.name_at(self.head), self.offset, self.size);
        match self.is_empty() {
            true => Slot::Empty(Empty { name, offset }),
            false => Slot::Opaque(Opaque { name, offset, size }),
        }
    }
}

/// Whether a value of type `ty` is a struct or union.
fn is_record(btf: &Btf<'_>, ty: TypeId) -> bool {
    let resolved = btf.number(btf.resolved(ty));
    matches!(resolved, number::STRUCT | number::UNION)
}
