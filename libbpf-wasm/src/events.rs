//! Events of ring buffers and perf event arrays.

use crate::errno::{self, EBUSY, EINTR, EINVAL, ENOMEM};
use crate::error::{Error, Result};
use crate::map::Map;
use crate::object::host_error;
use crate::queue::{Queue, Sample};
use crate::spec::PERF_EVENT_ARRAY;
use crate::sys;
use crate::view::{Event, Outcome};
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};
use core::ffi::{c_int, c_void};
use core::fmt;
use core::ops::{ControlFlow, Deref};
use core::time::Duration;

/// A ring buffer, `BPF_MAP_TYPE_RINGBUF`.
#[derive(Clone, Debug)]
pub struct RingBuf(Map);

/// An array of perf event buffers, `BPF_MAP_TYPE_PERF_EVENT_ARRAY`.
#[derive(Clone, Debug)]
pub struct PerfEventArray(Map);

impl RingBuf {
    /// Gives each event to `callback`, which takes `&T` of a generated type `T`, `&[u8]` or [`&Sample`](Sample), and returns
    /// nothing, a [`ControlFlow`] or a `Result`. Nothing is asked for before the first [`EventBuffer::poll`].
    ///
    /// # Errors
    /// `EBADF` if the skeleton is gone.
    pub fn ring_buffer<'c, E, R, F>(&self, callback: F) -> Result<EventBuffer<'c>>
    where
        E: Event + ?Sized,
        R: Outcome,
        F: FnMut(&E) -> R + 'c,
    {
        EventBuffer::new(&self.0, callback)
    }
}

impl PerfEventArray {
    /// As [`RingBuf::ring_buffer`]. The host opens the perf buffers now. It does not tell of which CPU an event is, nor how many
    /// were lost.
    ///
    /// # Errors
    /// `EBADF` if the skeleton is gone; the host's.
    pub fn perf_buffer<'c, E, R, F>(&self, callback: F) -> Result<EventBuffer<'c>>
    where
        E: Event + ?Sized,
        R: Outcome,
        F: FnMut(&E) -> R + 'c,
    {
        let buffer = EventBuffer::new(&self.0, callback)?;
        buffer.open()?;
        Ok(buffer)
    }
}

/// Who gets the events of a ring buffer or perf event array.
///
/// The callback is called while the guest polls, but not while the host does: it may do whatever the guest may, but poll the
/// same buffer. Every event comes once and whole. An event that is larger than the host was told is cut, and counted by
/// [`EventBuffer::truncated`]; from then on there is room for such.
///
/// Hosts before ours keep one poller for each object: there, a second buffer of the same object gets nothing.
pub struct EventBuffer<'c> {
    map: Map,
    truncated: Cell<u32>,
    /// Borrowed while the guest polls.
    state: RefCell<State<'c>>,
}

type Callback<'c> = dyn FnMut(&Sample) -> Result<ControlFlow<()>> + 'c;

struct State<'c> {
    callback: Box<Callback<'c>>,
    queue: Queue,
    /// Where the host puts one event.
    data: Vec<u8>,
    /// A poll has succeeded.
    works: bool,
}

impl<'c> EventBuffer<'c> {
    fn new<E, R, F>(map: &Map, mut callback: F) -> Result<Self>
    where
        E: Event + ?Sized,
        R: Outcome,
        F: FnMut(&E) -> R + 'c,
    {
        map.fd()?;
        let name = map.name();
        let callback = move |sample: &Sample| match E::view(sample, &mut callback) {
            Ok(outcome) => outcome.flow(),
            Err(error) => Err(Error::Event {
                map: name,
                expected: error.expected,
                found: error.found,
            }),
        };
        Ok(EventBuffer {
            map: map.clone(),
            truncated: Cell::new(0),
            state: RefCell::new(State {
                callback: Box::new(callback),
                queue: Queue::default(),
                data: Vec::new(),
                works: false,
            }),
        })
    }

    fn error(&self, errno: i32) -> Error {
        self.map.error("poll", errno)
    }

