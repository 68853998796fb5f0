//! Targets that are paths: a cgroup's folder, a network namespace's file.
//!
//! The guest chooses the path, so nothing is opened before it is known what it is: a descriptor with `O_PATH` has no effect on
//! the file, neither waits (as a FIFO does), nor acts (as a device may), nor needs the right to read. Only what turns out to be
//! a cgroup or a file of a namespace is opened, by that descriptor and not by its path. All else gives one error, so that a
//! guest does not learn from it whether there is a file.

use rustix::fs::{self, Mode, OFlags};
use rustix::io::Errno;
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::PathBuf;

const LOOK: OFlags = OFlags::PATH.union(OFlags::CLOEXEC);
const READ: OFlags = OFlags::RDONLY.union(OFlags::CLOEXEC);

/// Opens the folder of a cgroup (version 2). `None`: there is none, or none that this process may open.
pub(super) fn open_cgroup(path: &str) -> Option<OwnedFd> {
    let place = look(path, libc::CGROUP2_SUPER_MAGIC).ok()?;
    fs::openat(&place, ".", READ | OFlags::DIRECTORY, Mode::empty()).ok()
}

/// Opens the file of a network namespace: `/proc/PID/ns/net`, or where it is mounted. `None`: there is none, or none that this
/// process may open.
pub(super) fn open_netns(path: &str) -> Option<OwnedFd> {
    let place = look(path, libc::NSFS_MAGIC).ok()?;
    // Files of namespaces have no folder to open them from.
    let again = PathBuf::from(format!("/proc/self/fd/{}", place.as_raw_fd()));
    let file = fs::open(again, READ, Mode::empty()).ok()?;
    (namespace_type(&file) == libc::CLONE_NEWNET).then_some(file)
}

/// What is at a path, without opening it, if it is in a file system of that type.
fn look(path: &str, file_system: impl Into<i64>) -> Result<OwnedFd, Errno> {
    let place = fs::open(path, LOOK, Mode::empty())?;
    let found = fs::fstatfs(&place)?.f_type;
    match i128::from(found) == i128::from(file_system.into()) {
        true => Ok(place),
        false => Err(Errno::NOENT),
    }
}

/// `CLONE_NEW*` of an open file of a namespace.
fn namespace_type(file: &OwnedFd) -> libc::c_int {
    // SAFETY: takes two numbers; a file of another kind gives an error.
    #[allow(unsafe_code, reason = "rustix does not have it")]
    unsafe {
        libc::ioctl(file.as_raw_fd(), libc::NS_GET_NSTYPE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::ffi::OsStrExt;

    #[test]
    fn network_namespaces_are_told_from_others() {
        assert!(open_netns("/proc/self/ns/net").is_some());
        for path in [
            "/proc/self/ns/mnt",
            "/proc/self/ns",
            "/proc/self/status",
            "/dev/null",
            "/",
            "",
            "/no/such/file",
        ] {
            assert!(open_netns(path).is_none(), "{path}");
            assert!(open_cgroup(path).is_none(), "{path}");
        }
        assert!(open_cgroup("/proc/self/ns/net").is_none());
    }

    #[test]
    fn cgroups_are_told_from_their_files() {
        let mounts = std::fs::read_to_string("/proc/mounts").expect("/proc");
        let mount = mounts.lines().find_map(|line| {
            let mut words = line.split(' ');
            let (place, kind) = (words.nth(1)?, words.next()?);
            (kind == "cgroup2").then(|| place.to_owned())
        });
        let Some(mount) = mount else {
            println!("skipped: no cgroup2 is mounted");
            return;
        };
        assert!(open_cgroup(&mount).is_some());
        assert!(open_cgroup(&format!("{mount}/cgroup.procs")).is_none());
        assert!(open_netns(&mount).is_none());
    }

    /// Nobody waits for the other end, and nobody at the other end is woken.
    #[test]
    fn other_files_are_not_opened() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("fifo");
        let name = std::ffi::CString::new(path.as_os_str().as_bytes()).expect("a path");
        // SAFETY: the kernel reads a path.
        #[allow(unsafe_code, reason = "std makes no FIFOs")]
        let made = unsafe { libc::mkfifo(name.as_ptr(), 0o600) };
        assert_eq!(made, 0);
        let text = path.to_str().expect("a path");
        assert!(open_cgroup(text).is_none());
        assert!(open_netns(text).is_none());
        // A writer that does not wait fails as long as nobody has the FIFO open.
        let flags = OFlags::WRONLY | OFlags::NONBLOCK;
        let writer = fs::open(&path, flags, Mode::empty());
        assert_eq!(writer.map(|_| ()), Err(Errno::NXIO));
    }
}
