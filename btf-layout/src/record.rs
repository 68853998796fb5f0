//! Type records: `struct btf_type` and the rows behind it, as little-endian words.

use crate::kind::{Array, Composite, Datasec, Enum, EnumRows, FuncProto, Int, Kind};
use crate::names::Names;
use crate::units::{Bytes, TypeId};

/// Kind numbers of `enum` `BTF_KIND_*`.
pub(crate) mod number {
    pub(crate) const INT: u32 = 1;
    pub(crate) const PTR: u32 = 2;
    pub(crate) const ARRAY: u32 = 3;
    pub(crate) const STRUCT: u32 = 4;
    pub(crate) const UNION: u32 = 5;
    pub(crate) const ENUM: u32 = 6;
    pub(crate) const FWD: u32 = 7;
    pub(crate) const TYPEDEF: u32 = 8;
    pub(crate) const VOLATILE: u32 = 9;
    pub(crate) const CONST: u32 = 10;
    pub(crate) const RESTRICT: u32 = 11;
    pub(crate) const FUNC: u32 = 12;
    pub(crate) const FUNC_PROTO: u32 = 13;
    pub(crate) const VAR: u32 = 14;
    pub(crate) const DATASEC: u32 = 15;
    pub(crate) const FLOAT: u32 = 16;
    pub(crate) const DECL_TAG: u32 = 17;
    pub(crate) const TYPE_TAG: u32 = 18;
    pub(crate) const ENUM64: u32 = 19;
}

/// Size of `struct btf_type` in bytes.
pub(crate) const HEAD_LEN: usize = 12;

/// `struct btf_type`. Its `info` word holds `vlen` (24 bits), the kind (7 bits) and `kind_flag`: today's widths, of
/// which older formats used 16 and 5 and left the rest zero.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Head {
    pub(crate) name: u32,
    pub(crate) info: u32,
    pub(crate) size_or_type: u32,
}

impl Head {
    /// Reads the three words at the start of `bytes`.
    pub(crate) fn read(bytes: &[u8]) -> Option<Head> {
        let ([name, info, size_or_type], _) = bytes.as_chunks::<4>().0.split_first_chunk()?;
        Some(Head {
            name: u32::from_le_bytes(*name),
            info: u32::from_le_bytes(*info),
            size_or_type: u32::from_le_bytes(*size_or_type),
        })
    }

    #[inline]
    pub(crate) fn kind(self) -> u32 {
        (self.info >> 24) & 0x7f
    }

    pub(crate) fn vlen(self) -> usize {
        (self.info & 0xff_ffff) as usize
    }

    pub(crate) fn flag(self) -> bool {
        self.info >> 31 != 0
    }

    /// The type behind a qualifier or type tag: same bytes, no name of its own.
    #[inline]
    pub(crate) fn unqualified(self) -> Option<TypeId> {
        match self.kind() {
            number::VOLATILE | number::CONST | number::RESTRICT | number::TYPE_TAG => {
                Some(TypeId(self.size_or_type))
            }
            _ => None,
        }
    }

    /// Size in bytes of the rows behind the head; `None` for an unknown kind.
    #[inline(always)]
    pub(crate) fn tail_len(self) -> Option<usize> {
        Some(match self.kind() {
            number::INT | number::VAR | number::DECL_TAG => 4,
            number::ARRAY => 12,
            number::STRUCT | number::UNION | number::DATASEC | number::ENUM64 => self.vlen() * 12,
            number::ENUM | number::FUNC_PROTO => self.vlen() * 8,
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
    words: &'b [[u8; 4]],
    names: &'b Names<'b>,
}

impl<const N: usize> std::fmt::Debug for Tail<'_, N> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.rows()).finish()
    }
}

impl<'b, const N: usize> Tail<'b, N> {
    pub(crate) fn len(&self) -> usize {
        self.words.len() / N
    }

    pub(crate) fn rows(&self) -> impl ExactSizeIterator<Item = [u32; N]> + use<'b, N> {
        let rows = self.words.as_chunks::<N>().0;
        rows.iter().map(|row| row.map(u32::from_le_bytes))
    }

    /// The `i`-th row.
    pub(crate) fn row(&self, i: usize) -> Option<[u32; N]> {
        let row = self.words.as_chunks::<N>().0.get(i)?;
        Some(row.map(u32::from_le_bytes))
    }

    pub(crate) fn name(&self, offset: u32) -> &'b str {
        self.names.get(offset).unwrap_or_default()
    }
}

/// Decodes the record with this head; `rest` is the section from its rows on. `None` if it is cut off or of an unknown kind;
/// validated records decode always.
#[inline(always)]
pub(crate) fn decode<'b>(head: Head, rest: &'b [u8], names: &'b Names<'b>) -> Option<Kind<'b>> {
    let words = rest.get(..head.tail_len()?)?.as_chunks::<4>().0;
    let word = || words.first().map(|word| u32::from_le_bytes(*word));
    let ty = TypeId(head.size_or_type);
    let size = Bytes(head.size_or_type);
    Some(match head.kind() {
        number::INT => decode_int(size, word()?),
        number::PTR => Kind::Ptr(ty),
        number::ARRAY => {
            let [elem, index, len] = Tail::<3> { words, names }.row(0)?;
            Kind::Array(Array {
                elem: TypeId(elem),
                index: TypeId(index),
                len,
            })
        }
        kind @ (number::STRUCT | number::UNION) => {
            let composite = Composite {
                size,
                kind_flag: head.flag(),
                tail: Tail { words, names },
            };
            if kind == number::STRUCT {
                Kind::Struct(composite)
            } else {
                Kind::Union(composite)
            }
        }
        kind @ (number::ENUM | number::ENUM64) => Kind::Enum(Enum {
            size,
            signed: head.flag(),
            values: if kind == number::ENUM {
                EnumRows::Narrow(Tail { words, names })
            } else {
                EnumRows::Wide(Tail { words, names })
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
            tail: Tail { words, names },
        }),
        number::VAR => Kind::Var {
            ty,
            linkage: word()?,
        },
        number::DATASEC => Kind::Datasec(Datasec {
            size,
            tail: Tail { words, names },
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
