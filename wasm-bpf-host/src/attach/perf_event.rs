//! Perf events: a sampling counter on each CPU.

use super::Request;
use crate::errno::{Errno, Failure};
use libbpf_rs::{Link, libbpf_sys};
use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

/// Samples a second, unless the target says it.
const FREQUENCY: u64 = 99;

/// Names of events as perf has them: type and number.
const EVENTS: [(&str, u32, u32); 8] = [
    (
        "cpu-clock",
        libbpf_sys::PERF_TYPE_SOFTWARE,
        libbpf_sys::PERF_COUNT_SW_CPU_CLOCK,
    ),
    (
        "task-clock",
        libbpf_sys::PERF_TYPE_SOFTWARE,
        libbpf_sys::PERF_COUNT_SW_TASK_CLOCK,
    ),
    (
        "page-faults",
        libbpf_sys::PERF_TYPE_SOFTWARE,
        libbpf_sys::PERF_COUNT_SW_PAGE_FAULTS,
    ),
    (
        "context-switches",
        libbpf_sys::PERF_TYPE_SOFTWARE,
        libbpf_sys::PERF_COUNT_SW_CONTEXT_SWITCHES,
    ),
    (
        "cycles",
        libbpf_sys::PERF_TYPE_HARDWARE,
        libbpf_sys::PERF_COUNT_HW_CPU_CYCLES,
    ),
    (
        "instructions",
        libbpf_sys::PERF_TYPE_HARDWARE,
        libbpf_sys::PERF_COUNT_HW_INSTRUCTIONS,
    ),
    (
        "cache-misses",
        libbpf_sys::PERF_TYPE_HARDWARE,
        libbpf_sys::PERF_COUNT_HW_CACHE_MISSES,
    ),
    (
        "branch-misses",
        libbpf_sys::PERF_TYPE_HARDWARE,
        libbpf_sys::PERF_COUNT_HW_BRANCH_MISSES,
    ),
];

impl Request<'_> {
    pub(super) fn perf_event(&self) -> Result<Vec<Link>, Failure> {
        let expected = "an event and samples a second: cpu-clock@99";
        let bad = || self.bad_target(expected);
        let (name, frequency) = match self.target.split_once('@') {
            Some((name, frequency)) => (name, frequency.parse().map_err(|_| bad())?),
            None => (self.target, FREQUENCY),
        };
        let event = EVENTS.iter().find(|(known, ..)| *known == name);
        let (_, kind, number) = *event.ok_or_else(bad)?;
        let failed = |error: io::Error| {
            let why = format!("cannot open {name}: {error}");
            self.failure(Errno::of_io(&error), &why)
        };
        let cpus = libbpf_rs::num_possible_cpus();
        let cpus = i32::try_from(self.result(cpus)?).unwrap_or(i32::MAX);
        let mut links = Vec::new();
        for cpu in 0..cpus {
            let counter = match open(kind, number, frequency, cpu) {
                Ok(counter) => counter,
                // A possible CPU that is not there.
                Err(error) if error.raw_os_error() == Some(libc::ENODEV) => continue,
                Err(error) => return Err(failed(error)),
            };
            let link = self.program.attach_perf_event(counter.as_raw_fd());
            links.push(self.result(link)?);
            // The link closes it.
            let _ = std::os::fd::IntoRawFd::into_raw_fd(counter);
        }
        Ok(links)
    }
}

/// `PERF_FLAG_FD_CLOEXEC` of <linux/perf_event.h>.
const CLOSE_ON_EXEC: libc::c_ulong = 1 << 3;

/// Size of the struct that the kernel reads.
#[expect(clippy::cast_possible_truncation, reason = "about a hundred bytes")]
const SIZE: u32 = size_of::<libbpf_sys::perf_event_attr>() as u32;

/// A counter of all processes on one CPU.
fn open(kind: u32, number: u32, frequency: u64, cpu: i32) -> io::Result<OwnedFd> {
    let mut attributes = libbpf_sys::perf_event_attr {
        type_: kind,
        size: SIZE,
        config: u64::from(number),
        ..Default::default()
    };
    attributes.__bindgen_anon_1.sample_freq = frequency;
    attributes.set_freq(1);
    // SAFETY: the kernel reads the struct, whose size is in it; the result is a descriptor that nobody else has.
    #[allow(unsafe_code, reason = "no crate here has this system call")]
    unsafe {
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
    }
}
