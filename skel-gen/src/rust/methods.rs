//! Methods that reach what no field shows.

use super::accessors::{Accessor, Place, What};
use super::spelling::Speller;
use crate::model::is_char;
use crate::text::number;
use btf_layout::{Bytes, Record, TypeId};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

/// `impl NAME { ... }`, if there are any.
pub(super) fn methods(
    speller: &Speller<'_, '_>,
    name: &Ident,
    record: &Record,
    accessors: &[Accessor],
) -> TokenStream {
    if accessors.is_empty() {
        return TokenStream::new();
    }
    let methods = accessors.iter();
    let methods = methods.map(|accessor| accessor_methods(speller, record.union, accessor));
    let methods: TokenStream = methods.collect();
    quote!(impl #name { #methods })
}

/// The methods for a member of a struct, or of a union.
fn accessor_methods(speller: &Speller<'_, '_>, is_union: bool, accessor: &Accessor) -> TokenStream {
    let ty = match accessor.what {
        What::Flexible(elem) => return elements(speller, accessor, elem),
        What::Bool => quote!(bool),
        What::Value | What::Text | What::Record | What::Bits => speller.value(accessor.ty),
    };
    let borrowed = accessor.what == What::Record;
    let methods = &accessor.methods;
    let mut tokens = TokenStream::new();
    tokens.extend(methods.get.as_ref().map(|get| {
        let value = get_value(is_union, accessor);
        match borrowed {
            true => quote!(pub fn #get(&self) -> &#ty { #value }),
            false => quote!(pub fn #get(&self) -> #ty { #value }),
        }
    }));
    tokens.extend(methods.set.as_ref().map(|set| {
        let value = set_value(is_union, accessor);
        match borrowed {
            true => quote!(pub fn #set(&mut self) -> &mut #ty { #value }),
            false => quote!(pub fn #set(&mut self, value: #ty) { #value }),
        }
    }));
    tokens.extend(methods.text.as_ref().map(|text| {
        let value = text_value(is_union, accessor);
        quote!(pub fn #text(&self) -> libbpf_wasm::Text<'_> { #value })
    }));
    tokens
}

/// The expression that gets a value, or borrows it.
fn get_value(is_union: bool, accessor: &Accessor) -> TokenStream {
    let name = &accessor.name;
    let borrowed = accessor.what == What::Record;
    match &accessor.place {
        // It has no such method.
        Place::Field(_) => TokenStream::new(),
        Place::Arm(Bytes(0)) if borrowed => quote!(libbpf_wasm::arm_ref!(self, #name)),
        Place::Arm(Bytes(0)) => quote!(libbpf_wasm::arm!(self, #name)),
        Place::Arm(_) if borrowed => quote!(&libbpf_wasm::arm_ref!(self, #name).value),
        Place::Arm(_) => quote!(libbpf_wasm::arm!(self, #name).value),
        Place::Bits {
            unit,
            shifted,
            start,
            width,
        } => {
            let unit = match (is_union, shifted) {
                (true, true) => quote!(&libbpf_wasm::arm_ref!(self, #unit).value),
                (true, false) => quote!(libbpf_wasm::arm_ref!(self, #unit)),
                (false, _) => quote!(&self.#unit),
            };
            let (start, width) = (number(*start), number(*width));
            quote!(libbpf_wasm::get_bits(#unit, #start, #width))
        }
        Place::Promoted {
            part, field, inner, ..
        } => {
            let part = part_ref(is_union, part);
            match (field, borrowed) {
                (true, true) => quote!(&#part.#name),
                (true, false) => quote!(#part.#name),
                (false, _) => {
                    let get = &inner.get;
                    quote!(#part.#get())
                }
            }
        }
    }
}

/// The statement that sets a value, or the expression that borrows it to be changed.
fn set_value(is_union: bool, accessor: &Accessor) -> TokenStream {
    let name = &accessor.name;
    let borrowed = accessor.what == What::Record;
    match &accessor.place {
        // It has no such method.
        Place::Field(_) => TokenStream::new(),
        Place::Arm(Bytes(0)) if borrowed => quote!(libbpf_wasm::arm_mut!(self, #name)),
        Place::Arm(Bytes(0)) => quote!(self.#name = value;),
        // What lies before the arm is another arm's, and stays.
        Place::Arm(_) if borrowed => quote!(&mut libbpf_wasm::arm_mut!(self, #name).value),
        Place::Arm(_) => quote!(libbpf_wasm::arm_mut!(self, #name).value = value;),
        Place::Bits {
            unit,
            shifted,
            start,
            width,
        } => {
            let unit = match (is_union, shifted) {
                (true, true) => quote!(&mut libbpf_wasm::arm_mut!(self, #unit).value),
                (true, false) => quote!(libbpf_wasm::arm_mut!(self, #unit)),
                (false, _) => quote!(&mut self.#unit),
            };
            let (start, width) = (number(*start), number(*width));
            quote!(libbpf_wasm::set_bits(#unit, #start, #width, value);)
        }
        Place::Promoted {
            part, field, inner, ..
        } => {
            let part = match is_union {
                true => {
                    let part = format_ident!("{}_mut", part);
                    quote!(self.#part())
                }
                false => quote!(self.#part),
            };
            let set = &inner.set;
            match (field, borrowed) {
                (true, true) => quote!(&mut #part.#name),
                (true, false) => quote!(#part.#name = value;),
                (false, true) => quote!(#part.#set()),
                (false, false) => quote!(#part.#set(value);),
            }
        }
    }
}

/// The expression that gets a value as text.
fn text_value(is_union: bool, accessor: &Accessor) -> TokenStream {
    let name = &accessor.name;
    match &accessor.place {
        Place::Field(_) => quote!(libbpf_wasm::text(&self.#name)),
        Place::Promoted { part, inner, .. } => {
            let (part, text) = (part_ref(is_union, part), &inner.text);
            quote!(#part.#text())
        }
        Place::Arm(Bytes(0)) | Place::Bits { .. } => {
            quote!(libbpf_wasm::text(libbpf_wasm::arm_ref!(self, #name)))
        }
        Place::Arm(_) => quote!(libbpf_wasm::text(&libbpf_wasm::arm_ref!(self, #name).value)),
    }
}

/// An anonymous part: a field of a struct, or what the method for an arm of a union gives.
fn part_ref(is_union: bool, part: &Ident) -> TokenStream {
    match is_union {
        true => quote!(self.#part()),
        false => quote!(self.#part),
    }
}

/// What finds the elements of a flexible array in the bytes of a struct and of all that is after it.
fn elements(speller: &Speller<'_, '_>, accessor: &Accessor, elem: TypeId) -> TokenStream {
    let elem = match is_char(speller.layout.btf(), elem) {
        true => quote!(u8),
        false => speller.value(elem),
    };
    let found = match &accessor.place {
        Place::Promoted {
            ty, offset, inner, ..
        } => {
            let (part, elements) = (speller.value(*ty), &inner.elements);
            let bytes = match offset {
                Bytes(0) => quote!(bytes),
                Bytes(offset) => {
                    let offset = number(*offset);
                    quote!(libbpf_wasm::behind(bytes, #offset))
                }
            };
            quote!(#part::#elements(#bytes))
        }
        Place::Arm(Bytes(0)) | Place::Bits { .. } => quote!(libbpf_wasm::Elements::new(bytes)),
        Place::Field(offset) | Place::Arm(offset) => {
            let offset = number(offset.0);
            quote!(libbpf_wasm::Elements::behind(bytes, #offset))
        }
    };
    let name = &accessor.methods.elements;
    quote!(pub fn #name(bytes: &[u8]) -> libbpf_wasm::Elements<'_, #elem> { #found })
}
