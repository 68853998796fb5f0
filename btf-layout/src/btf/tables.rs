//! What verification has measured of each of a section's own types.

use crate::units::Bytes;

/// How far a type holds others by value, and how large it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Extent {
    pub(crate) nesting: Nesting,
    /// Of typedefs, qualified types and arrays, whose bytes are another type's.
    pub(crate) size: Size,
}

/// How deep a type nests others by value. Pointers and functions hold nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Nesting {
    /// Not measured, or it holds nothing.
    New,
    /// On the path from the type being measured. Meeting it again is a cycle.
    Open,
    /// The type has a flaw.
    Flawed,
    /// The levels below it.
    Depth(u8),
}

/// What a value of a type takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Size {
    /// This many bytes, which may be none: a struct without members is a type nevertheless.
    Bytes(Bytes),
    /// A type without bytes.
    NoBytes,
    /// No value has such a type.
    Unsized,
}

impl Size {
    pub(crate) fn bytes(self) -> Option<Bytes> {
        match self {
            Size::Bytes(size) => Some(size),
            Size::NoBytes | Size::Unsized => None,
        }
    }
}

impl Extent {
    pub(crate) const NEW: Extent = Extent {
        nesting: Nesting::New,
        size: Size::Unsized,
    };
}

/// How much text a type is when it is written out in full: a name ends it, what has no name is spelled out in place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expansion {
    /// Not measured.
    New,
    /// On the path from the type being measured. Meeting it again is a cycle.
    Open,
    Known(Text),
}

/// Roughly how many bytes, and how deep what has no name is nested in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Text {
    pub(crate) len: u32,
    pub(crate) depth: u8,
}
