//! The WIT backend: types for the component model, and the code that turns a type's bytes into a value and back.
//!
//! WIT has no pointers, unions, bitfields or padding, and gives records a layout of its own, so types alone say nothing
//! about the bytes that BPF code wrote. [`Package`] is both as data: WIT types under settled names, and where each of their
//! parts lies in the bytes. [`wit_text`] renders the types and the signatures of `decode-` and `encode-` functions;
//! [`rust_codec`] and [`c_codec`] render these functions for guests whose bindings wit-bindgen generates from that text.

mod assemble;
mod bound;
mod c_codec;
mod c_types;
mod c_values;
mod canonical;
mod enumeration;
mod error;
mod kebab;
mod model;
mod names;
mod rust_codec;
mod rust_values;
mod shape;
mod text;

pub use c_codec::c_codec;
pub use error::WitError;
pub use kebab::{kebab, package_name};
pub use model::{
    Arrays, Case, Codec, Enumeration, Field, Form, Item, ItemKind, Options, Package, Place, Shape,
    Tail, View,
};
pub use rust_codec::rust_codec;
pub use text::wit_text;
