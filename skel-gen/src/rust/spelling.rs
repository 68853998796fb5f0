//! Rust spellings of types.

use super::ident::ident;
use super::names::Names;
use super::scalar::{float, integer, scalar};
use crate::model::{Integer, is_char};
use crate::text::number;
use btf_layout::{Bytes, Carrier, Kind, Layout, TypeId};
use proc_macro2::TokenStream;
use quote::quote;
use std::cell::RefCell;
use std::collections::BTreeSet;

/// Spells types for one place: inside the module of definitions, or beside it.
#[derive(Debug)]
pub(super) struct Speller<'t, 'b> {
    pub(super) layout: &'t Layout<'b>,
    pub(super) names: &'t Names<'b>,
    /// The path to the definitions.
    pub(super) types: TokenStream,
    /// The path to the names of the guest library.
    pub(super) library: TokenStream,
    /// What pointers point to and has no definition.
    pub(super) opaque: &'t RefCell<BTreeSet<String>>,
}

/// Pointers and arrays within each other that are spelled out.
const DEEPEST: u32 = 32;

impl Speller<'_, '_> {
    /// The type of a value of BTF type `id`.
    pub(super) fn value(&self, id: TypeId) -> TokenStream {
        self.value_in(id, 0)
    }

    /// The type of a value inside `depth` pointers.
    fn value_in(&self, id: TypeId, depth: u32) -> TokenStream {
        let (layout, btf) = (self.layout, self.layout.btf());
        match layout.carrier(id) {
            Some(Carrier::Int(int)) => {
                self.scalar(integer(Integer::of(int, || btf.name(btf.resolved(id)))))
            }
            Some(Carrier::Float(size)) => match float(size) {
                Some(float) => self.scalar(float),
                None => bytes(size),
            },
            Some(Carrier::Pointer(to)) => {
                let (library, to) = (&self.library, self.pointee(to, depth + 1));
                quote!(#library Ptr<#to>)
            }
            Some(Carrier::Array(of)) => match is_char(btf, of.elem) {
                true => array(&quote!(u8), of.len),
                false => array(&self.value_in(of.elem, depth), of.len),
            },
            Some(Carrier::Typedef(id)) if self.names.is_shared(id) => match scalar(btf, id) {
                Some(scalar) => self.scalar(scalar),
                None => self.name(id),
            },
            Some(Carrier::Record(id) | Carrier::Enum(id) | Carrier::Typedef(id)) => self.name(id),
            None => self.void(),
        }
    }

    fn name(&self, id: TypeId) -> TokenStream {
        let (types, name) = (&self.types, ident(self.names.of(id)));
        quote!(#types #name)
    }

    fn scalar(&self, name: &str) -> TokenStream {
        let library = (name == "Bool").then_some(&self.library);
        let name = ident(name);
        quote!(#library #name)
    }

    fn void(&self) -> TokenStream {
        let library = &self.library;
        quote!(#library Void)
    }

    /// What a pointer points to, inside `depth` pointers and arrays. It may be without size, or not be laid out here.
    fn pointee(&self, id: TypeId, depth: u32) -> TokenStream {
        let (layout, btf) = (self.layout, self.layout.btf());
        let mut id = btf.unqualified(id);
        if depth > DEEPEST {
            return self.void();
        }
        while let Kind::Typedef(target) = btf.kind(id) {
            if self.names.is_circular(id) {
                return self.void();
            }
            if layout.def(id).is_some() && !self.names.is_shared(id) {
                return self.name(id);
            }
            id = btf.unqualified(target);
        }
        match btf.kind(id) {
            Kind::Struct(_) | Kind::Union(_) | Kind::Fwd { .. } => self.declared(id),
            Kind::Enum(decl) if !decl.is_empty() && !self.names.of(id).is_empty() => {
                self.declared(id)
            }
            Kind::Enum(decl) if decl.size.0 > 0 => {
                self.scalar(integer(Integer::sized(decl.size, decl.signed)))
            }
            Kind::Int(_) | Kind::Float(_) | Kind::Ptr(_) => self.value_in(id, depth),
            Kind::Array(of) => match is_char(btf, of.elem) {
                true => array(&quote!(u8), of.len),
                false => array(&self.pointee(of.elem, depth + 1), of.len),
            },
            Kind::Func { .. } | Kind::FuncProto(_) => {
                let library = &self.library;
                quote!(#library Func)
            }
            Kind::Void
            | Kind::Enum(_)
            | Kind::Typedef(_)
            | Kind::Volatile(_)
            | Kind::Const(_)
            | Kind::Restrict(_)
            | Kind::Var { .. }
            | Kind::Datasec(_)
            | Kind::DeclTag { .. }
            | Kind::TypeTag { .. } => self.void(),
        }
    }

    /// A type with a name, whether it has a definition here or not.
    fn declared(&self, id: TypeId) -> TokenStream {
        let id = self.names.definition(id);
        if self.layout.def(id).is_none() {
            let name = self.names.of(id).to_owned();
            self.opaque.borrow_mut().insert(name);
        }
        self.name(id)
    }
}

/// An array of `len` elements.
fn array(elem: &TokenStream, len: u32) -> TokenStream {
    let len = number(len);
    quote!([#elem; #len])
}

/// Bytes that have no type of their own.
pub(super) fn bytes(size: Bytes) -> TokenStream {
    array(&quote!(u8), size.0)
}
