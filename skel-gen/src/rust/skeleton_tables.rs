//! The tables of a skeleton: what the guest library works from.

use crate::model::{Skeleton, Storage};
use crate::object::{Map, MapOrigin};
use crate::text::number;
use proc_macro2::TokenStream;
use quote::quote;

/// The value of an `ObjectSpec` whose image is `image`.
pub(super) fn object(skeleton: &Skeleton<'_>, image: &TokenStream) -> TokenStream {
    let name = &skeleton.object.name;
    let maps = skeleton
        .object
        .maps
        .iter()
        .map(|map| map_row(skeleton, map));
    let programs = program_rows(skeleton);
    quote! {
        ::libbpf_wasm::skeleton::ObjectSpec {
            name: #name,
            image: #image,
            maps: &[#(#maps),*],
            programs: &[#(#programs),*],
        }
    }
}

fn map_row(skeleton: &Skeleton<'_>, map: &Map<'_>) -> TokenStream {
    let section = match map.origin {
        MapOrigin::Section(section) => section,
        MapOrigin::Source | MapOrigin::StructOps { .. } => "",
    };
    let name = &map.name;
    let [kind, key_size, value_size, max_entries, flags] = [
        map.kind.0,
        map.key_size,
        map.value_size,
        map.max_entries,
        map.flags,
    ]
    .map(number);
    let contents = skeleton.contents_of(map);
    let size = number(contents.map_or(0, |contents| contents.size.0));
    let contents = match contents.map(|contents| contents.storage) {
        None => quote!(None),
        Some(Storage::Constants(at)) => {
            let at = number(at);
            quote!(Constants(#at))
        }
        Some(Storage::Variables(at)) => {
            let at = number(at);
            quote!(Variables(#at))
        }
        Some(Storage::Zeroed) => quote!(Zeroed),
        Some(Storage::Kernel) => quote!(Kernel),
    };
    let max_entries_at = match map.max_entries_at.map(number) {
        Some(at) => quote!(::core::option::Option::Some(#at)),
        None => quote!(::core::option::Option::None),
    };
    let autocreate = map.autocreate;
    quote! {
        ::libbpf_wasm::skeleton::MapSpec {
            name: #name,
            section: #section,
            kind: #kind,
            key_size: #key_size,
            value_size: #value_size,
            max_entries: #max_entries,
            flags: #flags,
            contents: ::libbpf_wasm::skeleton::Contents::#contents,
            contents_size: #size,
            max_entries_at: #max_entries_at,
            autocreate: #autocreate,
        }
    }
}

fn program_rows(skeleton: &Skeleton<'_>) -> impl Iterator<Item = TokenStream> {
    let programs = skeleton.object.programs.iter();
    programs
        .zip(&skeleton.image.switches)
        .map(|(program, switch)| {
            let (name, section) = (program.name, program.section);
            let patches = switch.iter().map(|patch| {
            let [at, enabled, disabled] = [patch.at, patch.enabled, patch.disabled].map(number);
            quote! {
                ::libbpf_wasm::skeleton::Patch { at: #at, enabled: #enabled, disabled: #disabled }
            }
        });
            let (autoload, by_section) = (program.autoload, program.is_attached_by_section());
            quote! {
                ::libbpf_wasm::skeleton::ProgramSpec {
                    name: #name,
                    section: #section,
                    switch: &[#(#patches),*],
                    autoload: #autoload,
                    by_section: #by_section,
                }
            }
        })
}
