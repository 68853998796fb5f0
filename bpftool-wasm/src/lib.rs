//! The command line of `bpftool-wasm` as a library: arguments in, a library call, text out. Everything else is in `btf-layout`
//! and `skel-gen`.
//!
//! ```
//! use bpftool_wasm::{Streams, run};
//!
//! let mut printed = Vec::new();
//! let streams = &mut Streams { input: &mut std::io::empty(), output: &mut printed, is_terminal: false };
//! run(["bpftool-wasm", "gen", "header"].map(Into::into), streams)?;
//! assert!(!printed.is_empty());
//! # Ok::<(), bpftool_wasm::Failure>(())
//! ```

mod btf;
mod failure;
mod gen_command;
mod help;
mod options;
mod output;
mod source_file;
mod streams;
mod words;

pub use failure::Failure;
pub use streams::Streams;

use options::Options;
use std::ffi::OsString;
use words::Words;

/// Runs one command. The first of `args` is the program's name, as in [`std::env::args_os`].
///
/// # Errors
/// [`Failure`] has the message and the exit code; `streams` got nothing then, and no file was changed. Only a stream or a disk
/// that fails in the middle of a text may have got its beginning.
pub fn run(
    args: impl IntoIterator<Item = OsString>,
    streams: &mut Streams<'_>,
) -> Result<(), Failure> {
    let mut options = Options::parse(args)?;
    let mut words = Words::new(std::mem::take(&mut options.words));
    if options.help {
        return help::print(&options, streams, help::PROGRAM);
    }
    if options.version {
        return version(&options, streams);
    }
    // Without a word bpftool does what the first of its words says.
    if words.is_empty() || words.take("help") {
        return help::print(&options, streams, help::PROGRAM);
    }
    if words.take("btf") {
        return btf::run(&options, streams, &mut words);
    }
    if words.take("gen") {
        return gen_command::run(&options, streams, &mut words);
    }
    if words.take("version") {
        return version(&options, streams);
    }
    let word = words.next_text();
    Err(help::refuse(help::PROGRAM, word, "bpftool-wasm"))
}

fn version(options: &Options, streams: &mut Streams<'_>) -> Result<(), Failure> {
    let text = concat!("bpftool-wasm v", env!("CARGO_PKG_VERSION"), "\n");
    output::write(options, streams, text)
}
