//! Runs a guest: `wasm-bpf [OPTIONS] FILE [ARGS]...`.

mod cli;
mod signal;

use std::process::ExitCode;
use wasm_bpf::{Error, Runner};

fn main() -> ExitCode {
    let invocation = cli::parse();
    match run(invocation) {
        // A process ends with the low byte, as the guest would.
        Ok(code) => ExitCode::from(u8::try_from(code & 0xff).unwrap_or(u8::MAX)),
        Err(error) => {
            eprintln!("Error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(invocation: cli::Invocation) -> Result<i32, Error> {
    let runner = Runner::from_file(&invocation.file, invocation.config)?;
    signal::stop_on_signals(runner.stop_handle())?;
    Ok(runner.run()?.exit_code)
}
