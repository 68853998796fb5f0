//! What guests import: a file for each call. All of them get at the guest's memory through [`memory`] alone.

mod attach_bpf_program;
mod buffer_poll;
mod close_bpf_object;
mod load_bpf_object;
mod map_fd_by_name;
mod map_operate;
mod memory;
mod poll_oneoff;
mod proc_exit;

use crate::config::Config;
use crate::state::State;
use wasmtime::{Linker, Result};

/// The module of the calls of the ABI.
const MODULE: &str = "wasm_bpf";
const WASI: &str = "wasi_snapshot_preview1";

/// Offers guests WASI preview 1 and the calls of the ABI.
pub(crate) fn link(linker: &mut Linker<State>, config: &Config) -> Result<()> {
    wasmtime_wasi::p1::add_to_linker_sync(linker, |state: &mut State| &mut state.wasi)?;
    linker.allow_shadowing(true);
    linker.func_wrap(WASI, "poll_oneoff", poll_oneoff::call)?;
    linker.func_wrap(WASI, "proc_exit", proc_exit::call)?;
    linker.func_wrap(MODULE, "wasm_load_bpf_object", load_bpf_object::call)?;
    linker.func_wrap(MODULE, "wasm_close_bpf_object", close_bpf_object::call)?;
    linker.func_wrap(MODULE, "wasm_attach_bpf_program", attach_bpf_program::call)?;
    linker.func_wrap(MODULE, "wasm_bpf_map_fd_by_name", map_fd_by_name::call)?;
    linker.func_wrap(MODULE, "wasm_bpf_map_operate", map_operate::call)?;
    linker.func_wrap(MODULE, "wasm_bpf_buffer_poll", buffer_poll::call)?;
    buffer_poll::link_named(linker, config)
}
