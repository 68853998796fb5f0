//! What numbers say: integers, and enums in their two encodings.

use super::tail::Tail;
use crate::units::{Bits, Bytes};

/// `BTF_KIND_INT`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Int {
    /// Size of the storage in bytes: 1, 2, 4, 8 or 16.
    pub size: Bytes,
    /// Bits that hold the value; fewer than the storage has in old bitfield encodings and `_BitInt`.
    pub bits: u32,
    /// First bit of the value in its storage; not 0 only in old bitfield encodings.
    pub offset: u32,
    /// Whether the value is signed.
    pub signed: bool,
    /// Whether it is a character.
    pub char: bool,
    /// Whether it is a boolean.
    pub bool: bool,
}

impl Int {
    /// From the word after the head: encoding, bit offset, width.
    pub(crate) fn read(size: Bytes, word: u32) -> Self {
        let encoding = word >> 24 & 0xf;
        Int {
            size,
            bits: word & 0xff,
            offset: word >> 16 & 0xff,
            signed: encoding & 1 != 0,
            char: encoding & 2 != 0,
            bool: encoding & 4 != 0,
        }
    }

    /// Whether the value fills its storage, as every integer but a legacy bitfield's does.
    pub fn is_regular(&self) -> bool {
        self.offset == 0 && Bits(u64::from(self.bits)) == self.size.bits()
    }
}

/// `BTF_KIND_ENUM` or `BTF_KIND_ENUM64`.
#[derive(Clone, Copy, Debug)]
pub struct Enum<'b> {
    /// Size in bytes: 1, 2, 4 or 8.
    pub size: Bytes,
    /// Whether the values are signed.
    pub signed: bool,
    pub(crate) rows: EnumRows<'b>,
}

/// The two encodings of enumerators.
#[derive(Clone, Copy, Debug)]
pub(crate) enum EnumRows<'b> {
    /// `BTF_KIND_ENUM`.
    Narrow(Tail<'b, 2>),
    /// `BTF_KIND_ENUM64`.
    Wide(Tail<'b, 3>),
}

impl<'b> Enum<'b> {
    /// Number of enumerators; 0 for a forward declaration.
    pub fn len(&self) -> usize {
        match self.rows {
            EnumRows::Narrow(rows) => rows.len(),
            EnumRows::Wide(rows) => rows.len(),
        }
    }

    /// Whether there are no enumerators: a forward declaration.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether the record is a `BTF_KIND_ENUM64`.
    pub fn is_enum64(&self) -> bool {
        matches!(self.rows, EnumRows::Wide(_))
    }

    /// The integer with its size and sign.
    pub fn as_int(&self) -> Int {
        Int {
            size: self.size,
            bits: self.size.0 * 8,
            offset: 0,
            signed: self.signed,
            char: false,
            bool: false,
        }
    }

    /// Name and value of each enumerator, in declaration order. A value fits `i64` if the enum is signed, `u64` if not.
    pub fn enumerators(&self) -> impl Iterator<Item = (&'b str, i128)> + use<'b> {
        let signed = self.signed;
        let values = self.words().map(move |word| number(word, signed));
        self.names().zip(values)
    }

    /// [`Enum::enumerators`], each value reduced to the enum's size: compilers that did not state the sign yet stored `-1` of a
    /// one-byte enum as 4294967295.
    pub fn fitted(&self) -> impl Iterator<Item = (&'b str, i128)> + use<'b> {
        self.names().zip(self.fitted_values())
    }

    /// The values of [`Enum::fitted`].
    pub fn fitted_values(&self) -> impl Iterator<Item = i128> + use<'b> {
        let (signed, unused) = (self.signed, 64 - (self.size.0 * 8).clamp(8, 64));
        self.words().map(move |word| {
            let top = word << unused;
            let fitted = match signed {
                true => (top.cast_signed() >> unused).cast_unsigned(),
                false => top >> unused,
            };
            number(fitted, signed)
        })
    }

    /// The names of the enumerators, in declaration order.
    pub fn names(&self) -> impl Iterator<Item = &'b str> + use<'b> {
        let rows = self.rows;
        (0..self.len()).map_while(move |i| match rows {
            EnumRows::Narrow(rows) => rows.row(i).map(|[name, _]| rows.name(name)),
            EnumRows::Wide(rows) => rows.row(i).map(|[name, ..]| rows.name(name)),
        })
    }

    /// The values as 64-bit words: in a signed enum, negative ones as their two's complement.
    fn words(&self) -> impl Iterator<Item = u64> + use<'b> {
        let Enum { rows, signed, .. } = *self;
        (0..self.len()).map_while(move |i| match rows {
            EnumRows::Narrow(rows) => rows.row(i).map(|[_, value]| match signed {
                true => i64::from(value.cast_signed()).cast_unsigned(),
                false => u64::from(value),
            }),
            EnumRows::Wide(rows) => {
                let row = rows.row(i);
                row.map(|[_, low, high]| u64::from(high) << 32 | u64::from(low))
            }
        })
    }
}

/// The number that `word` stands for.
fn number(word: u64, signed: bool) -> i128 {
    match signed {
        true => i128::from(word.cast_signed()),
        false => i128::from(word),
    }
}
