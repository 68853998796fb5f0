//! The memory that a perf event shares with who reads its samples: a page about it, then a ring of pages.

use rustix::mm::{MapFlags, ProtFlags, mmap, munmap};
use rustix::param::page_size;
use std::ffi::c_void;
use std::fmt;
use std::os::fd::BorrowedFd;
use std::ptr::{NonNull, null_mut};
use std::sync::atomic::{AtomicU64, Ordering};

/// Pages of each CPU's ring, as libbpf's tools have them; one more describes it.
pub(crate) const PERF_PAGES: usize = 64;

/// `struct perf_event_mmap_page` of <linux/perf_event.h>: where the kernel is, and where the reader is.
const HEAD: usize = 1024;
const TAIL: usize = 1032;

/// `struct perf_event_header`: type, what is not of interest here, size of the record with it.
const HEADER: usize = 8;
const PERF_RECORD_LOST: u32 = 2;
const PERF_RECORD_SAMPLE: u32 = 9;

/// What came from a CPU.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Record<'a> {
    Sample(&'a [u8]),
    /// So many samples had no room.
    Lost(u64),
}

/// The mapped memory of one event. As long as one lives, the kernel has samples to put there.
pub(crate) struct PerfRing {
    memory: NonNull<u8>,
    len: usize,
    /// A record that goes over the end of the ring, in one piece.
    joined: Vec<u8>,
}

// SAFETY: the memory is mapped for the whole process, and is reached through this only.
#[allow(unsafe_code, reason = "a pointer to memory of its own")]
unsafe impl Send for PerfRing {}

impl PerfRing {
    /// Maps the ring of an event. The first that does decides how many pages there are, and they are counted for him.
    pub(crate) fn map(event: BorrowedFd<'_>) -> Result<Self, rustix::io::Errno> {
        let len = (PERF_PAGES + 1) * page_size();
        // SAFETY: the kernel chooses the place, so nothing that is in use is mapped over.
        #[allow(unsafe_code, reason = "memory that is shared with the kernel")]
        let memory = unsafe {
            let protection = ProtFlags::READ | ProtFlags::WRITE;
            mmap(null_mut(), len, protection, MapFlags::SHARED, event, 0)?
        };
        let memory = NonNull::new(memory.cast()).ok_or(rustix::io::Errno::NOMEM)?;
        let joined = Vec::new();
        Ok(PerfRing {
            memory,
            len,
            joined,
        })
    }

    fn position(&self, offset: usize) -> &AtomicU64 {
        // SAFETY: the offset is one of two in the first page, whose start is aligned; the kernel and this process access it as a
        // word.
        #[allow(unsafe_code, reason = "memory that is shared with the kernel")]
        unsafe {
            &*self.memory.as_ptr().add(offset).cast::<AtomicU64>()
        }
    }

    /// Copies `out.len()` bytes of the ring from a position on, over its end if need be.
    fn copy(&self, position: u64, out: &mut [u8]) {
        let page = page_size();
        let ring = self.len - page;
        // The remainder fits, since the ring does.
        let start = usize::try_from(position % ring as u64).unwrap_or(0);
        let first = out.len().min(ring - start);
        // SAFETY: both parts are inside the ring, as `out` is no longer than that; the kernel does not write what was not taken.
        #[allow(unsafe_code, reason = "memory that is shared with the kernel")]
        unsafe {
            let data = self.memory.as_ptr().add(page);
            std::ptr::copy_nonoverlapping(data.add(start), out.as_mut_ptr(), first);
            let rest = out.len() - first;
            std::ptr::copy_nonoverlapping(data, out.as_mut_ptr().add(first), rest);
        }
    }

    /// Takes all records that are there.
    pub(crate) fn take(&mut self, mut each: impl FnMut(Record<'_>)) {
        let ring = (self.len - page_size()) as u64;
        let head = self.position(HEAD).load(Ordering::Acquire);
        let mut tail = self.position(TAIL).load(Ordering::Relaxed);
        let mut joined = std::mem::take(&mut self.joined);
        // What the positions and sizes say is checked: the memory is the kernel's, but not only.
        while head.wrapping_sub(tail) >= HEADER as u64 && head.wrapping_sub(tail) <= ring {
            let mut header = [0; HEADER];
            self.copy(tail, &mut header);
            let [a, b, c, d, _, _, low, high] = header;
            let (kind, size) = (
                u32::from_ne_bytes([a, b, c, d]),
                u16::from_ne_bytes([low, high]),
            );
            if usize::from(size) < HEADER || u64::from(size) > head.wrapping_sub(tail) {
                break;
            }
            joined.resize(usize::from(size), 0);
            self.copy(tail, &mut joined);
            if let Some(record) = record(kind, joined.get(HEADER..).unwrap_or_default()) {
                each(record);
            }
            tail = tail.wrapping_add(u64::from(size));
        }
        self.joined = joined;
        self.position(TAIL).store(head, Ordering::Release);
    }
}

fn record(kind: u32, body: &[u8]) -> Option<Record<'_>> {
    match kind {
        // Its size in four bytes, then itself, padded.
        PERF_RECORD_SAMPLE => {
            let (size, rest) = body.split_first_chunk()?;
            let size = usize::try_from(u32::from_ne_bytes(*size)).ok()?;
            rest.get(..size).map(Record::Sample)
        }
        // Which event it was, then the number.
        PERF_RECORD_LOST => {
            let lost = body.get(8..)?.first_chunk()?;
            Some(Record::Lost(u64::from_ne_bytes(*lost)))
        }
        _ => None,
    }
}

impl Drop for PerfRing {
    fn drop(&mut self) {
        // SAFETY: mapped above with this size, and used nowhere else.
        #[allow(unsafe_code, reason = "memory that is shared with the kernel")]
        let _ = unsafe { munmap(self.memory.as_ptr().cast::<c_void>(), self.len) };
    }
}

impl fmt::Debug for PerfRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PerfRing")
            .field("len", &self.len)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records() {
        let sample = [&5_u32.to_ne_bytes()[..], b"helloxxx"].concat();
        assert_eq!(
            record(PERF_RECORD_SAMPLE, &sample),
            Some(Record::Sample(b"hello"))
        );
        let lying = [&99_u32.to_ne_bytes()[..], b"hello"].concat();
        assert_eq!(record(PERF_RECORD_SAMPLE, &lying), None);
        let lost = [1_u64, 7].map(u64::to_ne_bytes).concat();
        assert_eq!(record(PERF_RECORD_LOST, &lost), Some(Record::Lost(7)));
        assert_eq!(record(PERF_RECORD_LOST, &[0; 12]), None);
        assert_eq!(record(1, &[0; 32]), None);
    }
}
