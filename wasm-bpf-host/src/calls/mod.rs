//! What guests import.

use crate::config::Config;
use crate::errno::{Errno, Failure};
use crate::map::operate;
use crate::memory::{copy, text};
use crate::poll::{Callback, PollError, Request, named_callback, poll, table_callback};
use crate::sleep;
use crate::state::{Guest, State};
use wasmtime::{Linker, Result};
use wasmtime_wasi::I32Exit;

const MODULE: &str = "wasm_bpf";
const WASI: &str = "wasi_snapshot_preview1";

/// WASI preview 1 and the calls of the ABI.
pub(crate) fn link(linker: &mut Linker<State>, config: &Config) -> Result<()> {
    wasmtime_wasi::p1::add_to_linker_sync(linker, |state: &mut State| &mut state.wasi)?;
    linker.allow_shadowing(true);
    // A wait of wasmtime's cannot be interrupted.
    linker.func_wrap(WASI, "poll_oneoff", sleep::poll_oneoff)?;
    // Nor does it let a guest end with any code that a process may end with.
    linker.func_wrap(WASI, "proc_exit", |code: i32| -> Result<()> {
        Err(I32Exit(code).into())
    })?;
    link_objects(linker)?;
    linker.func_wrap(MODULE, "wasm_bpf_buffer_poll", buffer_poll)?;
    linker.func_wrap(MODULE, "wasm_bpf_map_operate", map_operate)?;
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
            finish_poll(&mut guest, request, callback)
        },
    )?;
    Ok(())
}

fn link_objects(linker: &mut Linker<State>) -> Result<()> {
    linker.func_wrap(
        MODULE,
        "wasm_load_bpf_object",
        |mut guest: Guest<'_>, image: u32, len: u32| -> u64 {
            let loaded = copy(&mut guest, image, len as usize)
                .map_err(|errno| Failure::new(errno, "load: the image is not in memory"))
                .and_then(|image| {
                    let state = guest.data_mut();
                    state.objects.load(&image, &state.config.log)
                });
            loaded.unwrap_or_else(|failure| {
                guest.data().fail(&failure);
                0
            })
        },
    )?;
    linker.func_wrap(
        MODULE,
        "wasm_close_bpf_object",
        |mut guest: Guest<'_>, object: u64| -> i32 {
            let closed = guest.data_mut().objects.close(object);
            closed.map_or_else(Errno::result, |()| 0)
        },
    )?;
    linker.func_wrap(
        MODULE,
        "wasm_attach_bpf_program",
        |mut guest: Guest<'_>, object: u64, name: u32, target: u32| -> i32 {
            let attached = texts(&mut guest, name, target).and_then(|(name, target)| {
                let state = guest.data_mut();
                let log = &state.config.log;
                state.objects.attach(object, &name, &target, log)
            });
            attached.map_or_else(|failure| guest.data().fail(&failure), |()| 0)
        },
    )?;
    linker.func_wrap(
        MODULE,
        "wasm_bpf_map_fd_by_name",
        |mut guest: Guest<'_>, object: u64, name: u32| -> i32 {
            let name = text(&mut guest, name).and_then(|name| name.ok_or(Errno::FAULT));
            let name = match name {
                Ok(name) => name,
                Err(errno) => return errno.result(),
            };
            let fd = guest.data_mut().objects.fd(object, &name);
            fd.unwrap_or_else(|failure| guest.data().fail(&failure))
        },
    )?;
    Ok(())
}

/// The name of a program and its target; no target is an empty one.
fn texts(guest: &mut Guest<'_>, name: u32, target: u32) -> Result<(String, String), Failure> {
    let failed = |errno| Failure::new(errno, "attach: the texts are not in memory");
    let name = text(guest, name).and_then(|name| name.ok_or(Errno::FAULT));
    let target = text(guest, target).map_err(failed)?;
    Ok((name.map_err(failed)?, target.unwrap_or_default()))
}

#[expect(clippy::too_many_arguments, reason = "the ABI's")]
fn buffer_poll(
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
    finish_poll(&mut guest, request, callback)
}

/// Polls, if the guest has named something to call.
fn finish_poll(
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

fn map_operate(
    mut guest: Guest<'_>,
    fd: i32,
    command: i32,
    key: u32,
    value: u32,
    next_key: u32,
    flags: u64,
) -> i32 {
    let done = operate(&mut guest, fd, command, [key, value, next_key], flags);
    done.map_or_else(Errno::result, |()| 0)
}
