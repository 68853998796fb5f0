//! Structs and unions.

use super::accessors::accessors;
use super::members::{Member, members};
use super::methods::methods;
use super::spelling::{Speller, bytes};
use crate::text::number;
use btf_layout::{Bytes, Layout, Record, Slot};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

/// A struct or union with all that belongs to it: definition, assertions and traits, methods.
pub(super) fn record(speller: &Speller<'_, '_>, name: &Ident, record: &Record) -> TokenStream {
    let layout = speller.layout;
    let members = members(layout, record);
    let mut items = definition(speller, name, record, &members);
    items.extend(completion(name, record, &members));
    let accessors = accessors(layout, record, &members, 0);
    items.extend(methods(speller, name, record, &accessors));
    items
}

/// `pub struct NAME { ... }`. The arms of a union are not `pub`: whoever wrote a small one into a new union would leave its other
/// bytes without a value.
fn definition(
    speller: &Speller<'_, '_>,
    name: &Ident,
    record: &Record,
    members: &[Member<'_>],
) -> TokenStream {
    let doc = without_bytes(speller.layout, record).map(|doc| quote!(#[doc = #doc]));
    let fields = members.iter().map(|member| {
        let name = &member.name;
        let ty = match member.slot {
            Slot::Field(field) => speller.value(field.ty),
            Slot::Bits(_) | Slot::Pad(_) | Slot::Empty(_) | Slot::Opaque(_) => {
                bytes(member.slot.size())
            }
        };
        match (record.union, member.slot.offset()) {
            (false, _) => quote!(pub #name: #ty,),
            (true, Bytes(0)) => quote!(#name: #ty,),
            // An arm that does not start where its union does.
            (true, before) => {
                let before = number(before.0);
                quote!(#name: libbpf_wasm::Behind<#before, #ty>,)
            }
        }
    });
    let mut fields: TokenStream = fields.collect();
    if record.union && members.is_empty() {
        // There are no unions without arms in Rust.
        fields = quote!(__pad0: [u8; 0],);
    }
    let word = match record.union {
        true => quote!(union),
        false => quote!(struct),
    };
    quote! {
        #doc
        #[repr(C, packed)]
        pub #word #name { #fields }
    }
}

/// A line about the members that have no bytes, and so no field.
fn without_bytes(layout: &Layout<'_>, record: &Record) -> Option<String> {
    let names: Vec<_> = layout
        .slots(record)
        .filter_map(|slot| match slot {
            Slot::Empty(empty) => Some(format!("`{}`", empty.name.escape_default())),
            Slot::Field(_) | Slot::Bits(_) | Slot::Pad(_) | Slot::Opaque(_) => None,
        })
        .collect();
    (!names.is_empty()).then(|| format!(" Without bytes: {}.", names.join(", ")))
}

/// What asserts size and offsets, and implements the traits.
fn completion(name: &Ident, record: &Record, members: &[Member<'_>]) -> TokenStream {
    let size = number(record.size.0);
    if record.union {
        return quote!(libbpf_wasm::plain! { union #name #size });
    }
    let shown = members
        .iter()
        .filter(|member| !matches!(member.slot, Slot::Pad(_)));
    let places = shown.map(|member| {
        let (name, offset) = (&member.name, number(member.slot.offset().0));
        quote!(#name #offset)
    });
    let mut places = places.peekable();
    let semicolon = places.peek().map(|_| quote!(;));
    quote!(libbpf_wasm::plain! { struct #name #size #semicolon #(#places),* })
}
