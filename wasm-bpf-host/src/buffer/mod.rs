//! Events of a ring buffer or a perf event array, on their way from the kernel to the guest.

mod event_queue;
mod ring;
mod samples;

pub(crate) use event_queue::EventQueue;

use crate::errno::{Errno, Failure};
use crate::interrupt::{Interrupt, Wake};
use crate::map::Map;
use libbpf_rs::MapType;
use ring::Ring;
use rustix::event::PollFlags;
use samples::Samples;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::Duration;

/// The consumer of one map.
#[derive(Debug)]
pub(crate) struct Buffer {
    source: Source,
    queue: EventQueue,
    /// The user was told of an event that was cut.
    pub(crate) told_cut: bool,
}

#[derive(Debug)]
enum Source {
    Ring(Ring),
    Perf(Samples),
}

impl Buffer {
    /// Opens the buffers of a map. `-EINVAL` if it is of another kind. `samples` opens the perf events of a perf event array.
    pub(crate) fn open(
        map: &Map,
        samples: impl FnOnce() -> Result<Vec<OwnedFd>, Failure>,
    ) -> Result<Self, Failure> {
        let queue = EventQueue::default();
        let failed = |errno: Errno| {
            let why = std::io::Error::from_raw_os_error(errno.number());
            let message = format!("map {}: cannot open its buffer: {why}", map.name());
            Failure::new(errno, message)
        };
        let source = match map.kind() {
            MapType::RingBuf => {
                Source::Ring(Ring::open(map.as_fd(), queue.clone()).map_err(failed)?)
            }
            MapType::PerfEventArray => {
                Source::Perf(Samples::open(samples()?, queue.clone()).map_err(failed)?)
            }
            _ => {
                let message = format!("map {} has no events", map.name());
                return Err(Failure::new(Errno::INVAL, message));
            }
        };
        Ok(Buffer {
            source,
            queue,
            told_cut: false,
        })
    }

    /// The events that were taken from the kernel.
    pub(crate) fn queue(&self) -> EventQueue {
        self.queue.clone()
    }

    /// Takes events from the kernel, without waiting, if all those before are delivered. Whether there are any, and how many
    /// the kernel has dropped since.
    pub(crate) fn refill(&mut self) -> Result<(bool, u64), Errno> {
        {
            let mut queue = self.queue.lock();
            if !queue.is_empty() {
                return Ok((true, 0));
            }
            queue.clear();
        }
        match &mut self.source {
            Source::Ring(ring) => ring.consume()?,
            Source::Perf(samples) => samples.consume(),
        }
        let mut queue = self.queue.lock();
        let lost = std::mem::take(&mut queue.lost);
        Ok((!queue.is_empty(), lost))
    }

    /// Waits for events, or until `life` hangs up.
    pub(crate) fn wait(
        &self,
        interrupt: &Interrupt,
        life: Option<BorrowedFd<'_>>,
        timeout: Option<Duration>,
    ) -> Result<Wake, Errno> {
        let fd = match &self.source {
            Source::Ring(ring) => ring.fd(),
            Source::Perf(samples) => samples.fd(),
        };
        let events = (fd, PollFlags::IN);
        match life {
            Some(life) => interrupt.wait(&[events, (life, PollFlags::empty())], timeout),
            None => interrupt.wait(&[events], timeout),
        }
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        self.queue.lock().closed = true;
    }
}
