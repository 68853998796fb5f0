//! System calls that are the kernel's.

use libc::{c_int, c_long};
use std::arch::asm;

/// Makes a system call. An error is its number.
///
/// # Safety
/// What the kernel reads or writes has to be there.
#[allow(
    unsafe_code,
    reason = "libc's function for it is what this is called from"
)]
pub(super) unsafe fn call(number: c_long, arguments: [c_long; 6]) -> Result<c_long, c_int> {
    let [a, b, c, d, e, f] = arguments;
    let result: c_long;
    // SAFETY: these are the registers of the kernel's calls; what else it does is the caller's.
    #[cfg(target_arch = "x86_64")]
    unsafe {
        asm!(
            "syscall",
            inlateout("rax") number => result,
            in("rdi") a, in("rsi") b, in("rdx") c, in("r10") d, in("r8") e, in("r9") f,
            lateout("rcx") _, lateout("r11") _,
            options(nostack),
        );
    }
    // SAFETY: as above.
    #[cfg(target_arch = "aarch64")]
    unsafe {
        asm!(
            "svc 0",
            in("x8") number,
            inlateout("x0") a => result,
            in("x1") b, in("x2") c, in("x3") d, in("x4") e, in("x5") f,
            options(nostack),
        );
    }
    match result {
        -4095..=-1 => Err(c_int::try_from(-result).unwrap_or(libc::EINVAL)),
        _ => Ok(result),
    }
}
