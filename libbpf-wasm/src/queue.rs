//! Events between the host's call and the guest's callback.

use alloc::vec::Vec;
use core::fmt;

/// Events may have this size at first, in bytes.
const FIRST_SIZE: usize = 4096;
/// The size grows up to this.
const LAST_SIZE: usize = 1 << 20;
/// Who has this much to deliver, does so before it takes more.
const FULL: usize = 1 << 20;

/// Events, one after the other: size, whether it was cut, bytes, padding to 8.
pub(crate) struct Queue {
    bytes: Vec<u8>,
    /// What is delivered.
    start: usize,
    /// How large an event may be now, and from the next poll on.
    size: usize,
    want: usize,
    /// The guest said how large.
    fixed: bool,
    /// Of this poll: events, those that were cut.
    samples: u32,
    cut: u32,
    full: bool,
    lost: bool,
}

/// Size, and 1 if the event was cut, as little-endian words.
const HEADER: usize = 8;

/// An event as bytes, and whether they are all.
#[repr(transparent)]
pub struct Sample([u8]);

impl Default for Queue {
    fn default() -> Self {
        Queue {
            bytes: Vec::new(),
            start: 0,
            size: FIRST_SIZE,
            want: FIRST_SIZE,
            fixed: false,
            samples: 0,
            cut: 0,
            full: false,
            lost: false,
        }
    }
}

impl Queue {
    /// Begins a poll: how large an event may be.
    pub(crate) fn begin(&mut self) -> usize {
        self.size = self.want;
        (self.samples, self.cut) = (0, 0);
        (self.full, self.lost) = (false, false);
        self.bytes.clear();
        self.start = 0;
        self.size
    }

    pub(crate) fn fix_size(&mut self, size: usize) {
        self.want = size;
        self.fixed = true;
    }

    /// How large an event may be.
    pub(crate) fn size(&self) -> usize {
        self.size
    }

    /// Adds an event of `whole` bytes, of which `bytes` are the first [`Queue::size`] or all. Hosts cut what is larger than
    /// they were told, which is one more; some pass the size that it had. `false`: no more, please.
    pub(crate) fn push(&mut self, bytes: &[u8], whole: usize) -> bool {
        self.samples += 1;
        let cut = whole > self.size;
        if cut {
            self.cut += 1;
            if !self.fixed {
                let grown = self.want.max(self.size.saturating_mul(2)).max(whole);
                self.want = grown.min(LAST_SIZE);
            }
        }
        let padded = bytes.len().next_multiple_of(HEADER);
        if self.bytes.try_reserve(HEADER + padded).is_err() {
            self.lost = true;
            return false;
        }
        // No host has events of more than 32 bits of size.
        let len = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        self.bytes.extend_from_slice(&len.to_le_bytes());
        self.bytes.extend_from_slice(&u32::from(cut).to_le_bytes());
        self.bytes.extend_from_slice(bytes);
        self.bytes
            .resize(self.bytes.len() + padded - bytes.len(), 0);
        self.full = self.bytes.len() >= FULL;
        !self.full
    }

    /// The next event, which is delivered thereby.
    pub(crate) fn next(&mut self) -> Option<&Sample> {
        let rest = self.bytes.get(self.start..)?;
        let len = u32::from_le_bytes(*rest.first_chunk()?) as usize;
        let sample = rest.get(..HEADER + len)?;
        self.start += (HEADER + len).next_multiple_of(HEADER);
        Some(Sample::of(sample))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.start >= self.bytes.len()
    }

    /// How many events of this poll were cut.
    pub(crate) fn cut(&self) -> u32 {
        self.cut
    }

    /// Whether the host had an event in this poll.
    pub(crate) fn was_called(&self) -> bool {
        self.samples > 0
    }

    pub(crate) fn was_full(&self) -> bool {
        self.full
    }

    /// Whether there was no memory for an event.
    pub(crate) fn has_lost(&self) -> bool {
        self.lost
    }
}

impl Sample {
    fn of(bytes: &[u8]) -> &Self {
        // SAFETY: transparent.
        #[allow(unsafe_code, reason = "a transparent newtype of an unsized type")]
        unsafe {
            &*(core::ptr::from_ref(bytes) as *const Self)
        }
    }

    /// The event's bytes.
    pub fn bytes(&self) -> &[u8] {
        self.0.get(HEADER..).unwrap_or_default()
    }

    /// Whether the event was larger, and cut.
    pub fn is_truncated(&self) -> bool {
        self.0.get(4).is_some_and(|cut| *cut != 0)
    }
}

impl fmt::Debug for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sample")
            .field("bytes", &self.bytes())
            .field("is_truncated", &self.is_truncated())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::{FIRST_SIZE, FULL, LAST_SIZE, Queue};

    #[test]
    fn events_come_once_and_in_order() {
        let mut queue = Queue::default();
        queue.begin();
        assert!(queue.push(b"one", 3) && queue.push(b"", 0) && queue.push(&[7; 9], 9));
        assert_eq!(queue.next().unwrap().bytes(), b"one");
        assert_eq!(queue.next().unwrap().bytes(), b"");
        assert!(!queue.is_empty());
        let last = queue.next().unwrap();
        assert_eq!((last.bytes(), last.is_truncated()), (&[7; 9][..], false));
        assert!(queue.is_empty() && queue.next().is_none());
        queue.begin();
        assert!(queue.next().is_none() && !queue.was_called());
    }

    #[test]
    fn room_grows_after_an_event_was_cut() {
        let mut queue = Queue::default();
        let size = queue.begin();
        assert!(queue.push(&vec![1; size], size));
        assert_eq!(queue.cut(), 0);
        // A host that tells the cut size, then one that tells the whole.
        assert!(queue.push(&vec![1; size], size + 1) && queue.next().is_some());
        assert!(queue.next().unwrap().is_truncated());
        assert_eq!((queue.cut(), queue.begin()), (1, 2 * FIRST_SIZE));
        assert!(queue.push(&vec![1; 2 * FIRST_SIZE], 50_000));
        assert_eq!(queue.begin(), 50_000);
        queue.push(&[], usize::MAX);
        assert_eq!(queue.begin(), LAST_SIZE);
        queue.fix_size(16);
        assert_eq!(queue.begin(), 16);
        queue.push(&[1; 16], 17);
        assert_eq!((queue.cut(), queue.begin()), (1, 16));
    }

    #[test]
    fn a_full_queue_says_so() {
        let mut queue = Queue::default();
        queue.begin();
        let event = vec![0; FULL / 4];
        assert_eq!(
            [(); 4].map(|()| queue.push(&event, event.len())),
            [true, true, true, false]
        );
        assert!(queue.was_full());
        assert_eq!(std::iter::from_fn(|| queue.next().map(|_| ())).count(), 4);
    }
}
