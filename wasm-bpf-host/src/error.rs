//! Why a guest was not run, or not to its end.
//!
//! The texts may be printed on a terminal: what of them the guest wrote, such as names of its functions, is escaped.

use skel_gen::foreign;
use std::path::PathBuf;

/// Why a guest was not run, or not to its end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The module cannot be read.
    #[error("{}: {source}", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The module is larger than a guest's may be.
    #[error("the module has more than the {0} bytes that the host allows")]
    Large(usize),
    /// The module is none, or uses what the engine does not know.
    #[error("no WebAssembly module: {}", one_line(.0))]
    Module(wasmtime::Error),
    /// The engine cannot be made.
    #[error("engine: {0:#}")]
    Engine(wasmtime::Error),
    /// The system refuses what the host needs.
    #[error("{what}: {source}")]
    System {
        /// What it is needed for.
        what: String,
        /// Why not.
        source: std::io::Error,
    },
    /// The loader process cannot be started.
    #[error("cannot start the loader: {0}")]
    Loader(std::io::Error),
    /// A folder cannot be opened for the guest.
    #[error("folder {}: {source:#}", .path.display())]
    Dir {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: wasmtime::Error,
    },
    /// It imports what this host does not have, or needs more than its limits allow to begin.
    #[error("the module cannot be started: {}", foreign::line(&format!("{:#}", .0)))]
    Link(wasmtime::Error),
    /// It is no command: there is no function `_start`.
    #[error(
        "the module is no command: it exports no function _start without parameters and results"
    )]
    NoStart,
    /// It failed where it was: a trap, with its backtrace. All lines but the first are indented, which no message of the host's
    /// is.
    #[error("the guest failed: {}", indented(.0))]
    Trap(wasmtime::Error),
    /// It used up its fuel.
    #[error("the guest has used up its fuel")]
    Fuel,
    /// It ran longer than it may.
    #[error("the guest has used up its time")]
    Deadline,
    /// It was ended by [`StopHandle::kill`](crate::StopHandle::kill).
    #[error("the guest was stopped")]
    Stopped,
}

/// What the engine says, which may be lists of bytes with a line for each.
fn one_line(error: &wasmtime::Error) -> String {
    let text = format!("{error:#}");
    let words: Vec<_> = text.split_whitespace().collect();
    foreign::line(&words.join(" ")).into_owned()
}

/// A trap and where it was, with the guest's names of its functions.
fn indented(error: &wasmtime::Error) -> String {
    let text = format!("{error:?}");
    foreign::lines(text.trim_end()).replace('\n', "\n    ")
}
