//! Opening perf events.

use libbpf_rs::libbpf_sys::perf_event_attr;
use std::io;
use std::os::fd::{FromRawFd, OwnedFd};

/// `PERF_FLAG_FD_CLOEXEC` of <linux/perf_event.h>.
const CLOSE_ON_EXEC: libc::c_ulong = 1 << 3;

/// Size of the struct that the kernel reads.
#[expect(clippy::cast_possible_truncation, reason = "about a hundred bytes")]
const SIZE: u32 = size_of::<perf_event_attr>() as u32;

/// An event of all processes on one CPU. `None` if that CPU is possible, but not there.
pub(crate) fn open(attributes: perf_event_attr, cpu: u32) -> io::Result<Option<OwnedFd>> {
    let attributes = perf_event_attr {
        size: SIZE,
        ..attributes
    };
    // SAFETY: the kernel reads the struct, whose size is in it; the result is a descriptor that nobody else has.
    #[allow(unsafe_code, reason = "no crate here has this system call")]
    let fd = unsafe {
        let fd = libc::syscall(
            libc::SYS_perf_event_open,
            &raw const attributes,
            -1,
            cpu,
            -1,
            CLOSE_ON_EXEC,
        );
        match i32::try_from(fd) {
            Ok(fd) if fd >= 0 => Ok(OwnedFd::from_raw_fd(fd)),
            _ => Err(io::Error::last_os_error()),
        }
    };
    match fd {
        Err(error) if error.raw_os_error() == Some(libc::ENODEV) => Ok(None),
        fd => fd.map(Some),
    }
}
