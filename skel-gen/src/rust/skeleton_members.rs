//! The members of a skeleton: maps, programs, tables of functions, variables.

use super::skeleton::Writer;
use super::skeleton_names::Accessors;
use super::skeleton_tables::table;
use crate::names::foreign::comment;
use crate::object::Map;
use btf_layout::TypeId;
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

impl Writer<'_, '_> {
    pub(super) fn map_types(&self) -> TokenStream {
        let maps = &self.skeleton.object.maps;
        let open = maps.iter().map(|_| quote!(::libbpf_wasm::OpenMap));
        let loaded = maps.iter().map(|map| self.map_type(map));
        let docs: Vec<_> = maps
            .iter()
            .map(|map| format!(" The map `{}`.", comment(&map.name)))
            .collect();
        let member = format_ident!("map");
        let open = members(
            &self.idents.open_ty("Maps"),
            "Open",
            &member,
            &self.idents.maps,
            open,
            &docs,
        );
        let loaded = members(
            &self.idents.ty("Maps"),
            "Loaded",
            &member,
            &self.idents.maps,
            loaded,
            &docs,
        );
        quote!(#open #loaded)
    }

    pub(super) fn program_types(&self) -> TokenStream {
        let programs = &self.skeleton.object.programs;
        let open = programs.iter().map(|_| quote!(::libbpf_wasm::OpenProgram));
        let loaded = programs.iter().map(|_| quote!(::libbpf_wasm::Program));
        let doc = |program: &crate::object::Program<'_>| {
            format!(
                " The program `{}` of section `{}`.",
                comment(program.name),
                comment(program.section)
            )
        };
        let docs: Vec<_> = programs.iter().map(doc).collect();
        let (member, fields) = (format_ident!("program"), &self.idents.programs);
        let open = members(
            &self.idents.open_ty("Progs"),
            "Open",
            &member,
            fields,
            open,
            &docs,
        );
        let loaded = members(
            &self.idents.ty("Progs"),
            "Loaded",
            &member,
            fields,
            loaded,
            &docs,
        );
        quote!(#open #loaded)
    }

    /// The type of the handle of a loaded map, which says how its elements are reached.
    fn map_type(&self, map: &Map<'_>) -> TokenStream {
        /// `BPF_MAP_TYPE_*`
        const ARRAY: u32 = 2;
        const PERF_EVENT_ARRAY: u32 = 4;
        const PERCPU_ARRAY: u32 = 6;
        const QUEUE: u32 = 22;
        const STACK: u32 = 23;
        const STRUCT_OPS: u32 = 26;
        const RINGBUF: u32 = 27;
        let ty = |id: TypeId| self.speller.value(id);
        let (key, value) = (map.key.map(ty), map.value.map(ty));
        let is_array = matches!(map.kind, ARRAY | PERCPU_ARRAY);
        match (map.kind, key, value) {
            (STRUCT_OPS, ..) => quote!(::libbpf_wasm::StructOps),
            (RINGBUF, ..) => quote!(::libbpf_wasm::RingBuf),
            (PERF_EVENT_ARRAY, ..) => quote!(::libbpf_wasm::PerfEventArray),
            (QUEUE | STACK, _, Some(value)) => quote!(::libbpf_wasm::Queue<#value>),
            (ARRAY, _, Some(value)) => quote!(::libbpf_wasm::Array<#value>),
            (PERCPU_ARRAY, _, Some(value)) => quote!(::libbpf_wasm::PerCpuArray<#value>),
            (_, Some(key), Some(value)) if map.has_elements() && !is_array => {
                match map.is_per_cpu() {
                    true => quote!(::libbpf_wasm::PerCpuHashMap<#key, #value>),
                    false => quote!(::libbpf_wasm::HashMap<#key, #value>),
                }
            }
            _ => quote!(::libbpf_wasm::Map),
        }
    }

    /// The tables of functions the object gives the kernel: each can be edited until load.
    pub(super) fn struct_ops_type(&self) -> TokenStream {
        let maps = self.skeleton.object.maps.iter().zip(&self.idents.tables);
        let tables: Vec<_> = maps
            .enumerate()
            .filter_map(|(i, (map, accessors))| {
                let variable = table(self.skeleton, map)?;
                let ty = self.speller.value(variable.ty);
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
        let name = self.idents.open_ty("StructOps");
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
