//! C spellings of integers, and their sizes on wasm32.

use btf_layout::{Bytes, Int};

/// How C spells an integer carrier on wasm32: the BTF spelling where it has the same size and sign there, else one
/// chosen by size and sign. Every result names one canonical C type.
pub(super) fn integer<'b>(int: Int, btf_name: impl FnOnce() -> &'b str) -> &'static str {
    if int.bool && int.size.0 == 1 {
        return "bool";
    }
    if int.size.0 == 1 && (int.char || btf_name() == "char") {
        return "char";
    }
    sized(int.size, int.signed)
}

/// How C spells the integers of a size and sign on wasm32.
pub(super) fn sized(size: Bytes, signed: bool) -> &'static str {
    match (size.0, signed) {
        (1, true) => "signed char",
        (1, false) => "unsigned char",
        (2, true) => "short",
        (2, false) => "unsigned short",
        (4, true) => "int",
        (4, false) => "unsigned int",
        (8, true) => "long long",
        (8, false) => "unsigned long long",
        (_, true) => "__int128",
        (_, false) => "unsigned __int128",
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
