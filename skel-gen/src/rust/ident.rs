//! Rust identifiers.

use crate::names::legal;
use proc_macro2::{Ident, Span};
use std::borrow::Cow;

/// `name` as a Rust identifier. Keywords are written raw; those that cannot be get an underscore.
pub(super) fn identifier(name: &str) -> Cow<'_, str> {
    let name = legal(name);
    match name.as_ref() {
        "_" | "self" | "Self" | "super" | "crate" => Cow::Owned(format!("{name}_")),
        word if is_keyword(word) => Cow::Owned(format!("r#{name}")),
        _ => name,
    }
}

/// `name` as the identifier of something that is a value as well: an enum or a constant.
pub(super) fn value_identifier(name: &str) -> Cow<'_, str> {
    match identifier(name) {
        name if LOCALS.contains(&name.as_ref()) => Cow::Owned(format!("{name}_")),
        name => name,
    }
}

/// The token of an identifier: what [`identifier`] or a scope gave.
pub(super) fn ident(identifier: &str) -> Ident {
    match identifier.strip_prefix("r#") {
        Some(keyword) => Ident::new_raw(keyword, Span::call_site()),
        None => Ident::new(identifier, Span::call_site()),
    }
}

/// An identifier without the mark of a raw one, to make another from.
pub(super) fn bare(identifier: &str) -> &str {
    identifier.strip_prefix("r#").unwrap_or(identifier)
}

/// Whether `word` is a keyword of any edition, or reserved to become one.
fn is_keyword(word: &str) -> bool {
    // Names are looked at once for each member of a kernel: most are told by their length.
    match word.len() {
        2 => matches!(word, "as" | "do" | "fn" | "if" | "in"),
        3 => matches!(
            word,
            "box" | "dyn" | "for" | "gen" | "let" | "mod" | "mut" | "pub" | "ref" | "try" | "use"
        ),
        4 => matches!(
            word,
            "else" | "enum" | "impl" | "loop" | "move" | "priv" | "true" | "type"
        ),
        5 => matches!(
            word,
            "async"
                | "await"
                | "break"
                | "const"
                | "false"
                | "final"
                | "macro"
                | "match"
                | "trait"
                | "where"
                | "while"
                | "yield"
        ),
        6 => matches!(
            word,
            "become" | "extern" | "return" | "static" | "struct" | "typeof" | "unsafe"
        ),
        7 => matches!(word, "unsized" | "virtual"),
        8 => matches!(word, "abstract" | "continue" | "override"),
        _ => false,
    }
}

/// The types of the language, which no definition may hide: macros and other definitions mean these.
pub(super) const PRIMITIVES: [&str; 19] = [
    "bool", "char", "f128", "f16", "f32", "f64", "i128", "i16", "i32", "i64", "i8", "isize", "str",
    "u128", "u16", "u32", "u64", "u8", "usize",
];

/// What else generated code calls by its name.
pub(super) const LIBRARY: [&str; 5] = ["Bool", "Func", "Ptr", "Void", "libbpf_wasm"];

/// Variables of generated methods and of the guest library's macros. Nothing that stands for a value, as the name of an enum does,
/// may be called like these: a pattern would mean that.
pub(super) const LOCALS: [&str; 8] = [
    "value", "bytes", "__bytes", "__f", "__row", "__start", "__this", "__width",
];

#[cfg(test)]
mod tests {
    use super::{bare, identifier};

    #[test]
    fn keywords_are_raw_or_get_an_underscore() {
        for (name, expected) in [
            ("pid", "pid"),
            ("type", "r#type"),
            ("gen", "r#gen"),
            ("abstract", "r#abstract"),
            ("self", "self_"),
            ("Self", "Self_"),
            ("_", "__"),
            ("union", "union"),
            ("Option<u32>", "Option_u32_"),
            ("9p", "_9p"),
            // What is no identifier is made one first, and may be a lone underscore then.
            ("\u{e9}", "__"),
        ] {
            assert_eq!(identifier(name), expected);
        }
        assert_eq!((bare("r#type"), bare("pid")), ("type", "pid"));
    }
}
