//! Prints a line for every process that starts or ends, as the guest in C does.

include!(concat!(env!("OUT_DIR"), "/bootstrap.skel.rs"));

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const USAGE: &str = "\
BPF bootstrap demo application.

It traces process start and exits and shows associated
information (filename, process duration, PID and PPID, etc).

USAGE: ./bootstrap [-d <min-duration-ms>] [-v]
";

/// What the command line says.
struct Options {
    verbose: bool,
    min_duration_ms: u64,
}

/// The options, or the exit code if there is nothing to do.
fn options() -> Result<Options, ExitCode> {
    let mut options = Options {
        verbose: false,
        min_duration_ms: 0,
    };
    let mut args = std::env::args_os().skip(1);
    while let Some(arg) = args.next() {
        match arg.to_str() {
            Some("-h" | "--help") => {
                let printed = io::stdout().write_all(USAGE.as_bytes());
                return Err(ExitCode::from(u8::from(printed.is_err())));
            }
            Some("-v") => options.verbose = true,
            Some("-d") => {
                let duration = args.next();
                let duration = duration
                    .as_ref()
                    .and_then(|duration| duration.to_str()?.parse().ok());
                options.min_duration_ms = duration.ok_or_else(|| fail("Invalid duration"))?;
            }
            arg => return Err(fail(arg.unwrap_or("?"))), // -h tells what there is
        }
    }
    Ok(options)
}

/// Says what went wrong. If that fails as well, there is nobody to tell.
fn say(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}

fn fail(what: &str) -> ExitCode {
    say(&format!("{what}: invalid argument\n"));
    ExitCode::FAILURE
}

/// A line about an event.
fn print(event: &types::event) -> io::Result<()> {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |now| now.as_secs());
    let what = if event.exit_event != 0 {
        "EXIT"
    } else {
        "EXEC"
    };
    let mut line = format!(
        "{:02}:{:02}:{:02} {what:<5} {:<16} {:<7} {:<7} ",
        now / 3600 % 24,
        now / 60 % 60,
        now % 60,
        event.comm_str(),
        { event.pid },
        { event.ppid },
    );
    if event.exit_event == 0 {
        line += &event.filename_str();
    } else {
        line += &format!("[{}]", { event.exit_code });
        if event.duration_ns != 0 {
            line += &format!(" ({}ms)", event.duration_ns / 1_000_000);
        }
    }
    line.push('\n');
    io::stdout().write_all(line.as_bytes())
}

fn trace(options: &Options) -> libbpf_wasm::Result<()> {
    let mut open = BootstrapSkel::open()?;
    open.rodata_mut().min_duration_ns = options.min_duration_ms * 1_000_000;
    let skel = open.load()?;
    skel.attach()?;
    let rb = skel.maps.rb.ring_buffer(|e: &types::event| print(e))?;
    if options.verbose {
        say(&format!(
            "Tracing processes that run for {} ms or more\n",
            options.min_duration_ms
        ));
    }
    let heading = b"TIME     EVENT COMM             PID     PPID    FILENAME/EXIT CODE\n";
    io::stdout()
        .write_all(heading)
        .map_err(libbpf_wasm::Error::callback)?;
    // Ctrl-C ends the poll.
    while rb.poll(Duration::from_millis(100))? {}
    Ok(())
}

fn main() -> ExitCode {
    let options = match options() {
        Ok(options) => options,
        Err(code) => return code,
    };
    match trace(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("{error}\n"));
            ExitCode::FAILURE
        }
    }
}
