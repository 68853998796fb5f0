//! `wasm_load_bpf_object(image, size)`: a handle, or 0.

use super::memory::copy;
use crate::errno::Failure;
use crate::state::Guest;

pub(super) fn call(mut guest: Guest<'_>, image: u32, size: u32) -> u64 {
    let loaded = copy(&mut guest, image, size as usize)
        .map_err(|errno| Failure::new(errno, "load: the image is not in memory"))
        .and_then(|image| {
            let state = guest.data_mut();
            state.objects.load(&image, &state.config.log)
        });
    loaded.unwrap_or_else(|failure| {
        guest.data().fail(&failure);
        0
    })
}
