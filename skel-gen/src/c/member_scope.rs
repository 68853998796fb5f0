//! The names of members: which are taken, and what they hide.

use super::ident::unreserved;
use crate::names::Scope;
use btf_layout::{BitSlot, Layout, Record, Slot};
use std::borrow::Cow;

/// The member names of one struct as C sees it: those of its anonymous structs and unions stand beside its own.
#[derive(Debug)]
pub(super) struct MemberScope<'s, 'b> {
    taken: Scope<'b>,
    /// Number of the next padding, once there is one.
    pad: Option<u64>,
    layout: &'s Layout<'b>,
    record: &'s Record,
    /// The tag of the struct, and how deep inside its anonymous parts the next member is.
    tag: &'s str,
    pub(super) depth: u32,
    /// The scope of the struct whose member this struct is.
    outer: Option<&'s MemberScope<'s, 'b>>,
}

impl<'s, 'b> MemberScope<'s, 'b> {
    /// The scope of a struct that is called `tag`, if it has a name.
    pub(super) fn new(
        layout: &'s Layout<'b>,
        record: &'s Record,
        tag: &'s str,
        outer: Option<&'s MemberScope<'s, 'b>>,
    ) -> Self {
        MemberScope {
            taken: Scope::with_capacity(layout.slots(record).len()),
            pad: None,
            layout,
            record,
            tag,
            depth: 0,
            outer,
        }
    }

    /// The identifier of a member.
    pub(super) fn member(&mut self, name: &'b str) -> Cow<'b, str> {
        if name.is_empty() {
            return self.taken.claim("__anon");
        }
        let name = unreserved(name);
        let claimed = self.taken.claim(name.clone());
        if self.depth > 0 && claimed == self.tag {
            // In C++ the tag is a name inside the struct, and no member of an anonymous part may have it as well.
            return self.taken.claim(name);
        }
        claimed
    }

    /// Whether a member hides the typedef `name`: in C++ everywhere after it, and in clang's C in places.
    pub(super) fn hides(&self, name: &str) -> bool {
        let is_pad = (1..=self.pad.unwrap_or(0)).contains(&pad_number(name));
        is_pad || self.taken.has(name) || self.outer.is_some_and(|outer| outer.hides(name))
    }

    /// Number of the next padding; it keeps clear of members that are called `__padN` themselves.
    pub(super) fn pad(&mut self) -> u64 {
        let first = || first_pad(self.layout, self.record).max(pad_number(self.tag));
        let number = self.pad.unwrap_or_else(first);
        self.pad = Some(number + 1);
        number
    }
}

/// One more than the `N` of `__padN`; 0 for other names.
pub(super) fn pad_number(name: &str) -> u64 {
    if !name.starts_with('_') {
        return 0;
    }
    let digits = name.strip_prefix("__pad").unwrap_or_default();
    digits
        .parse::<u32>()
        .map_or(0, |number| u64::from(number) + 1)
}

/// One more than the largest `N` of a member called `__padN`, which the padding must not be called; else 0.
fn first_pad(layout: &Layout<'_>, record: &Record) -> u64 {
    let slots = layout.slots(record);
    let of_slot = |slot: Slot<'_>| match slot {
        Slot::Field(field) => match layout.promoted(&field) {
            Some(inner) => first_pad(layout, inner),
            None => pad_number(field.name),
        },
        Slot::Bits(unit) => {
            let names = layout.bits(&unit).iter().map(|bit| match bit {
                BitSlot::Field(field) => pad_number(field.name),
                BitSlot::Filler { .. } => 0,
            });
            names.max().unwrap_or(0)
        }
        Slot::Opaque(opaque) => pad_number(opaque.name),
        Slot::Pad(_) | Slot::Empty(_) => 0,
    };
    slots.map(of_slot).max().unwrap_or(0)
}
