//! Confining the process that runs a guest: it gives up its privileges, and the kernel keeps it from what no engine needs.
//!
//! Capabilities, system call filters and file rules are a thread's, and are passed on to those that it starts. So all of this is done
//! while there is one thread.

mod calls;
mod capabilities;
mod files;

use crate::cache;
use crate::config::Config;
use crate::error::Error;
use rustix::fs::{Mode, OFlags, open};
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::PathBuf;

/// A process that runs a guest, and can do nothing else any more.
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
            source: io::Error::from(error).into(),
        })?;
        dir.host = PathBuf::from(format!("/proc/self/fd/{}", fd.as_raw_fd()));
        dirs.push(fd);
    }
    // What is read from files, once for all.
    let _ = libbpf_rs::num_possible_cpus();
    let mut missing = Vec::new();
    let mut note = |what: Option<String>| missing.extend(what);
    note(capabilities::drop_all().map_err(system("cannot drop the capabilities"))?);
    // The engine says why there is none.
    let cache = cache::folder(&config.cache).ok().flatten();
    let writable = config.dirs.iter().map(|dir| dir.writable);
    let rules: Vec<_> = dirs.iter().zip(writable).collect();
    note(files::confine(&rules, cache.as_deref()));
    let needs_files = !dirs.is_empty() || cache.is_some();
    note(calls::confine(needs_files));
    Ok(Confined { dirs, missing })
}

impl Confined {
    /// What the kernel does not have, a line each, for the user.
    pub fn missing(&self) -> &[String] {
        &self.missing
    }

    /// Opens no files any more, if the guest has no folders: what was compiled is kept now, and no guest can change what is kept.
    /// To be called when the guest is compiled. It concerns all threads.
    pub fn close_cache(&mut self) {
        if self.dirs.is_empty() {
            self.missing.extend(calls::confine_all_threads());
        }
    }
}

fn system(what: &'static str) -> impl Fn(io::Error) -> Error {
    move |source| Error::System {
        what: what.to_owned(),
        source,
    }
}
