//! Names of processes.

use std::ffi::CStr;

/// What the kernel and `ps` call this process.
pub(super) fn set_name(name: &CStr) {
    // SAFETY: a text that ends in NUL, which the kernel copies.
    #[allow(
        unsafe_code,
        reason = "rustix has it with a feature that nobody else needs"
    )]
    unsafe {
        libc::prctl(libc::PR_SET_NAME, name.as_ptr(), 0, 0, 0);
    }
}
