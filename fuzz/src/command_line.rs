//! Target `command_line`: any arguments, in a folder with a few files.
//!
//! ```text
//! input = number of arguments (1 byte; 128 and more: to a terminal), arguments with a NUL after each, contents of the file `fuzzed` and of standard input
//! ```
//!
//! No command leaves the folder: a `/` in an argument becomes a `_`. There is no C in it, so no compiler is started.

mod arguments;
mod scratch;

use crate::text;
use arguments::Arguments;
use bpftool_wasm::{Streams, run};
use btf_blobs::elf;
use btf_blobs::target::Reached;
use fastrand::Rng;
use scratch::{Files, Scratch};

/// bpftool's exit code for what it does not understand.
const USAGE: u8 = 255;

/// What a command did.
#[derive(Debug, PartialEq, Eq)]
struct Outcome {
    /// The message and the exit code, if it failed.
    failure: Option<(String, u8)>,
    printed: Vec<u8>,
    files: Files,
}

/// Runs the command of an input twice.
pub fn check(input: &[u8]) -> Reached {
    let arguments = Arguments::split(input);
    let scratch = Scratch::get();
    let before = scratch.fill(arguments.file);
    let outcome = execute(&arguments, &scratch);
    scratch.fill(arguments.file);
    assert!(
        outcome == execute(&arguments, &scratch),
        "a command does something else the second time"
    );
    match &outcome.failure {
        None => {
            if arguments.is_terminal {
                text::assert_shown(&String::from_utf8_lossy(&outcome.printed));
            }
            Reached::Done
        }
        Some((message, code)) => {
            assert!(
                !message.is_empty() && *code != 0,
                "a failure of which nobody hears"
            );
            text::assert_shown(message);
            assert!(
                outcome.printed.is_empty(),
                "something was printed before the failure: {message}"
            );
            assert!(
                outcome.files == before,
                "something was written before the failure: {message}"
            );
            if *code == USAGE {
                Reached::Nothing
            } else {
                Reached::Input
            }
        }
    }
}

fn execute(arguments: &Arguments<'_>, scratch: &Scratch) -> Outcome {
    let mut printed = Vec::new();
    let streams = &mut Streams {
        input: &mut &*arguments.file,
        output: &mut printed,
        is_terminal: arguments.is_terminal,
    };
    let result = run(arguments.words(), streams);
    Outcome {
        failure: result
            .err()
            .map(|failure| (failure.to_string(), failure.code())),
        printed,
        files: scratch.files(),
    }
}

/// Another argument, or damage to the file.
pub fn mutate(rng: &mut Rng, input: &mut Vec<u8>) -> String {
    let arguments = Arguments::split(input);
    let mut words: Vec<Vec<u8>> = arguments.words.iter().map(|word| word.to_vec()).collect();
    let mut file = arguments.file.to_vec();
    let damage = match rng.u8(..4) {
        0 => elf::mutate(rng, &mut file),
        _ => arguments::mutate(rng, &mut words),
    };
    let is_terminal = arguments.is_terminal != (rng.u8(..16) == 0);
    *input = arguments::joined(&words, &file, is_terminal);
    damage
}

/// Commands that people type, on an object and on a blob.
pub fn seeds() -> Vec<Vec<u8>> {
    let files = [scratch::object(), scratch::blob()];
    let mut seeds = Vec::new();
    for line in arguments::LINES {
        let words: Vec<_> = line
            .split_whitespace()
            .map(|word| word.as_bytes().to_vec())
            .collect();
        seeds.extend(
            files
                .iter()
                .map(|file| arguments::joined(&words, file, false)),
        );
    }
    seeds
}
