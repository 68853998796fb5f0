//! The fields of a struct or union: one for each slot.

use super::ident::identifier;
use crate::scope::Scope;
use btf_layout::{BitSlot, Layout, Record, Slot};
use std::borrow::Cow;

/// A field.
#[derive(Debug)]
pub(super) struct Member<'b> {
    /// Its identifier.
    pub(super) name: Cow<'b, str>,
    /// What it holds.
    pub(super) slot: Slot<'b>,
}

/// The fields of a record; what has no bytes has none. Those without a name in the source get one that no other has: `__anonN`, `__bitsN`, `__padN`.
pub(super) fn members<'b>(layout: &Layout<'b>, record: &Record) -> Vec<Member<'b>> {
    let nameless = |slot| Member {
        name: Cow::Borrowed(""),
        slot,
    };
    let slots = layout.slots(record);
    let mut members: Vec<_> = slots
        .filter(|slot| !matches!(slot, Slot::Empty(_)))
        .map(nameless)
        .collect();
    let mut scope = Scope::with_capacity(members.len());
    let first = first_free(layout, &members);
    let [mut anon, mut bits, mut pad] = [first; 3];
    let number = |prefix: &str, next: &mut u64| {
        *next += 1;
        let mut digits = itoa::Buffer::new();
        Cow::Owned([prefix, digits.format(*next - 1)].concat())
    };
    for member in &mut members {
        member.name = match member.slot {
            Slot::Field(field) if field.name.is_empty() => number("__anon", &mut anon),
            Slot::Field(field) => scope.claim(identifier(field.name)),
            Slot::Opaque(opaque) => scope.claim(identifier(opaque.name)),
            Slot::Bits(_) => number("__bits", &mut bits),
            Slot::Pad(_) | Slot::Empty(_) => number("__pad", &mut pad),
        };
    }
    members
}

/// One more than the largest number behind a prefix of ours in the source's names, 0 if there is none.
fn first_free(layout: &Layout<'_>, members: &[Member<'_>]) -> u64 {
    let mut first = 0;
    for member in members {
        match &member.slot {
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
