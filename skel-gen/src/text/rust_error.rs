//! Why there is no Rust text.

use proc_macro2::LexError;
use std::io;
use thiserror::Error;

/// Why code was not written.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RustError {
    /// Generated items that are not Rust. No input is known to cause this.
    #[error("the generated code is not Rust: {problem}")]
    Syntax {
        /// What the parser says.
        problem: String,
    },
}

impl From<syn::Error> for RustError {
    fn from(error: syn::Error) -> Self {
        RustError::Syntax {
            problem: error.to_string(),
        }
    }
}

impl From<LexError> for RustError {
    fn from(error: LexError) -> Self {
        RustError::Syntax {
            problem: error.to_string(),
        }
    }
}

impl From<RustError> for io::Error {
    fn from(error: RustError) -> Self {
        io::Error::new(io::ErrorKind::InvalidData, error)
    }
}
