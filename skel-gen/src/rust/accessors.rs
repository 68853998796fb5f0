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
pub(super) const DEEPEST: u32 = 16;

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
    /// In an arm of a union, behind so many bytes.
    Arm(Bytes),
    /// In a unit of bits.
    Bits {
        /// The field that holds the unit.
        unit: Cow<'b, str>,
        /// Whether that is an arm of a union behind padding.
        shifted: bool,
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
        inner: Methods,
    },
}

/// The methods for one member.
#[derive(Clone, Debug, Default)]
pub(super) struct Methods {
    /// Gets the value: called like the member.
    get: MethodName,
    /// Sets the value, or borrows it to be changed: `set_NAME`, `NAME_mut`.
    set: MethodName,
    /// Gets it as text: `NAME_str`.
    text: MethodName,
    /// Finds the elements of a flexible array: `NAME_in`.
    elements: MethodName,
}

/// What a method is called.
#[derive(Clone, Debug, Default)]
enum MethodName {
    /// There is no such method.
    #[default]
    None,
    /// As its kind says.
    Usual,
    /// Something else, since that was taken.
    Named(Box<str>),
}

impl MethodName {
    /// The name, in pieces, if there is one; usually these.
    fn parts<'s>(&'s self, usual: [&'s str; 3]) -> Option<[&'s str; 3]> {
        match self {
            MethodName::None => None,
            MethodName::Usual => Some(usual),
            MethodName::Named(name) => Some(["", name, ""]),
        }
    }
}

/// What the names of methods begin and end with.
const BEFORE: &str = "set_";
const BEHIND: [&str; 3] = ["_str", "_mut", "_in"];

impl Methods {
    /// The method that gets the member `name`.
    pub(super) fn get<'s>(&'s self, name: &'s str) -> Option<[&'s str; 3]> {
        self.get.parts(["", name, ""])
    }

    /// The method that sets the member `name`, or borrows it if it is a struct or union.
    pub(super) fn set<'s>(&'s self, name: &'s str, what: What) -> Option<[&'s str; 3]> {
        self.set.parts(match what {
            What::Record => ["", bare(name), BEHIND[1]],
            _ => [BEFORE, bare(name), ""],
        })
    }

    /// The method that gets the member `name` as text.
    pub(super) fn text<'s>(&'s self, name: &'s str) -> Option<[&'s str; 3]> {
        self.text.parts(["", bare(name), BEHIND[0]])
    }

    /// The function that finds the elements of the member `name`.
    pub(super) fn elements<'s>(&'s self, name: &'s str) -> Option<[&'s str; 3]> {
        self.elements.parts(["", bare(name), BEHIND[2]])
    }
}

/// A member as it is reached by methods.
#[derive(Clone, Debug)]
pub(super) struct Accessor<'b> {
    /// Its name as a field or bitfield.
    pub(super) name: Cow<'b, str>,
    pub(super) ty: TypeId,
    pub(super) what: What,
    pub(super) place: Place<'b>,
    pub(super) methods: Methods,
}

/// All that a record lets others reach in it, its own fields included, as those of a struct are reached as such.
pub(super) fn accessors<'b>(
    layout: &Layout<'b>,
    record: &Record,
    members: &[Member<'b>],
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
pub(super) fn has_any(btf: &Btf<'_>, record: &Record, members: &[Member<'_>]) -> bool {
    record.union
        || members.iter().any(|member| match member.slot {
            Slot::Field(field) => {
                field.lends || matches!(what(btf, field.ty), What::Text | What::Flexible(_))
            }
            Slot::Bits(_) => true,
            Slot::Pad(_) | Slot::Empty(_) | Slot::Opaque(_) => false,
        })
}

fn collect<'b>(
    layout: &Layout<'b>,
    record: &Record,
    member: &Member<'b>,
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
        Slot::Pad(_) | Slot::Empty(_) | Slot::Opaque(_) => {}
        Slot::Field(field) => {
            let place = match record.union {
                true => Place::Arm(field.offset),
                false => Place::Field(field.offset),
            };
            let what = what(btf, field.ty);
            // A field of the outermost struct is reached as such.
            let plain = depth == 0 && !record.union && matches!(what, What::Value | What::Record);
            if !plain {
                add(member.name.clone(), field.ty, what, place);
            }
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
            for bit in layout.bits(&unit) {
                let BitSlot::Field(field) = bit else {
                    continue;
                };
                let resolved = btf.kind(btf.resolved(field.ty));
                let bool = matches!(resolved, Kind::Int(int) if int.bool);
                let what = if bool { What::Bool } else { What::Bits };
                let place = Place::Bits {
                    unit: member.name.clone(),
                    shifted: record.union && unit.offset > Bytes(0),
                    start: field.start.0,
                    width: field.width.0,
                };
                add(identifier(field.name), field.ty, what, place);
            }
        }
    }
}

/// Whether the field `name` is a part without a name.
fn is_part(members: &[Member<'_>], name: &str) -> bool {
    members.iter().any(|member| {
        member.name == name && matches!(member.slot, Slot::Field(field) if field.name.is_empty())
    })
}

/// Names the methods: first what gets a value, so that it is called like the member whatever else there is.
fn settle<'b>(accessors: &mut [Accessor<'b>]) {
    let mut scope: Scope<'b> = Scope::with_capacity(accessors.len());
    // Most members are called like no method that is made here: then the other names are free.
    let mut clashes = false;
    for accessor in &mut *accessors {
        let name = &accessor.name;
        clashes |= name.starts_with(BEFORE)
            || BEHIND.iter().any(|behind| name.ends_with(behind))
            || scope.has(name);
        let is_field = matches!(accessor.place, Place::Field(_));
        if !is_field && !matches!(accessor.what, What::Flexible(_)) {
            let claimed = scope.claim(name.clone());
            accessor.methods.get = match claimed == *name {
                true => MethodName::Usual,
                false => MethodName::Named(claimed.into()),
            };
        }
    }
    for accessor in accessors {
        let (name, what) = (accessor.name.as_ref(), accessor.what);
        let mut settled = |usual: Option<[&str; 3]>| match usual {
            Some(usual) if clashes => MethodName::Named(scope.claim(usual.concat()).into()),
            _ => MethodName::Usual,
        };
        let mut methods = Methods {
            set: MethodName::Usual,
            text: MethodName::Usual,
            elements: MethodName::Usual,
            ..std::mem::take(&mut accessor.methods)
        };
        methods.text = match what {
            What::Text => settled(methods.text(name)),
            _ => MethodName::None,
        };
        let is_field = matches!(accessor.place, Place::Field(_));
        methods.elements = match what {
            What::Flexible(_) => settled(methods.elements(name)),
            _ => MethodName::None,
        };
        methods.set = match what {
            What::Flexible(_) => MethodName::None,
            _ if is_field => MethodName::None,
            _ => settled(methods.set(name, what)),
        };
        accessor.methods = methods;
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
