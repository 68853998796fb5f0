//! Events of a ring buffer or a perf event array, on their way from the kernel to the guest.

use crate::errno::{Errno, Failure};
use crate::interrupt::{Interrupt, Wake};
use crate::limits::PERF_PAGES;
use crate::map::Map;
use libbpf_rs::{MapType, PerfBuffer, PerfBufferBuilder, RingBuffer, RingBufferBuilder};
use rustix::event::PollFlags;
use std::fmt;
use std::os::fd::BorrowedFd;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Records taken from a ring buffer at a time. What is not delivered is kept, so this bounds only memory.
const BATCH: usize = 512;

/// The consumer of one map.
pub(crate) struct Buffer {
    source: Source,
    queue: Queue,
    /// The user was told of an event that was cut.
    pub(crate) told_cut: bool,
}

enum Source {
    Ring(RingBuffer<'static>),
    Perf(PerfBuffer<'static>),
}

/// What libbpf's callbacks fill. They run only within calls of libbpf here, so nobody ever waits for it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Queue(Arc<Mutex<Records>>);

impl Queue {
    fn lock(&self) -> MutexGuard<'_, Records> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives the next event that was taken from the kernel to `take`. There is none when the buffer is closed.
    pub(crate) fn next<T>(&self, take: impl FnOnce(&[u8]) -> T) -> Option<T> {
        self.lock().pop().map(take)
    }
}

/// Events that are not delivered yet, one behind the other.
#[derive(Debug, Default)]
struct Records {
    bytes: Vec<u8>,
    /// Where each ends.
    ends: Vec<usize>,
    /// The next one, and where it starts.
    next: usize,
    start: usize,
    /// Samples for which there was no room.
    lost: u64,
    /// The buffer is gone.
    closed: bool,
}

impl Records {
    fn push(&mut self, record: &[u8]) {
        self.bytes.extend_from_slice(record);
        self.ends.push(self.bytes.len());
    }

    /// The next event, which is delivered thereby.
    fn pop(&mut self) -> Option<&[u8]> {
        if self.closed {
            return None;
        }
        let end = *self.ends.get(self.next)?;
        let record = self.bytes.get(self.start..end)?;
        self.next += 1;
        self.start = end;
        Some(record)
    }

    fn is_empty(&self) -> bool {
        self.next == self.ends.len()
    }

    fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
        (self.next, self.start) = (0, 0);
    }
}

impl Buffer {
    /// Opens the buffers of a map. `-EINVAL` if it is of another kind.
    pub(crate) fn open(map: &Map) -> Result<Self, Failure> {
        let queue = Queue::default();
        let failed = |error: &libbpf_rs::Error| {
            let what = format!("map {}: cannot open its buffer", map.name().display());
            Failure::libbpf(&what, error)
        };
        let (filled, lost) = (queue.clone(), queue.clone());
        let source = match map.kind() {
            MapType::RingBuf => {
                let mut builder = RingBufferBuilder::new();
                let take = move |record: &[u8]| {
                    filled.lock().push(record);
                    0
                };
                builder
                    .add(map.handle(), take)
                    .map_err(|error| failed(&error))?;
                Source::Ring(builder.build().map_err(|error| failed(&error))?)
            }
            MapType::PerfEventArray => Source::Perf(
                PerfBufferBuilder::new(map.handle())
                    .pages(PERF_PAGES)
                    .sample_cb(move |_cpu, record: &[u8]| filled.lock().push(record))
                    .lost_cb(move |_cpu, count| lost.lock().lost += count)
                    .build()
                    .map_err(|error| failed(&error))?,
            ),
            _ => {
                let message = format!("map {} has no events", map.name().display());
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
    pub(crate) fn queue(&self) -> Queue {
        self.queue.clone()
    }

    /// Takes events from the kernel, without waiting, if all those before are delivered. Whether there are any, and how many
    /// the kernel has dropped since.
    pub(crate) fn refill(&self) -> Result<(bool, u64), Errno> {
        if !self.queue.lock().is_empty() {
            return Ok((true, 0));
        }
        self.queue.lock().clear();
        match &self.source {
            Source::Ring(ring) => {
                let result = ring.consume_raw_n(BATCH);
                if result < 0 {
                    return Err(Errno::of_result(result));
                }
            }
            Source::Perf(perf) => perf.consume().map_err(|error| Errno::of_libbpf(&error))?,
        }
        let mut queue = self.queue.lock();
        let lost = std::mem::take(&mut queue.lost);
        Ok((!queue.is_empty(), lost))
    }

    /// Waits for events.
    pub(crate) fn wait(
        &self,
        interrupt: &Interrupt,
        timeout: Option<Duration>,
    ) -> Result<Wake, Errno> {
        let fd = match &self.source {
            Source::Ring(ring) => ring.epoll_fd(),
            Source::Perf(perf) => perf.epoll_fd(),
        };
        if fd < 0 {
            return Err(Errno::BADF);
        }
        // SAFETY: the descriptor is that of the buffer, which is borrowed for as long.
        #[allow(unsafe_code, reason = "libbpf-rs gives it as a number")]
        let fd = unsafe { BorrowedFd::borrow_raw(fd) };
        interrupt.wait(&[(fd, PollFlags::IN)], timeout)
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        self.queue.lock().closed = true;
    }
}

impl fmt::Debug for Buffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match &self.source {
            Source::Ring(_) => "Ring",
            Source::Perf(_) => "Perf",
        };
        f.debug_tuple("Buffer").field(&kind).finish()
    }
}
