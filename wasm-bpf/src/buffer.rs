//! Events of a ring buffer or a perf event array, on their way from the kernel to the guest.

use crate::errno::{Errno, Failure};
use crate::interrupt::{Interrupt, Wake};
use crate::map::Map;
use libbpf_rs::{MapType, PerfBuffer, PerfBufferBuilder, RingBuffer, RingBufferBuilder};
use rustix::event::PollFlags;
use std::fmt;
use std::os::fd::BorrowedFd;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Records taken from a ring buffer at a time. What is not delivered is kept, so this bounds only memory.
const BATCH: usize = 512;
/// Pages of each CPU's perf buffer, as libbpf's tools have them.
const PERF_PAGES: usize = 64;

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
type Queue = Arc<Mutex<Records>>;

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
}

impl Records {
    fn push(&mut self, record: &[u8]) {
        self.bytes.extend_from_slice(record);
        self.ends.push(self.bytes.len());
    }

    /// The next event, which is delivered thereby.
    fn pop(&mut self) -> Option<&[u8]> {
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

fn lock(queue: &Queue) -> MutexGuard<'_, Records> {
    queue.lock().unwrap_or_else(PoisonError::into_inner)
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
                    lock(&filled).push(record);
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
                    .sample_cb(move |_cpu, record: &[u8]| lock(&filled).push(record))
                    .lost_cb(move |_cpu, count| lock(&lost).lost += count)
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

    /// Gives the next event that was taken from the kernel to `take`.
    pub(crate) fn next<T>(&self, take: impl FnOnce(&[u8]) -> T) -> Option<T> {
        lock(&self.queue).pop().map(take)
    }

    /// Takes events from the kernel, without waiting, if all those before are delivered. Whether there are any, and how many
    /// the kernel has dropped since.
    pub(crate) fn refill(&self) -> Result<(bool, u64), Errno> {
        if !lock(&self.queue).is_empty() {
            return Ok((true, 0));
        }
        lock(&self.queue).clear();
        match &self.source {
            Source::Ring(ring) => {
                let result = ring.consume_raw_n(BATCH);
                if result < 0 {
                    return Err(Errno::of_result(result));
                }
            }
            Source::Perf(perf) => perf.consume().map_err(|error| Errno::of_libbpf(&error))?,
        }
        let mut queue = lock(&self.queue);
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

impl fmt::Debug for Buffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match &self.source {
            Source::Ring(_) => "Ring",
            Source::Perf(_) => "Perf",
        };
        f.debug_tuple("Buffer").field(&kind).finish()
    }
}
