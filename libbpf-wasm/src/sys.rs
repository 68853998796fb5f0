//! The six calls of a wasm-bpf host, as they are. Everywhere else than on wasm32 they fail.

#[cfg(target_arch = "wasm32")]
use core::ffi::c_char;
use core::ffi::{c_int, c_void};

/// What the host calls for each event: the `ctx` of the poll call, the `data` of it, where the event is by now, and the event's
/// size. Some hosts pass the size before it was cut. A negative result ends the poll.
pub type SampleFn = extern "C" fn(ctx: *mut c_void, data: *mut c_void, size: usize) -> c_int;

/// `BPF_MAP_LOOKUP_ELEM`
pub const LOOKUP: c_int = 1;
/// `BPF_MAP_UPDATE_ELEM`
pub const UPDATE: c_int = 2;
/// `BPF_MAP_DELETE_ELEM`
pub const DELETE: c_int = 3;
/// `BPF_MAP_GET_NEXT_KEY`
pub const NEXT_KEY: c_int = 4;

/// Whether there can be a host at all.
pub const HAS_HOST: bool = cfg!(target_arch = "wasm32");

#[cfg(target_arch = "wasm32")]
#[link(wasm_import_module = "wasm_bpf")]
#[allow(unsafe_code, reason = "the host's functions")]
unsafe extern "C" {
    /// Opens and loads the ELF object in `size` bytes at `image`: a handle, or 0.
    pub fn wasm_load_bpf_object(image: *const c_void, size: c_int) -> u64;
    /// Closes an object, which detaches its programs. 0 or an error.
    pub fn wasm_close_bpf_object(object: u64) -> c_int;
    /// Attaches a program to what its section says, or to a target. 0 or an error.
    pub fn wasm_attach_bpf_program(
        object: u64,
        name: *const c_char,
        target: *const c_char,
    ) -> c_int;
    /// The file descriptor of a map, or a negative number.
    pub fn wasm_bpf_map_fd_by_name(object: u64, name: *const c_char) -> c_int;
    /// Waits for events of a map and calls `sample_fn` for each. A count, what the callback returned, or an error.
    pub fn wasm_bpf_buffer_poll(
        object: u64,
        fd: c_int,
        sample_fn: SampleFn,
        ctx: *mut c_void,
        data: *mut c_void,
        max_size: c_int,
        timeout_ms: c_int,
    ) -> c_int;
    /// One of the operations above on an element of a map. 0 or an error.
    pub fn wasm_bpf_map_operate(
        fd: c_int,
        cmd: c_int,
        key: *const c_void,
        value: *mut c_void,
        next_key: *mut c_void,
        flags: u64,
    ) -> c_int;
}

#[cfg(not(target_arch = "wasm32"))]
pub use nowhere::*;

/// The same where no host can be, so that guests can be checked, documented and edited on every machine.
#[cfg(not(target_arch = "wasm32"))]
#[allow(
    unsafe_code,
    clippy::missing_safety_doc,
    reason = "the signatures of the host's functions; these do nothing"
)]
mod nowhere {
    use super::SampleFn;
    use crate::errno::EOPNOTSUPP;
    use core::ffi::{c_char, c_int, c_void};

    /// 0
    pub unsafe fn wasm_load_bpf_object(_: *const c_void, _: c_int) -> u64 {
        0
    }

    /// `-EOPNOTSUPP`
    pub unsafe fn wasm_close_bpf_object(_: u64) -> c_int {
        -EOPNOTSUPP
    }

    /// `-EOPNOTSUPP`
    pub unsafe fn wasm_attach_bpf_program(_: u64, _: *const c_char, _: *const c_char) -> c_int {
        -EOPNOTSUPP
    }

    /// `-EOPNOTSUPP`
    pub unsafe fn wasm_bpf_map_fd_by_name(_: u64, _: *const c_char) -> c_int {
        -EOPNOTSUPP
    }

    /// `-EOPNOTSUPP`
    pub unsafe fn wasm_bpf_buffer_poll(
        _: u64,
        _: c_int,
        _: SampleFn,
        _: *mut c_void,
        _: *mut c_void,
        _: c_int,
        _: c_int,
    ) -> c_int {
        -EOPNOTSUPP
    }

    /// `-EOPNOTSUPP`
    pub unsafe fn wasm_bpf_map_operate(
        _: c_int,
        _: c_int,
        _: *const c_void,
        _: *mut c_void,
        _: *mut c_void,
        _: u64,
    ) -> c_int {
        -EOPNOTSUPP
    }
}
