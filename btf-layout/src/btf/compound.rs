//! What types that consist of others say: arrays, structs and unions, function types, data sections.

use super::tail::{Tail, Words};
use crate::units::{Bits, Bytes, TypeId};

/// `BTF_KIND_ARRAY`: one dimension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Array {
    /// Type of the elements.
    pub elem: TypeId,
    /// Type of the index; says nothing about the layout.
    pub index: TypeId,
    /// Number of elements.
    pub len: u32,
}

impl Array {
    /// Takes the three words after the head.
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

/// `BTF_KIND_STRUCT` or `BTF_KIND_UNION`.
#[derive(Clone, Copy, Debug)]
pub struct Composite<'b> {
    /// Whether it is a union.
    pub union: bool,
    /// Size in bytes, tail padding included.
    pub size: Bytes,
    /// Whether member records carry a bitfield size (`kind_flag`).
    pub kind_flag: bool,
    pub(crate) tail: Tail<'b, 3>,
}

impl<'b> Composite<'b> {
    /// Number of members.
    pub fn len(&self) -> usize {
        self.tail.len()
    }

    /// Whether there are no members.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The members as stored, in declaration order.
    pub fn members(&self) -> impl ExactSizeIterator<Item = Member<'b>> + Clone + use<'b> {
        let this = *self;
        this.tail.rows().map(move |row| {
            let [name, ..] = row;
            Member {
                name: this.tail.name(name),
                place: this.place(row),
            }
        })
    }

    /// Types and places of the members, as stored.
    pub(crate) fn places(&self) -> impl ExactSizeIterator<Item = Place> + use<'b> {
        let this = *self;
        this.tail.rows().map(move |row| this.place(row))
    }

    /// The type of the `index`-th member.
    pub fn ty(&self, index: usize) -> Option<TypeId> {
        self.tail.row(index).map(|[_, ty, _]| TypeId(ty))
    }

    /// The types of the members.
    pub fn types(&self) -> impl ExactSizeIterator<Item = TypeId> + use<'b> {
        self.tail.rows().map(|[_, ty, _]| TypeId(ty))
    }

    /// Of each member whether it has a name, and its type.
    pub(crate) fn parts(&self) -> impl Iterator<Item = (bool, TypeId)> + use<'b> {
        let tail = self.tail;
        tail.rows()
            .map(move |[name, ty, _]| (tail.is_named(name), TypeId(ty)))
    }

    /// What a row says besides the name.
    fn place(&self, [_, ty, offset]: [u32; 3]) -> Place {
        let (offset, width) = match self.kind_flag {
            true => (offset & 0xff_ffff, offset >> 24),
            false => (offset, 0),
        };
        Place {
            ty: TypeId(ty),
            offset: Bits(u64::from(offset)),
            width: (width != 0).then_some(Bits(u64::from(width))),
        }
    }
}

/// A member of a struct or union.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member<'b> {
    /// Its name, empty if it has none.
    pub name: &'b str,
    /// Its type and where it lies.
    pub place: Place,
}

/// Type and place of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its type.
    pub ty: TypeId,
    /// Its first bit, from the start of the struct.
    pub offset: Bits,
    /// Its width if it is a bitfield.
    pub width: Option<Bits>,
}

/// `BTF_KIND_FUNC_PROTO`.
#[derive(Clone, Copy, Debug)]
pub struct FuncProto<'b> {
    /// Type of the result.
    pub result: TypeId,
    pub(crate) tail: Tail<'b, 2>,
}

impl<'b> FuncProto<'b> {
    /// Number of parameters.
    pub fn len(&self) -> usize {
        self.tail.len()
    }

    /// Whether there are no parameters.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Name (often empty) and type of each parameter. A last one of type `void` is C's `...`.
    pub fn params(&self) -> impl ExactSizeIterator<Item = (&'b str, TypeId)> + use<'b> {
        let tail = self.tail;
        tail.rows()
            .map(move |[name, ty]| (tail.name(name), TypeId(ty)))
    }

    /// The types of the parameters.
    pub(crate) fn types(&self) -> impl Iterator<Item = TypeId> + use<'b> {
        self.tail.rows().map(|[_, ty]| TypeId(ty))
    }
}

/// `BTF_KIND_DATASEC`.
#[derive(Clone, Copy, Debug)]
pub struct Datasec<'b> {
    /// Size in bytes; 0 in an object that is not linked.
    pub size: Bytes,
    pub(crate) tail: Tail<'b, 3>,
}

impl<'b> Datasec<'b> {
    /// Number of variables.
    pub fn len(&self) -> usize {
        self.tail.len()
    }

    /// Whether there are no variables.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The variables, in order.
    pub fn vars(&self) -> impl ExactSizeIterator<Item = SectionVar> + use<'b> {
        self.tail.rows().map(|[ty, offset, size]| SectionVar {
            var: TypeId(ty),
            offset,
            size,
        })
    }
}

/// A variable of a [`Datasec`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SectionVar {
    /// Its [`crate::Kind::Var`] (or [`crate::Kind::Func`]).
    pub var: TypeId,
    /// Its offset in the section in bytes; 0 in an object that is not linked.
    pub offset: u32,
    /// Its size in bytes.
    pub size: u32,
}
