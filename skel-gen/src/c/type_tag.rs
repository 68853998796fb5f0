//! Type tags as the attributes that make clang emit them again.

use super::declarator::Speller;
use crate::text::quoted;
use btf_layout::{Kind, TypeId};

/// Writes the attribute that makes clang emit a type tag again, and a space.
pub(super) fn push_tag<'b>(speller: &mut impl Speller<'b>, id: TypeId) {
    let btf = speller.btf();
    let tag = btf.name(id);
    let Kind::TypeTag { attribute, .. } = btf.kind(id) else {
        return;
    };
    if attribute && is_attribute(tag) {
        speller.out().push("__attribute__((").push(tag).push(")) ");
    } else if !attribute && is_quotable(tag) {
        let tag = quoted(tag);
        speller
            .out()
            .push("__attribute__((btf_type_tag(")
            .push(&tag)
            .push("))) ");
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
