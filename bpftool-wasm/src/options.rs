//! The options, which may stand anywhere on the command line.

use crate::failure::Failure;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command};
use std::ffi::OsString;
use std::path::PathBuf;

/// What the options say.
#[derive(Debug)]
pub(crate) struct Options {
    /// `-h`: print help and do nothing else.
    pub(crate) help: bool,
    /// `-V`: print the version and do nothing else.
    pub(crate) version: bool,
    /// `-j`, `-w` or `-p`: wasm32 for C, JSON for `raw`.
    pub(crate) json: bool,
    /// `-p`: indented JSON.
    pub(crate) pretty: bool,
    /// `-B FILE`: what a split BTF continues.
    pub(crate) base: Option<PathBuf>,
    /// `-o FILE`: where the result goes instead of to standard output.
    pub(crate) output: Option<PathBuf>,
    /// `-I DIR`: where clang looks for what a header includes.
    pub(crate) include: Vec<PathBuf>,
    /// Everything that is not an option, in order.
    pub(crate) words: Vec<OsString>,
}

impl Options {
    /// Takes a command line apart.
    pub(crate) fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Self, Failure> {
        let mut matches = match command().try_get_matches_from(args) {
            Ok(matches) => matches,
            // Help is requested: whatever stands after that does not matter any more.
            Err(error) if error.kind() == ErrorKind::DisplayHelp => return Ok(Options::help()),
            Err(error) => return Err(failure(&error)),
        };
        let mut words = matches.remove_many::<OsString>("words");
        let include = matches.remove_many("include").map(Iterator::collect);
        let pretty = matches.get_flag("pretty");
        Ok(Options {
            help: false,
            version: matches.get_flag("version"),
            json: pretty || matches.get_flag("json") || matches.get_flag("wasm"),
            pretty,
            words: words.as_mut().map(Iterator::collect).unwrap_or_default(),
            base: matches.remove_one("base-btf"),
            output: matches.remove_one("output"),
            include: include.unwrap_or_default(),
        })
    }

    /// Nothing but `-h`.
    fn help() -> Self {
        Options {
            help: true,
            version: false,
            json: false,
            pretty: false,
            base: None,
            output: None,
            include: Vec::new(),
            words: Vec::new(),
        }
    }
}

fn command() -> Command {
    let flag = |name: &'static str, short: char| {
        Arg::new(name)
            .long(name)
            .short(short)
            .action(ArgAction::SetTrue)
            .overrides_with(name)
    };
    let file = |name: &'static str, short: char| {
        Arg::new(name)
            .long(name)
            .short(short)
            .value_name("FILE")
            .overrides_with(name)
            .value_parser(clap::value_parser!(PathBuf))
    };
    let mut command = Command::new("bpftool-wasm")
        .disable_help_flag(true)
        .disable_version_flag(true)
        .infer_long_args(true)
        .arg(file("base-btf", 'B'))
        .arg(file("output", 'o'))
        .arg(
            Arg::new("include")
                .long("include")
                .short('I')
                .value_name("DIR")
                .action(ArgAction::Append)
                .value_parser(clap::value_parser!(PathBuf)),
        )
        .arg(
            Arg::new("help")
                .long("help")
                .short('h')
                .action(ArgAction::Help),
        )
        .arg(
            Arg::new("words")
                .num_args(0..)
                .value_parser(clap::value_parser!(OsString)),
        );
    // The last four change nothing here: they are bpftool's, and a Makefile may pass them.
    let flags = [
        ("version", 'V'),
        ("json", 'j'),
        ("pretty", 'p'),
        ("wasm", 'w'),
        ("bpffs", 'f'),
        ("mapcompat", 'm'),
        ("nomount", 'n'),
        ("debug", 'd'),
    ];
    for (name, short) in flags {
        command = command.arg(flag(name, short));
    }
    command
}

/// clap's refusal in bpftool's words.
fn failure(error: &clap::Error) -> Failure {
    let context = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        _ => String::new(),
    };
    let arg = context(ContextKind::InvalidArg);
    match error.kind() {
        ErrorKind::UnknownArgument => Failure::usage(format!("unrecognized option '{arg}'")),
        ErrorKind::InvalidValue => Failure::usage(format!("option '{arg}' needs a value")),
        _ => Failure::usage(error.kind().to_string()),
    }
}
