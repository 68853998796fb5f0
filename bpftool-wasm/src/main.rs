//! The bpftool of WebAssembly guests: from a compiled BPF object, what a wasm32 program needs to drive it.

use bpftool_wasm::{Streams, run};
use std::io::{self, IsTerminal};
use std::process::ExitCode;

fn main() -> ExitCode {
    let streams = &mut Streams {
        input: &mut io::stdin().lock(),
        output: &mut io::stdout().lock(),
        is_terminal: io::stdout().is_terminal(),
    };
    match run(std::env::args_os(), streams) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("Error: {failure}");
            ExitCode::from(failure.code())
        }
    }
}
