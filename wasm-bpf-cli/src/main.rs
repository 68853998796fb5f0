//! Runs a guest: `wasm-bpf [OPTIONS] FILE [ARGS]...`.

mod alarm;
mod cli;
mod signal;

use alarm::{Alarm, MARGIN};
use std::io::{self, Write};
use std::process::{Command, ExitCode};
use std::time::Duration;
use wasm_bpf_host::{Config, Error, Loader, Runner, confine, serve_if_loader};

fn main() -> ExitCode {
    serve_if_loader();
    let invocation = cli::parse();
    let (file, limit) = (invocation.file.clone(), invocation.config.limits.time);
    match run(invocation) {
        // A process ends with the low byte, as the guest would.
        Ok(code) => ExitCode::from(u8::try_from(code & 0xff).unwrap_or(u8::MAX)),
        Err(error) => {
            // What is wrong with something else says with what.
            let about_the_guest = !matches!(
                error,
                Error::Read { .. }
                    | Error::Dir { .. }
                    | Error::Engine(_)
                    | Error::Loader(_)
                    | Error::System { .. }
            );
            let mut message = format!("{:#}", anyhow::Error::from(error));
            if about_the_guest {
                message = format!("{}: {message}", file.display());
            }
            report(&message, limit);
            ExitCode::FAILURE
        }
    }
}

/// Says why there is an error. The guest may have filled what nobody reads: whoever has set a limit of time does not wait for
/// that.
fn report(message: &str, limit: Option<Duration>) {
    let text = message.to_owned();
    let _stuck = Alarm::set(limit.map(|_| MARGIN), move || alarm::end(&text));
    // Nobody may be there to read it.
    let _ = writeln!(io::stderr(), "Error: {message}");
}

fn run(invocation: cli::Invocation) -> Result<i32, Error> {
    let (file, times, mut config) = (invocation.file, invocation.times, invocation.config);
    let limit = config.limits.time;
    let runner = if invocation.in_process {
        let module = Runner::read(&file, &config.limits)?;
        compile(&module, config, &times)?
    } else {
        // What takes privileges is done by another process from here on.
        let loader = Loader::start(Command::new("/proc/self/exe"), &config)?;
        let module = Runner::read(&file, &config.limits)?;
        let confined = confine(&mut config)?;
        let runner = compile(&module, config, &times)?;
        runner.with_loader(loader).confined(confined)
    };
    signal::stop_on_signals(runner.stop_handle(), times.grace)?;
    let limit = limit.map(|limit| limit.saturating_add(MARGIN));
    let _stuck = Alarm::set(limit, || alarm::end(&Error::Deadline.to_string()))?;
    Ok(runner.run()?.exit_code)
}

fn compile(module: &[u8], config: Config, times: &cli::Times) -> Result<Runner, Error> {
    let message = format!(
        "the module takes more than {} seconds to compile: --compile-timeout allows more",
        times.compile.as_secs_f64()
    );
    let _slow = Alarm::set(Some(times.compile), move || alarm::end(&message))?;
    Runner::new(module, config)
}
