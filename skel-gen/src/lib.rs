//! From a BPF object or a BTF blob to source code for wasm32 guests.
//!
//! ```text
//! source -> bytes     by clang: for build scripts, and for headers instead of objects
//! bytes -> Input      the BTF of an ELF object, or a raw blob as it is
//! Btf   -> Layout     by btf-layout: every offset is decided there
//! Layout -> c | rust  text; names are settled before the first line is written
//! ```
//!
//! Without the default feature `generate` there are only [`Input`] and the [object model](object), and what these need.

// A new kind of type has to be found by the compiler in every match that has to know it.
#![warn(clippy::wildcard_enum_match_arm)]

#[cfg(feature = "generate")]
pub mod build;
#[cfg(feature = "generate")]
pub mod c;
mod input;
#[cfg(feature = "generate")]
mod model;
mod names;
pub mod object;
#[cfg(feature = "generate")]
pub mod raw;
#[cfg(feature = "generate")]
pub mod rust;
#[cfg(feature = "generate")]
mod text;
#[cfg(feature = "generate")]
pub mod wit;

#[cfg(feature = "generate")]
pub use build::{BuildError, SkeletonBuilder};
pub use input::{Input, InputError};
#[cfg(feature = "generate")]
pub use model::{Skeleton, SkeletonError, SkeletonSection, SkeletonTypes};
pub use names::foreign;
