//! C identifiers.

use crate::names::{C17, legal, taken};
use std::borrow::Cow;

/// `name` as an identifier of a header that stands alone.
pub(super) fn identifier(name: &str) -> Cow<'_, str> {
    let name = legal(name);
    match C17.contains(name.as_ref()) {
        true => Cow::Owned(flavoured(&name)),
        false => name,
    }
}

/// [`identifier`], but nothing stays nothing.
pub(super) fn identifier_or_empty(name: &str) -> Cow<'_, str> {
    match name.is_empty() {
        true => Cow::Borrowed(""),
        false => identifier(name),
    }
}

/// `name` with the suffix that CO-RE ignores ("flavour"), to keep it from meaning something else.
pub(super) fn flavoured(name: &str) -> String {
    format!("{name}___bpf")
}

/// `name` as an identifier that no keyword or macro changes, whatever is included.
pub(super) fn unreserved(name: &str) -> Cow<'_, str> {
    let name = legal(name);
    match taken(&name).everywhere {
        true => Cow::Owned(flavoured(&name)),
        false => name,
    }
}
