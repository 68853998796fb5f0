//! What a BTF type is in WIT.

use super::model::{Arrays, Form, Options, Place, Shape};
use super::names::{TypeNames, c_name, for_people};
use crate::model::{Integer, is_char};
use btf_layout::{Bytes, FlatMember, FlatPlace, Kind, Layout, TypeId};
use std::collections::BTreeMap;

/// What the types of a layout are in WIT.
pub(super) struct Shapes<'l, 'b> {
    pub(super) layout: &'l Layout<'b>,
    pub(super) names: &'l TypeNames,
    pub(super) options: Options,
    /// By type id: position of the item.
    pub(super) items: BTreeMap<TypeId, usize>,
    pub(super) has_pointers: bool,
    pub(super) has_wide: [bool; 2],
}

impl Shapes<'_, '_> {
    /// A value of type `id`, whatever qualifiers it has.
    pub(super) fn of(&mut self, id: TypeId) -> Shape {
        let btf = self.layout.btf();
        let mut id = btf.unqualified(id);
        loop {
            if let Some(at) = self.items.get(&id) {
                return Shape::Item(*at);
            }
            let Kind::Typedef(target) = btf.kind(id) else {
                break;
            };
            id = btf.unqualified(target);
        }
        let bytes = || Shape::Bytes(btf.size(id).unwrap_or_default().0);
        match btf.kind(id) {
            Kind::Int(int) => self.integer(Integer::of(int, || btf.name(id))),
            Kind::Float(Bytes(size @ (4 | 8))) => Shape::Float { size },
            Kind::Ptr(_) => {
                self.has_pointers = true;
                Shape::Pointer
            }
            Kind::Array(array) => self.array(array),
            Kind::Enum(decl) if decl.size.0 > 0 => {
                self.integer(Integer::sized(decl.size, decl.signed))
            }
            Kind::Void
            | Kind::Struct(_)
            | Kind::Union(_)
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
            | Kind::DeclTag { .. } => bytes(),
        }
    }

    fn integer(&mut self, integer: Integer) -> Shape {
        let (Bytes(size), signed) = (integer.size(), integer.is_signed());
        if size == 16 {
            return self.wide(signed);
        }
        Shape::Int { size, signed }
    }

    fn wide(&mut self, signed: bool) -> Shape {
        if let Some(has) = self.has_wide.get_mut(usize::from(signed)) {
            *has = true;
        }
        Shape::Wide { signed }
    }

    fn array(&mut self, array: btf_layout::Array) -> Shape {
        let btf = self.layout.btf();
        let stride = btf.size(array.elem).unwrap_or_default().0;
        let chars = is_char(btf, array.elem);
        let mut elem = self.of(array.elem);
        if chars && let Shape::Int { size: 1, signed } = &mut elem {
            // Text is bytes, whatever sign they have.
            *signed = false;
        }
        if dimensions(&elem) >= Arrays::MOST_DIMENSIONS {
            return Shape::Bytes(stride.saturating_mul(array.len));
        }
        if array.len == 0 || stride == 0 {
            return Shape::NoElements(Box::new(elem));
        }
        let octets = matches!(
            elem,
            Shape::Int {
                size: 1,
                signed: false
            }
        );
        let leaves = leaves(&elem).saturating_mul(array.len);
        let form = self.options.arrays.form(array.len, leaves);
        match octets {
            true if chars && self.options.strings => Shape::Text(array.len),
            true if chars || form != Form::Tuple => Shape::Bytes(array.len),
            _ => Shape::Array {
                elem: Box::new(elem),
                stride,
                len: array.len,
                form,
            },
        }
    }

    /// Place and shape of a member, and what it points to.
    pub(super) fn member(&mut self, member: &FlatMember<'_>) -> (Place, Shape, Option<String>) {
        let btf = self.layout.btf();
        match member.place {
            FlatPlace::Bytes { offset, size } => {
                let mut pointee = None;
                if let Kind::Ptr(to) = btf.kind(btf.resolved(member.ty)) {
                    pointee = Some(self.pointee(to));
                }
                (Place::Bytes { offset, size }, self.of(member.ty), pointee)
            }
            FlatPlace::Bits { first, width } => {
                let (shape, signed) = self.bitfield(member.ty, width.0);
                let place = Place::Bits {
                    first,
                    width,
                    signed,
                };
                (place, shape, None)
            }
        }
    }

    /// The least integer that holds a bitfield, or its enum; and whether it is signed.
    fn bitfield(&mut self, ty: TypeId, width: u64) -> (Shape, bool) {
        let btf = self.layout.btf();
        let (signed, bool) = match btf.kind(btf.resolved(ty)) {
            Kind::Int(int) => (int.signed, int.bool),
            Kind::Enum(decl) => {
                let shape = self.of(ty);
                if matches!(shape, Shape::Item(_)) {
                    return (shape, decl.signed);
                }
                (decl.signed, false)
            }
            Kind::Void
            | Kind::Ptr(_)
            | Kind::Array(_)
            | Kind::Struct(_)
            | Kind::Union(_)
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
            | Kind::DeclTag { .. } => (false, false),
        };
        let shape = match width {
            1 if bool => Shape::Bit,
            0..=8 => Shape::Int { size: 1, signed },
            9..=16 => Shape::Int { size: 2, signed },
            17..=32 => Shape::Int { size: 4, signed },
            33..=64 => Shape::Int { size: 8, signed },
            _ => self.wide(signed),
        };
        (shape, signed)
    }

    /// What a pointer points to, for people.
    fn pointee(&self, to: TypeId) -> String {
        let btf = self.layout.btf();
        let id = btf.unqualified(to);
        match btf.kind(id) {
            Kind::Func { .. } | Kind::FuncProto(_) => "function".to_owned(),
            Kind::Ptr(_) => "pointer".to_owned(),
            Kind::Array(_) => "array".to_owned(),
            Kind::Fwd { union: true } => format!("union {}", for_people(btf.name(id))),
            Kind::Fwd { union: false } => format!("struct {}", for_people(btf.name(id))),
            Kind::Void
            | Kind::Int(_)
            | Kind::Struct(_)
            | Kind::Union(_)
            | Kind::Enum(_)
            | Kind::Typedef(_)
            | Kind::Volatile(_)
            | Kind::Const(_)
            | Kind::Restrict(_)
            | Kind::TypeTag { .. }
            | Kind::Var { .. }
            | Kind::Datasec(_)
            | Kind::Float(_)
            | Kind::DeclTag { .. } => c_name(self.layout, id),
        }
    }
}

/// How many elements a shape has that are written one by one: those of tuples, whatever is between them.
fn leaves(shape: &Shape) -> u32 {
    let times = match shape {
        Shape::Array {
            form: Form::Tuple,
            len,
            ..
        } => *len,
        Shape::Int { .. }
        | Shape::Bit
        | Shape::Wide { .. }
        | Shape::Float { .. }
        | Shape::Pointer
        | Shape::Bytes(_)
        | Shape::Text(_)
        | Shape::Array { .. }
        | Shape::NoElements(_)
        | Shape::Item(_) => 1,
    };
    shape
        .elem()
        .map_or(1, |elem| leaves(elem).saturating_mul(times))
}

/// How many arrays hold each other in a shape.
fn dimensions(shape: &Shape) -> u32 {
    match shape.elem() {
        Some(elem) => dimensions(elem) + 1,
        None => u32::from(matches!(shape, Shape::Bytes(_) | Shape::Text(_))),
    }
}
