//! The Rust backend.
//!
//! [`wasm_types`] renders a [`btf_layout::Layout`] as Rust definitions for wasm32 guests; [`Types`] gives a skeleton the same
//! definitions and the types of its variables, keys and values.

mod types;

pub use types::{Types, wasm_types};
