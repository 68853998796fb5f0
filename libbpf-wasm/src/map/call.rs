//! The host's call on elements.

use crate::{errno, sys};
use core::ffi::{c_int, c_void};
use core::ptr;

/// An operation, and where the value or the next key is.
pub(crate) enum Call<'a> {
    /// Reads a value.
    Lookup(&'a mut [u8]),
    /// Writes one.
    Update(&'a [u8]),
    Delete,
    /// Reads the key after the given one.
    NextKey(&'a mut [u8]),
}

/// A key for maps without keys, for which hosts want an address all the same.
static NO_KEY: [u8; 8] = [0; 8];

/// One call. The buffers have the map's sizes: that is for the caller to know.
pub(crate) fn host_operate(fd: c_int, call: Call<'_>, key: &[u8], flags: u64) -> Result<(), i32> {
    let nothing = ptr::null_mut::<c_void>();
    let (command, value, next) = match call {
        Call::Lookup(value) => (sys::LOOKUP, value.as_mut_ptr().cast(), nothing),
        // The host only reads it.
        Call::Update(value) => (sys::UPDATE, value.as_ptr().cast_mut().cast(), nothing),
        Call::Delete => (sys::DELETE, nothing, nothing),
        Call::NextKey(next) => (sys::NEXT_KEY, nothing, next.as_mut_ptr().cast()),
    };
    let key = if key.is_empty() { &NO_KEY } else { key };
    // SAFETY: the host reads a key and reads or writes a value or a key, each of the map's size, which the buffers have.
    #[allow(unsafe_code, reason = "a call of the host")]
    let result =
        unsafe { sys::wasm_bpf_map_operate(fd, command, key.as_ptr().cast(), value, next, flags) };
    match errno::of_host(result) {
        0 => Ok(()),
        errno => Err(errno),
    }
}
