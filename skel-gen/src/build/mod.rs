//! Skeletons in build scripts, and types straight from C.
//!
//! ```text
//! BPF source -> clang -> object -> skeleton      SkeletonBuilder, called by a build.rs
//! header     -> clang -> object with all types   Clang::compile_types, also what the command line does for `btf dump file X.h`
//! ```
//!
//! [`SkeletonBuilder`] has the names that users of libbpf-cargo know.

mod builder;
mod cargo;
mod clang;
mod declarations;
mod dependencies;
mod error;
mod file;
mod kept_types;
mod main_file;
mod path;
mod token;
mod wit;

pub use builder::SkeletonBuilder;
pub use clang::Clang;
pub use error::BuildError;
