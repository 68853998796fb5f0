//! The characters of identifiers: the same in all languages that code is made for.

use std::borrow::Cow;

/// Whether a byte is a letter, a digit or `_`. Looked up for each byte of each name of a kernel: a table takes half of the
/// instructions.
const LEGAL: [bool; 256] = {
    let mut legal = [false; 256];
    let mut byte = 0_u8;
    while byte < 0x80 {
        #[expect(clippy::indexing_slicing, reason = "a byte indexes 256 entries")]
        {
            legal[byte as usize] = byte.is_ascii_alphanumeric() || byte == b'_';
        }
        byte += 1;
    }
    legal
};

/// Whether `name` consists of letters, digits and `_`, and does not begin with a digit.
pub(crate) fn is_legal(name: &str) -> bool {
    let is_letter = |byte: u8| LEGAL.get(usize::from(byte)).copied().unwrap_or(false);
    let digit_first = name.as_bytes().first().is_none_or(u8::is_ascii_digit);
    !digit_first && name.bytes().all(is_letter)
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
