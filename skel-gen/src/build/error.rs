//! Why a build script has no skeleton.

use crate::input::InputError;
use crate::skeleton::SkeletonError;
use crate::wit::WitError;
use std::fmt;
use std::io;
use std::path::PathBuf;
use thiserror::Error;

/// Why there is no skeleton, or no object with a header's types.
///
/// It shows itself for debugging as it does for readers: a build script whose `main` returns it prints clang's messages in lines.
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
    #[error("types_from needs a source: '{0}' is compiled already")]
    TypesOfObject(PathBuf),
    /// A file that is not there or cannot be read.
    #[error("cannot read '{file}': {error}")]
    Read {
        /// The file.
        file: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// A file that cannot be written.
    #[error("cannot write '{file}': {error}")]
    Write {
        /// The file.
        file: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// A source that is no C source, or an object that is none, by its name.
    #[error("'{file}': the name of {what} ends in {ending}")]
    FileName {
        /// The file.
        file: PathBuf,
        /// What it was given as.
        what: &'static str,
        /// How the names of these end.
        ending: &'static str,
    },
    /// No clang.
    #[error("no clang found: looked for {looked_for}; set CLANG to the path of one")]
    NoClang {
        /// Names and paths, in order.
        looked_for: String,
    },
    /// clang refused the source.
    #[error("{clang} could not compile '{file}':\n{messages}")]
    Clang {
        /// The compiler.
        clang: PathBuf,
        /// The source or header.
        file: PathBuf,
        /// What it printed.
        messages: String,
    },
    /// An object without types.
    #[error("'{file}' has no BTF: compile it with -g (and without -g0 behind that)")]
    NoBtf {
        /// The object, or the source it was compiled from.
        file: PathBuf,
    },
    /// An object without BTF that could be read.
    #[error("'{file}': {error}")]
    Input {
        /// The object.
        file: PathBuf,
        /// What is wrong with it.
        error: InputError,
    },
    /// An object whose BTF is not valid.
    #[error("'{file}': {error}")]
    Btf {
        /// The object.
        file: PathBuf,
        /// What is wrong with it.
        error: btf_layout::Error,
    },
    /// An object that no skeleton can be made of.
    #[error("'{file}': {error}")]
    Skeleton {
        /// The object.
        file: PathBuf,
        /// What is wrong with it.
        error: SkeletonError,
    },
    /// An object that no WIT package can be made of.
    #[error("'{file}': {error}")]
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
