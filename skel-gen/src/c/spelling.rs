//! C spellings of integers, and their sizes on wasm32.

use crate::model::Integer;
use btf_layout::Bytes;

/// How C spells an integer on wasm32. Every result names one canonical C type.
pub(super) fn integer(integer: Integer) -> &'static str {
    match integer {
        Integer::Bool => "bool",
        Integer::Char => "char",
        Integer::I8 => "signed char",
        Integer::U8 => "unsigned char",
        Integer::I16 => "short",
        Integer::U16 => "unsigned short",
        Integer::I32 => "int",
        Integer::U32 => "unsigned int",
        Integer::I64 => "long long",
        Integer::U64 => "unsigned long long",
        Integer::I128 => "__int128",
        Integer::U128 => "unsigned __int128",
    }
}

/// How C spells a float carrier, if it has one of that size on wasm32.
pub(super) fn float(size: Bytes) -> Option<&'static str> {
    match size.0 {
        4 => Some("float"),
        8 => Some("double"),
        _ => None,
    }
}
