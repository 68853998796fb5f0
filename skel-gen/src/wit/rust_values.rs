//! Values as Rust expressions: read from bytes, written to bytes.

use super::model::{Field, Form, ItemKind, Package, Place, Shape};
use super::text::integer;
use crate::text::number;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};

/// Expressions for the values of a package. Bytes are slices that begin where the value does.
#[derive(Clone, Copy, Debug)]
pub(super) struct Values<'p>(pub(super) &'p Package);

impl Values<'_> {
    /// The type of a value, as wit-bindgen's Rust backend spells it; types of the package are in `wit`.
    pub(super) fn ty(&self, shape: &Shape) -> TokenStream {
        match shape {
            Shape::Int { size, signed } => {
                let int = format_ident!("{}{}", if *signed { 'i' } else { 'u' }, size * 8);
                quote!(#int)
            }
            Shape::Bit => quote!(bool),
            Shape::Wide { signed: false } => quote!(wit::Uint128),
            Shape::Wide { signed: true } => quote!(wit::Int128),
            Shape::Float { size } => {
                let float = format_ident!("f{}", size * 8);
                quote!(#float)
            }
            Shape::Pointer => quote!(u64),
            Shape::Bytes(len) if self.is_fixed(*len) => {
                let len = number(*len);
                quote!([u8; #len])
            }
            Shape::Bytes(_) => quote!(Vec<u8>),
            Shape::Text(_) => quote!(String),
            Shape::Array {
                elem, len, form, ..
            } => {
                let elem = self.ty(elem);
                match form {
                    Form::List => quote!(Vec<#elem>),
                    Form::Fixed => {
                        let len = number(*len);
                        quote!([#elem; #len])
                    }
                    Form::Tuple => {
                        let elems = (0..*len).map(|_| &elem);
                        quote!((#(#elems,)*))
                    }
                }
            }
            Shape::NoElements(elem) => {
                let elem = self.ty(elem);
                quote!(Vec<#elem>)
            }
            Shape::Item(at) => {
                let name = self.0.item(*at).map(|item| pascal(item.value_name()));
                quote!(wit::#name)
            }
        }
    }

    fn is_fixed(&self, len: u32) -> bool {
        self.0.options.arrays.is_fixed(len)
    }

    /// The value at the beginning of the slice `b`.
    pub(super) fn read(&self, shape: &Shape, b: &TokenStream) -> TokenStream {
        let shape = self.0.resolved(shape);
        if let Some(function) = self.function("read", shape) {
            return quote!(#function(#b));
        }
        match shape {
            Shape::Bytes(len) => {
                let count = number(*len);
                match self.is_fixed(*len) {
                    true => quote!(take::<#count>(#b)),
                    false => quote!(take_bytes(#b, #count)),
                }
            }
            Shape::Text(len) => {
                let len = number(*len);
                quote!(take_text(#b, #len))
            }
            Shape::Array {
                elem,
                stride,
                len,
                form,
            } => {
                let (count, stride) = (number(*len), number(*stride));
                match form {
                    Form::List => {
                        let reader = self.reader(elem);
                        quote!(take_list(#b, #count, #stride, #reader))
                    }
                    Form::Fixed => {
                        let reader = self.reader(elem);
                        quote!(take_array::<_, #count>(#b, #stride, #reader))
                    }
                    Form::Tuple => {
                        let elems = (0..*len).map(|i| {
                            let i = number(i);
                            self.read(elem, &quote!(&b[#i * #stride..]))
                        });
                        quote!({ let b = #b; (#(#elems,)*) })
                    }
                }
            }
            Shape::Int { .. }
            | Shape::Bit
            | Shape::Wide { .. }
            | Shape::Float { .. }
            | Shape::Pointer
            | Shape::NoElements(_)
            | Shape::Item(_) => quote!(Vec::new()),
        }
    }

    /// A function from a slice to a value.
    pub(super) fn reader(&self, shape: &Shape) -> TokenStream {
        match self.function("read", self.0.resolved(shape)) {
            Some(function) => quote!(#function),
            None => {
                let value = self.read(shape, &quote!(b));
                quote!(|b| #value)
            }
        }
    }

    /// What writes the value that `v` refers to at the beginning of the slice `b`, which is 0; of type `Encoded`.
    pub(super) fn write(
        &self,
        shape: &Shape,
        v: &TokenStream,
        b: &TokenStream,
        member: &str,
    ) -> TokenStream {
        let shape = self.0.resolved(shape);
        if let Some(function) = self.function("write", shape) {
            return quote!(#function(#v, #b));
        }
        match shape {
            Shape::Bytes(len) => {
                let len = number(*len);
                quote!(put_bytes(#v, #len, #b, #member))
            }
            Shape::Text(len) => {
                let len = number(*len);
                quote!(put_text(#v, #len, #b, #member))
            }
            Shape::Array {
                elem,
                stride,
                len,
                form,
            } => {
                let (count, stride) = (number(*len), number(*stride));
                match form {
                    Form::List | Form::Fixed => {
                        let write = self.writer(elem, member);
                        quote!(put_list(#v, #count, #stride, #b, #member, #write))
                    }
                    Form::Tuple => {
                        let elems = (0..*len).map(|i| {
                            let i = number(i);
                            let (v, b) = (quote!(&v.#i), quote!(&mut b[#i * #stride..]));
                            self.write(elem, &v, &b, member)
                        });
                        quote! {
                            (|| -> Encoded {
                                let (v, b): (_, &mut [u8]) = (#v, #b);
                                #(#elems?;)*
                                Ok(())
                            })()
                        }
                    }
                }
            }
            Shape::Int { .. }
            | Shape::Bit
            | Shape::Wide { .. }
            | Shape::Float { .. }
            | Shape::Pointer
            | Shape::NoElements(_)
            | Shape::Item(_) => quote!(counted((#v).len(), 0, #member)),
        }
    }

    /// A function that writes a value into a slice.
    pub(super) fn writer(&self, shape: &Shape, member: &str) -> TokenStream {
        match self.function("write", self.0.resolved(shape)) {
            Some(function) => quote!(#function),
            None => {
                let written = self.write(shape, &quote!(v), &quote!(b), member);
                quote!(|v, b| #written)
            }
        }
    }

    /// The function for values that have one: numbers, and types with a name.
    pub(super) fn function(&self, verb: &str, shape: &Shape) -> Option<Ident> {
        Some(match shape {
            Shape::Int { size, signed } => format_ident!("{verb}_{}", integer(*size, *signed)),
            Shape::Float { size } => format_ident!("{verb}_f{}", size * 8),
            Shape::Pointer => format_ident!("{verb}_u64"),
            Shape::Wide { signed: false } => format_ident!("{verb}_uint128"),
            Shape::Wide { signed: true } => format_ident!("{verb}_int128"),
            Shape::Item(at) => {
                let item = self.0.item(*at)?;
                if matches!(item.kind, ItemKind::Empty) {
                    return None;
                }
                format_ident!("{verb}_type_{}", snake(&item.name))
            }
            Shape::Bit
            | Shape::Bytes(_)
            | Shape::Text(_)
            | Shape::Array { .. }
            | Shape::NoElements(_) => return None,
        })
    }

    /// The value of a field of a record that begins with the slice `b`.
    pub(super) fn read_field(&self, field: &Field) -> TokenStream {
        let (first, width, signed) = match field.place {
            Place::Bytes { offset, .. } => {
                let offset = number(offset.0);
                return self.read(&field.shape, &quote!(&b[#offset..]));
            }
            Place::Bits {
                first,
                width,
                signed,
            } => (number(first.0), number(width.0), signed),
        };
        let bits = match signed {
            true => quote!(take_signed_bits(b, #first, #width)),
            false => quote!(take_bits(b, #first, #width)),
        };
        match self.0.resolved(&field.shape) {
            Shape::Bit => quote!(#bits != 0),
            Shape::Wide { signed: false } => quote!(uint128(#bits as u128)),
            Shape::Wide { signed: true } => quote!(int128(#bits as u128)),
            Shape::Item(at) => {
                let (name, raw) = (self.snake(*at), self.ty(&self.raw(*at)));
                let of = format_ident!("type_{name}_of");
                quote!(#of(#bits as #raw))
            }
            shape @ (Shape::Int { .. }
            | Shape::Float { .. }
            | Shape::Pointer
            | Shape::Bytes(_)
            | Shape::Text(_)
            | Shape::Array { .. }
            | Shape::NoElements(_)) => {
                let ty = self.ty(shape);
                quote!(#bits as #ty)
            }
        }
    }

    /// What writes the field of the record `v` into the record that begins with the slice `b`; of type `Encoded`.
    pub(super) fn write_field(&self, field: &Field, member: &str) -> TokenStream {
        let name = ident(&field.name);
        let (first, width, signed) = match field.place {
            Place::Bytes { offset, .. } => {
                let offset = number(offset.0);
                let (v, b) = (quote!(&v.#name), quote!(&mut b[#offset..]));
                return self.write(&field.shape, &v, &b, member);
            }
            Place::Bits {
                first,
                width,
                signed,
            } => (number(first.0), number(width.0), signed),
        };
        // A signed number of 128 bits that was put together is extended already.
        let bits = match self.0.resolved(&field.shape) {
            Shape::Wide { .. } => quote!((v.#name.hi as u128) << 64 | v.#name.lo as u128),
            Shape::Item(at) => {
                let raw = format_ident!("type_{}_raw", self.snake(*at));
                quote!(#raw(&v.#name) as i128 as u128)
            }
            Shape::Bit => quote!(u128::from(v.#name)),
            Shape::Int { .. }
            | Shape::Float { .. }
            | Shape::Pointer
            | Shape::Bytes(_)
            | Shape::Text(_)
            | Shape::Array { .. }
            | Shape::NoElements(_) => quote!(v.#name as i128 as u128),
        };
        quote!(put_bits(#bits, #signed, #first, #width, b, #member))
    }

    /// The name of item `at` in functions.
    fn snake(&self, at: usize) -> String {
        self.0
            .item(at)
            .map_or(String::new(), |item| snake(&item.name))
    }

    /// The integer that carries the enum `at`.
    pub(super) fn raw(&self, at: usize) -> Shape {
        let (size, signed) = self.0.raw(at);
        Shape::Int { size, signed }
    }
}

/// `foo-bar` as `FooBar`: types and cases in Rust.
pub(super) fn pascal(name: &str) -> Ident {
    let words = name.split('-').flat_map(|word| {
        let first = word.chars().take(1).map(|char| char.to_ascii_uppercase());
        first.chain(word.chars().skip(1))
    });
    Ident::new(&words.collect::<String>(), Span::call_site())
}

/// `foo-bar` as `foo_bar`.
pub(super) fn snake(name: &str) -> String {
    name.replace('-', "_")
}

/// `foo-bar` as `FOO_BAR`.
pub(super) fn shouted(name: &str) -> Ident {
    format_ident!("{}", snake(name).to_ascii_uppercase())
}

/// The words that wit-bindgen's Rust backend puts an underscore after, as names of fields and functions.
const KEYWORDS: &[&str] = &[
    "as", "break", "const", "continue", "crate", "else", "enum", "extern", "false", "fn", "for",
    "if", "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub", "ref", "return",
    "self", "static", "struct", "super", "trait", "true", "type", "unsafe", "use", "where",
    "while", "async", "await", "dyn", "abstract", "become", "box", "do", "final", "macro",
    "override", "priv", "typeof", "unsized", "virtual", "yield", "try",
];

/// A field's or function's name in Rust.
pub(super) fn ident(name: &str) -> Ident {
    match KEYWORDS.contains(&name) {
        true => format_ident!("{name}_"),
        false => format_ident!("{}", snake(name)),
    }
}
