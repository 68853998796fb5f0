//! The Rust backend.
//!
//! [`wasm_skeleton`] renders a [`Skeleton`](crate::Skeleton), [`wasm_types`] a [`btf_layout::Layout`] as Rust definitions for
//! wasm32 guests; [`Types`] gives a skeleton the same definitions and the types of its variables, keys and values. Definitions
//! have the form that prettyplease gives them, but are written directly: printing a kernel's from tokens takes twenty times as
//! long. The rest of a skeleton, which does not grow with the types, is made from tokens. Before either, [`check`] tells whether
//! the text would be one that rustc can compile.
#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "until what it decides about types is decided once for all backends"
)]

mod accessors;
mod bound;
mod byte_string;
mod circle;
mod enums;
mod form;
mod ident;
mod members;
mod methods;
mod names;
mod record;
mod skeleton;
mod skeleton_members;
mod skeleton_names;
mod skeleton_tables;
mod spelling;
mod types;

pub use bound::check;
pub use skeleton::{Embed, wasm_skeleton};
pub use types::{Types, wasm_types};
