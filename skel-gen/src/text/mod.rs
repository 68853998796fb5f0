//! Text: the one writer, and literals.

mod c_string;
mod rust_error;
mod rust_file;
mod source;

pub(crate) use c_string::{quoted, string_literal};
pub use rust_error::RustError;
pub(crate) use rust_file::{RustFile, number};
pub(crate) use source::Source;
