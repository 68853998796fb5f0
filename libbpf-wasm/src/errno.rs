//! Error numbers of Linux, which are those of every host, whatever the guest's libc calls them.

/// Operation not permitted.
pub const EPERM: i32 = 1;
/// No such map, program or element.
pub const ENOENT: i32 = 2;
/// Interrupted by a signal.
pub const EINTR: i32 = 4;
/// The host gave no reason.
pub const EIO: i32 = 5;
/// Too big, a map that is full.
pub const E2BIG: i32 = 7;
/// The object is closed.
pub const EBADF: i32 = 9;
/// Try again.
pub const EAGAIN: i32 = 11;
/// Out of memory.
pub const ENOMEM: i32 = 12;
/// Permission denied.
pub const EACCES: i32 = 13;
/// Busy: from within a callback of the same buffer.
pub const EBUSY: i32 = 16;
/// The element exists.
pub const EEXIST: i32 = 17;
/// Invalid argument.
pub const EINVAL: i32 = 22;
/// No space left.
pub const ENOSPC: i32 = 28;
/// An event that is not what it should be.
pub const EBADMSG: i32 = 74;
/// Not supported: by this host, by this image, or outside of a wasm host.
pub const EOPNOTSUPP: i32 = 95;

/// The kernel's own `ENOTSUPP`, which it lets through for some maps.
const ENOTSUPP: u32 = 524;
/// The highest number that Linux gives a name.
const LAST: u32 = 133;
/// libbpf's own numbers.
const LIBBPF: core::ops::Range<u32> = 4000..4014;

/// The error number in a host's result, 0 for success. Failures are negative, on some hosts and in some cases positive.
pub(crate) fn of_host(result: i32) -> i32 {
    let code = result.unsigned_abs();
    match code {
        ENOTSUPP => EOPNOTSUPP,
        _ if code <= LAST || LIBBPF.contains(&code) => code.cast_signed(),
        _ => EIO,
    }
}

/// What a number means, for those that hosts give.
pub(crate) fn text(errno: i32) -> Option<&'static str> {
    Some(match errno {
        EPERM => "operation not permitted",
        ENOENT => "no such thing",
        EINTR => "interrupted",
        EIO => "the host gives no reason",
        E2BIG => "too many elements",
        EBADF => "the object is closed",
        EAGAIN => "try again",
        ENOMEM => "out of memory",
        EACCES => "permission denied",
        EBUSY => "in use",
        EEXIST => "exists already",
        EINVAL => "invalid argument",
        ENOSPC => "no space left",
        EBADMSG => "not what it should be",
        EOPNOTSUPP => "not supported",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{EIO, EOPNOTSUPP, of_host};

    #[test]
    fn hosts_use_either_sign() {
        assert_eq!(of_host(0), 0);
        assert_eq!((of_host(-2), of_host(22), of_host(1)), (2, 22, 1));
        assert_eq!((of_host(-524), of_host(-4005)), (EOPNOTSUPP, 4005));
        assert_eq!((of_host(-999), of_host(i32::MIN)), (EIO, EIO));
    }
}
