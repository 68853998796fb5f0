//! Which identifiers a generated header may use: C's grammar, and the names that libc and the languages have taken.

use super::reserved::ends;
pub(super) use super::reserved::taken;
use std::borrow::Cow;

/// Whether `byte` may stand in a C identifier.
fn fits(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Whether all bytes of `name` may stand in a C identifier. Names are many: eight bytes at a time are quicker.
#[inline]
fn all_fit(name: &str) -> bool {
    let (first, last) = ends(name.as_bytes());
    let ends_fit = word_fits(first) && word_fits(last);
    ends_fit
        && (name.len() <= 16
            || name
                .as_bytes()
                .as_chunks()
                .0
                .iter()
                .all(|word| word_fits(*word)))
}

/// Whether all of eight bytes may stand in a C identifier. In each byte the top bit tells whether a sum went past 0x7f.
#[inline]
fn word_fits(bytes: [u8; 8]) -> bool {
    const TOPS: u64 = every(0x80);
    const fn every(byte: u8) -> u64 {
        u64::from_ne_bytes([byte; 8])
    }
    let word = u64::from_ne_bytes(bytes);
    let ascii = word & !TOPS;
    let not_below = |word: u64, least: u8| word + every(0x80 - least);
    let between = |word, least, most: u8| not_below(word, least) & !not_below(word, most + 1);
    let letters = between(ascii | every(0x20), b'a', b'z');
    let digits = between(ascii, b'0', b'9');
    let underscores = !((ascii ^ every(b'_')) + every(0x7f));
    (letters | digits | underscores) & !word & TOPS == TOPS
}

/// `name` as a C identifier: BTF of other languages holds names like `Option<u32>`.
pub(crate) fn legal(name: &str) -> Cow<'_, str> {
    let digit_first = name.as_bytes().first().is_none_or(u8::is_ascii_digit);
    if !digit_first && all_fit(name) {
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
