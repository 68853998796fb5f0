//! The C backend.
//!
//! [`wasm_header`] renders a [`btf_layout::Layout`]: every offset in it is decided. [`native_header`] renders BTF as C for BPF
//! programs and native code, as `bpftool btf dump format c` does.

mod declarator;
mod ident;
mod image_text;
mod members;
mod names;
mod skeleton;
mod skeleton_code;
mod spelling;
mod wasm;

/// The guest library that skeletons include.
pub const GUEST_HEADER: &str = include_str!("../../../libbpf-wasm/include/libbpf-wasm.h");

pub use skeleton::wasm_skeleton;
pub use wasm::wasm_header;

/// Placeholder until the native backend lands in this tree.
///
/// # Errors
/// None yet.
pub fn native_header(
    _btf: &btf_layout::Btf<'_>,
    _roots: &btf_layout::Roots,
    _sorted: bool,
) -> Result<String, btf_layout::Error> {
    Ok(String::new())
}
