//! Type records: `struct btf_type` and the rows behind it, as little-endian words.

use super::enums::{Enum, EnumRows};
use super::kind::{Array, Composite, Datasec, FuncProto, Int, Kind};
use super::strings::Names;
use crate::units::{Bytes, TypeId};

/// Kind numbers of `enum` `BTF_KIND_*`.
pub(crate) mod number {
    pub(crate) const VOID: u8 = 0;
    pub(crate) const INT: u8 = 1;
    pub(crate) const PTR: u8 = 2;
    pub(crate) const ARRAY: u8 = 3;
    pub(crate) const STRUCT: u8 = 4;
    pub(crate) const UNION: u8 = 5;
    pub(crate) const ENUM: u8 = 6;
    pub(crate) const FWD: u8 = 7;
    pub(crate) const TYPEDEF: u8 = 8;
    pub(crate) const VOLATILE: u8 = 9;
    pub(crate) const CONST: u8 = 10;
    pub(crate) const RESTRICT: u8 = 11;
    pub(crate) const FUNC: u8 = 12;
    pub(crate) const FUNC_PROTO: u8 = 13;
    pub(crate) const VAR: u8 = 14;
    pub(crate) const DATASEC: u8 = 15;
    pub(crate) const FLOAT: u8 = 16;
    pub(crate) const DECL_TAG: u8 = 17;
    pub(crate) const TYPE_TAG: u8 = 18;
    pub(crate) const ENUM64: u8 = 19;

    /// Whether a type of this kind has the bytes of the one behind it, and no name of its own.
    #[inline]
    pub(crate) fn is_qualifier(kind: u8) -> bool {
        matches!(kind, VOLATILE | CONST | RESTRICT | TYPE_TAG)
    }
}

/// The type section, or part of it: every field of every record is one little-endian word.
pub(crate) type Words = [[u8; 4]];

/// `struct btf_type`. Its `info` word holds `vlen` (24 bits), the kind (7 bits) and `kind_flag`: today's widths, of
/// which older formats used 16 and 5 and left the rest zero.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Head {
    pub(crate) name: u32,
    pub(crate) info: u32,
    pub(crate) size_or_type: u32,
}

impl Head {
    /// Takes the three words at the start of `words`; returns what is behind them as well.
    #[inline]
    pub(crate) fn read(words: &Words) -> Option<(Head, &Words)> {
        let ([name, info, size_or_type], rest) = words.split_first_chunk()?;
        let head = Head {
            name: u32::from_le_bytes(*name),
            info: u32::from_le_bytes(*info),
            size_or_type: u32::from_le_bytes(*size_or_type),
        };
        Some((head, rest))
    }

    #[inline]
    pub(crate) fn kind(self) -> u8 {
        let [.., top] = self.info.to_le_bytes();
        top & 0x7f
    }

    pub(crate) fn vlen(self) -> usize {
        (self.info & 0xff_ffff) as usize
    }

    pub(crate) fn flag(self) -> bool {
        self.info >> 31 != 0
    }

    /// Number of words in the rows behind the head; `None` for an unknown kind.
    #[inline(always)]
    pub(crate) fn tail_len(self) -> Option<usize> {
        Some(match self.kind() {
            number::INT | number::VAR | number::DECL_TAG => 1,
            number::ARRAY => 3,
            number::STRUCT | number::UNION | number::DATASEC | number::ENUM64 => self.vlen() * 3,
            number::ENUM | number::FUNC_PROTO => self.vlen() * 2,
            number::PTR
            | number::FWD
            | number::TYPEDEF
            | number::VOLATILE
            | number::CONST
            | number::RESTRICT
            | number::FUNC
            | number::FLOAT
            | number::TYPE_TAG => 0,
            _ => return None,
        })
    }
}

/// The rows behind a head, `N` words each.
#[derive(Clone, Copy)]
pub(crate) struct Tail<'b, const N: usize> {
    rows: &'b [[[u8; 4]; N]],
    names: &'b Names<'b>,
}

impl<const N: usize> std::fmt::Debug for Tail<'_, N> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.rows()).finish()
    }
}

impl<'b, const N: usize> Tail<'b, N> {
    /// The first `len` rows of `words`.
    #[inline(always)]
    pub(crate) fn read(words: &'b Words, len: usize, names: &'b Names<'b>) -> Option<Self> {
        let rows = words.get(..len * N)?.as_chunks().0;
        Some(Tail { rows, names })
    }

