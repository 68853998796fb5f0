//! From a BPF object or a BTF blob to source code for wasm32 guests.
//!
//! ```text
//! source -> bytes     by clang: for build scripts, and for headers instead of objects
//! bytes -> Input      the BTF of an ELF object, or a raw blob as it is
//! Btf   -> Layout     by btf-layout: every offset is decided there
//! Layout -> c | rust  text; names are settled before the first line is written
//! ```

pub mod build;
pub mod c;
pub mod foreign;
mod input;
pub mod object;
pub mod raw;
pub mod rust;
mod scope;
mod skeleton;
mod source;
pub mod wit;

pub use build::{BuildError, SkeletonBuilder};
pub use input::{Input, InputError};
pub use scope::Scope;
pub use skeleton::{Skeleton, SkeletonError, SkeletonSection};
pub use source::Source;
