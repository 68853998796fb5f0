//! Why a build script has no skeleton.

use crate::input::InputError;
use crate::model::SkeletonError;
use crate::names::foreign::{line, lines};
use crate::rust::RustError;
use crate::wit::WitError;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Why there is no skeleton, or no object with a header's types.
///
/// It shows itself for debugging as it does for readers: a build script whose `main` returns it prints clang's messages in lines.
/// What a terminal would act upon in names and messages is escaped. The text says the cause as well, so that there is no
/// [`source`](std::error::Error::source) that would say it once more; the cause itself is in the field `error`.
#[derive(Error)]
#[non_exhaustive]
pub enum BuildError {
    /// Neither a source nor an object was named.
    #[error("nothing to build from: call source(\"NAME.bpf.c\") or obj(\"NAME.bpf.o\")")]
    NoInput,
    /// The object has no place: outside of a build script there is no `OUT_DIR`.
    #[error("there is no OUT_DIR here: call obj(\"NAME.bpf.o\") to say where the object goes")]
    NoPlace,
    /// Types can only be added to what is compiled.
    #[error("types_from needs a source: '{}' is compiled already", shown(.0))]
    TypesOfObject(PathBuf),
    /// A file that is not there or cannot be read.
    #[error("cannot read '{}': {error}", shown(file))]
    Read {
        /// The file.
        file: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// A file that cannot be written.
    #[error("cannot write '{}': {error}", shown(file))]
    Write {
        /// The file.
        file: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// A source that is no C source, or an object that is none, by its name.
    #[error("'{}': the name of {what} ends in {ending}", shown(file))]
    FileName {
        /// The file.
        file: PathBuf,
        /// What it was given as.
        what: &'static str,
        /// How the names of these end.
        ending: &'static str,
    },
    /// No clang.
    #[error(
        "no clang found: looked for {}; set CLANG to the path of one",
        line(looked_for)
    )]
    NoClang {
        /// Names and paths, in order.
        looked_for: String,
    },
    /// clang refused the source.
    #[error(
        "{} could not compile '{}':\n{}",
        shown(clang),
        shown(file),
        lines(messages)
    )]
    Clang {
        /// The compiler.
        clang: PathBuf,
        /// The source or header.
        file: PathBuf,
        /// What it printed.
        messages: String,
    },
    /// A header of `types_from`, or the source beside it, that no `#include` can name.
    #[error(
        "'{}': no #include can name it: its path holds a line break, ends in a backslash, or holds both \" and >",
        shown(file)
    )]
    Include {
        /// The header or source.
        file: PathBuf,
    },
    /// An image that `include_bytes!` cannot name.
    #[error(
        "'{}': no include_bytes! can name it: its name is not UTF-8",
        shown(file)
    )]
    NotUnicode {
        /// The image.
        file: PathBuf,
    },
    /// An object without types.
    #[error(
        "'{}' has no BTF: compile it with -g (and without -g0 behind that)",
        shown(file)
    )]
    NoBtf {
        /// The object, or the source it was compiled from.
        file: PathBuf,
    },
    /// An object without BTF that could be read.
    #[error("'{}': {}", shown(file), line(&error.to_string()))]
    Input {
        /// The object.
        file: PathBuf,
        /// What is wrong with it.
        error: InputError,
    },
    /// An object whose BTF is not valid.
    #[error("'{}': {}", shown(file), line(&error.to_string()))]
    Btf {
        /// The object.
        file: PathBuf,
        /// What is wrong with it.
        error: btf_layout::Error,
    },
    /// An object that no skeleton can be made of.
    #[error("'{}': {}", shown(file), line(&error.to_string()))]
    Skeleton {
        /// The object.
        file: PathBuf,
        /// What is wrong with it.
        error: SkeletonError,
    },
    /// An object for which no Rust was written.
    #[error("'{}': {error}", shown(file))]
    Rust {
        /// The object.
        file: PathBuf,
        /// What went wrong.
        error: RustError,
    },
    /// An object that no WIT package can be made of.
    #[error("'{}': {}", shown(file), line(&error.to_string()))]
    Wit {
        /// The object.
        file: PathBuf,
        /// What is wrong with it.
        error: WitError,
    },
}

impl fmt::Debug for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A file's name on one line.
fn shown(file: &Path) -> String {
    line(&file.to_string_lossy()).into_owned()
}
