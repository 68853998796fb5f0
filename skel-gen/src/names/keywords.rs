//! The words that languages have for themselves.

use std::collections::BTreeSet;
use std::sync::LazyLock;

/// The words of a language.
pub(crate) type Words = LazyLock<BTreeSet<&'static str>>;

/// Keywords of C17 and of GNU C. C23's new ones are not among them: BPF sources are C17, and kernels use `bool`, `true` and `false`
/// as names.
pub(crate) static C17: Words = LazyLock::new(|| {
    words(
        "_Alignas _Alignof _Atomic _Bool _Complex _Generic _Imaginary _Noreturn _Static_assert _Thread_local __alignof__ __asm__
        __attribute__ __auto_type __extension__ __inline__ __int128 __typeof__ asm auto break case char const continue default do
        double else enum extern float for goto if inline int long register restrict return short signed sizeof static struct switch
        typedef typeof union unsigned void volatile while",
    )
});

/// What C++17 to C++23 do not allow as an identifier, and C17 and C23 do: keywords, and other spellings of operators.
pub(crate) static CPP: Words = LazyLock::new(|| {
    words(
        "and and_eq bitand bitor catch class co_await co_return co_yield compl concept const_cast consteval constinit decltype delete
        dynamic_cast explicit export friend mutable namespace new noexcept not not_eq operator or or_eq private protected public
        reinterpret_cast requires static_cast template this throw try typeid typename using virtual xor xor_eq",
    )
});

/// The types of WIT without parts.
pub(crate) static WIT_PRIMITIVES: Words =
    LazyLock::new(|| words("bool char f32 f64 s16 s32 s64 s8 string u16 u32 u64 u8"));

/// The keywords of WIT but for [`WIT_PRIMITIVES`].
pub(crate) static WIT: Words = LazyLock::new(|| {
    words(
        "as async borrow constructor enum error-context export flags from func future import include interface list map option own
        package record resource result static stream tuple type use variant with world",
    )
});

fn words(text: &'static str) -> BTreeSet<&'static str> {
    text.split_ascii_whitespace().collect()
}

#[cfg(test)]
mod tests {
    use super::{C17, CPP};
    use crate::names::taken;

    #[test]
    fn words_of_cpp_are_reserved_and_no_keywords_of_c() {
        for word in CPP.iter() {
            assert!(taken(word).everywhere && !C17.contains(word), "{word}");
        }
        assert!(C17.contains("int") && !CPP.contains("int") && !CPP.contains("bool"));
    }
}
