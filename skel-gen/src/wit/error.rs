//! What no package can be made of.

use crate::text::RustError;
use thiserror::Error;

/// Why a layout cannot be rendered as WIT.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum WitError {
    /// Two types that were requested differ in their C names, but not in WIT, where `_` and capitals do not count. A number
    /// after one of them would depend on what else the file holds.
    #[error("{first} and {second} are both '{name}' in WIT: ask for one of them at a time")]
    SameName {
        /// The first, as C says it: `struct foo_bar`.
        first: String,
        /// The second.
        second: String,
        /// Their name in WIT.
        name: String,
    },
    /// Arrays that are written out again and again, or names that are, make more code than any compiler should be given.
    #[error("{ty} is too long: with it the functions pass {limit} bytes of text")]
    TooLong {
        /// The type that is too much, as C says it.
        ty: String,
        /// The most bytes of text for this file.
        limit: u64,
    },
    /// wit-bindgen's C backend cannot express this form of arrays.
    #[error(
        "arrays fixed: wit-bindgen has no lists of fixed length in C: use arrays list or arrays tuple"
    )]
    FixedInC,
    /// The functions were not written.
    #[error(transparent)]
    Rust(#[from] RustError),
}
