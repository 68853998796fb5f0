//! The tables of a skeleton: what the guest library works from.

use crate::object::{DataKind, Map, MapOrigin, Variable};
use crate::skeleton::Skeleton;
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
    let (contents, size) = contents(skeleton, map);
    let size = number(size);
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
            contents: #contents,
            contents_size: #size,
            max_entries_at: #max_entries_at,
            autocreate: #autocreate,
        }
    }
}

/// The variables that a map shows in the skeleton, and their size.
fn contents(skeleton: &Skeleton<'_>, map: &Map<'_>) -> (TokenStream, u32) {
    let none = (quote!(::libbpf_wasm::skeleton::Contents::None), 0);
    let Some(section) = skeleton.data_of(map) else {
        return none;
    };
    let at = section.file_offset.unwrap_or(0);
    if let Some(variable) = table(skeleton, map) {
        let at = number(at + variable.offset.0);
        let contents = quote!(::libbpf_wasm::skeleton::Contents::Constants(#at));
        return (contents, variable.size.0);
    }
    let is_shown = skeleton.sections.iter().any(|shown| {
        let data = skeleton.object.data.get(shown.data);
        data.is_some_and(|data| data.name == section.name)
    });
    if !is_shown {
        return none;
    }
    let at = number(at);
    let contents = match section.kind {
        DataKind::Bss => quote!(Zeroed),
        DataKind::Kconfig => quote!(Kernel),
        DataKind::Data => quote!(Variables(#at)),
        // What no look-up reaches after load is never written either.
        DataKind::Rodata | DataKind::StructOps | DataKind::Arena => quote!(Constants(#at)),
    };
    (
        quote!(::libbpf_wasm::skeleton::Contents::#contents),
        section.size.0,
    )
}

/// The variable of a map that is a table of functions.
pub(super) fn table<'a>(skeleton: &Skeleton<'a>, map: &Map<'_>) -> Option<Variable<'a>> {
    let MapOrigin::StructOps { variable, .. } = map.origin else {
        return None;
    };
    let section = skeleton.data_of(map)?;
    let mut variables = section.variables.iter();
    let found = variables.find(|found| found.name == variable);
    // Without a layout there is no table to edit.
    found
        .filter(|found| skeleton.layout.btf().flaw(found.ty).is_none())
        .copied()
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
