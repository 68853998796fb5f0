//! Loader processes: how one is started, and how it begins.

use super::channel::Channel;
use super::child::Child;
use super::message::Settings;
use super::process_name::set_name;
use super::server;
use std::io;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

/// The first argument of a program that is started as a loader.
const LOADER: &str = "--wasm-bpf-loader";

/// Bytes that settings may have.
const MAX_SETTINGS: usize = 1 << 20;

/// Starts a program as a loader, in a process group of its own, where no Ctrl-C reaches it.
pub(super) fn start(mut program: Command) -> io::Result<(Channel, Child)> {
    let (ours, theirs) = Channel::pair()?;
    program
        .arg(LOADER)
        .stdin(Stdio::from(theirs.into_socket()))
        .stdout(Stdio::null())
        .process_group(0);
    let child = program.spawn()?;
    // What it reads from is open in this process as long as the command is.
    drop(program);
    Ok((ours, Child::of_command(&child)?))
}

/// Serves as a loader if this process was started as one by [`Loader::start`](crate::Loader::start): then it does not return. To
/// be called first of all in `main`, before there are threads.
///
/// ```no_run
/// use std::process::Command;
/// use wasm_bpf_host::{Config, Error, Loader, Runner, serve_if_loader};
///
/// fn main() -> Result<(), Error> {
///     serve_if_loader();
///     let config = Config::default();
///     let loader = Loader::start(Command::new("/proc/self/exe"), &config)?;
///     Runner::from_file("bootstrap.wasm", config)?.with_loader(loader).run()?;
///     Ok(())
/// }
/// ```
pub fn serve_if_loader() {
    let mut args = std::env::args_os().skip(1);
    if args.next().is_none_or(|arg| arg != LOADER) {
        return;
    }
    let code = match serve() {
        Ok(()) => 0,
        Err(error) => {
            eprintln!("Error: loader: {error}");
            1
        }
    };
    std::process::exit(code);
}

fn serve() -> io::Result<()> {
    let socket = io::stdin().as_fd().try_clone_to_owned()?;
    // Anything else is a user who is curious.
    let not_started = |_| io::Error::other("it is started by the host only");
    let channel = settled(socket).map_err(not_started)?;
    // They are meant for the host. When the host is gone, this process cleans up.
    ignore_signals();
    set_name(c"wasm-bpf-loader");
    match read_settings(&channel)? {
        Some(settings) => server::serve(channel, settings),
        None => Ok(()),
    }
}

/// What the loader is told first, unless the host is gone already.
pub(super) fn read_settings(host: &Channel) -> io::Result<Option<Settings>> {
    let received = host.receive::<Settings>(MAX_SETTINGS, 0, || Ok(()))?;
    let Some((settings, _)) = received else {
        return Ok(None);
    };
    if settings.version != env!("CARGO_PKG_VERSION") {
        let message = format!("the host is of version {}", settings.version);
        return Err(io::Error::other(message));
    }
    Ok(Some(settings))
}

/// The socket that it was started with. Standard input is nothing any more.
fn settled(socket: OwnedFd) -> io::Result<Channel> {
    rustix::net::sockopt::socket_type(&socket)?;
    let null = std::fs::File::open("/dev/null")?;
    // SAFETY: both are open; nobody holds standard input.
    #[allow(unsafe_code, reason = "rustix takes owned descriptors")]
    unsafe {
        libc::dup2(null.as_raw_fd(), libc::STDIN_FILENO);
    }
    Ok(socket.into())
}

/// Signals that ask a process to end.
fn ignore_signals() {
    for signal in [libc::SIGINT, libc::SIGTERM, libc::SIGHUP, libc::SIGQUIT] {
        // SAFETY: no handler is set.
        #[allow(unsafe_code, reason = "no crate here ignores signals")]
        unsafe {
            libc::signal(signal, libc::SIG_IGN);
        }
    }
}
