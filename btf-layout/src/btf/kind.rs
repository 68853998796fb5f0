//! The BTF kinds as Rust data, decoded on demand from validated records.
//!
//! Source of every field: <https://docs.kernel.org/bpf/btf.html>, "Type Encoding".

use super::enums::Enum;
use super::record::Tail;
use crate::units::{Bits, Bytes, TypeId};

/// What a type record says, without its name.
#[derive(Clone, Copy, Debug)]
pub enum Kind<'b> {
    /// Type id 0.
    Void,
    /// An integer, a character or a boolean.
    Int(Int),
    /// A pointer to the type.
    Ptr(TypeId),
    /// An array.
    Array(Array),
    /// A C `struct`.
    Struct(Composite<'b>),
    /// A C `union`.
    Union(Composite<'b>),
    /// `BTF_KIND_ENUM` or `BTF_KIND_ENUM64`. Without enumerators: a forward declaration.
    Enum(Enum<'b>),
    /// A struct or union that is declared but not defined.
    Fwd {
        /// Whether it is a union.
        union: bool,
    },
    /// Another name for the type.
    Typedef(TypeId),
    /// The type, `volatile`.
    Volatile(TypeId),
    /// The type, `const`.
    Const(TypeId),
    /// The type, `restrict`.
    Restrict(TypeId),
    /// A function.
    Func {
        /// Its [`Kind::FuncProto`].
        proto: TypeId,
        /// `static`, `global` or `extern`, as stored: 0, 1, 2.
        linkage: u32,
    },
    /// The type of a function.
    FuncProto(FuncProto<'b>),
    /// A global variable.
    Var {
        /// Its type.
        ty: TypeId,
        /// `static`, `global-alloc` or `global-extern`, as stored: 0, 1, 2.
        linkage: u32,
    },
    /// A section with variables (or extern functions).
    Datasec(Datasec<'b>),
    /// A floating-point number of this size.
    Float(Bytes),
    /// A string attached to a declaration (`btf_decl_tag`).
    DeclTag {
        /// The declaration.
        target: TypeId,
        /// The member or parameter it is attached to; `None`: the declaration itself.
        component: Option<u32>,
        /// Whether the string is a whole attribute rather than the argument of `btf_decl_tag`.
        attribute: bool,
    },
    /// A string attached to a type (`btf_type_tag`).
    TypeTag {
        /// The type.
        ty: TypeId,
        /// Whether the string is a whole attribute rather than the argument of `btf_type_tag`.
        attribute: bool,
    },
}

impl<'b> Kind<'b> {
    /// What C (or, where C has no word, BTF) calls the kind; for messages.
    pub fn word(&self) -> &'static str {
        match self {
            Kind::Void => "void",
            Kind::Int(_) => "int",
            Kind::Ptr(_) => "pointer",
            Kind::Array(_) => "array",
            Kind::Struct(_) => "struct",
            Kind::Union(_) => "union",
            Kind::Enum(_) => "enum",
            Kind::Fwd { .. } => "forward declaration",
            Kind::Typedef(_) => "typedef",
            Kind::Volatile(_) => "volatile",
            Kind::Const(_) => "const",
            Kind::Restrict(_) => "restrict",
            Kind::Func { .. } => "function",
            Kind::FuncProto(_) => "function type",
            Kind::Var { .. } => "variable",
            Kind::Datasec(_) => "data section",
            Kind::Float(_) => "float",
            Kind::DeclTag { .. } => "declaration tag",
            Kind::TypeTag { .. } => "type tag",
        }
    }

    /// What a struct or union says.
    pub fn composite(&self) -> Option<Composite<'b>> {
        match self {
            Kind::Struct(composite) | Kind::Union(composite) => Some(*composite),
            Kind::Void
            | Kind::Int(_)
            | Kind::Ptr(_)
            | Kind::Array(_)
            | Kind::Enum(_)
            | Kind::Fwd { .. }
            | Kind::Typedef(_)
            | Kind::Volatile(_)
            | Kind::Const(_)
            | Kind::Restrict(_)
            | Kind::Func { .. }
            | Kind::FuncProto(_)
            | Kind::Var { .. }
            | Kind::Datasec(_)
            | Kind::Float(_)
            | Kind::DeclTag { .. }
            | Kind::TypeTag { .. } => None,
        }
    }

    /// Whether the type may have a definition of its own: a struct, union, enum or typedef.
    pub fn is_definition(&self) -> bool {
        match self {
            Kind::Struct(_) | Kind::Union(_) | Kind::Enum(_) | Kind::Typedef(_) => true,
            Kind::Void
            | Kind::Int(_)
            | Kind::Ptr(_)
            | Kind::Array(_)
            | Kind::Fwd { .. }
            | Kind::Volatile(_)
            | Kind::Const(_)
            | Kind::Restrict(_)
            | Kind::Func { .. }
            | Kind::FuncProto(_)
            | Kind::Var { .. }
            | Kind::Datasec(_)
            | Kind::Float(_)
            | Kind::DeclTag { .. }
            | Kind::TypeTag { .. } => false,
        }
    }

    /// The type behind a qualifier or type tag: same bytes, no name of its own.
    pub fn unqualified(&self) -> Option<TypeId> {
        match *self {
            Kind::Volatile(ty)
            | Kind::Const(ty)
            | Kind::Restrict(ty)
            | Kind::TypeTag { ty, .. } => Some(ty),
            Kind::Void
            | Kind::Int(_)
            | Kind::Ptr(_)
            | Kind::Array(_)
            | Kind::Struct(_)
            | Kind::Union(_)
            | Kind::Enum(_)
            | Kind::Fwd { .. }
            | Kind::Typedef(_)
            | Kind::Func { .. }
            | Kind::FuncProto(_)
            | Kind::Var { .. }
            | Kind::Datasec(_)
            | Kind::Float(_)
            | Kind::DeclTag { .. } => None,
        }
    }
}

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
    /// Whether the value fills its storage, as every integer but a legacy bitfield's does.
    pub fn is_regular(&self) -> bool {
        self.offset == 0 && Bits(u64::from(self.bits)) == self.size.bits()
    }
}

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

    /// The type of the `index`-th member.
    pub fn ty(&self, index: usize) -> Option<TypeId> {
        self.tail.row(index).map(|[_, ty, _]| TypeId(ty))
    }

    /// The types of the members.
    pub fn types(&self) -> impl ExactSizeIterator<Item = TypeId> + use<'b> {
        self.tail.rows().map(|[_, ty, _]| TypeId(ty))
    }

    /// What a member record says besides the name.
    pub(crate) fn place(&self, [_, ty, offset]: [u32; 3]) -> Place {
        let ty = TypeId(ty);
        if !self.kind_flag {
            let offset = Bits(u64::from(offset));
            return Place {
                ty,
                offset,
                width: None,
            };
        }
        let width = offset >> 24;
        Place {
            ty,
            offset: Bits(u64::from(offset & 0xff_ffff)),
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
    /// Its [`Kind::Var`] (or [`Kind::Func`]).
    pub var: TypeId,
    /// Its offset in the section in bytes; 0 in an object that is not linked.
    pub offset: u32,
    /// Its size in bytes.
    pub size: u32,
}
