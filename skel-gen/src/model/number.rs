//! What a number is: a backend only has to name it.

use btf_layout::{Btf, Bytes, Int, Kind, TypeId};

/// An integer type, chosen by size and sign. What is called `long` or `int` by the source does not matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Integer {
    /// A boolean of one byte.
    Bool,
    /// Plain `char`, which is signed in BPF. An array of it is text.
    Char,
    I8,
    U8,
    I16,
    U16,
    I32,
    U32,
    I64,
    U64,
    I128,
    U128,
}

impl Integer {
    /// What `int` is; some compilers tell plain `char` by its name alone.
    pub(crate) fn of<'b>(int: Int, btf_name: impl FnOnce() -> &'b str) -> Self {
        match int.size {
            Bytes(1) if int.bool => Integer::Bool,
            Bytes(1) if int.char || btf_name() == "char" => Integer::Char,
            size => Integer::sized(size, int.signed),
        }
    }

    pub(crate) fn size(self) -> Bytes {
        Bytes(match self {
            Integer::Bool | Integer::Char | Integer::I8 | Integer::U8 => 1,
            Integer::I16 | Integer::U16 => 2,
            Integer::I32 | Integer::U32 => 4,
            Integer::I64 | Integer::U64 => 8,
            Integer::I128 | Integer::U128 => 16,
        })
    }

    pub(crate) fn is_signed(self) -> bool {
        match self {
            Integer::Char
            | Integer::I8
            | Integer::I16
            | Integer::I32
            | Integer::I64
            | Integer::I128 => true,
            Integer::Bool
            | Integer::U8
            | Integer::U16
            | Integer::U32
            | Integer::U64
            | Integer::U128 => false,
        }
    }

    /// The integer of a size, which is one that BTF has, and a sign.
    pub(crate) fn sized(size: Bytes, signed: bool) -> Self {
        match (size.0, signed) {
            (1, true) => Integer::I8,
            (1, false) => Integer::U8,
            (2, true) => Integer::I16,
            (2, false) => Integer::U16,
            (4, true) => Integer::I32,
            (4, false) => Integer::U32,
            (8, true) => Integer::I64,
            (8, false) => Integer::U64,
            (_, true) => Integer::I128,
            (_, false) => Integer::U128,
        }
    }
}

/// A type whose values are numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Number {
    Integer(Integer),
    /// A floating-point number of so many bytes.
    Float(Bytes),
}

impl Number {
    /// What a type of this kind and name is; `None` if it is no number. Typedefs and qualifiers are none.
    pub(crate) fn of<'b>(kind: Kind<'_>, btf_name: impl FnOnce() -> &'b str) -> Option<Self> {
        match kind {
            Kind::Int(int) => Some(Number::Integer(Integer::of(int, btf_name))),
            Kind::Float(size) => Some(Number::Float(size)),
            Kind::Void
            | Kind::Ptr(_)
            | Kind::Array(_)
            | Kind::Struct(_)
            | Kind::Union(_)
            | Kind::Enum(_)
            | Kind::Fwd { .. }
            | Kind::Typedef(_)
            | Kind::Volatile(_)
            | Kind::Const(_)
            | Kind::Restrict(_)
            | Kind::TypeTag { .. }
            | Kind::Func { .. }
            | Kind::FuncProto(_)
            | Kind::Var { .. }
            | Kind::Datasec(_)
            | Kind::DeclTag { .. } => None,
        }
    }
}

/// Whether `id` is plain `char`, an array of which is text.
pub(crate) fn is_char(btf: &Btf<'_>, id: TypeId) -> bool {
    let id = btf.unqualified(id);
    matches!(btf.kind(id), Kind::Int(int) if Integer::of(int, || btf.name(id)) == Integer::Char)
}
