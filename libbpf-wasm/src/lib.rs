//! The guest library: what skeletons and generated types need on wasm32, without libbpf.
#![cfg_attr(not(test), no_std)]

extern crate alloc;

mod bits;
mod elements;
mod macros;
mod opaque;
mod plain;
mod ptr;
mod scalar;
mod text;

pub use bits::{Bits, get_bits, set_bits};
#[doc(hidden)]
pub use elements::behind;
pub use elements::{Elements, ElementsIter};
#[doc(hidden)]
pub use macros::{__field, __layout, __name, __plain, __plain_mut};
pub use opaque::{Func, Void};
pub use plain::{Plain, SizeError, Unaligned};
pub use ptr::Ptr;
pub use scalar::Bool;
pub use text::{Text, text};

/// For generated code.
#[cfg(feature = "bytemuck")]
#[doc(hidden)]
pub use bytemuck as __bytemuck;
