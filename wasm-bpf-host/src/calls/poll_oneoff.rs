//! `poll_oneoff`: sleeping, and waiting for the standard streams, so that both can be interrupted, which those of
//! wasmtime cannot.
//!
//! Guests cannot be told of an interruption here: their C library knows no such error. Their sleep ends early; they are told by
//! their next poll for events. A guest that sleeps again instead does not poll, so there is no telling it: it is ended.

use super::memory::{Area, copy, memory};
use crate::clock::Clock;
use crate::errno::Errno;
use crate::interrupt::Wake;
use crate::state::Guest;
use rustix::event::PollFlags;
use std::io::{Stderr, Stdin, Stdout, stderr, stdin, stdout};
use std::os::fd::{AsFd, BorrowedFd};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use wasmtime_wasi::I32Exit;

/// What a shell says of a process that SIGINT ended.
const INTERRUPTED: i32 = 130;

/// Sizes in memory, as WASI's preview 1 lays them out.
const SUBSCRIPTION: usize = 48;
const EVENT: usize = 32;

/// Errors of WASI.
const BADF: u16 = 8;
const FAULT: i32 = 21;
const INVAL: i32 = 28;

/// What a subscription waits for.
#[derive(Clone, Copy, Debug)]
enum Wanted {
    Clock { timeout: Duration },
    Fd { fd: u32, write: bool },
}

#[derive(Clone, Copy, Debug)]
struct Subscription {
    userdata: u64,
    wanted: Wanted,
}

impl Subscription {
    fn read(bytes: &[u8], clock: Clock) -> Option<Self> {
        let userdata = word(bytes, 0)?;
        let low = |at: usize| u32::try_from(word(bytes, at)? & 0xffff_ffff).ok();
        let wanted = match bytes.get(8)? {
            0 => Wanted::Clock {
                timeout: {
                    let time = Duration::from_nanos(word(bytes, 24)?);
                    let absolute = low(40)? & 1 == 1;
                    match (low(16)?, absolute) {
                        (0 | 1, false) => time,
                        (0, true) => {
                            let now = SystemTime::now().duration_since(UNIX_EPOCH);
                            time.saturating_sub(now.unwrap_or_default())
                        }
                        (1, true) => time.saturating_sub(clock.elapsed()),
                        _ => return None,
                    }
                },
            },
            kind @ (1 | 2) => Wanted::Fd {
                fd: low(16)?,
                write: *kind == 2,
            },
            _ => return None,
        };
        Some(Subscription { userdata, wanted })
    }

    fn event(&self, error: u16) -> [u8; EVENT] {
        let kind = match self.wanted {
            Wanted::Clock { .. } => 0,
            Wanted::Fd { write: false, .. } => 1,
            Wanted::Fd { write: true, .. } => 2,
        };
        let mut event = [0; EVENT];
        let (userdata, rest) = event.split_at_mut(8);
        userdata.copy_from_slice(&self.userdata.to_le_bytes());
        let header = [error.to_le_bytes()[0], error.to_le_bytes()[1], kind];
        for (to, from) in rest.iter_mut().zip(header) {
            *to = from;
        }
        // The number of bytes that are there: nobody knows, but some.
        if let Some(byte) = rest.get_mut(8) {
            *byte = 1;
        }
        event
    }
}

fn word(bytes: &[u8], at: usize) -> Option<u64> {
    let bytes = bytes.get(at..)?.first_chunk()?;
    Some(u64::from_le_bytes(*bytes))
}

/// The process's own streams.
struct Streams(Stdin, Stdout, Stderr);

impl Streams {
    fn get(&self, fd: u32) -> Option<BorrowedFd<'_>> {
        match fd {
            0 => Some(self.0.as_fd()),
            1 => Some(self.1.as_fd()),
            2 => Some(self.2.as_fd()),
            _ => None,
        }
    }
}

