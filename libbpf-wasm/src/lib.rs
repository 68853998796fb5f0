//! The guest library: what skeletons and generated types need on wasm32, without libbpf.
#![cfg_attr(not(test), no_std)]

extern crate alloc;
#[cfg(all(feature = "std", not(test)))]
extern crate std;

mod bits;
mod contents;
mod elements;
pub mod errno;
mod error;
mod events;
mod macros;
mod map;
mod object;
mod opaque;
mod plain;
mod program;
mod ptr;
mod queue;
mod scalar;
pub mod skeleton;
mod spec;
pub mod sys;
mod text;
mod view;

pub use bits::{Bits, get_bits, set_bits};
#[doc(hidden)]
pub use elements::behind;
pub use elements::{Elements, ElementsIter};
pub use error::{Error, Result};
pub use events::{EventBuffer, PerfEventArray, RingBuf};
#[doc(hidden)]
pub use macros::{__field, __layout, __name, __plain, __plain_mut};
pub use map::{
    Array, Entries, HashMap, Keys, Map, MapFlags, OpenMap, PerCpuArray, PerCpuHashMap, Queue,
};
pub use opaque::{Func, Void};
pub use plain::{Plain, SizeError, Unaligned};
pub use program::{OpenProgram, Program};
pub use ptr::Ptr;
pub use queue::Sample;
pub use scalar::Bool;
pub use text::{Text, text};
pub use view::{Event, Outcome};

/// For generated code.
#[cfg(feature = "bytemuck")]
#[doc(hidden)]
pub use bytemuck as __bytemuck;
