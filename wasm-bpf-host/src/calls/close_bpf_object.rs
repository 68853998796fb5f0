//! `wasm_close_bpf_object(object)`: detaches and closes all of it.

use crate::errno::Errno;
use crate::state::Guest;

pub(super) fn call(mut guest: Guest<'_>, object: u64) -> i32 {
    let closed = guest.data_mut().objects.close(object);
    closed.map_or_else(Errno::result, |()| 0)
}
