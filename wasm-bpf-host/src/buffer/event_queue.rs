//! Events on their way from the kernel to the guest.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What is taken from the kernel. It is filled only within calls that take, so nobody ever waits for it.
#[derive(Clone, Debug, Default)]
pub(crate) struct EventQueue(Arc<Mutex<Records>>);

impl EventQueue {
    pub(super) fn lock(&self) -> MutexGuard<'_, Records> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives the next event that was taken from the kernel to `take`. There is none when the buffer is closed.
    pub(crate) fn next<T>(&self, take: impl FnOnce(&[u8]) -> T) -> Option<T> {
        self.lock().pop().map(take)
    }
}

/// Events that are not delivered yet, one after the other.
#[derive(Debug, Default)]
pub(super) struct Records {
    bytes: Vec<u8>,
    /// Where each ends.
    ends: Vec<usize>,
    /// The next one, and where it starts.
    next: usize,
    start: usize,
    /// Samples for which there was no room.
    pub(super) lost: u64,
    /// The buffer is gone.
    pub(super) closed: bool,
}

impl Records {
    pub(super) fn push(&mut self, record: &[u8]) {
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

    pub(super) fn is_empty(&self) -> bool {
        self.next == self.ends.len()
    }

    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
        (self.next, self.start) = (0, 0);
    }
}
