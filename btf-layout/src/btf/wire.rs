//! Types as the section stores them: `struct btf_type` and the rows after it, as little-endian words.

use super::compound::{Array, Composite, Datasec, FuncProto};
use super::kind::{BtfKind, Kind};
use super::scalar::{Enum, EnumRows, Int};
use super::strings::Strings;
use super::tail::{Tail, Words};
use crate::units::{Bytes, TypeId};

/// `struct btf_type`. Its `info` word holds `vlen` (24 bits), the kind (7 bits) and `kind_flag`: today's widths, of
/// which older formats used 16 and 5 and left the rest zero.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Head {
    pub(crate) name: u32,
    info: u32,
    pub(crate) size_or_type: u32,
}

impl Head {
    /// Takes the three words at the start of `words`; returns what comes after them as well.
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

    /// The number of the kind.
    pub(crate) fn number(self) -> u8 {
        let [.., top] = self.info.to_le_bytes();
        top & 0x7f
    }

    /// The kind; `None` if its number is that of none.
    #[inline]
    pub(crate) fn kind(self) -> Option<BtfKind> {
        BtfKind::from_number(self.number())
    }

    pub(crate) fn vlen(self) -> usize {
        (self.info & 0xff_ffff) as usize
    }

    pub(crate) fn flag(self) -> bool {
        self.info >> 31 != 0
    }

    /// The `info` word of a forward declaration, or of `void`, in whose place no section has a type.
    pub(crate) fn info_of_shown(union: Option<bool>) -> u32 {
        match union {
            None => u32::from(BtfKind::Void as u8) << 24,
            Some(union) => u32::from(BtfKind::Fwd as u8) << 24 | u32::from(union) << 31,
        }
    }

    /// Number of words in the rows after the head of a type of this kind.
    pub(crate) fn tail_len(self, kind: BtfKind) -> usize {
        match kind {
            BtfKind::Int | BtfKind::Var | BtfKind::DeclTag => 1,
            BtfKind::Array => 3,
            BtfKind::Struct | BtfKind::Union | BtfKind::Datasec | BtfKind::Enum64 => {
                self.vlen() * 3
            }
            BtfKind::Enum | BtfKind::FuncProto => self.vlen() * 2,
            BtfKind::Void
            | BtfKind::Ptr
            | BtfKind::Fwd
            | BtfKind::Typedef
            | BtfKind::Volatile
            | BtfKind::Const
            | BtfKind::Restrict
            | BtfKind::Func
            | BtfKind::Float
            | BtfKind::TypeTag => 0,
        }
    }
}

/// Decodes the type with this head; `rest` is the section from its rows on. `None` if it is cut off or of an unknown kind;
/// validated types decode always.
#[inline(always)] // so that a caller that asks for one kind pays for one comparison
pub(crate) fn decode<'b>(
    head: Head,
    rest: &'b Words,
    strings: &'b Strings<'b>,
) -> Option<Kind<'b>> {
    let word = || rest.first().map(|word| u32::from_le_bytes(*word));
    let ty = TypeId(head.size_or_type);
    let size = Bytes(head.size_or_type);
    Some(match head.kind()? {
        BtfKind::Void => Kind::Void,
        BtfKind::Int => Kind::Int(Int::read(size, word()?)),
        BtfKind::Ptr => Kind::Ptr(ty),
        BtfKind::Array => Kind::Array(Array::read(rest)?),
        BtfKind::Struct => Kind::Struct(composite(head, rest, strings, false)?),
        BtfKind::Union => Kind::Union(composite(head, rest, strings, true)?),
        BtfKind::Enum => Kind::Enum(Enum {
            size,
            signed: head.flag(),
            rows: EnumRows::Narrow(Tail::read(rest, head.vlen(), strings)?),
        }),
        BtfKind::Enum64 => Kind::Enum(Enum {
            size,
            signed: head.flag(),
            rows: EnumRows::Wide(Tail::read(rest, head.vlen(), strings)?),
        }),
        BtfKind::Fwd => Kind::Fwd { union: head.flag() },
        BtfKind::Typedef => Kind::Typedef(ty),
        BtfKind::Volatile => Kind::Volatile(ty),
        BtfKind::Const => Kind::Const(ty),
        BtfKind::Restrict => Kind::Restrict(ty),
        BtfKind::Func => Kind::Func {
            proto: ty,
            linkage: head.info & 0xff_ffff,
        },
        BtfKind::FuncProto => Kind::FuncProto(FuncProto {
            result: ty,
            tail: Tail::read(rest, head.vlen(), strings)?,
        }),
        BtfKind::Var => Kind::Var {
            ty,
            linkage: word()?,
        },
        BtfKind::Datasec => Kind::Datasec(Datasec {
            size,
            tail: Tail::read(rest, head.vlen(), strings)?,
        }),
        BtfKind::Float => Kind::Float(size),
        BtfKind::DeclTag => Kind::DeclTag {
            target: ty,
            component: word().filter(|component| *component != u32::MAX),
            attribute: head.flag(),
        },
        BtfKind::TypeTag => Kind::TypeTag {
            ty,
            attribute: head.flag(),
        },
    })
}

#[inline(always)]
fn composite<'b>(
    head: Head,
    rest: &'b Words,
    strings: &'b Strings<'b>,
    union: bool,
) -> Option<Composite<'b>> {
    Some(Composite {
        union,
        size: Bytes(head.size_or_type),
        kind_flag: head.flag(),
        tail: Tail::read(rest, head.vlen(), strings)?,
    })
}
