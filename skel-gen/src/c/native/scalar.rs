//! C spellings of integers and floats where the type's own name is none.

use crate::c::spelling;
use crate::model::{Integer, Number};
use btf_layout::Kind;

/// The integers C can spell, their sizes in bytes on 64-bit targets, and the names GCC and clang give them.
const INTEGERS: [(u32, &[&str]); 6] = [
    (1, &["char", "signed char", "unsigned char", "_Bool"]),
    (
        2,
        &["short", "unsigned short", "short int", "short unsigned int"],
    ),
    (4, &["int", "unsigned int", "signed int", "unsigned"]),
    (
        8,
        &["long", "unsigned long", "long int", "long unsigned int"],
    ),
    (
        8,
        &[
            "long long",
            "unsigned long long",
            "long long int",
            "long long unsigned int",
        ],
    ),
    (16, &["__int128", "unsigned __int128", "__int128 unsigned"]),
];

/// How C spells a scalar called `name`, if its name does not say it: `ssizetype`, Rust's `u8`, NEON's `__Poly8_t`.
pub(super) fn spelling(kind: Kind<'_>, name: &str) -> Option<&'static str> {
    match Number::of(kind, || name)? {
        Number::Integer(number) => {
            let fits =
                |(size, names): &(u32, &[&str])| *size == number.size().0 && names.contains(&name);
            (!INTEGERS.iter().any(fits)).then(|| integer(number))
        }
        Number::Float(size) => match (size.0, name) {
            (4, "float") | (8, "double") => None,
            (4, _) => Some("float"),
            (8, _) => Some("double"),
            (2, _) => Some("__btf_float2"),
            (12, _) => Some("__btf_float12"),
            _ => Some("__btf_float16"),
        },
    }
}

/// How C spells an integer on 64-bit targets.
pub(super) fn integer(integer: Integer) -> &'static str {
    match integer {
        Integer::Bool => "_Bool",
        Integer::I64 => "long",
        Integer::U64 => "unsigned long",
        Integer::Char
        | Integer::I8
        | Integer::U8
        | Integer::I16
        | Integer::U16
        | Integer::I32
        | Integer::U32
        | Integer::I128
        | Integer::U128 => spelling::integer(integer),
    }
}

/// What defines a float that not every target has, as itself where it exists and as plain bytes elsewhere. BPF's `long double` has
/// 8 bytes.
pub(super) fn float_definition(spelling: &str) -> Option<&'static str> {
    Some(match spelling {
        "__btf_float2" => {
            "#ifdef __FLT16_MAX__\ntypedef _Float16 __btf_float2;\n#else\ntypedef unsigned short __btf_float2;\n#endif\n\n"
        }
        "__btf_float12" => "typedef struct {\n\tunsigned int words[3];\n} __btf_float12;\n\n",
        "__btf_float16" => {
            "#if __SIZEOF_LONG_DOUBLE__ == 16\ntypedef long double __btf_float16;\n#else\n\
             typedef unsigned __int128 __btf_float16;\n#endif\n\n"
        }
        _ => return None,
    })
}
