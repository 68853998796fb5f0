//! Runs a guest: `wasm-bpf [OPTIONS] FILE [ARGS]...`.

mod cli;
mod signal;

use std::process::{Command, ExitCode};
use wasm_bpf::{Error, Loader, Runner, serve_if_loader};

fn main() -> ExitCode {
    serve_if_loader();
    let invocation = cli::parse();
    let file = invocation.file.clone();
    match run(invocation) {
        // A process ends with the low byte, as the guest would.
        Ok(code) => ExitCode::from(u8::try_from(code & 0xff).unwrap_or(u8::MAX)),
        Err(error) => {
            // What is wrong with something else says with what.
            match error {
                Error::Read { .. }
                | Error::Dir { .. }
                | Error::Engine(_)
                | Error::Loader(_)
                | Error::System { .. } => eprintln!("Error: {error}"),
                _ => eprintln!("Error: {}: {error}", file.display()),
            }
            ExitCode::FAILURE
        }
    }
}

fn run(invocation: cli::Invocation) -> Result<i32, Error> {
    let config = invocation.config;
    let loader = match invocation.in_process {
        true => None,
        false => Some(Loader::start(Command::new("/proc/self/exe"), &config)?),
    };
    let mut runner = Runner::from_file(&invocation.file, config)?;
    if let Some(loader) = loader {
        runner = runner.with_loader(loader);
    }
    signal::stop_on_signals(runner.stop_handle())?;
    Ok(runner.run()?.exit_code)
}
