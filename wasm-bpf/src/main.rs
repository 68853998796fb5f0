//! Runs a guest: `wasm-bpf [OPTIONS] FILE [ARGS]...`.

mod cli;
mod signal;

use std::process::{Command, ExitCode};
use wasm_bpf::{Error, Loader, Runner, confine, serve_if_loader};

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
    let mut config = invocation.config;
    if invocation.in_process {
        let runner = Runner::from_file(&invocation.file, config)?;
        return go(runner);
    }
    let loader = Loader::start(Command::new("/proc/self/exe"), &config)?;
    let module = Runner::read(&invocation.file, &config.limits)?;
    let mut confined = confine(&mut config)?;
    let verbose = config.verbose;
    let runner = Runner::new(&module, config)?.with_loader(loader);
    confined.close_cache();
    if verbose {
        confined
            .missing()
            .iter()
            .for_each(|line| eprintln!("{line}"));
    }
    go(runner)
}

fn go(runner: Runner) -> Result<i32, Error> {
    signal::stop_on_signals(runner.stop_handle())?;
    Ok(runner.run()?.exit_code)
}
