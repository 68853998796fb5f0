//! `wasm_bpf_map_fd_by_name(object, name)`: the same descriptor each time.

use super::memory::text;
use crate::errno::Errno;
use crate::state::Guest;

pub(super) fn call(mut guest: Guest<'_>, object: u64, name: u32) -> i32 {
    let name = text(&mut guest, name).and_then(|name| name.ok_or(Errno::FAULT));
    let name = match name {
        Ok(name) => name,
        Err(errno) => return errno.result(),
    };
    let fd = guest.data_mut().objects.fd(object, &name);
    fd.unwrap_or_else(|failure| guest.data().fail(&failure))
}
