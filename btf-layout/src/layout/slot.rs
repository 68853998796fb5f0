//! The parts of a struct or union.

use super::run::Run;
use crate::units::{Bits, Bytes, TypeId};

/// A part of a struct, or an arm of a union. An arm that does not start at 0 stands after as many bytes without a meaning.
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
