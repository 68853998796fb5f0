//! A kernel without BPF: libbpf's system calls are answered here, and none reaches the machine's kernel.
//!
//! libbpf and this project call `bpf` and `perf_event_open` through the C function `syscall`. A program that has this crate in it
//! has the function of this module in its place. What would go past it is stopped by the kernel: [`begin`] has a filter installed
//! by which the process dies of `bpf` and `perf_event_open`, and in which there are no sockets to configure interfaces with.

mod bpf;
mod maps;
mod raw;
mod seal;

use libc::{c_char, c_int, c_long, c_ulong};
use std::cell::Cell;
use std::ffi::CStr;

pub use seal::may_trace;

thread_local! {
    /// Which calls fail: none if it is 0.
    static LUCK: Cell<u64> = const { Cell::new(0) };
    /// Calls that were answered here.
    static ANSWERED: Cell<u64> = const { Cell::new(0) };
}

/// Begins with a new kernel on this thread, which fails some calls unless `luck` is 0: the same for the same number.
///
/// # Panics
/// If a call of libbpf's does not come here.
pub fn begin(luck: u8) {
    seal::seal();
    maps::forget();
    LUCK.set(0);
    let before = ANSWERED.get();
    let mut id = 0;
    // SAFETY: it writes a number.
    #[allow(
        unsafe_code,
        reason = "libbpf's own way to the kernel is what is looked at"
    )]
    let result = unsafe { libbpf_rs::libbpf_sys::bpf_prog_get_next_id(0, &raw mut id) };
    assert_eq!(result, -libc::ENOENT, "there are no programs here");
    assert_eq!(ANSWERED.get(), before + 1, "libbpf calls somebody else");
    LUCK.set(u64::from(luck).wrapping_mul(0x9e37_79b9_7f4a_7c15));
}

/// Calls that this thread made, and that were answered here.
pub fn answered() -> u64 {
    ANSWERED.get()
}

/// Whether the next thing goes wrong: one of eight.
fn unlucky() -> bool {
    let mut luck = LUCK.get();
    luck ^= luck << 13;
    luck ^= luck >> 7;
    luck ^= luck << 17;
    LUCK.set(luck);
    luck != 0 && luck & 0x70 == 0
}

/// A result as C has it: -1 and `errno` for an error.
fn as_in_c(result: Result<c_long, c_int>) -> c_long {
    result.unwrap_or_else(|error| {
        // SAFETY: this thread's own number.
        #[allow(unsafe_code, reason = "there is no other way to set it")]
        unsafe {
            *libc::__errno_location() = error;
        }
        -1
    })
}

/// `SYS_uprobe`, which only the kernel's own code calls.
#[cfg(target_arch = "x86_64")]
const UPROBE: c_long = 336;

/// The C function, in the place of libc's.
///
/// # Safety
/// As for libc's: what the kernel reads or writes has to be there.
#[allow(unsafe_code, reason = "it is called from C")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn syscall(
    number: c_long,
    a: c_long,
    b: c_long,
    c: c_long,
    d: c_long,
    e: c_long,
    f: c_long,
) -> c_long {
    let result = match number {
        libc::SYS_bpf => {
            count();
            // SAFETY: the caller's.
            unsafe { bpf::call(a, b as *mut u8, c) }
        }
        libc::SYS_perf_event_open => {
            count();
            match unlucky() {
                true => Err(libc::ENODEV),
                false => maps::perf_event(),
            }
        }
        #[cfg(target_arch = "x86_64")]
        UPROBE => Err(libc::ENOSYS),
        // SAFETY: the caller's.
        _ => unsafe { raw::call(number, [a, b, c, d, e, f]) },
    };
    as_in_c(result)
}

fn count() {
    ANSWERED.set(ANSWERED.get() + 1);
}

/// The C function: perf events, which are files of memory here, do what they are told.
///
/// # Safety
/// As for libc's.
#[allow(unsafe_code, reason = "it is called from C")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ioctl(fd: c_int, request: c_ulong, argument: c_long) -> c_int {
    /// The letter of requests to perf events.
    const PERF: c_ulong = b'$' as c_ulong;
    if request >> 8 & 0xff == PERF {
        return 0;
    }
    let arguments = [fd.into(), request.cast_signed(), argument, 0, 0, 0];
    // SAFETY: the caller's.
    let result = unsafe { raw::call(libc::SYS_ioctl, arguments) };
    c_int::try_from(as_in_c(result)).unwrap_or(-1)
}

/// The C function: maps, which are files of memory here, can be waited for, and nothing ever comes.
///
/// # Safety
/// As for libc's.
#[allow(unsafe_code, reason = "it is called from C")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn epoll_ctl(
    epoll: c_int,
    operation: c_int,
    fd: c_int,
    event: *mut libc::epoll_event,
) -> c_int {
    let arguments = [
        epoll.into(),
        operation.into(),
        fd.into(),
        event as c_long,
        0,
        0,
    ];
    // SAFETY: the caller's.
    let result = match unsafe { raw::call(libc::SYS_epoll_ctl, arguments) } {
        Err(libc::EPERM) => Ok(0),
        result => result,
    };
    c_int::try_from(as_in_c(result)).unwrap_or(-1)
}

/// The C function: the kernel shows no BTF of its own, which takes long to read each time.
///
/// # Safety
/// As for libc's.
#[allow(unsafe_code, reason = "it is called from C")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn faccessat(
    folder: c_int,
    path: *const c_char,
    mode: c_int,
    flags: c_int,
) -> c_int {
    // SAFETY: a text that ends in NUL, by libc's rules.
    let name = unsafe { CStr::from_ptr(path) };
    let arguments = [
        folder.into(),
        path as c_long,
        mode.into(),
        flags.into(),
        0,
        0,
    ];
    let result = match name.to_bytes().starts_with(b"/sys/kernel/btf") {
        true => Err(libc::ENOENT),
        // SAFETY: the caller's.
        false => unsafe { raw::call(libc::SYS_faccessat2, arguments) },
    };
    c_int::try_from(as_in_c(result)).unwrap_or(-1)
}
