//! Enums: integers with constants, since BPF code may put any number into one, and two enumerators may be equal.

use super::ident::ident;
use super::ident::identifier;
use super::scalar::integer;
use super::spelling::Speller;
use crate::model::Integer;
use crate::names::Scope;
use crate::text::number;
use btf_layout::{Kind, TypeId};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

/// An enum, with its name or that of its typedef; without either, its constants.
pub(super) fn enumeration(speller: &Speller<'_, '_>, id: TypeId) -> TokenStream {
    let Kind::Enum(decl) = speller.layout.btf().kind(id) else {
        return TokenStream::new();
    };
    let int = ident(integer(Integer::sized(decl.size, decl.signed)));
    let values = decl.fitted_values().map(number);
    let name = speller.names.of(id);
    if name.is_empty() {
        let constants = speller.names.constants(id).iter().map(|name| ident(name));
        return quote!(#(pub const #constants: #int = #values;)*);
    }
    let name = ident(name);
    let mut scope = Scope::with_capacity(decl.len());
    let constants: Vec<Ident> = decl
        .names()
        .map(|name| ident(&scope.claim(identifier(name))))
        .collect();
    quote! {
        #[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
        #[repr(transparent)]
        pub struct #name(pub #int);
        impl #name {
            #(pub const #constants: Self = Self(#values);)*
        }
        libbpf_wasm::enumeration! { #name #int; #(#constants),* }
    }
}
