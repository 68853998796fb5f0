//! The file that a uprobe or a static probe names: found and opened as libbpf would, once, and verified.

use super::target_elf::{self, ElfProblem};
use rustix::fs::{FileType, Mode, OFlags};
use rustix::io::Errno;
use std::fs::File;
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::{Path, PathBuf};

/// A verified file, held open: as long as it lives, [`Target::path`] leads to the very file that was verified, whatever happens
/// to its name. Where the file system and the privileges of the process allow it, nobody can write to it either.
#[derive(Debug)]
pub struct Target {
    /// Keeps the file open, and what is at `path` alive.
    #[expect(dead_code, reason = "what counts is that it is open")]
    file: File,
    path: PathBuf,
}

/// Why a file is not given to libbpf.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TargetError {
    /// It cannot be opened, or found.
    #[error("{}", .path.display())]
    Open {
        /// Its path, or its name if it was not found.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// A folder, a device, a pipe: nothing that functions are in.
    #[error("{}: not a regular file", .path.display())]
    NotAFile {
        /// Its path.
        path: PathBuf,
    },
    /// Somebody may change it while it is read.
    #[error("{}: it is open for writing", .path.display())]
    Busy {
        /// Its path.
        path: PathBuf,
    },
    /// No ELF file, or a damaged one.
    #[error("{}", .path.display())]
    Elf {
        /// Its path.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        problem: ElfProblem,
    },
}

/// Opens and verifies the file that a uprobe or a static probe names: a path, or the bare name of a program or of a library
/// (`libc.so.6`), which is looked up where libbpf would. A path with `!/` in it is that of a file: what is in archives cannot be
/// a target.
///
/// Only a regular file is opened; of anything else nothing but its type is asked.
///
/// ```
/// use wasm_bpf_host::image::{TargetError, open_target};
///
/// let error = open_target("/dev/null").expect_err("a device");
/// assert!(matches!(error, TargetError::NotAFile { .. }));
/// ```
///
/// # Errors
/// [`TargetError`] names the file, and what is wrong in it.
pub fn open_target(name: &str) -> Result<Target, TargetError> {
    let path = find(name)?;
    let failed = |error: Errno| TargetError::Open {
        path: path.clone(),
        source: error.into(),
    };
    let file = open(&path).map_err(failed)?;
    let Some(file) = file else {
        return Err(TargetError::NotAFile { path });
    };
    if keep_as_it_is(&file) == Err(Errno::AGAIN) {
        return Err(TargetError::Busy { path });
    }
    let file = File::from(file);
    target_elf::verify(&file).map_err(|problem| TargetError::Elf { path, problem })?;
    let path = own_path(&file);
    Ok(Target { file, path })
}

impl Target {
    /// What to give to libbpf in place of the name: `/proc/self/fd/N`. The kernel follows it as well.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

fn own_path(file: &impl AsRawFd) -> PathBuf {
    PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()))
}

/// Opens a regular file; `None` if it is something else, of which it opens nothing.
fn open(path: &Path) -> Result<Option<OwnedFd>, Errno> {
    let place = rustix::fs::open(path, OFlags::PATH | OFlags::CLOEXEC, Mode::empty())?;
    let kind = FileType::from_raw_mode(rustix::fs::fstat(&place)?.st_mode);
    if kind != FileType::RegularFile {
        return Ok(None);
    }
    let flags = OFlags::RDONLY | OFlags::CLOEXEC;
    rustix::fs::open(own_path(&place), flags, Mode::empty()).map(Some)
}

/// Takes a lease: whoever opens the file to write waits until it is closed here. `AGAIN` if it is open for that already; other
/// errors say that the file system has no leases, or that the process may not take one of this file.
fn keep_as_it_is(file: &OwnedFd) -> Result<(), Errno> {
    /// `F_SETSIG`, which libc does not name.
    const SET_SIGNAL: libc::c_int = 10;
    let fd = file.as_raw_fd();
    // SAFETY: both calls take an open descriptor and a number. The signal that says that somebody waits is one which is ignored
    // by default, not SIGIO, which ends the process.
    #[allow(unsafe_code, reason = "rustix has no leases")]
    let result = unsafe {
        match libc::fcntl(fd, SET_SIGNAL, libc::SIGURG) {
            0 => libc::fcntl(fd, libc::F_SETLEASE, libc::F_RDLCK),
            failed => failed,
        }
    };
    match result {
        0 => Ok(()),
        _ => Err(Errno::from_io_error(&std::io::Error::last_os_error()).unwrap_or(Errno::INVAL)),
    }
}

/// The path of a name. libbpf looks for what has no `/` in these folders, and there only for what it may read, and of programs
/// execute.
fn find(name: &str) -> Result<PathBuf, TargetError> {
    if name.contains('/') {
        return Ok(PathBuf::from(name));
    }
    let is_library = name.ends_with(".so") || name.contains(".so.");
    let (variable, folders, access) = match is_library {
        true => ("LD_LIBRARY_PATH", LIBRARIES, rustix::fs::Access::READ_OK),
        false => (
            "PATH",
            PROGRAMS,
            rustix::fs::Access::READ_OK | rustix::fs::Access::EXEC_OK,
        ),
    };
    let chosen = std::env::var_os(variable).unwrap_or_default();
    let chosen = std::env::split_paths(&chosen).filter(|folder| !folder.as_os_str().is_empty());
    let mut paths = chosen
        .chain(folders.iter().map(PathBuf::from))
        .map(|folder| folder.join(name));
    let found = paths.find(|path| rustix::fs::access(path, access).is_ok());
    found
        .filter(|_| !name.is_empty())
        .ok_or_else(|| TargetError::Open {
            path: PathBuf::from(name),
            source: std::io::ErrorKind::NotFound.into(),
        })
}

const PROGRAMS: &[&str] = &["/usr/bin", "/usr/sbin"];
const LIBRARIES: &[&str] = &[
    "/usr/lib64",
    "/usr/lib",
    #[cfg(target_arch = "x86_64")]
    "/lib/x86_64-linux-gnu",
    #[cfg(target_arch = "aarch64")]
    "/lib/aarch64-linux-gnu",
    #[cfg(target_arch = "riscv64")]
    "/lib/riscv64-linux-gnu",
];
