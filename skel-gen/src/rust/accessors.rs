//! What can be reached in a struct or union by a method: bitfields, arms of unions, promoted members, text and flexible arrays.

use super::ident::ident;
use super::ident::identifier;
use super::members::{Member, members};
use crate::model::is_char;
use crate::names::Scope;
use btf_layout::{BitSlot, Btf, Bytes, Kind, Layout, Record, Slot, TypeId};
use proc_macro2::Ident;
use quote::format_ident;

/// How deep in anonymous parts a member is still promoted. No source comes near it; it bounds the length of the text.
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
#[derive(Debug)]
pub(super) enum Place {
    /// In a field of a struct, which needs no accessor for its value.
    Field(Bytes),
    /// In an arm of a union, after so many bytes.
    Arm(Bytes),
    /// In a unit of bits.
    Bits {
        /// The field that holds the unit.
        unit: Ident,
        /// Whether that is an arm of a union after padding.
        shifted: bool,
        start: u64,
        width: u64,
    },
    /// In an anonymous part.
    Promoted {
        /// The field that holds the part, and its type.
        part: Ident,
        ty: TypeId,
        offset: Bytes,
        /// Whether it is a field there, not something that accessors reach.
        field: bool,
        /// What reaches it there.
        inner: Methods,
    },
}

/// The methods for one member, as they are called.
#[derive(Debug, Default)]
pub(super) struct Methods {
    /// Gets the value: called like the member.
    pub(super) get: Option<Ident>,
    /// Sets the value, or borrows it to be changed: `set_NAME`, `NAME_mut`.
    pub(super) set: Option<Ident>,
    /// Gets it as text: `NAME_str`.
    pub(super) text: Option<Ident>,
    /// Finds the elements of a flexible array: `NAME_in`.
    pub(super) elements: Option<Ident>,
}

/// A member as it is reached by methods.
#[derive(Debug)]
pub(super) struct Accessor {
    /// Its name as a field or bitfield.
    pub(super) name: Ident,
    pub(super) ty: TypeId,
    pub(super) what: What,
    pub(super) place: Place,
    pub(super) methods: Methods,
    /// Whether it is an anonymous part: not promoted itself, only its members are.
    anonymous: bool,
}

/// All that can be reached in a record that is `depth` levels inside another one: for that one its own fields too, since a
/// struct's own are reached as such.
pub(super) fn accessors(
    layout: &Layout<'_>,
    record: &Record,
    members: &[Member<'_>],
    depth: u32,
) -> Vec<Accessor> {
    let mut accessors = Vec::new();
    for member in members {
        collect(layout, record, member, depth, &mut accessors);
    }
    settle(&mut accessors);
    accessors
}

fn collect(
    layout: &Layout<'_>,
    record: &Record,
    member: &Member<'_>,
    depth: u32,
    into: &mut Vec<Accessor>,
) {
    let btf = layout.btf();
    let mut add = |name: Ident, ty, what, place, anonymous| {
        into.push(Accessor {
            name,
            ty,
            what,
            place,
            methods: Methods::default(),
            anonymous,
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
                let anonymous = field.name.is_empty();
                add(member.name.clone(), field.ty, what, place, anonymous);
            }
            let Some(inner) = layout.promoted(&field).filter(|_| depth < DEEPEST) else {
                return;
            };
            let promoted = accessors(layout, inner, &members(layout, inner), depth + 1);
            for accessor in promoted.into_iter().filter(|accessor| !accessor.anonymous) {
                let place = Place::Promoted {
                    part: member.name.clone(),
                    ty: field.ty,
                    offset: field.offset,
                    field: matches!(accessor.place, Place::Field(_)),
                    inner: accessor.methods,
                };
                add(accessor.name, accessor.ty, accessor.what, place, false);
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
                add(ident(&identifier(field.name)), field.ty, what, place, false);
            }
        }
    }
}

/// Names the methods: first what gets a value, so that it is called like the member whatever else there is.
fn settle(accessors: &mut [Accessor]) {
    let mut scope = Scope::with_capacity(2 * accessors.len());
    let mut claim = |wish: Ident| Some(ident(&scope.claim(wish.to_string())));
    let has_value = |accessor: &Accessor| {
        !matches!(accessor.place, Place::Field(_)) && !matches!(accessor.what, What::Flexible(_))
    };
    for accessor in &mut *accessors {
        if has_value(accessor) {
            accessor.methods.get = claim(accessor.name.clone());
        }
    }
    for accessor in accessors {
        let (name, what) = (&accessor.name, accessor.what);
        if what == What::Text {
            accessor.methods.text = claim(format_ident!("{}_str", name));
        }
        if matches!(what, What::Flexible(_)) {
            accessor.methods.elements = claim(format_ident!("{}_in", name));
        }
        if has_value(accessor) {
            accessor.methods.set = claim(match what {
                What::Record => format_ident!("{}_mut", name),
                What::Value | What::Text | What::Flexible(_) | What::Bits | What::Bool => {
                    format_ident!("set_{}", name)
                }
            });
        }
    }
}

fn what(btf: &Btf<'_>, id: TypeId) -> What {
    match btf.kind(btf.resolved(id)) {
        Kind::Struct(_) | Kind::Union(_) => What::Record,
        Kind::Array(array) if array.len == 0 => What::Flexible(array.elem),
        Kind::Array(array) if is_char(btf, array.elem) => What::Text,
        Kind::Void
        | Kind::Int(_)
        | Kind::Ptr(_)
        | Kind::Array(_)
        | Kind::Enum(_)
        | Kind::Fwd { .. }
        | Kind::Typedef(_)
        | Kind::Volatile(_)
        | Kind::Const(_)
        | Kind::Restrict(_)
        | Kind::TypeTag { .. }
        | Kind::Func { .. }
        | Kind::FuncProto(_)
        | Kind::Var { .. }
        | Kind::Datasec(_)
        | Kind::Float(_)
        | Kind::DeclTag { .. } => What::Value,
    }
}
