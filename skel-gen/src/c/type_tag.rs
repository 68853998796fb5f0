//! Type tags as the attributes that make clang emit them again.

use crate::text::quoted;
use btf_layout::{Btf, Kind, TypeId};

/// The attribute that makes clang emit type tag `id` again, and a space; nothing if none does.
pub(super) fn attribute(btf: &Btf<'_>, id: TypeId) -> String {
    let tag = btf.name(id);
    let Kind::TypeTag { attribute, .. } = btf.kind(id) else {
        return String::new();
    };
    if attribute && is_attribute(tag) {
        format!("__attribute__(({tag})) ")
    } else if !attribute && is_quotable(tag) {
        format!("__attribute__((btf_type_tag({}))) ", quoted(tag))
    } else {
        String::new()
    }
}

/// Whether `text` may stand between quotes.
fn is_quotable(text: &str) -> bool {
    text.chars()
        .all(|c| matches!(c, ' '..='~') && c != '"' && c != '\\')
}

/// Whether `text` has the form of an attribute, `address_space(1)` for one, and cannot end what it stands in.
fn is_attribute(text: &str) -> bool {
    let name = text.trim_end_matches(')');
    let (name, argument) = name.split_once('(').unwrap_or((name, ""));
    let word = |text: &str| {
        text.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    let closed = text.matches('(').count() == text.matches(')').count();
    !name.is_empty() && word(name) && word(argument) && closed
}
