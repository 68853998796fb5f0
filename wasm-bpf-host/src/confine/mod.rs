//! Confining the process that runs a guest: it gives up its privileges, and the kernel keeps it from what no engine needs.
//!
//! Capabilities, system call filters and file rules are a thread's, and are passed on to those that it starts. So all of this is done
//! while there is one thread.

mod calls;
mod capabilities;
mod files;

use crate::cache;
use crate::config::{Cache, Config};
use crate::error::{EngineError, Error, chain};
use rustix::fs::{Mode, OFlags, open};
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::PathBuf;

/// That this process can run a guest, and do nothing else any more: for [`Runner::confined`](crate::Runner::confined).
#[derive(Debug)]
pub struct Confined {
    /// Those of the guest, which were opened with the privileges of before.
    dirs: Vec<OwnedFd>,
    missing: Vec<String>,
}

/// Confines this process to running one guest, for ever. To be called while it has one thread, and after
/// [`Loader::start`](crate::Loader::start), since it can load nothing itself any more.
///
/// - It has no capabilities, and gets none by what it executes. On kernels before 5.19, which let nobody else use a map by its
///   descriptor, it keeps `CAP_BPF`.
/// - Files are those of the guest's folders and of the cache (Landlock, Linux 5.13).
/// - System calls are those that an engine needs (seccomp): it executes and traces nothing, signals nobody, opens no connections.
///   `bpf` is left for elements of maps and output of iterators that it has a descriptor of.
///
/// ```no_run
/// # use wasm_bpf_host::{Config, Loader, Runner, confine};
/// # use std::process::Command;
/// let mut config = Config::default();
/// let loader = Loader::start(Command::new("/proc/self/exe"), &config)?;
/// let module = Runner::read("bootstrap.wasm", &config.limits)?;
/// let confined = confine(&mut config)?;
/// let runner = Runner::new(&module, config)?.with_loader(loader).confined(confined);
/// runner.run()?;
/// # Ok::<(), wasm_bpf_host::Error>(())
/// ```
///
/// The folders of the configuration are opened here, and are named by their descriptors in it then. What a folder lets the owner of
/// the process do without capabilities is what the guest may do there: root's files, or everybody's.
///
/// # Errors
/// [`Error::Dir`] if a folder cannot be opened, [`Error::System`] if the capabilities cannot be dropped. What the kernel does not
/// have is no error: [`Confined::missing`] tells it.
pub fn confine(config: &mut Config) -> Result<Confined, Error> {
    let mut dirs = Vec::new();
    for dir in &mut config.dirs {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let fd = open(&dir.host, flags, Mode::empty()).map_err(|error| Error::Dir {
            path: dir.host.clone(),
            source: EngineError::line(io::Error::from(error).into()),
        })?;
        dir.host = PathBuf::from(format!("/proc/self/fd/{}", fd.as_raw_fd()));
        dirs.push(fd);
    }
    // What is read from files, once for all: the latter of /proc/self/auxv, before Linux 6.4.
    let _ = libbpf_rs::num_possible_cpus();
    let _ = rustix::param::page_size();
    let mut missing = Vec::new();
    let mut note = |what: Option<String>| missing.extend(what);
    note(capabilities::drop_all().map_err(system("cannot drop the capabilities"))?);
    let cache = cache::folder(&config.cache).unwrap_or_else(|error| {
        config
            .log
            .say(&format!("compiled code is not kept: {}", chain(&error)));
        config.cache = Cache::Off;
        None
    });
    if let Some(folder) = &cache {
        config.cache = Cache::Checked(folder.clone());
    }
    let writable = config.dirs.iter().map(|dir| dir.writable);
    let rules: Vec<_> = dirs.iter().zip(writable).collect();
    note(files::confine(&rules, cache.as_deref()));
    let needs_files = !dirs.is_empty() || cache.is_some();
    note(calls::confine(needs_files));
    if config.verbose {
        missing.iter().for_each(|line| config.log.say(line));
    }
    Ok(Confined { dirs, missing })
}

impl Confined {
    /// What the kernel does not have, a line each. The log has them if it is verbose.
    pub fn missing(&self) -> &[String] {
        &self.missing
    }

    /// Opens no files any more, if the guest has no folders: the guest is compiled, and cannot change what is kept of it. This
    /// concerns all threads. What the kernel does not have.
    pub(crate) fn close_cache(&self) -> Option<String> {
        match self.dirs.is_empty() {
            true => calls::confine_all_threads(),
            false => None,
        }
    }
}

fn system(what: &'static str) -> impl Fn(io::Error) -> Error {
    move |source| Error::System {
        what: what.to_owned(),
        source,
    }
}