    pub(crate) fn empty(names: &'b Names<'b>) -> Self {
        Tail { rows: &[], names }
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(crate) fn rows(&self) -> impl ExactSizeIterator<Item = [u32; N]> + Clone + use<'b, N> {
        self.rows.iter().map(|row| row.map(u32::from_le_bytes))
    }

    /// The `i`-th row.
    pub(crate) fn row(&self, i: usize) -> Option<[u32; N]> {
        self.rows.get(i).map(|row| row.map(u32::from_le_bytes))
    }

    pub(crate) fn name(&self, offset: u32) -> &'b str {
        self.names.get(offset).unwrap_or_default()
    }
}

/// Decodes the record with this head; `rest` is the section from its rows on. `None` if it is cut off or of an unknown kind;
/// validated records decode always.
#[inline(always)]
pub(crate) fn decode<'b>(head: Head, rest: &'b Words, names: &'b Names<'b>) -> Option<Kind<'b>> {
    let word = || rest.first().map(|word| u32::from_le_bytes(*word));
    let ty = TypeId(head.size_or_type);
    let size = Bytes(head.size_or_type);
    Some(match head.kind() {
        number::INT => decode_int(size, word()?),
        number::PTR => Kind::Ptr(ty),
        number::ARRAY => Kind::Array(Array::read(rest)?),
        number::STRUCT => Kind::Struct(decode_composite(head, rest, names)?),
        number::UNION => Kind::Union(decode_composite(head, rest, names)?),
        kind @ (number::ENUM | number::ENUM64) => Kind::Enum(Enum {
            size,
            signed: head.flag(),
            rows: match kind {
                number::ENUM => EnumRows::Narrow(Tail::read(rest, head.vlen(), names)?),
                _ => EnumRows::Wide(Tail::read(rest, head.vlen(), names)?),
            },
        }),
        number::FWD => Kind::Fwd { union: head.flag() },
        number::TYPEDEF => Kind::Typedef(ty),
        number::VOLATILE => Kind::Volatile(ty),
        number::CONST => Kind::Const(ty),
        number::RESTRICT => Kind::Restrict(ty),
        number::FUNC => Kind::Func {
            proto: ty,
            linkage: head.info & 0xff_ffff,
        },
        number::FUNC_PROTO => Kind::FuncProto(FuncProto {
            result: ty,
            tail: Tail::read(rest, head.vlen(), names)?,
        }),
        number::VAR => Kind::Var {
            ty,
            linkage: word()?,
        },
        number::DATASEC => Kind::Datasec(Datasec {
            size,
            tail: Tail::read(rest, head.vlen(), names)?,
        }),
        number::FLOAT => Kind::Float(size),
        number::DECL_TAG => Kind::DeclTag {
            target: ty,
            component: word().filter(|component| *component != u32::MAX),
            attribute: head.flag(),
        },
        number::TYPE_TAG => Kind::TypeTag {
            ty,
            attribute: head.flag(),
        },
        _ => return None,
    })
}

impl Array {
    /// Takes the three words behind the head.
    #[inline]
    pub(crate) fn read(words: &Words) -> Option<Self> {
        let ([elem, index, len], _) = words.split_first_chunk()?;
        Some(Array {
            elem: TypeId(u32::from_le_bytes(*elem)),
            index: TypeId(u32::from_le_bytes(*index)),
            len: u32::from_le_bytes(*len),
        })
    }
}

#[inline(always)]
fn decode_composite<'b>(
    head: Head,
    rest: &'b Words,
    names: &'b Names<'b>,
) -> Option<Composite<'b>> {
    Some(Composite {
        union: head.kind() == number::UNION,
        size: Bytes(head.size_or_type),
        kind_flag: head.flag(),
        tail: Tail::read(rest, head.vlen(), names)?,
    })
}

/// The word behind a `BTF_KIND_INT`: encoding, bit offset, width.
fn decode_int<'b>(size: Bytes, word: u32) -> Kind<'b> {
    let encoding = word >> 24 & 0xf;
    Kind::Int(Int {
        size,
        bits: word & 0xff,
        offset: word >> 16 & 0xff,
        signed: encoding & 1 != 0,
        char: encoding & 2 != 0,
        bool: encoding & 4 != 0,
    })
}
