//! A process that this one has started.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{
    Pid, PidfdFlags, Signal, WaitOptions, WaitStatus, kill_process, pidfd_open, waitpid,
};
use std::fmt;
use std::io;
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

#[derive(Debug)]
pub(super) struct Child {
    pid: Pid,
    /// Readable when it has ended.
    handle: OwnedFd,
    end: Option<End>,
}

/// How it ended: "by signal 11 (SIGSEGV)".
#[derive(Clone, Copy, Debug)]
pub(super) struct End(WaitStatus);

impl Child {
    /// A child that nobody else waits for.
    pub(super) fn new(pid: Pid) -> io::Result<Self> {
        let handle = pidfd_open(pid, PidfdFlags::empty())?;
        Ok(Child {
            pid,
            handle,
            end: None,
        })
    }

    pub(super) fn of_command(child: &std::process::Child) -> io::Result<Self> {
        Child::new(Pid::from_child(child))
    }

    pub(super) fn id(&self) -> u32 {
        self.pid.as_raw_nonzero().get().unsigned_abs()
    }

    /// How it ended, if it does so in time.
    pub(super) fn wait(&mut self, time: Duration) -> Option<End> {
        let until = Instant::now() + time;
        while self.end.is_none() {
            if let Ok(Some((_, status))) = waitpid(Some(self.pid), WaitOptions::NOHANG) {
                self.end = Some(End(status));
                break;
            }
            let rest = until.saturating_duration_since(Instant::now());
            let timeout = Timespec::try_from(rest).unwrap_or_default();
            let mut polled = [PollFd::new(&self.handle, PollFlags::IN)];
            match poll(&mut polled, Some(&timeout)) {
                Ok(1..) | Err(rustix::io::Errno::INTR) => {}
                Ok(0) | Err(_) => return None,
            }
        }
        self.end
    }

    /// Ends it. Its number is its own as long as nobody has waited for it.
    pub(super) fn kill(&mut self) {
        if self.end.is_none() {
            let _ = kill_process(self.pid, Signal::KILL);
        }
    }
}

impl End {
    /// It came to its end as it should.
    pub(super) fn is_good(self) -> bool {
        self.0.exit_status() == Some(0)
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0.terminating_signal(), self.0.exit_status()) {
            (Some(signal), _) => {
                let name = signal_hook::low_level::signal_name(signal);
                write!(f, "by signal {signal} ({})", name.unwrap_or("unknown"))
            }
            (None, Some(code)) => write!(f, "with exit code {code}"),
            (None, None) => f.write_str("for an unknown reason"),
        }
    }
}
