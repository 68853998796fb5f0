//! The Rust types of numbers.

use btf_layout::{Btf, Bytes, Int, Kind, TypeId};

/// The Rust type of a number of type `id`, typedefs looked through; `None` if it is none, or has no such type.
pub(super) fn scalar(btf: &Btf<'_>, id: TypeId) -> Option<&'static str> {
    let id = btf.resolved(id);
    match btf.kind(id) {
        Kind::Int(int) => Some(integer(int, || btf.name(id))),
        Kind::Float(size) => float(size),
        _ => None,
    }
}

/// The Rust type of an integer; `char` has the sign it has in BPF.
pub(super) fn integer<'b>(int: Int, btf_name: impl FnOnce() -> &'b str) -> &'static str {
    if int.size.0 == 1 {
        if int.bool {
            return "Bool";
        }
        if int.char || int.signed || btf_name() == "char" {
            return "i8";
        }
    }
    match (int.size.0, int.signed) {
        (1, _) => "u8",
        (2, true) => "i16",
        (2, false) => "u16",
        (4, true) => "i32",
        (4, false) => "u32",
        (8, true) => "i64",
        (8, false) => "u64",
        (_, true) => "i128",
        (_, false) => "u128",
    }
}

/// Whether `id` is plain `char`, arrays of which are text.
pub(super) fn is_char(btf: &Btf<'_>, id: TypeId) -> bool {
    let id = btf.unqualified(id);
    matches!(btf.kind(id), Kind::Int(int)
        if int.size.0 == 1 && !int.bool && (int.char || btf.name(id) == "char"))
}

/// The Rust type of a float of so many bytes, if there is one.
pub(super) fn float(size: Bytes) -> Option<&'static str> {
    match size.0 {
        4 => Some("f32"),
        8 => Some("f64"),
        _ => None,
    }
}
