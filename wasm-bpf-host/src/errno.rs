//! Error numbers, as guests get them: Linux's, negative.

use std::io;

/// An error number of Linux, positive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Errno(i32);

impl Errno {
    pub(crate) const PERM: Self = Errno(libc::EPERM);
    pub(crate) const NOENT: Self = Errno(libc::ENOENT);
    pub(crate) const INTR: Self = Errno(libc::EINTR);
    pub(crate) const IO: Self = Errno(libc::EIO);
    pub(crate) const BADF: Self = Errno(libc::EBADF);
    pub(crate) const FAULT: Self = Errno(libc::EFAULT);
    pub(crate) const INVAL: Self = Errno(libc::EINVAL);
    pub(crate) const NOSPC: Self = Errno(libc::ENOSPC);
    pub(crate) const NAMETOOLONG: Self = Errno(libc::ENAMETOOLONG);
    pub(crate) const OPNOTSUPP: Self = Errno(libc::EOPNOTSUPP);

    /// The result of a call of the ABI.
    pub(crate) fn result(self) -> i32 {
        -self.0
    }

    /// The positive number.
    pub(crate) fn number(self) -> i32 {
        self.0
    }

    /// A number that came from elsewhere: an error in any case.
    pub(crate) fn of_number(number: i32) -> Self {
        match number {
            1..4096 => Errno(number),
            _ => Errno::IO,
        }
    }

    pub(crate) fn of_io(error: &io::Error) -> Self {
        error.raw_os_error().map_or(Self::IO, Errno)
    }

    /// From a negative result of libbpf.
    pub(crate) fn of_result(result: i32) -> Self {
        Errno(result.saturating_neg().max(1))
    }

    /// libbpf-rs keeps the number to itself but for its text.
    pub(crate) fn of_libbpf(error: &libbpf_rs::Error) -> Self {
        let text = format!("{error:#}");
        let number = text.rsplit_once("(os error ").and_then(|(_, rest)| {
            let digits = rest.strip_suffix(')')?;
            digits.parse().ok()
        });
        number.map_or(Self::INVAL, Errno)
    }
}

impl From<rustix::io::Errno> for Errno {
    fn from(error: rustix::io::Errno) -> Self {
        Errno(error.raw_os_error())
    }
}

/// A call that failed: what the guest gets, and what the user may read, if there is something to say.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) errno: Errno,
    pub(crate) message: String,
}

impl Failure {
    pub(crate) fn new(errno: Errno, message: impl Into<String>) -> Self {
        let message = message.into();
        Failure { errno, message }
    }

    /// A failure of libbpf's: the text says what was tried.
    pub(crate) fn libbpf(what: &str, error: &libbpf_rs::Error) -> Self {
        let errno = Errno::of_libbpf(error);
        Failure::new(errno, format!("{what}: {error:#}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_libbpf() {
        use libbpf_rs::ErrorExt as _;
        let error = libbpf_rs::Error::from_raw_os_error(libc::ENODEV).context("attach");
        assert_eq!(Errno::of_libbpf(&error), Errno(libc::ENODEV));
        let error = libbpf_rs::Error::from(io::Error::other("odd"));
        assert_eq!(Errno::of_libbpf(&error), Errno::INVAL);
        assert_eq!(Errno::of_result(-libc::EBADF), Errno::BADF);
    }
}
