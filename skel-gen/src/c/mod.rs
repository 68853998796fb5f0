//! The C backend.
//!
//! [`wasm_header`] renders a [`btf_layout::Layout`]: every offset in it is decided. [`native_header`] renders BTF as C for BPF
//! programs and native code, as `bpftool btf dump format c` does.

mod comment;
mod declarator;
mod enums;
mod guest_header;
mod ident;
mod member_scope;
mod members;
mod memory;
mod names;
mod native;
mod qualifiers;
mod skeleton;
mod skeleton_code;
mod skeleton_idents;
mod skeleton_types;
mod spelling;
mod type_tag;
mod wasm;

pub use guest_header::guest_header;
pub use native::native_header;
pub use skeleton::wasm_skeleton;
pub use wasm::wasm_header;
