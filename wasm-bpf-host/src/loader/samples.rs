//! The perf events that a perf event array puts samples into: one for each CPU. Opening one, and mapping it first, takes privileges;
//! reading it does not.

use crate::perf_event;
use crate::perf_ring::PerfRing;
use libbpf_rs::libbpf_sys;
use std::ffi::c_void;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};

/// One for each CPU that is there.
#[derive(Debug)]
pub(super) struct PerfEvents {
    events: Vec<PerfEvent>,
}

#[derive(Debug)]
struct PerfEvent {
    fd: OwnedFd,
    /// Whoever maps it later shares this, which is not counted for him.
    #[expect(dead_code, reason = "it is there to be dropped")]
    ring: PerfRing,
}

impl PerfEvents {
    /// Opens events and puts them into the map, which has that many places.
    pub(super) fn open(map: BorrowedFd<'_>, places: u32) -> io::Result<Self> {
        let cpus = libbpf_rs::num_possible_cpus().map_err(io::Error::other)?;
        let cpus = u32::try_from(cpus).unwrap_or(u32::MAX);
        let mut events = Vec::new();
        for cpu in 0..cpus.min(places) {
            let Some(fd) = perf_event::open(attributes(), cpu)? else {
                continue;
            };
            let ring = PerfRing::map(fd.as_fd())?;
            put(map, cpu, &fd)?;
            events.push(PerfEvent { fd, ring });
        }
        Ok(PerfEvents { events })
    }

    pub(super) fn fds(&self) -> Vec<BorrowedFd<'_>> {
        self.events.iter().map(|event| event.fd.as_fd()).collect()
    }
}

/// What programs on one CPU put samples into. Each sample wakes up who waits.
fn attributes() -> libbpf_sys::perf_event_attr {
    let mut attributes = libbpf_sys::perf_event_attr {
        type_: libbpf_sys::PERF_TYPE_SOFTWARE,
        config: u64::from(libbpf_sys::PERF_COUNT_SW_BPF_OUTPUT),
        sample_type: u64::from(libbpf_sys::PERF_SAMPLE_RAW),
        ..Default::default()
    };
    attributes.__bindgen_anon_1.sample_period = 1;
    attributes.__bindgen_anon_2.wakeup_events = 1;
    attributes
}

/// Puts an event at its CPU's place. It is enabled: it was not opened as disabled.
fn put(map: BorrowedFd<'_>, cpu: u32, event: &OwnedFd) -> io::Result<()> {
    let fd = event.as_raw_fd();
    let (key, value) = ((&raw const cpu).cast(), (&raw const fd).cast::<c_void>());
    // SAFETY: key and value have four bytes each, as those of all perf event arrays.
    #[allow(unsafe_code, reason = "libbpf-rs has no map by descriptor")]
    let result = unsafe { libbpf_sys::bpf_map_update_elem(map.as_raw_fd(), key, value, 0) };
    match result {
        0 => Ok(()),
        error => Err(io::Error::from_raw_os_error(-error)),
    }
}
