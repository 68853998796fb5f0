//! Text: the one writer, and literals.

mod rust_error;
mod rust_file;

pub use rust_error::RustError;
pub(crate) use rust_file::{RustFile, number};
