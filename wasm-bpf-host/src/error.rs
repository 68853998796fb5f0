//! Why a guest was not run, or not to its end.
//!
//! The texts may be printed on a terminal: what of them the guest wrote, such as names of its functions, is escaped.

use skel_gen::foreign;
use std::fmt;
use std::path::PathBuf;

/// Why a guest was not run, or not to its end.
///
/// An error's text does not repeat its cause, which is its [`source`](std::error::Error::source):
///
/// ```
/// use std::error::Error as _;
/// use wasm_bpf_host::{Config, Runner};
///
/// let error = Runner::from_file("missing.wasm", Config::default()).expect_err("no such file");
/// assert_eq!(error.to_string(), "cannot read missing.wasm");
/// let cause = error.source().expect("a cause").to_string();
/// assert!(cause.starts_with("No such file"));
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The module cannot be read.
    #[error("cannot read {}", .path.display())]
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
    #[error("no WebAssembly module")]
    Module(#[source] EngineError),
    /// The engine cannot be made.
    #[error("engine")]
    Engine(#[source] EngineError),
    /// The system refuses what the host needs.
    #[error("{what}")]
    System {
        /// What it is needed for.
        what: String,
        /// Why not.
        source: std::io::Error,
    },
    /// The loader process cannot be started.
    #[error("cannot start the loader")]
    Loader(#[source] std::io::Error),
    /// A folder cannot be opened for the guest.
    #[error("folder {}", .path.display())]
    Dir {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: EngineError,
    },
    /// It imports what this host does not have, or needs more than its limits allow to begin.
    #[error("the module cannot be started")]
    Link(#[source] EngineError),
    /// It is no command: there is no function `_start`.
    #[error(
        "the module is no command: it exports no function _start without parameters and results"
    )]
    NoStart,
    /// It failed where it was: a trap, with its backtrace. All lines of the source but the first are indented, which no message
    /// of the host's is.
    #[error("the guest failed")]
    Trap(#[source] EngineError),
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

/// An error of the engine's, whose text may be printed on a terminal. It has all causes in its text, and no source.
pub struct EngineError {
    error: wasmtime::Error,
    text: String,
}

impl EngineError {
    /// On one line. What the engine says may be lists of bytes with a line for each.
    pub(crate) fn line(error: wasmtime::Error) -> Self {
        let text = format!("{error:#}");
        let words: Vec<_> = text.split_whitespace().collect();
        let text = foreign::line(&words.join(" ")).into_owned();
        EngineError { error, text }
    }

    /// A trap and where it was, with the guest's names of its functions.
    pub(crate) fn trap(error: wasmtime::Error) -> Self {
        let text = format!("{error:?}");
        let text = foreign::lines(text.trim_end()).replace('\n', "\n    ");
        EngineError { error, text }
    }

    /// What the engine gave, with its own causes. Texts in it may be the guest's, as they are.
    pub fn inner(&self) -> &wasmtime::Error {
        &self.error
    }
}

impl fmt::Display for EngineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for EngineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for EngineError {}

/// An error and its causes on one line, each of them once.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    let texts: Vec<String> = causes.map(ToString::to_string).collect();
    texts.join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::{ImageError, TargetError};
    use crate::profile::ProfileError;
    use std::io;

    #[test]
    fn each_cause_is_named_once() {
        let path = || PathBuf::from("place");
        let cause = || io::Error::from_raw_os_error(libc::ENOENT);
        let engine = || EngineError::line(wasmtime::Error::from(cause()).context("engine's"));
        let blob = btf_layout::Btf::parse(b"none").map(drop);
        let what = "a thread".to_owned();
        let source = cause();
        let errors: [(Box<dyn std::error::Error>, &str); 7] = [
            (Box::new(Error::System { what, source }), "No such file"),
            (Box::new(Error::Loader(cause())), "No such file"),
            (Box::new(Error::Module(engine())), "No such file"),
            (Box::new(Error::Trap(engine())), "No such file"),
            (
                Box::new(TargetError::Open {
                    path: path(),
                    source: cause(),
                }),
                "No such file",
            ),
            (
                Box::new(ProfileError::Read {
                    path: path(),
                    source: cause(),
                }),
                "No such file",
            ),
            (
                Box::new(ImageError::Btf(blob.expect_err("no BTF"))),
                "'.BTF'",
            ),
        ];
        for (error, words) in errors {
            let text = chain(error.as_ref());
            assert_eq!(text.matches(words).count(), 1, "{text}");
            let causes: Vec<_> = text.split(": ").collect();
            let last = causes.last().expect("one");
            assert_eq!(text.matches(last).count(), 1, "{text}");
        }
    }
}
