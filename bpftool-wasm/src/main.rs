//! The bpftool of WebAssembly guests: from a compiled BPF object, what a wasm32 program needs to drive it.
//!
//! Arguments in, a library call, text out; everything else is in `btf-layout` and `skel-gen`.

mod btf;
mod failure;
mod gen_command;
mod help;
mod options;
mod output;
mod source_file;
mod words;

use failure::Failure;
use options::Options;
use std::process::ExitCode;
use words::Words;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("Error: {failure}");
            ExitCode::from(failure.code())
        }
    }
}

fn run() -> Result<(), Failure> {
    let mut options = Options::parse(std::env::args_os())?;
    let mut words = Words::new(std::mem::take(&mut options.words));
    if options.help {
        return help::print(&options, help::PROGRAM);
    }
    if options.version {
        return version(&options);
    }
    // Without a word bpftool does what the first of its words says.
    if words.is_empty() || words.take("help") {
        return help::print(&options, help::PROGRAM);
    }
    if words.take("btf") {
        return btf::run(&options, &mut words);
    }
    if words.take("gen") {
        return gen_command::run(&options, &mut words);
    }
    if words.take("version") {
        return version(&options);
    }
    let word = words.next_text();
    Err(help::refuse(help::PROGRAM, word, "bpftool-wasm"))
}

fn version(options: &Options) -> Result<(), Failure> {
    let text = concat!("bpftool-wasm v", env!("CARGO_PKG_VERSION"), "\n");
    output::write(options.output.as_deref(), text)
}