    /// Waits up to `timeout` for events and gives them to the callback. `false` is the end: the wait was interrupted, or a
    /// callback said [`ControlFlow::Break`].
    ///
    /// `Duration::ZERO` does not wait, [`Duration::MAX`] waits for ever; hosts count milliseconds.
    ///
    /// # Errors
    /// [`Error::Event`] if an event is shorter than the callback's type; the callback's error; in both cases later events wait
    /// for the next poll. `EBADF` if the skeleton is gone, `EBUSY` from within the callback, `ENOMEM` if events were lost;
    /// the host's.
    pub fn poll(&self, timeout: Duration) -> Result<bool> {
        match self.turn(milliseconds(timeout)) {
            Ok((_, flow)) => Ok(flow.is_continue()),
            Err(Error::Map { errno: EINTR, .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Gives all events that are there to the callback, without waiting. How many were taken.
    ///
    /// # Errors
    /// As [`EventBuffer::poll`], and `EINTR`.
    pub fn consume(&self) -> Result<usize> {
        let mut total = 0;
        loop {
            let (count, flow) = self.turn(0)?;
            total += count;
            // The host had more than the queue holds.
            if count == 0 || flow.is_break() || !self.state.borrow().queue.was_full() {
                return Ok(total);
            }
        }
    }

    /// How many events were cut so far.
    pub fn truncated(&self) -> u32 {
        self.truncated.get()
    }

    /// Sets how large events may be from the next poll on; larger ones are cut, always. Without this there is room for 4096
    /// bytes, and more when it turns out to be needed, up to 1 MiB.
    ///
    /// # Errors
    /// `EINVAL` if `size` is 0 or no host could take it, `EBUSY` from within the callback.
    pub fn set_sample_size(&self, size: usize) -> Result<()> {
        let failed = |errno| self.map.error("set sample size", errno);
        if size == 0 || c_int::try_from(size).is_err() || size > MAX_SIZE {
            return Err(failed(EINVAL));
        }
        let mut state = self.state.try_borrow_mut().map_err(|_| failed(EBUSY))?;
        state.queue.fix_size(size);
        Ok(())
    }

    /// A perf buffer has no events until the host opens it, which it does when first asked.
    fn open(&self) -> Result<()> {
        let mut state = self.state.borrow_mut();
        self.pull(&mut state, 0)
    }

    /// One poll: how many events were delivered, and whether the callback wants more.
    fn turn(&self, timeout_ms: c_int) -> Result<(usize, ControlFlow<()>)> {
        let state = self.state.try_borrow_mut();
        let mut state = state.map_err(|_| self.error(EBUSY))?;
        // What an earlier callback did not take comes first.
        let pulled = match state.queue.is_empty() {
            true => self.pull(&mut state, timeout_ms),
            false => Ok(()),
        };
        let State {
            callback, queue, ..
        } = &mut *state;
        let mut count = 0;
        while let Some(sample) = queue.next() {
            count += 1;
            if callback(sample)?.is_break() {
                return Ok((count, ControlFlow::Break(())));
            }
        }
        pulled.map(|()| (count, ControlFlow::Continue(())))
    }

    /// Asks the host for events.
    fn pull(&self, state: &mut State<'_>, timeout_ms: c_int) -> Result<()> {
        let failed = |errno| self.error(errno);
        let handle = self.map.object.handle().map_err(failed)?;
        let fd = self.map.fd()?;
        let size = state.queue.begin();
        // The host is told one more, so that it shows whether an event was cut.
        let room = size + 1;
        if state.data.len() != room {
            state.data.clear();
            let reserved = state.data.try_reserve_exact(room);
            reserved.map_err(|_| failed(ENOMEM))?;
            state.data.resize(room, 0);
        }
        let max_size = c_int::try_from(room).map_err(|_| failed(EINVAL))?;
        // SAFETY: the host writes at most `max_size` bytes to `data`, and passes `ctx` to `on_sample`, which nothing else
        // uses until the call returns.
        #[allow(unsafe_code, reason = "a call of the host")]
        let result = unsafe {
            sys::wasm_bpf_buffer_poll(
                handle,
                fd,
                on_sample,
                (&raw mut state.queue).cast(),
                state.data.as_mut_ptr().cast(),
                max_size,
                timeout_ms,
            )
        };
        let queue = &mut state.queue;
        self.truncated
            .set(self.truncated.get().saturating_add(queue.cut()));
        if queue.has_lost() {
            return Err(failed(ENOMEM));
        }
        // A positive result is a count, of events or (perf) of CPUs, on some hosts; on others it is an error.
        let is_perf = self.map.kind() == PERF_EVENT_ARRAY;
        let counts = queue.was_called() || (is_perf && state.works);
        if result == 0 || queue.was_full() || (result > 0 && counts) {
            state.works = true;
            return Ok(());
        }
        match host_error(handle, result) {
            0 => Ok(()),
            errno => Err(failed(errno)),
        }
    }
}

impl fmt::Debug for EventBuffer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EventBuffer({})", self.map.name())
    }
}

/// Room for an event, and one more, has to be a number of the host's.
const MAX_SIZE: usize = 0x7fff_fff0;

/// What the host calls: it queues the event. A negative result says "no more", if the queue is full.
extern "C" fn on_sample(ctx: *mut c_void, data: *mut c_void, size: usize) -> c_int {
    // SAFETY: `ctx` is the queue that `pull` gave the host, which calls back before that call returns; `data` is where
    // `pull` let it write, with room for one byte more than the queue takes of an event.
    #[allow(unsafe_code, reason = "called by the host")]
    let (queue, bytes) = unsafe {
        let queue = &mut *ctx.cast::<Queue>();
        let len = size.min(queue.size());
        (queue, core::slice::from_raw_parts(data.cast::<u8>(), len))
    };
    match queue.push(bytes, size) {
        true => 0,
        false => -errno::ENOSPC,
    }
}

/// A wait as hosts count it: a part of a millisecond is one, for ever is negative.
fn milliseconds(timeout: Duration) -> c_int {
    if timeout == Duration::MAX {
        return -1;
    }
    let millis = timeout.as_nanos().div_ceil(1_000_000);
    c_int::try_from(millis).unwrap_or(c_int::MAX)
}

impl From<Map> for RingBuf {
    fn from(map: Map) -> Self {
        RingBuf(map)
    }
}

impl Deref for RingBuf {
    type Target = Map;

    fn deref(&self) -> &Map {
        &self.0
    }
}

impl From<Map> for PerfEventArray {
    fn from(map: Map) -> Self {
        PerfEventArray(map)
    }
}

impl Deref for PerfEventArray {
    type Target = Map;

    fn deref(&self) -> &Map {
        &self.0
    }
}
