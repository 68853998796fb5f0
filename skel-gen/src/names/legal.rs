//! The characters of identifiers: the same in all languages that code is made for.

use std::borrow::Cow;

/// Whether `name` consists of letters, digits and `_`, and does not begin with a digit.
pub(crate) fn is_legal(name: &str) -> bool {
    let digit_first = name.as_bytes().first().is_none_or(u8::is_ascii_digit);
    !digit_first
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// `name` as an identifier: BTF of other languages than C holds names like `Option<u32>`.
pub(crate) fn legal(name: &str) -> Cow<'_, str> {
    if is_legal(name) {
        return Cow::Borrowed(name);
    }
    let digit_first = name.as_bytes().first().is_none_or(u8::is_ascii_digit);
    let mark = if digit_first { "_" } else { "" };
    Cow::Owned(mark.to_owned() + &name.replace(|c: char| !c.is_ascii_alphanumeric(), "_"))
}

/// [`legal`], but nothing stays nothing.
pub(crate) fn legal_or_empty(name: &str) -> Cow<'_, str> {
    match name.is_empty() {
        true => Cow::Borrowed(""),
        false => legal(name),
    }
}