/// `poll_oneoff(subscriptions, events, count, happened) -> errno`.
pub(super) fn call(
    mut guest: Guest<'_>,
    subscriptions: u32,
    events: u32,
    count: u32,
    happened: u32,
) -> wasmtime::Result<i32> {
    let guest = &mut guest;
    let count = count as usize;
    if count == 0 {
        return Ok(INVAL);
    }
    let areas = (
        copy(guest, subscriptions, count.saturating_mul(SUBSCRIPTION)),
        Area::at(guest, events, count.saturating_mul(EVENT)),
        Area::at(guest, happened, 4),
    );
    let (Ok(subscriptions), Ok(events), Ok(happened)) = areas else {
        return Ok(FAULT);
    };
    let clock = guest.data().clock;
    let wanted: Option<Vec<_>> = subscriptions
        .chunks_exact(SUBSCRIPTION)
        .map(|bytes| Subscription::read(bytes, clock))
        .collect();
    let Some(wanted) = wanted else {
        return Ok(INVAL);
    };
    let output = match wait(guest, &wanted)? {
        Ok(output) => output,
        Err(_) => return Ok(INVAL),
    };
    let Ok((memory, _)) = memory(guest) else {
        return Ok(FAULT);
    };
    let number = u32::try_from(output.len() / EVENT).unwrap_or(u32::MAX);
    for (to, from) in events.of(memory).iter_mut().zip(&output) {
        *to = *from;
    }
    happened.of(memory).copy_from_slice(&number.to_le_bytes());
    Ok(0)
}

/// Waits for the first of them; the events that happened.
fn wait(
    guest: &mut Guest<'_>,
    wanted: &[Subscription],
) -> wasmtime::Result<Result<Vec<u8>, Errno>> {
    let start = Instant::now();
    let timeouts = wanted.iter().filter_map(|one| match one.wanted {
        Wanted::Clock { timeout } => Some(timeout),
        Wanted::Fd { .. } => None,
    });
    let mut timeout = timeouts.min();
    let streams = Streams(stdin(), stdout(), stderr());
    let mut fds = Vec::new();
    for one in wanted {
        if let Wanted::Fd { fd, write } = one.wanted {
            let flags = if write { PollFlags::OUT } else { PollFlags::IN };
            match streams.get(fd) {
                Some(stream) => fds.push((stream, flags)),
                // Files are always ready, and so are errors.
                None => timeout = Some(Duration::ZERO),
            }
        }
    }
    let state = guest.data_mut();
    let wake = match state.interrupt.wait(&fds, timeout) {
        Ok(wake) => wake,
        Err(errno) => return Ok(Err(errno)),
    };
    if wake == Wake::Interrupted {
        if state.slept_interrupted || state.interrupt.ended().is_some() {
            return Err(I32Exit(INTERRUPTED).into());
        }
        state.slept_interrupted = true;
    }
    let mut output = Vec::new();
    for one in wanted {
        let event = match one.wanted {
            Wanted::Clock { timeout }
                if wake == Wake::Interrupted || start.elapsed() >= timeout =>
            {
                one.event(0)
            }
            Wanted::Clock { .. } => continue,
            Wanted::Fd { fd, write } => {
                let flags = if write { PollFlags::OUT } else { PollFlags::IN };
                match streams.get(fd) {
                    Some(stream) if is_ready(stream, flags) => one.event(0),
                    Some(_) => continue,
                    None if fd > 1 << 20 => one.event(BADF),
                    None => one.event(0),
                }
            }
        };
        output.extend(event);
    }
    Ok(Ok(output))
}

fn is_ready(fd: BorrowedFd<'_>, flags: PollFlags) -> bool {
    use rustix::event::{PollFd, Timespec, poll};
    let mut polled = [PollFd::from_borrowed_fd(fd, flags)];
    poll(&mut polled, Some(&Timespec::default())).is_ok_and(|count| count > 0)
}
