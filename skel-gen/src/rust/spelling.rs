//! Rust spellings of types.

use super::names::Names;
use btf_layout::{Btf, Carrier, Int, Kind, Layout, TypeId};
use std::collections::BTreeSet;
use std::fmt::Write;

/// The Rust type of a number of type `id`, typedefs looked through; `None` if it is none, or has no such type.
pub(super) fn scalar(btf: &Btf<'_>, id: TypeId) -> Option<&'static str> {
    let id = btf.resolved(id);
    match btf.kind(id) {
        Kind::Int(int) => Some(integer(int, || btf.name(id))),
        Kind::Float(size) => match size.0 {
            4 => Some("f32"),
            8 => Some("f64"),
            _ => None,
        },
        _ => None,
    }
}

/// The Rust type of an integer; `char` has the sign it has in BPF.
fn integer<'b>(int: Int, btf_name: impl FnOnce() -> &'b str) -> &'static str {
    if int.size.0 == 1 {
        if int.bool {
            return "Bool";
        }
        if int.char || int.signed || btf_name() == "char" {
            return "i8";
        }
    }
    match (int.size.0, int.signed) {
        (1, _) => "u8",
        (2, true) => "i16",
        (2, false) => "u16",
        (4, true) => "i32",
        (4, false) => "u32",
        (8, true) => "i64",
        (8, false) => "u64",
        (_, true) => "i128",
        (_, false) => "u128",
    }
}

/// Whether `id` is plain `char`, arrays of which are text.
pub(super) fn is_char(btf: &Btf<'_>, id: TypeId) -> bool {
    let id = btf.unqualified(id);
    matches!(btf.kind(id), Kind::Int(int)
        if int.size.0 == 1 && !int.bool && (int.char || btf.name(id) == "char"))
}

/// Spells types for one place: inside the module of definitions, or beside it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Speller<'s, 'b> {
    pub(super) layout: &'s Layout<'b>,
    pub(super) names: &'s Names<'b>,
    /// What stands before the names of definitions.
    pub(super) types: &'s str,
    /// What stands before the names of the guest library.
    pub(super) library: &'s str,
    /// Number of pointers and arrays around the current place.
    pub(super) depth: u32,
}

/// Pointers and arrays within each other that are spelled out.
const DEEPEST: u32 = 32;

impl Speller<'_, '_> {
    /// Appends the type of a value of BTF type `id`; notes in `opaque` what it points to and has no definition.
    pub(super) fn value(&self, id: TypeId, out: &mut String, opaque: &mut BTreeSet<String>) {
        let (layout, btf) = (self.layout, self.layout.btf());
        match layout.carrier(id) {
            Some(Carrier::Int(int)) => {
                self.scalar(integer(int, || btf.name(btf.resolved(id))), out);
            }
            Some(Carrier::Float(size)) => match size.0 {
                4 => out.push_str("f32"),
                8 => out.push_str("f64"),
                _ => push(out, format_args!("[u8; {size}]")),
            },
            Some(Carrier::Pointer(to)) => {
                out.push_str(self.library);
                out.push_str("Ptr<");
                self.within().pointee(to, out, opaque);
                out.push('>');
            }
            Some(Carrier::Array(array)) => {
                out.push('[');
                match is_char(btf, array.elem) {
                    true => out.push_str("u8"),
                    false => self.value(array.elem, out, opaque),
                }
                push(out, format_args!("; {}]", array.len));
            }
            Some(Carrier::Typedef(id)) if self.names.is_shared(id) => match scalar(btf, id) {
                Some(scalar) => self.scalar(scalar, out),
                None => self.name(id, out),
            },
            Some(Carrier::Record(id) | Carrier::Enum(id) | Carrier::Typedef(id)) => {
                self.name(id, out);
            }
            None => {
                out.push_str(self.library);
                out.push_str("Void");
            }
        }
    }

    /// For what stands within a pointer or an array.
    fn within(&self) -> Self {
        Speller {
            depth: self.depth + 1,
            ..*self
        }
    }

    fn name(&self, id: TypeId, out: &mut String) {
        out.push_str(self.types);
        out.push_str(self.names.of(id));
    }

    fn scalar(&self, name: &str, out: &mut String) {
        if name == "Bool" {
            out.push_str(self.library);
        }
        out.push_str(name);
    }

    /// Appends what a pointer points to. It may be without size, or not be laid out here.
    fn pointee(&self, id: TypeId, out: &mut String, opaque: &mut BTreeSet<String>) {
        let (layout, btf) = (self.layout, self.layout.btf());
        let mut id = btf.unqualified(id);
        if self.depth > DEEPEST {
            id = TypeId::VOID;
        }
        while let Kind::Typedef(target) = btf.kind(id) {
            if self.names.is_circular(id) {
                id = TypeId::VOID;
                break;
            }
            if layout.def(id).is_some() && !self.names.is_shared(id) {
                return self.name(id, out);
            }
            id = btf.unqualified(target);
        }
        match btf.kind(id) {
            Kind::Struct(_) | Kind::Union(_) | Kind::Fwd { .. } => self.declared(id, out, opaque),
            Kind::Enum(decl) if !decl.is_empty() && !self.names.of(id).is_empty() => {
                self.declared(id, out, opaque);
            }
            Kind::Enum(decl) if decl.size.0 > 0 => {
                out.push_str(integer(decl.as_int(), || ""));
            }
            Kind::Int(_) | Kind::Float(_) | Kind::Ptr(_) => self.value(id, out, opaque),
            Kind::Array(array) => {
                out.push('[');
                match is_char(btf, array.elem) {
                    true => out.push_str("u8"),
                    false => self.within().pointee(array.elem, out, opaque),
                }
                push(out, format_args!("; {}]", array.len));
            }
            Kind::Func { .. } | Kind::FuncProto(_) => {
                out.push_str(self.library);
                out.push_str("Func");
            }
            _ => {
                out.push_str(self.library);
                out.push_str("Void");
            }
        }
    }

    /// A type with a name, whether it has a definition here or not.
    fn declared(&self, id: TypeId, out: &mut String, opaque: &mut BTreeSet<String>) {
        let id = self.names.definition(id);
        self.name(id, out);
        if self.layout.def(id).is_none() {
            opaque.insert(self.names.of(id).to_owned());
        }
    }
}

fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a string does not fail.
    let _ = out.write_fmt(text);
}
