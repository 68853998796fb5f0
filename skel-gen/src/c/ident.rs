//! Which identifiers a generated header may use: C's grammar, and the names that libc and the languages have taken.

pub(super) use super::reserved::taken;
use std::borrow::Cow;

/// The bytes of C identifiers.
const IDENTIFIER: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0_u8;
    loop {
        #[expect(clippy::indexing_slicing, reason = "a byte indexes 256 entries")]
        {
            table[byte as usize] = byte.is_ascii_alphanumeric() || byte == b'_';
        }
        if byte == u8::MAX {
            break table;
        }
        byte += 1;
    }
};

/// Whether `byte` may stand in a C identifier.
fn fits(byte: u8) -> bool {
    IDENTIFIER.get(usize::from(byte)).copied().unwrap_or(false)
}

/// `name` as a C identifier: BTF of other languages holds names like `Option<u32>`.
pub(crate) fn legal(name: &str) -> Cow<'_, str> {
    let digit_first = name.as_bytes().first().is_none_or(u8::is_ascii_digit);
    if !digit_first && name.bytes().all(fits) {
        return Cow::Borrowed(name);
    }
    Cow::Owned(legalised(name))
}

#[cold]
fn legalised(name: &str) -> String {
    let digit_first = name.as_bytes().first().is_none_or(u8::is_ascii_digit);
    let mut legal = String::with_capacity(name.len() + 1);
    if digit_first {
        legal.push('_');
    }
    legal.extend(name.chars().map(|c| match u8::try_from(c) {
        Ok(byte) if fits(byte) => c,
        _ => '_',
    }));
    legal
}

/// `name` with the suffix that CO-RE ignores ("flavour"), to keep it from meaning something else.
pub(super) fn flavoured(name: &str) -> String {
    format!("{name}___bpf")
}

/// [`legal`], but nothing stays nothing.
pub(super) fn legal_or_empty(name: &str) -> Cow<'_, str> {
    if name.is_empty() {
        Cow::Borrowed("")
    } else {
        legal(name)
    }
}

/// `name`, with the suffix if a keyword or macro would change it.
pub(super) fn reserved_anywhere(name: &str) -> String {
    if taken(name).everywhere {
        return flavoured(name);
    }
    name.to_owned()
}
