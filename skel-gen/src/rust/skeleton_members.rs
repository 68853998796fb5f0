//! The members of a skeleton: maps, programs, tables of functions, variables.

use super::skeleton_names::{Accessors, Idents};
use super::spelling::Speller;
use crate::model::Skeleton;
use crate::names::foreign::comment;
use crate::object::{BpfObject, Map, MapKind, Program};
use btf_layout::TypeId;
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

/// The structs with a handle for each map: of an open object, and of a loaded one.
pub(super) fn map_types(
    object: &BpfObject<'_>,
    idents: &Idents,
    speller: &Speller<'_, '_>,
) -> TokenStream {
    let maps = &object.maps;
    let open = maps.iter().map(|_| quote!(::libbpf_wasm::OpenMap));
    let loaded = maps.iter().map(|map| map_type(map, speller));
    let docs: Vec<_> = maps
        .iter()
        .map(|map| format!(" The map `{}`.", comment(&map.name)))
        .collect();
    let member = format_ident!("map");
    let open = members(
        &idents.open_ty("Maps"),
        "Open",
        &member,
        &idents.maps,
        open,
        &docs,
    );
    let loaded = members(
        &idents.ty("Maps"),
        "Loaded",
        &member,
        &idents.maps,
        loaded,
        &docs,
    );
    quote!(#open #loaded)
}

/// The same for programs.
pub(super) fn program_types(object: &BpfObject<'_>, idents: &Idents) -> TokenStream {
    let programs = &object.programs;
    let open = programs.iter().map(|_| quote!(::libbpf_wasm::OpenProgram));
    let loaded = programs.iter().map(|_| quote!(::libbpf_wasm::Program));
    let doc = |program: &Program<'_>| {
        format!(
            " The program `{}` of section `{}`.",
            comment(program.name),
            comment(program.section)
        )
    };
    let docs: Vec<_> = programs.iter().map(doc).collect();
    let (member, fields) = (format_ident!("program"), &idents.programs);
    let open = members(
        &idents.open_ty("Progs"),
        "Open",
        &member,
        fields,
        open,
        &docs,
    );
    let loaded = members(
        &idents.ty("Progs"),
        "Loaded",
        &member,
        fields,
        loaded,
        &docs,
    );
    quote!(#open #loaded)
}

/// The type of the handle of a loaded map, which says how its elements are reached.
fn map_type(map: &Map<'_>, speller: &Speller<'_, '_>) -> TokenStream {
    let ty = |id: TypeId| speller.value(id);
    let (key, value) = (map.key.map(ty), map.value.map(ty));
    match (map.kind, key, value) {
        (MapKind::STRUCT_OPS, ..) => quote!(::libbpf_wasm::StructOps),
        (MapKind::RINGBUF, ..) => quote!(::libbpf_wasm::RingBuf),
        (MapKind::PERF_EVENT_ARRAY, ..) => quote!(::libbpf_wasm::PerfEventArray),
        (MapKind::QUEUE | MapKind::STACK, _, Some(value)) => {
            quote!(::libbpf_wasm::Queue<#value>)
        }
        (MapKind::ARRAY, _, Some(value)) => quote!(::libbpf_wasm::Array<#value>),
        (MapKind::PERCPU_ARRAY, _, Some(value)) => quote!(::libbpf_wasm::PerCpuArray<#value>),
        (kind, Some(key), Some(value)) if kind.has_elements() => match kind.is_per_cpu() {
            true => quote!(::libbpf_wasm::PerCpuHashMap<#key, #value>),
            false => quote!(::libbpf_wasm::HashMap<#key, #value>),
        },
        _ => quote!(::libbpf_wasm::Map),
    }
}

/// The tables of functions the object gives the kernel: each can be edited until load.
pub(super) fn struct_ops_type(
    skeleton: &Skeleton<'_>,
    idents: &Idents,
    speller: &Speller<'_, '_>,
) -> TokenStream {
    let maps = skeleton.object.maps.iter().zip(&idents.tables);
    let tables: Vec<_> = maps
        .enumerate()
        .filter_map(|(i, (map, accessors))| {
            let variable = skeleton.table_of(map)?;
            let ty = speller.value(variable.ty);
            let object = quote!(self.variables);
            Some(methods(
                variable.name,
                accessors.as_ref()?,
                &ty,
                i,
                &object,
                true,
            ))
        })
        .collect();
    if tables.is_empty() {
        return TokenStream::new();
    }
    let name = idents.open_ty("StructOps");
    quote! {
        /// The tables of functions that the object gives the kernel.
        #[derive(Debug)]
        pub struct #name {
            variables: ::libbpf_wasm::skeleton::Variables,
        }
        impl #name {
            #(#tables)*
        }
    }
}

/// The methods that give the variables of a map, which are of type `ty`.
pub(super) fn methods(
    name: &str,
    accessors: &Accessors,
    ty: &TokenStream,
    map: usize,
    object: &TokenStream,
    mutable: bool,
) -> TokenStream {
    let Accessors { get, get_mut } = accessors;
    let (map, name) = (Literal::usize_unsuffixed(map), comment(name));
    let doc = format!(" `{name}`, as last read or written.");
    let get_mut = mutable.then(|| {
        let doc = format!(" `{name}`, to be written.");
        quote! {
            #[doc = #doc]
            pub fn #get_mut(&mut self) -> &mut #ty {
                #object.get_mut(#map)
            }
        }
    });
    quote! {
        #[doc = #doc]
        pub fn #get(&self) -> &#ty {
            #object.get(#map)
        }

        #get_mut
    }
}

/// A struct with a handle for each map or program, and how it is made.
fn members(
    name: &Ident,
    state: &str,
    member: &Ident,
    fields: &[Ident],
    types: impl Iterator<Item = TokenStream>,
    docs: &[String],
) -> TokenStream {
    let state = format_ident!("{state}");
    let doc = format!(" The {member}s of the object.");
    let places = (0..fields.len()).map(Literal::usize_unsuffixed);
    let object = match fields.is_empty() {
        true => format_ident!("_object"),
        false => format_ident!("object"),
    };
    quote! {
        #[doc = #doc]
        #[derive(Clone, Debug)]
        pub struct #name {
            #(
                #[doc = #docs]
                pub #fields: #types,
            )*
        }
        impl #name {
            fn of(#object: &::libbpf_wasm::skeleton::#state) -> Self {
                #name {
                    #(#fields: object.#member(#places),)*
                }
            }
        }
    }
}
