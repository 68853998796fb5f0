//! What libbpf says, as text. Names in it are a guest's, and may be any bytes: libbpf-rs takes them for UTF-8, and ends the process
//! where they are none.

use libbpf_rs::{PrintLevel, libbpf_sys};
use std::ffi::{c_char, c_int};
use std::sync::OnceLock;

/// Who is told.
static LISTENER: OnceLock<fn(PrintLevel, String)> = OnceLock::new();

/// Has `listener` told all that libbpf says in this process from now on, on the thread that called libbpf.
pub(crate) fn tell(listener: fn(PrintLevel, String)) {
    if LISTENER.set(listener).is_ok() {
        // SAFETY: the function is there as long as the process is.
        #[allow(unsafe_code, reason = "libbpf's own interface")]
        unsafe {
            libbpf_sys::libbpf_set_print(Some(print));
        }
    }
}

/// Called by libbpf.
#[allow(unsafe_code, reason = "called by C")]
unsafe extern "C" fn print(
    level: libbpf_sys::libbpf_print_level,
    format: *const c_char,
    arguments: *mut libbpf_sys::__va_list_tag,
) -> c_int {
    // SAFETY: libbpf passes a format of its own, and what belongs to it.
    let Ok(text) = (unsafe { vsprintf::vsprintf_raw(format, arguments) }) else {
        return 0;
    };
    let level = match level {
        libbpf_sys::LIBBPF_WARN => PrintLevel::Warn,
        libbpf_sys::LIBBPF_INFO => PrintLevel::Info,
        _ => PrintLevel::Debug,
    };
    if let Some(listener) = LISTENER.get() {
        listener(level, String::from_utf8_lossy(&text).into_owned());
    }
    0
}
