//! Typed ids and units, so that a bit offset is never mistaken for a byte offset or an id.

use std::fmt;

/// Number of a type in a BTF section; 0 is `void`, the first record of a base section is 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeId(pub u32);

impl TypeId {
    /// The id BTF reserves for `void`.
    pub const VOID: TypeId = TypeId(0);

    /// The id as an index into a table with one row per type.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl fmt::Display for TypeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A size or an offset in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bytes(pub u32);

impl Bytes {
    /// The largest object a wasm32 compiler accepts (`PTRDIFF_MAX`); larger types are refused.
    pub const MAX: Bytes = Bytes(i32::MAX as u32);

    /// The same extent in bits.
    pub fn bits(self) -> Bits {
        Bits(u64::from(self.0) * 8)
    }
}

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A size or an offset in bits. Bit 0 is the least significant bit of byte 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bits(pub u64);

impl Bits {
    /// The whole bytes before this position: rounds down. `None` past [`Bytes::MAX`].
    pub fn floor_bytes(self) -> Option<Bytes> {
        u32::try_from(self.0 / 8)
            .ok()
            .map(Bytes)
            .filter(|bytes| *bytes <= Bytes::MAX)
    }

    /// The bytes needed to hold this many bits: rounds up. `None` past [`Bytes::MAX`].
    pub fn ceil_bytes(self) -> Option<Bytes> {
        Bits(self.0 + 7).floor_bytes()
    }

    /// Whether the position is on a byte boundary.
    pub fn is_byte_aligned(self) -> bool {
        self.0.is_multiple_of(8)
    }
}

impl fmt::Display for Bits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
