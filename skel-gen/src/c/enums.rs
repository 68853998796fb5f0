//! Enumerators as C constants, and the sizes of enums.

use super::spelling;
use crate::model::Integer;
use crate::text::Source;
use btf_layout::Enum;

/// Writes an integer constant whose type can hold it, in C and C++.
pub(super) fn literal(out: &mut Source, value: i128) {
    const SMALLEST: i128 = i64::MIN as i128;
    const LARGEST: i128 = i64::MAX as i128;
    if let Ok(small) = i32::try_from(value) {
        out.number(small);
        return;
    }
    match value {
        SMALLEST => out.push("(-9223372036854775807LL - 1)"),
        -0x8000_0000..=0xffff_ffff => out.number(value),
        ..=LARGEST => out.number(value).push("LL"),
        _ => out.number(value).push("ULL"),
    };
}

/// What gives an enum the size and the sign of the BTF, where its values alone would not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Underlying {
    /// The underlying type, for compilers that can be told: C23, C++ and clang in all its dialects.
    pub(super) ty: Option<&'static str>,
    /// The attribute for others, after a space; or nothing.
    pub(super) attribute: &'static str,
}

impl Underlying {
    /// How to declare `decl`.
    ///
    /// By itself an enum is as large as an `int`, or as its values if they need more, and signed if one is negative; `packed`
    /// makes it as small as they allow. `mode` makes it any size, but in clang signed, which would turn 255 in a byte to -1.
    pub(super) fn of(decl: &Enum<'_>) -> Self {
        let (mut min, mut max) = (0, 0);
        for (_, value) in decl.fitted() {
            (min, max) = (value.min(min), value.max(max));
        }
        let fits = |half: i128| match min {
            0 => max < half * 2,
            _ => max < half && min >= -half,
        };
        let smallest = match () {
            () if fits(0x80) => 1,
            () if fits(0x8000) => 2,
            () if fits(0x8000_0000) => 4,
            () => 8,
        };
        let sized = decl.size.0 == smallest.max(4);
        let same_sign = decl.signed == (min < 0);
        let ty = spelling::integer(Integer::sized(decl.size, decl.signed));
        let packed = same_sign && decl.size.0 == smallest;
        Underlying {
            ty: (!packed && (!sized || !same_sign)).then_some(ty),
            attribute: match decl.size.0 {
                _ if sized => "",
                _ if packed => " __attribute__((packed))",
                1 => " __attribute__((mode(QI)))",
                2 => " __attribute__((mode(HI)))",
                4 => " __attribute__((mode(SI)))",
                _ => " __attribute__((mode(DI)))",
            },
        }
    }
}
