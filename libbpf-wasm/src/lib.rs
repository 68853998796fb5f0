//! The guest library: what skeletons and generated types need on wasm32, without libbpf.
//!
//! A skeleton that `bpftool-wasm gen skeleton FILE lang rust` generates leads here: its maps are [`HashMap`]s, [`Array`]s,
//! [`RingBuf`]s and so on, its programs [`Program`]s, its errors [`Error`]s. Everything goes through the six calls of a
//! wasm-bpf host, which are in [`sys`]. On other targets than wasm32 there is no host: all compiles, and loading an object
//! fails with [`errno::EOPNOTSUPP`].
//!
//! A host opens and loads an object in one step. All that is set between open and load is an edit of the ELF image that the
//! host is given; what no host can do is an error, and not pretended.
//!
//! One thread only. Without the feature `std`, which is on by default, it needs an allocator and nothing else.
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
    StructOps,
};
pub use opaque::{Func, Void};
pub use plain::{Behind, Plain, SizeError, Unaligned};
pub use program::{OpenProgram, Program, ProgramHandle};
pub use ptr::Ptr;
pub use queue::Sample;
pub use scalar::Bool;
pub use text::{Text, text};
pub use view::{Event, Outcome};

/// For generated code.
#[cfg(feature = "bytemuck")]
#[doc(hidden)]
pub use bytemuck as __bytemuck;
