//! The guest library: what skeletons and generated types need on wasm32, without libbpf.
#![cfg_attr(not(test), no_std)]

extern crate alloc;

mod bits;
mod elements;
mod opaque;
mod plain;
mod ptr;
mod scalar;
mod text;

#[doc(hidden)]
pub use bits::{read_bits, read_signed, write_bits};
pub use elements::{Elements, ElementsIter};
pub use opaque::{Func, Void};
pub use plain::{Plain, SizeError, Unaligned};
pub use ptr::Ptr;
pub use scalar::Bool;
pub use text::text;

/// For generated code.
#[cfg(feature = "bytemuck")]
#[doc(hidden)]
pub use bytemuck as __bytemuck;
