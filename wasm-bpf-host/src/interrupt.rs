//! Ending a guest from outside: politely, then not.

use crate::errno::Errno;
use rustix::event::{EventfdFlags, PollFd, PollFlags, Timespec, eventfd, poll};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::time::{Duration, Instant};
use wasmtime::Engine;

/// Why a guest was ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// [`StopHandle::kill`].
    Killed,
    /// It ran too long.
    Deadline,
}

/// What other threads want of a guest.
#[derive(Debug)]
pub(crate) struct Interrupt {
    /// Readable while there is something to tell.
    event: OwnedFd,
    pending: AtomicBool,
    /// 0, or why the guest has to end.
    ended: AtomicU8,
}

/// Stops a running guest, from any thread. Handles of a guest that has ended do nothing.
///
/// ```no_run
/// use std::time::Duration;
/// use wasm_bpf_host::{Config, Runner};
///
/// let runner = Runner::from_file("bootstrap.wasm", Config::default())?;
/// let stop = runner.stop_handle();
/// std::thread::spawn(move || {
///     std::thread::sleep(Duration::from_secs(10));
///     stop.interrupt();
///     std::thread::sleep(Duration::from_secs(1));
///     stop.kill();
/// });
/// runner.run()?;
/// # Ok::<(), wasm_bpf_host::Error>(())
/// ```
#[derive(Clone)]
pub struct StopHandle {
    interrupt: Arc<Interrupt>,
    engine: Engine,
}

impl std::fmt::Debug for StopHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.interrupt.fmt(f)
    }
}

impl StopHandle {
    pub(crate) fn new(interrupt: Arc<Interrupt>, engine: Engine) -> Self {
        StopHandle { interrupt, engine }
    }

    /// Ends the guest's wait for events, or the next one, with `-EINTR`, as a signal does with a process: the guest should
    /// clean up and end. A sleep of the guest ends early; one that begins before the guest was told ends the guest.
    pub fn interrupt(&self) {
        self.interrupt.set();
    }

    /// Ends the guest where it is; [`Runner::run`](crate::Runner::run) returns [`Error::Stopped`](crate::Error::Stopped). What it
    /// attached is detached.
    pub fn kill(&self) {
        self.end(Reason::Killed);
    }

    pub(crate) fn end(&self, reason: Reason) {
        let code = match reason {
            Reason::Killed => 1,
            Reason::Deadline => 2,
        };
        // The first reason counts.
        let _ = self
            .interrupt
            .ended
            .compare_exchange(0, code, Ordering::SeqCst, Ordering::SeqCst);
        // A guest that wakes up must not get back to waiting.
        self.engine.increment_epoch();
        self.interrupt.set();
    }
}

/// How a wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wake {
    Ready,
    TimedOut,
    Interrupted,
}

impl Interrupt {
    pub(crate) fn new() -> std::io::Result<Self> {
        Ok(Interrupt {
            event: eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?,
            pending: AtomicBool::new(false),
            ended: AtomicU8::new(0),
        })
    }

    fn set(&self) {
        self.pending.store(true, Ordering::SeqCst);
        // It can only fail because it is readable.
        let _ = rustix::io::write(&self.event, &1_u64.to_ne_bytes());
    }

    /// Whether the guest has to be told. One that has to end is told each time: it may not listen.
    pub(crate) fn is_pending(&self) -> bool {
        self.pending.load(Ordering::SeqCst) || self.ended().is_some()
    }

    /// Whether the guest has to be told, which it is thereby.
    pub(crate) fn take(&self) -> bool {
        if !self.pending.swap(false, Ordering::SeqCst) {
            return false;
        }
        let _ = rustix::io::read(&self.event, &mut [0; 8]);
        true
    }

    pub(crate) fn ended(&self) -> Option<Reason> {
        match self.ended.load(Ordering::SeqCst) {
            0 => None,
            1 => Some(Reason::Killed),
            _ => Some(Reason::Deadline),
        }
    }

    /// Waits until `fd` is ready, or hung up. An interruption is for later; `Interrupted` if the guest has to end.
    pub(crate) fn wait_unless_ended(
        &self,
        fd: BorrowedFd<'_>,
        flags: PollFlags,
    ) -> std::io::Result<()> {
        loop {
            if self.ended().is_some() {
                return Err(std::io::ErrorKind::Interrupted.into());
            }
            let mut polled = [
                PollFd::from_borrowed_fd(self.event.as_fd(), PollFlags::IN),
                PollFd::from_borrowed_fd(fd, flags),
            ];
            match poll(&mut polled, None) {
                Err(rustix::io::Errno::INTR) => continue,
                result => result?,
            };
            let [event, fd] = polled;
            if !event.revents().is_empty() {
                // That there is something to tell is known by more than this.
                let _ = rustix::io::read(&self.event, &mut [0; 8]);
            } else if !fd.revents().is_empty() {
                return Ok(());
            }
        }
    }

    /// Waits until one of `fds` is ready, `timeout` is over (`None`: never) or there is something to tell.
    pub(crate) fn wait(
        &self,
        fds: &[(BorrowedFd<'_>, PollFlags)],
        timeout: Option<Duration>,
    ) -> Result<Wake, Errno> {
        let end = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        let mut polled = vec![PollFd::from_borrowed_fd(self.event.as_fd(), PollFlags::IN)];
        polled.extend(
            fds.iter()
                .map(|(fd, flags)| PollFd::from_borrowed_fd(*fd, *flags)),
        );
        loop {
            if self.is_pending() {
                return Ok(Wake::Interrupted);
            }
            let rest = end.map(|end| end.saturating_duration_since(Instant::now()));
            let timespec = rest.and_then(|rest| Timespec::try_from(rest).ok());
            match poll(&mut polled, timespec.as_ref()) {
                // A signal that concerns the guest came through the event as well.
                Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.into()),
                Ok(0) => return Ok(Wake::TimedOut),
                Ok(_) if self.is_pending() => return Ok(Wake::Interrupted),
                Ok(_) => {
                    if polled
                        .first()
                        .is_some_and(|event| !event.revents().is_empty())
                    {
                        // The guest was told before there was anything to read.
                        let _ = rustix::io::read(&self.event, &mut [0; 8]);
                    }
                    return Ok(Wake::Ready);
                }
            }
        }
    }
}
