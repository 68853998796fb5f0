//! What is done if something takes too long: nothing that the host waits for keeps it from ending.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::Duration;
use wasm_bpf_host::Error;

/// What a guest that has to end gets, if the host is stuck in something that cannot be interrupted.
pub(crate) const MARGIN: Duration = Duration::from_secs(2);

/// Is done after a time, unless this is dropped before.
#[derive(Debug)]
pub(crate) struct Alarm {
    _waiting: Option<Sender<()>>,
}

impl Alarm {
    /// `None` as time: never.
    pub(crate) fn set(
        time: Option<Duration>,
        act: impl FnOnce() + Send + 'static,
    ) -> Result<Self, Error> {
        let Some(time) = time else {
            return Ok(Alarm { _waiting: None });
        };
        let (waiting, end) = channel::<()>();
        let thread = std::thread::Builder::new().spawn(move || {
            if end.recv_timeout(time) == Err(RecvTimeoutError::Timeout) {
                act();
            }
        });
        thread.map_err(|source| Error::System {
            what: "a thread to end the guest with".to_owned(),
            source,
        })?;
        Ok(Alarm {
            _waiting: Some(waiting),
        })
    }

    /// It is done in any case.
    pub(crate) fn keep(self) {
        std::mem::forget(self);
    }
}

/// Ends the process with a message, if that can be written without waiting. The loader detaches what is attached.
pub(crate) fn end(message: &str) -> ! {
    let stderr = std::io::stderr();
    let mut polled = [PollFd::new(&stderr, PollFlags::OUT)];
    if poll(&mut polled, Some(&Timespec::default())).is_ok_and(|count| count > 0) {
        // Not by way of what may be locked.
        let _ = rustix::io::write(&stderr, format!("Error: {message}\n").as_bytes());
    }
    // What others clean up at an end may wait as well.
    #[allow(unsafe_code, reason = "a process that ends at once")]
    // SAFETY: it does not return, and runs nothing of this process.
    unsafe {
        libc::_exit(1)
    }
}
