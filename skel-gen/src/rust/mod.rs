//! The Rust backend.
//!
//! [`wasm_skeleton`] renders a [`Skeleton`](crate::Skeleton), [`wasm_types`] a [`btf_layout::Layout`] as Rust definitions for
//! wasm32 guests. Before either, [`check`] tells whether the text would be one that rustc can compile.
//!
//! ```text
//! names -> types -> skeleton      each item as tokens, by quote
//! tokens -> text                  item by item, by prettyplease
//! ```

mod accessors;
mod bound;
mod byte_string;
mod circle;
mod enums;
mod ident;
mod members;
mod methods;
mod names;
mod record;
mod scalar;
mod skeleton;
mod skeleton_members;
mod skeleton_names;
mod skeleton_tables;
mod spelling;
mod types;

pub use crate::text::RustError;
pub use bound::check;
pub use skeleton::{Embed, wasm_skeleton};
pub use types::wasm_types;
