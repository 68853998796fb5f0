//! Words that C itself has taken, whatever is included.

use super::ident::{flavoured, legal};
use std::borrow::Cow;

/// Keywords of C17 and of GNU C, by length. C23's new ones are not among them: BPF sources are C17, and kernels use `bool`,
/// `true` and `false` as names.
const KEYWORDS: [&[&str]; 15] = [
    &[],
    &[],
    &["do", "if"],
    &["asm", "for", "int"],
    &[
        "auto", "case", "char", "else", "enum", "goto", "long", "void",
    ],
    &[
        "_Bool", "break", "const", "float", "short", "union", "while",
    ],
    &[
        "double", "extern", "inline", "return", "signed", "sizeof", "static", "struct", "switch",
        "typeof",
    ],
    &["_Atomic", "__asm__", "default", "typedef"],
    &[
        "_Alignas", "_Alignof", "_Complex", "_Generic", "__int128", "continue", "register",
        "restrict", "unsigned", "volatile",
    ],
    &["_Noreturn"],
    &["_Imaginary", "__inline__", "__typeof__"],
    &["__alignof__", "__auto_type"],
    &[],
    &["_Thread_local", "__attribute__", "__extension__"],
    &["_Static_assert"],
];

/// What C++17 to C++23 do not allow as an identifier, and C17 and C23 do: keywords, and other spellings of operators.
const CPP_WORDS: [&str; 45] = [
    "and",
    "and_eq",
    "bitand",
    "bitor",
    "catch",
    "class",
    "co_await",
    "co_return",
    "co_yield",
    "compl",
    "concept",
    "const_cast",
    "consteval",
    "constinit",
    "decltype",
    "delete",
    "dynamic_cast",
    "explicit",
    "export",
    "friend",
    "mutable",
    "namespace",
    "new",
    "noexcept",
    "not",
    "not_eq",
    "operator",
    "or",
    "or_eq",
    "private",
    "protected",
    "public",
    "reinterpret_cast",
    "requires",
    "static_cast",
    "template",
    "this",
    "throw",
    "try",
    "typeid",
    "typename",
    "using",
    "virtual",
    "xor",
    "xor_eq",
];

/// Whether `word` can be an identifier in C, but not in C++.
pub(super) fn is_cpp_word(word: &str) -> bool {
    CPP_WORDS.binary_search(&word).is_ok()
}

/// Whether `word` can be no identifier in C17.
pub(super) fn is_keyword(word: &str) -> bool {
    KEYWORDS.get(word.len()).is_some_and(|same| {
        same.iter().any(|keyword| {
            keyword.as_bytes().first() == word.as_bytes().first() && *keyword == word
        })
    })
}

/// Whether `name` is an identifier as it is.
pub(super) fn is_identifier(name: &str) -> bool {
    let digit_first = name.as_bytes().first().is_none_or(u8::is_ascii_digit);
    let legal = name
        .bytes()
        .fold(true, |legal, byte| legal & is_legal(byte));
    legal && !digit_first && !is_keyword(name)
}

/// Whether identifiers may have this byte.
fn is_legal(byte: u8) -> bool {
    const LEGAL: [bool; 256] = legal_bytes();
    LEGAL.get(usize::from(byte)).copied().unwrap_or(false)
}

const fn legal_bytes() -> [bool; 256] {
    let mut legal = [false; 256];
    let mut byte = 0_u8;
    while byte < 0x80 {
        #[expect(clippy::indexing_slicing, reason = "evaluated when this is compiled")]
        {
            legal[byte as usize] = byte.is_ascii_alphanumeric() || byte == b'_';
        }
        byte += 1;
    }
    legal
}

/// `name` as an identifier of a header that stands alone.
pub(super) fn identifier(name: &str) -> Cow<'_, str> {
    if is_identifier(name) {
        return Cow::Borrowed(name);
    }
    let name = legal(name);
    if is_keyword(&name) {
        return Cow::Owned(flavoured(&name));
    }
    name
}

/// [`identifier`], but nothing stays nothing.
pub(super) fn identifier_or_empty(name: &str) -> Cow<'_, str> {
    if name.is_empty() {
        Cow::Borrowed("")
    } else {
        identifier(name)
    }
}

#[cfg(test)]
mod tests {
    use super::{CPP_WORDS, is_cpp_word, is_keyword};
    use crate::c::reserved::taken;

    #[test]
    fn words_of_cpp_are_reserved_in_order_and_no_keywords_of_c() {
        assert!(CPP_WORDS.is_sorted());
        for word in CPP_WORDS {
            assert!(
                is_cpp_word(word) && taken(word).everywhere && !is_keyword(word),
                "{word}"
            );
        }
        assert!(!is_cpp_word("int") && !is_cpp_word("bool"));
    }
}
