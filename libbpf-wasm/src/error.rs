//! What goes wrong, and with which part of the object.

use crate::errno;
use alloc::boxed::Box;
use core::fmt;

/// An error: the part of the object, what was done with it, and an error number of Linux.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The object as a whole.
    Object {
        /// Its name.
        object: &'static str,
        /// What was to be done.
        action: &'static str,
        /// Number of the error.
        errno: i32,
    },
    /// A map.
    Map {
        /// Its name.
        map: &'static str,
        /// What was to be done.
        action: &'static str,
        /// Number of the error.
        errno: i32,
    },
    /// A program.
    Program {
        /// Its name.
        program: &'static str,
        /// What was to be done.
        action: &'static str,
        /// Number of the error.
        errno: i32,
    },
    /// A section with variables.
    Section {
        /// Its name, `.bss`.
        section: &'static str,
        /// What was to be done.
        action: &'static str,
        /// Number of the error.
        errno: i32,
    },
    /// An event that is too short for the type it should have.
    Event {
        /// The map it came through.
        map: &'static str,
        /// Bytes that the type has.
        expected: usize,
        /// Bytes that the event has.
        found: usize,
    },
    /// A callback returned an error.
    Callback(Box<dyn core::error::Error + Send + Sync>),
}

/// The result of everything that can go wrong.
pub type Result<T, E = Error> = core::result::Result<T, E>;

impl Error {
    /// The error number, one of Linux; [`errno::EBADMSG`] for an event, [`errno::EIO`] for a callback's own error.
    pub fn errno(&self) -> i32 {
        match self {
            Error::Object { errno, .. }
            | Error::Map { errno, .. }
            | Error::Program { errno, .. }
            | Error::Section { errno, .. } => *errno,
            Error::Event { .. } => errno::EBADMSG,
            Error::Callback(error) => error
                .downcast_ref::<Error>()
                .map_or(errno::EIO, Error::errno),
        }
    }

    /// An error of a callback, from whatever describes it.
    pub fn callback(error: impl Into<Box<dyn core::error::Error + Send + Sync>>) -> Self {
        // The error of what the callback itself asked for stays what it is.
        match error.into().downcast::<Error>() {
            Ok(error) => *error,
            Err(error) => Error::Callback(error),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (part, name, action) = match self {
            Error::Object { object, action, .. } => ("object", object, action),
            Error::Map { map, action, .. } => ("map", map, action),
            Error::Program {
                program, action, ..
            } => ("program", program, action),
            Error::Section {
                section, action, ..
            } => ("section", section, action),
            Error::Event {
                map,
                expected,
                found,
            } => {
                return write!(
                    f,
                    "map '{map}': an event of {found} bytes where a value has {expected}"
                );
            }
            Error::Callback(error) => return error.fmt(f),
        };
        let errno = self.errno();
        write!(f, "{part} '{name}': {action}: ")?;
        match errno::text(errno) {
            Some(text) => write!(f, "{text} (error {errno})"),
            None => write!(f, "error {errno}"),
        }
    }
}

impl core::error::Error for Error {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Error::Callback(error) => error.source(),
            _ => None,
        }
    }
}

/// The kind that comes closest: `std::io` knows the numbers of this system's libc only, which are others.
#[cfg(feature = "std")]
impl From<Error> for std::io::Error {
    fn from(error: Error) -> Self {
        let kind = match error.errno() {
            errno::EPERM | errno::EACCES => std::io::ErrorKind::PermissionDenied,
            errno::ENOENT => std::io::ErrorKind::NotFound,
            errno::EINTR => std::io::ErrorKind::Interrupted,
            errno::ENOMEM => std::io::ErrorKind::OutOfMemory,
            errno::EEXIST => std::io::ErrorKind::AlreadyExists,
            errno::EINVAL => std::io::ErrorKind::InvalidInput,
            errno::EOPNOTSUPP => std::io::ErrorKind::Unsupported,
            _ => std::io::ErrorKind::Other,
        };
        std::io::Error::new(kind, error)
    }
}
