//! `wasm_bpf_buffer_poll`: events from a map to a callback of the guest.
//!
//! The result is libbpf's `ring_buffer__poll()`'s: the number of events delivered, 0 after the timeout, `-EINTR` if the wait
//! was interrupted, another `-errno`, or what a callback returned if that is negative: this ends the poll, and the events after it
//! are delivered by the next one.
//!
//! A callback may call whatever the guest may call, also poll: the inner poll goes on where the outer one is, and the outer one
//! after the inner one. It may close the object: then the poll ends.

use super::memory::{Area, memory};
use crate::config::Config;
use crate::errno::{Errno, Failure};
use crate::interrupt::Wake;
use crate::objects::SourceKind;
use crate::state::{Guest, State};
use std::io::Read as _;
use std::time::{Duration, Instant};
use wasmtime::{Extern, Linker, Ref, Result, TypedFunc};

/// What is called: with the guest's context, the address of the event, its size.
type Callback = TypedFunc<(u32, u32, u32), i32>;

/// What the guest passes.
#[derive(Clone, Copy, Debug)]
struct Request {
    object: u64,
    fd: i32,
    context: u32,
    /// Where events go.
    data: u32,
    max_size: i32,
    /// Negative: for ever.
    timeout_ms: i32,
}

/// A failed poll: one that the guest is told of, or one that ends it.
#[derive(Debug)]
enum PollError {
    Failure(Failure),
    Errno(Errno),
    Trap(wasmtime::Error),
}

impl From<Errno> for PollError {
    fn from(errno: Errno) -> Self {
        PollError::Errno(errno)
    }
}

impl From<Failure> for PollError {
    fn from(failure: Failure) -> Self {
        PollError::Failure(failure)
    }
}

/// Calls the function at a place of the guest's exported table.
#[expect(clippy::too_many_arguments, reason = "the ABI's")]
pub(super) fn call(
    mut guest: Guest<'_>,
    object: u64,
    fd: i32,
    function: u32,
    context: u32,
    data: u32,
    max_size: i32,
    timeout_ms: i32,
) -> Result<i32> {
    let request = Request {
        object,
        fd,
        context,
        data,
        max_size,
        timeout_ms,
    };
    let callback = table_callback(&mut guest, function);
    finish(&mut guest, request, callback)
}

/// Offers the same call without a function, in the module of [`Config::callback_module`]: it calls
/// [`Config::callback_export`].
pub(super) fn link_named(linker: &mut Linker<State>, config: &Config) -> Result<()> {
    let export = config.callback_export.clone();
    linker.func_wrap(
        &config.callback_module,
        "wasm_bpf_buffer_poll",
        move |mut guest: Guest<'_>,
              object: u64,
              fd: i32,
              context: u32,
              data: u32,
              max_size: i32,
              timeout_ms: i32| {
            let request = Request {
                object,
                fd,
                context,
                data,
                max_size,
                timeout_ms,
            };
            let callback = named_callback(&mut guest, &export);
            finish(&mut guest, request, callback)
        },
    )?;
    Ok(())
}

/// Polls, if the guest has named something to call.
fn finish(
    guest: &mut Guest<'_>,
    request: Request,
    callback: Result<Callback, Failure>,
) -> Result<i32> {
    let polled = callback
        .map_err(PollError::Failure)
        .and_then(|callback| poll(guest, request, &callback));
    match polled {
        Ok(count) => Ok(count),
        Err(PollError::Errno(errno)) => Ok(errno.result()),
        Err(PollError::Failure(failure)) => Ok(guest.data().fail(&failure)),
        Err(PollError::Trap(error)) => Err(error),
    }
}

/// The function at a place of the guest's exported table.
fn table_callback(guest: &mut Guest<'_>, place: u32) -> Result<Callback, Failure> {
    let failed = |message: &str| Failure::new(Errno::INVAL, format!("poll: {message}"));
    let table = guest.get_export("__indirect_function_table");
    let table = table.and_then(Extern::into_table).ok_or_else(|| {
        failed("the guest exports no __indirect_function_table: link it with --export-table")
    })?;
    let found = match table.get(&mut *guest, u64::from(place)) {
        Some(Ref::Func(Some(function))) => function.typed(&*guest).ok(),
        _ => None,
    };
    found.ok_or_else(|| {
        failed(&format!(
            "no function (i32, i32, i32) -> i32 at {place} of the guest's table"
        ))
    })
}

/// The function of this name.
fn named_callback(guest: &mut Guest<'_>, name: &str) -> Result<Callback, Failure> {
    let function = guest.get_export(name).and_then(Extern::into_func);
    let found = function.and_then(|function| function.typed(&*guest).ok());
    found.ok_or_else(|| {
        let message = format!("poll: the guest exports no function {name} (i32, i32, i32) -> i32");
        Failure::new(Errno::INVAL, message)
    })
}

