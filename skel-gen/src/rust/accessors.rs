//! What can be reached in a struct or union by a method: bitfields, arms of unions, members of parts without a name, text and
//! flexible arrays.

use super::ident::{bare, identifier};
use super::members::{Member, members};
use super::spelling::is_char;
use crate::scope::Scope;
use btf_layout::{BitSlot, Btf, Bytes, Kind, Layout, Record, Slot, TypeId};
use std::borrow::Cow;

/// How deep in parts without a name a member is still reached from outside. No source comes near it; it bounds the length of
/// the text.
const DEEPEST: u32 = 16;

/// What an accessor deals in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// A value that is copied.
    Value,
    /// A value that is copied, an array of `char`.
    Text,
    /// A struct or union that is borrowed.
    Record,
    /// A flexible array of this.
    Flexible(TypeId),
    /// A bitfield.
    Bits,
    /// A bitfield of `bool`.
    Bool,
}

/// Where an accessor finds what it deals in.
#[derive(Clone, Debug)]
pub(super) enum Place<'b> {
    /// In a field of a struct, which needs no accessor for its value.
    Field(Bytes),
    /// In an arm of a union.
    Arm,
    /// In a unit of bits.
    Bits {
        /// The field that holds the unit.
        unit: Cow<'b, str>,
        start: u64,
        width: u64,
    },
    /// In a part without a name.
    Lent {
        /// The field that holds the part, and its type.
        part: Cow<'b, str>,
        ty: TypeId,
        offset: Bytes,
        /// Whether it is a field there, not something behind accessors.
        field: bool,
        /// What reaches it there.
        inner: Methods<'b>,
    },
}

/// The names of the methods for one member.
#[derive(Clone, Debug, Default)]
pub(super) struct Methods<'b> {
    /// Gets the value.
    pub(super) get: Cow<'b, str>,
    /// Sets the value, or borrows it to be changed.
    pub(super) set: Cow<'b, str>,
    /// Gets it as text.
    pub(super) text: Cow<'b, str>,
    /// Finds the elements of a flexible array.
    pub(super) elements: Cow<'b, str>,
}

/// A member as it is reached by methods.
#[derive(Clone, Debug)]
pub(super) struct Accessor<'b> {
    /// Its name as a field or bitfield.
    pub(super) name: Cow<'b, str>,
    pub(super) ty: TypeId,
    pub(super) what: What,
    pub(super) place: Place<'b>,
    pub(super) methods: Methods<'b>,
}

/// All that a record lets others reach in it, its own fields included, as those of a struct are reached as such.
pub(super) fn accessors<'b>(
    layout: &Layout<'b>,
    record: &Record,
    members: &[Member<'_, 'b>],
    depth: u32,
) -> Vec<Accessor<'b>> {
    let mut accessors = Vec::new();
    for member in members {
        collect(layout, record, member, depth, &mut accessors);
    }
    settle(&mut accessors);
    accessors
}

/// Whether a record has any member that needs a method: most have none.
pub(super) fn has_any(layout: &Layout<'_>, record: &Record) -> bool {
    let btf = layout.btf();
    record.union
        || layout.slots(record).iter().any(|slot| match slot {
            Slot::Field(field) => {
                field.lends || matches!(what(btf, field.ty), What::Text | What::Flexible(_))
            }
            Slot::Bits(_) => true,
            Slot::Pad(_) => false,
        })
}

fn collect<'b>(
    layout: &Layout<'b>,
    record: &Record,
    member: &Member<'_, 'b>,
    depth: u32,
    into: &mut Vec<Accessor<'b>>,
) {
    let btf = layout.btf();
    let mut add = |name: Cow<'b, str>, ty, what, place| {
        into.push(Accessor {
            name,
            ty,
            what,
            place,
            methods: Methods::default(),
        });
    };
    match member.slot {
        Slot::Pad(_) => {}
        Slot::Field(field) => {
            let place = match record.union {
                true => Place::Arm,
                false => Place::Field(field.offset),
            };
            add(member.name.clone(), field.ty, what(btf, field.ty), place);
            let inner = layout.record(btf.resolved(field.ty));
            let Some(inner) = inner.filter(|_| field.lends && depth < DEEPEST) else {
                return;
            };
            let names = self::members(layout, inner);
            for accessor in accessors(layout, inner, &names, depth + 1) {
                // A part of the part is no member, only what it lends.
                if accessor.name.starts_with("__anon") && is_part(&names, &accessor.name) {
                    continue;
                }
                let place = Place::Lent {
                    part: member.name.clone(),
                    ty: field.ty,
                    offset: field.offset,
                    field: matches!(accessor.place, Place::Field(_)),
                    inner: accessor.methods,
                };
                add(accessor.name, accessor.ty, accessor.what, place);
            }
        }
        Slot::Bits(unit) => {
            for bit in layout.bits(unit) {
                let BitSlot::Field(field) = bit else {
                    continue;
                };
                let resolved = btf.kind(btf.resolved(field.ty));
                let bool = matches!(resolved, Kind::Int(int) if int.bool);
                let what = if bool { What::Bool } else { What::Bits };
                let place = Place::Bits {
                    unit: member.name.clone(),
                    start: field.start.0,
                    width: field.width.0,
                };
                add(identifier(field.name), field.ty, what, place);
            }
        }
    }
}

/// Whether the field `name` is a part without a name.
fn is_part(members: &[Member<'_, '_>], name: &str) -> bool {
    members.iter().any(|member| {
        member.name == name && matches!(member.slot, Slot::Field(field) if field.name.is_empty())
    })
}

/// Names the methods: first what gets a value, so that it is called like the member whatever else there is.
fn settle(accessors: &mut [Accessor<'_>]) {
    let mut scope = Scope::with_capacity(accessors.len() * 2);
    for Accessor {
        name,
        what,
        place,
        methods,
        ..
    } in &mut *accessors
    {
        if !matches!(place, Place::Field(_)) && !matches!(what, What::Flexible(_)) {
            methods.get = scope.claim(name.clone());
        }
    }
    for Accessor {
        name,
        what,
        place,
        methods,
        ..
    } in accessors
    {
        let mut derived = |before: &str, behind: &str| {
            Cow::Owned(
                scope
                    .claim(format!("{before}{}{behind}", bare(name)))
                    .into_owned(),
            )
        };
        if *what == What::Text {
            methods.text = derived("", "_str");
        }
        match (what, place) {
            (What::Flexible(_), _) => methods.elements = derived("", "_in"),
            (_, Place::Field(_)) => {}
            (What::Record, _) => methods.set = derived("", "_mut"),
            _ => methods.set = derived("set_", ""),
        }
    }
}

fn what(btf: &Btf<'_>, id: TypeId) -> What {
    match btf.kind(btf.resolved(id)) {
        Kind::Struct(_) | Kind::Union(_) => What::Record,
        Kind::Array(array) if array.len == 0 => What::Flexible(array.elem),
        Kind::Array(array) if is_char(btf, array.elem) => What::Text,
        _ => What::Value,
    }
}
