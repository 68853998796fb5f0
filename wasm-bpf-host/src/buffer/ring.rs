//! Ring buffers: libbpf takes the events. It needs no more than the map's descriptor.

use super::event_queue::EventQueue;
use crate::errno::Errno;
use libbpf_rs::libbpf_sys;
use std::ffi::{c_int, c_void};
use std::os::fd::{AsRawFd, BorrowedFd};
use std::ptr::NonNull;

/// Records taken from a ring buffer at a time. What is not delivered is kept, so this bounds only memory.
const BATCH: usize = 512;

#[derive(Debug)]
pub(super) struct Ring {
    ring: NonNull<libbpf_sys::ring_buffer>,
    /// Where the events go. libbpf has its address.
    _queue: Box<EventQueue>,
}

// SAFETY: libbpf's ring buffers belong to no thread.
#[allow(unsafe_code, reason = "a pointer to what libbpf allocated")]
unsafe impl Send for Ring {}

/// What libbpf calls for each event.
#[allow(unsafe_code, reason = "a function that libbpf calls")]
unsafe extern "C" fn take(
    queue: *mut c_void,
    event: *mut c_void,
    size: libbpf_sys::size_t,
) -> c_int {
    let Ok(size) = usize::try_from(size) else {
        return 0;
    };
    // SAFETY: the first is the queue of `Ring`, which lives as long as libbpf's ring; the event is the kernel's, in memory that is
    // mapped for reading, and is not written before it is taken.
    unsafe {
        let event = std::slice::from_raw_parts(event.cast::<u8>(), size);
        (*queue.cast::<EventQueue>()).lock().push(event);
    }
    0
}

impl Ring {
    pub(super) fn open(map: BorrowedFd<'_>, queue: EventQueue) -> Result<Self, Errno> {
        let mut queue = Box::new(queue);
        let context = (&raw mut *queue).cast();
        // SAFETY: the descriptor is open; the context lives as long as the ring. NULL is no options.
        #[allow(unsafe_code, reason = "libbpf-rs takes no map by descriptor")]
        let ring = unsafe {
            libbpf_sys::ring_buffer__new(map.as_raw_fd(), Some(take), context, std::ptr::null())
        };
        let _queue = queue;
        match NonNull::new(ring) {
            Some(ring) => Ok(Ring { ring, _queue }),
            None => Err(Errno::of_io(&std::io::Error::last_os_error())),
        }
    }

    /// Takes events, without waiting.
    pub(super) fn consume(&self) -> Result<(), Errno> {
        // SAFETY: the ring is open.
        #[allow(unsafe_code, reason = "libbpf-rs takes no map by descriptor")]
        let result = unsafe {
            libbpf_sys::ring_buffer__consume_n(self.ring.as_ptr(), BATCH as libbpf_sys::size_t)
        };
        match result {
            0.. => Ok(()),
            error => Err(Errno::of_result(error)),
        }
    }

    /// Readable when there are events.
    pub(super) fn fd(&self) -> BorrowedFd<'_> {
        // SAFETY: the ring is open, and its descriptor as long as it is.
        #[allow(unsafe_code, reason = "libbpf-rs takes no map by descriptor")]
        unsafe {
            BorrowedFd::borrow_raw(libbpf_sys::ring_buffer__epoll_fd(self.ring.as_ptr()))
        }
    }
}

impl Drop for Ring {
    fn drop(&mut self) {
        // SAFETY: opened above, and closed nowhere else.
        #[allow(unsafe_code, reason = "libbpf-rs takes no map by descriptor")]
        unsafe {
            libbpf_sys::ring_buffer__free(self.ring.as_ptr());
        }
    }
}