/// Delivers everything that is there, waiting for the first event.
fn poll(guest: &mut Guest<'_>, request: Request, callback: &Callback) -> Result<i32, PollError> {
    let room = usize::try_from(request.max_size).map_err(|_| Errno::INVAL)?;
    let area = Area::at(guest, request.data, room)?;
    if let SourceKind::Iterator(program) = &guest.data().objects.source(request.fd)?.kind {
        let program = program.clone();
        return iterate(guest, request, callback, area, &program);
    }
    guest
        .data_mut()
        .objects
        .open_buffer(request.object, request.fd)?;
    let end = u64::try_from(request.timeout_ms)
        .ok()
        .map(|timeout| Instant::now() + Duration::from_millis(timeout));
    let (mut count, mut woken) = (0, false);
    loop {
        deliver(guest, request, callback, area, &mut count)?;
        // A callback may have closed it.
        let state = guest.data_mut();
        let Some((buffer, _)) = state.objects.buffer(request.object, request.fd) else {
            return Ok(count);
        };
        let (more, lost) = buffer.refill()?;
        report_lost(guest, request.fd, lost);
        let state = guest.data();
        // The interruption is for the next poll if this one has something to say.
        if more && !(count > 0 && state.interrupt.is_pending()) {
            continue;
        }
        if count > 0 {
            return Ok(count);
        }
        if woken && state.objects.is_gone(request.object) {
            let message = "poll: the process that had the object has ended, so there are no events";
            return Err(Failure::new(Errno::IO, message).into());
        }
        match wait(guest, request, end)? {
            Wake::Ready => woken = true,
            Wake::TimedOut => return Ok(0),
            Wake::Interrupted => {
                let state = guest.data_mut();
                state.interrupt.take();
                state.slept_interrupted = false;
                return Err(Errno::INTR.into());
            }
        }
    }
}

fn wait(guest: &mut Guest<'_>, request: Request, end: Option<Instant>) -> Result<Wake, Errno> {
    let state = guest.data_mut();
    let interrupt = state.interrupt.clone();
    let buffer = state.objects.buffer(request.object, request.fd);
    let rest = end.map(|end| end.saturating_duration_since(Instant::now()));
    let (buffer, life) = buffer.ok_or(Errno::BADF)?;
    buffer.wait(&interrupt, life, rest)
}

/// Calls the guest for each event that was taken from the kernel.
fn deliver(
    guest: &mut Guest<'_>,
    request: Request,
    callback: &Callback,
    area: Area,
    count: &mut i32,
) -> Result<(), PollError> {
    let state = guest.data_mut();
    let Some((buffer, _)) = state.objects.buffer(request.object, request.fd) else {
        return Ok(());
    };
    let queue = buffer.queue();
    loop {
        let (memory, state) = memory(guest)?;
        let room = area.of(memory);
        // Nothing is locked while the guest runs.
        let sizes = queue.next(|event| {
            let len = event.len().min(room.len());
            if let (Some(to), Some(from)) = (room.get_mut(..len), event.get(..len)) {
                to.copy_from_slice(from);
            }
            (len, event.len())
        });
        let Some((len, whole)) = sizes else {
            return Ok(());
        };
        state.events.delivered += 1;
        if len < whole {
            report_cut(state, request, len, whole);
        }
        give(guest, request, callback, len)?;
        *count = count.saturating_add(1);
    }
}

/// Tells the user of the first event of a buffer that the guest has too little room for.
fn report_cut(state: &mut State, request: Request, len: usize, whole: usize) {
    state.events.cut += 1;
    let buffer = state.objects.buffer(request.object, request.fd);
    let told = buffer.is_none_or(|(buffer, _)| std::mem::replace(&mut buffer.told_cut, true));
    if !told {
        state.config.log.say(&format!(
            "poll: an event of {whole} bytes was cut to {len}, which the guest has room for"
        ));
    }
}

/// Calls the guest for what is at its address.
fn give(
    guest: &mut Guest<'_>,
    request: Request,
    callback: &Callback,
    len: usize,
) -> Result<(), PollError> {
    let len = u32::try_from(len).map_err(|_| Errno::INVAL)?;
    let result = callback
        .call(&mut *guest, (request.context, request.data, len))
        .map_err(PollError::Trap)?;
    if result < 0 {
        return Err(Errno::of_result(result).into());
    }
    Ok(())
}

fn report_lost(guest: &mut Guest<'_>, fd: i32, lost: u64) {
    let state = guest.data_mut();
    state.events.lost += lost;
    if let (1.., Ok(map)) = (lost, state.objects.map(fd)) {
        let text = format!("map {}: {lost} events were lost", map.name());
        state.config.log.say(&text);
    }
}

/// Runs an attached iterator from its beginning; its output goes to the callback, in parts of up to `max_size` bytes. The result
/// is the number of parts.
fn iterate(
    guest: &mut Guest<'_>,
    request: Request,
    callback: &Callback,
    area: Area,
    program: &str,
) -> Result<i32, PollError> {
    let output = guest.data().objects.iterate(request.object, program);
    let mut output = output.map_err(|errno| {
        let why = std::io::Error::from_raw_os_error(errno.number());
        let message = format!("program {program}: cannot run the iterator: {why}");
        Failure::new(errno, message)
    })?;
    let mut count = 0_i32;
    loop {
        let (memory, _) = memory(guest)?;
        let room = area.of(memory);
        if room.is_empty() {
            return Err(Errno::INVAL.into());
        }
        match output.read(room) {
            Ok(0) => return Ok(count),
            Ok(len) => give(guest, request, callback, len)?,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(Errno::of_io(&error).into()),
        }
        count = count.saturating_add(1);
    }
}
