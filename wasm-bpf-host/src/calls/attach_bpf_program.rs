//! `wasm_attach_bpf_program(object, name, target)`: NULL as target is an empty one, which is none.

use super::memory::text;
use crate::errno::{Errno, Failure};
use crate::state::Guest;

pub(super) fn call(mut guest: Guest<'_>, object: u64, name: u32, target: u32) -> i32 {
    let attached = texts(&mut guest, name, target).and_then(|(name, target)| {
        let state = guest.data_mut();
        let log = &state.config.log;
        state.objects.attach(object, &name, &target, log)
    });
    attached.map_or_else(|failure| guest.data().fail(&failure), |()| 0)
}

/// The name of a program and its target.
fn texts(guest: &mut Guest<'_>, name: u32, target: u32) -> Result<(String, String), Failure> {
    let failed = |errno| Failure::new(errno, "attach: the texts are not in memory");
    let name = text(guest, name).and_then(|name| name.ok_or(Errno::FAULT));
    let target = text(guest, target).map_err(failed)?;
    Ok((name.map_err(failed)?, target.unwrap_or_default()))
}
