//! The kinds of BTF types: as numbers, and as what a type of each kind says.
//!
//! Source of every number and field: <https://docs.kernel.org/bpf/btf.html>, "Type Encoding".

use super::compound::{Array, Composite, Datasec, FuncProto};
use super::scalar::{Enum, Int};
use crate::units::{Bytes, TypeId};

/// Defines [`BtfKind`] together with how a number becomes one, so that a kind is added in one place.
macro_rules! kinds {
    ($($kind:ident = $number:literal,)*) => {
        /// `BTF_KIND_*`: the number of a kind. A match over kinds names them all, so that the compiler finds every place that has to
        /// know a new one.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub(crate) enum BtfKind {
            $($kind = $number,)*
        }

        impl BtfKind {
            /// The kind with this number.
            pub(crate) fn from_number(number: u8) -> Option<Self> {
                match number {
                    $($number => Some(BtfKind::$kind),)*
                    _ => None,
                }
            }
        }
    };
}

kinds! {
    Void = 0,
    Int = 1,
    Ptr = 2,
    Array = 3,
    Struct = 4,
    Union = 5,
    Enum = 6,
    Fwd = 7,
    Typedef = 8,
    Volatile = 9,
    Const = 10,
    Restrict = 11,
    Func = 12,
    FuncProto = 13,
    Var = 14,
    Datasec = 15,
    Float = 16,
    DeclTag = 17,
    TypeTag = 18,
    Enum64 = 19,
}

/// What a kind is to those who refer to a type of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// A type that programs declare with a tag, or without.
    Tagged,
    /// A type that programs declare by its name.
    Named,
    /// A type with the bytes of the one it refers to, and no name of its own.
    Qualifier,
    /// A type that is made of others where it is used; also `void`.
    Built,
    /// No type: a function, a variable, a section or a tag.
    Other,
}

impl BtfKind {
    pub(crate) fn class(self) -> Class {
        match self {
            BtfKind::Struct | BtfKind::Union | BtfKind::Enum | BtfKind::Enum64 => Class::Tagged,
            BtfKind::Int | BtfKind::Float | BtfKind::Fwd | BtfKind::Typedef => Class::Named,
            BtfKind::Volatile | BtfKind::Const | BtfKind::Restrict | BtfKind::TypeTag => {
                Class::Qualifier
            }
            BtfKind::Void | BtfKind::Ptr | BtfKind::Array | BtfKind::FuncProto => Class::Built,
            BtfKind::Func | BtfKind::Var | BtfKind::Datasec | BtfKind::DeclTag => Class::Other,
        }
    }
}

/// What a type is, without its name.
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

    /// Whether the type has a definition of its own: a struct, union or typedef, or an enum with enumerators.
    pub fn is_defined(&self) -> bool {
        let is_forward = matches!(self, Kind::Enum(decl) if decl.is_empty());
        self.is_definition() && !is_forward
    }

    /// The type whose bytes these are: that of a typedef, of a qualifier or of a type tag.
    pub fn alias_of(&self) -> Option<TypeId> {
        match *self {
            Kind::Typedef(ty)
            | Kind::Volatile(ty)
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
            | Kind::Func { .. }
            | Kind::FuncProto(_)
            | Kind::Var { .. }
            | Kind::Datasec(_)
            | Kind::Float(_)
            | Kind::DeclTag { .. } => None,
        }
    }
}
