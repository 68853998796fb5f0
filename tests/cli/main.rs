//! The command line as a whole: its grammar, and what it does with everything that is wrong.
#![allow(
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::too_many_lines,
    clippy::unwrap_used,
    reason = "a test may fail, and a table of cases is long"
)]

mod bad_input;
mod c_input;
mod file_names;
mod grammar;
mod output_file;
mod terminal;

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use test_support::{ours, run, scratch, tests_dir};

/// An object that is checked in.
fn object() -> PathBuf {
    tests_dir().join("bpf/bootstrap.bpf.o")
}

/// How a run of the program ended.
#[derive(Debug, PartialEq, Eq)]
struct Outcome {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Outcome {
    /// Runs the program in `folder`.
    fn of<S: AsRef<OsStr>>(folder: &Path, args: &[S]) -> Self {
        let output = run(Command::new(ours()).args(args).current_dir(folder));
        Outcome {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }

    fn success(stdout: &str) -> Self {
        Outcome {
            code: Some(0),
            stdout: stdout.to_owned(),
            stderr: String::new(),
        }
    }
}

/// What a run in the object's folder prints; it has to succeed.
#[track_caller]
fn printed<S: AsRef<OsStr>>(args: &[S]) -> String {
    let args: Vec<_> = args.iter().map(AsRef::as_ref).collect();
    let outcome = Outcome::of(object().parent().expect("a folder"), &args);
    assert_eq!(
        (outcome.code, outcome.stderr.as_str()),
        (Some(0), ""),
        "{args:?}"
    );
    outcome.stdout
}

/// Splits a command line at its blanks.
fn words(line: &str) -> Vec<&str> {
    line.split_whitespace().collect()
}

/// The files in a folder, in order.
fn listing(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut names: Vec<_> = entries
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    names
}

/// A command that fails says why on standard error, with bpftool's exit code. It prints nothing, with and without `-j`, and
/// neither makes nor changes the file that `-o` names, nor leaves any other behind.
#[track_caller]
fn fails(folder: &Path, line: &str, code: i32, message: &str) {
    let expected = Outcome {
        code: Some(code),
        stdout: String::new(),
        stderr: format!("Error: {message}\n"),
    };
    assert_eq!(Outcome::of(folder, &words(line)), expected, "{line}");
    let elsewhere = scratch();
    let (new, old) = (elsewhere.path().join("new"), elsewhere.path().join("old"));
    fs::write(&old, "as it was").expect("a file");
    for target in [&new, &old] {
        let target = target.to_string_lossy();
        let mut args = vec!["-o", &target];
        args.extend(words(line));
        assert_eq!(Outcome::of(folder, &args), expected, "{args:?}");
    }
    assert_eq!(listing(elsewhere.path()), ["old"], "{line}");
    assert_eq!(
        fs::read_to_string(&old).expect("a file"),
        "as it was",
        "{line}"
    );
}
