//! The fields of a struct or union: one for each slot.

use super::ident::ident;
use super::ident::identifier;
use crate::names::Scope;
use btf_layout::{BitSlot, Layout, Record, Slot};
use proc_macro2::Ident;
use quote::format_ident;

/// A field.
#[derive(Debug)]
pub(super) struct Member<'b> {
    pub(super) name: Ident,
    /// What it holds.
    pub(super) slot: Slot<'b>,
}

/// The fields of a record; what has no bytes has none. Anonymous ones get a name that no other has: `__anonN`, `__bitsN`, `__padN`.
pub(super) fn members<'b>(layout: &Layout<'b>, record: &Record) -> Vec<Member<'b>> {
    let slots: Vec<_> = layout
        .slots(record)
        .filter(|slot| !matches!(slot, Slot::Empty(_)))
        .collect();
    let mut scope = Scope::with_capacity(slots.len());
    let first = first_free(layout, &slots);
    let [mut anon, mut bits, mut pad] = [first; 3];
    let number = |prefix: &str, next: &mut u64| {
        *next += 1;
        format_ident!("{prefix}{}", *next - 1)
    };
    let mut named = |name| ident(&scope.claim(identifier(name)));
    let member = |slot| {
        let name = match slot {
            Slot::Field(field) if field.name.is_empty() => number("__anon", &mut anon),
            Slot::Field(field) => named(field.name),
            Slot::Opaque(opaque) => named(opaque.name),
            Slot::Bits(_) => number("__bits", &mut bits),
            Slot::Pad(_) | Slot::Empty(_) => number("__pad", &mut pad),
        };
        Member { name, slot }
    };
    slots.into_iter().map(member).collect()
}

/// One more than the largest number after a prefix of ours in the source's names, 0 if there is none.
fn first_free(layout: &Layout<'_>, slots: &[Slot<'_>]) -> u64 {
    let mut first = 0;
    for slot in slots {
        match slot {
            Slot::Field(field) => first = first.max(number_of(field.name)),
            Slot::Bits(unit) => {
                for bit in layout.bits(unit) {
                    if let BitSlot::Field(field) = bit {
                        first = first.max(number_of(field.name));
                    }
                }
            }
            Slot::Opaque(opaque) => first = first.max(number_of(opaque.name)),
            Slot::Pad(_) | Slot::Empty(_) => {}
        }
    }
    first
}

fn number_of(name: &str) -> u64 {
    let Some(name) = name.strip_prefix("__") else {
        return 0;
    };
    let digits = ["anon", "bits", "pad"]
        .iter()
        .find_map(|prefix| name.strip_prefix(prefix));
    let number = digits.and_then(|digits| digits.parse::<u32>().ok());
    number.map_or(0, |number| u64::from(number) + 1)
}
