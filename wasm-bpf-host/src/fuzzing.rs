//! What the targets in `fuzz/host` call, and nobody else: parts of the loader without its processes, so that what was not expected
//! stops the test, and not a process that is there to be stopped. It is behind the feature `fuzzing`, and may change at any time.

use crate::config::Config;
use crate::loader::{self, Settings};
use std::io;
use std::os::fd::OwnedFd;

/// Does what a loader and its workers do with requests, in this process, until the other end of the socket is closed or says what
/// no engine says.
///
/// # Errors
/// The socket's, and what is no request.
pub fn answer_requests(engine: OwnedFd, config: &Config) -> io::Result<()> {
    loader::inline::answer_all(engine, Settings::of(config))
}

/// Does what a loader does that was just started: reads its settings, then the same.
///
/// # Errors
/// The socket's, and what is neither settings nor a request.
pub fn start_loader(engine: OwnedFd) -> io::Result<()> {
    let requests = engine.try_clone()?;
    match loader::inline::read_settings(engine)? {
        Some(settings) => loader::inline::answer_all(requests, settings),
        None => Ok(()),
    }
}

/// Reads a loader's replies as an engine does: whether each says that it was done.
///
/// # Errors
/// The socket's, and what is no reply.
pub fn read_replies(loader: OwnedFd) -> io::Result<Vec<bool>> {
    loader::inline::read_replies(loader)
}
