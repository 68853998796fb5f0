//! The Rust types of numbers.

use crate::model::{Integer, Number};
use btf_layout::{Btf, Bytes, TypeId};

/// The Rust type of a number of type `id`, typedefs looked through; `None` if it is none, or has no such type.
pub(super) fn scalar(btf: &Btf<'_>, id: TypeId) -> Option<&'static str> {
    let id = btf.resolved(id);
    match Number::of(btf.kind(id), || btf.name(id))? {
        Number::Integer(number) => Some(integer(number)),
        Number::Float(size) => float(size),
    }
}

/// The Rust type of an integer.
pub(super) fn integer(integer: Integer) -> &'static str {
    match integer {
        Integer::Bool => "Bool",
        Integer::Char | Integer::I8 => "i8",
        Integer::U8 => "u8",
        Integer::I16 => "i16",
        Integer::U16 => "u16",
        Integer::I32 => "i32",
        Integer::U32 => "u32",
        Integer::I64 => "i64",
        Integer::U64 => "u64",
        Integer::I128 => "i128",
        Integer::U128 => "u128",
    }
}

/// The Rust type of a float of so many bytes, if there is one.
pub(super) fn float(size: Bytes) -> Option<&'static str> {
    match size.0 {
        4 => Some("f32"),
        8 => Some("f64"),
        _ => None,
    }
}
