//! Perf buffers: a ring of samples for each CPU.

use super::event_queue::EventQueue;
use crate::errno::Errno;
use crate::perf_ring::{PerfRing, Record};
use rustix::event::epoll;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

#[derive(Debug)]
pub(super) struct Samples {
    rings: Vec<PerfRing>,
    #[expect(dead_code, reason = "as long as they are open, there are samples")]
    events: Vec<OwnedFd>,
    /// Readable when there are samples.
    poll: OwnedFd,
    queue: EventQueue,
}

impl Samples {
    pub(super) fn open(events: Vec<OwnedFd>, queue: EventQueue) -> Result<Self, Errno> {
        let poll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
        let mut rings = Vec::new();
        for event in &events {
            rings.push(PerfRing::map(event.as_fd())?);
            let data = epoll::EventData::new_u64(0);
            epoll::add(&poll, event, data, epoll::EventFlags::IN)?;
        }
        Ok(Samples {
            rings,
            events,
            poll,
            queue,
        })
    }

    /// Takes samples, without waiting.
    pub(super) fn consume(&mut self) {
        let mut queue = self.queue.lock();
        for ring in &mut self.rings {
            ring.take(|record| match record {
                Record::Sample(sample) => queue.push(sample),
                Record::Lost(count) => queue.lost = queue.lost.saturating_add(count),
            });
        }
    }

    pub(super) fn fd(&self) -> BorrowedFd<'_> {
        self.poll.as_fd()
    }
}
