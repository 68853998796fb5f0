//! A failed command: what the user reads, and bpftool's exit code for it.

use skel_gen::foreign;
use skel_gen::object::ObjectError;
use skel_gen::wit::WitError;
use skel_gen::{BuildError, SkeletonError};
use std::fmt;
use std::io;

/// Error numbers that bpftool's exit codes are made of: the code is the negated number's low byte.
const ENOENT: i32 = 2;
const EIO: i32 = 5;
const EACCES: i32 = 13;
const ENOTDIR: i32 = 20;
const EINVAL: i32 = 22;
const ENODATA: i32 = 61;
const EOPNOTSUPP: i32 = 95;
/// libbpf's own numbers for a bad ELF file and for the wrong byte order.
const LIBBPF_ERRNO_FORMAT: i32 = 4001;
const LIBBPF_ERRNO_ENDIAN: i32 = 4003;

/// Why a command failed. Its text is what stands after `Error: `. Names in it are of files that others wrote: what a terminal
/// would act upon is escaped.
#[derive(Debug)]
pub struct Failure {
    /// One line.
    message: String,
    /// Lines below it, if there are any: how a command is used, what a compiler says.
    detail: String,
    code: u8,
}

impl Failure {
    /// A usage error; bpftool returns -1 for these.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Failure::errno(1, message)
    }

    /// An argument that is understood but wrong.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Failure::errno(EINVAL, message)
    }

    /// A file that no skeleton can be made of.
    pub(crate) fn object(file: &str, error: &SkeletonError) -> Self {
        let number = match error {
            SkeletonError::Object(ObjectError::BigEndian) => LIBBPF_ERRNO_ENDIAN,
            SkeletonError::Object(ObjectError::NoBtf(_)) => ENODATA,
            SkeletonError::Object(ObjectError::LegacyMaps) => EOPNOTSUPP,
            _ => LIBBPF_ERRNO_FORMAT,
        };
        let message = format!("failed to open BPF object file {file}: {error}");
        Failure::errno(number, message)
    }

    /// A file that is not there; bpftool returns -1 for these as well.
    pub(crate) fn stat(file: &str, error: &io::Error) -> Self {
        Failure::usage(format!("failed to stat() {file}: {}", reason(error)))
    }

    fn errno(number: i32, message: impl Into<String>) -> Self {
        let [code, ..] = (-number).to_le_bytes();
        Failure {
            message: foreign::line(&message.into()).into_owned(),
            detail: String::new(),
            code,
        }
    }

    /// With lines below the message.
    pub(crate) fn detailed(self, detail: &str) -> Self {
        Failure {
            detail: foreign::lines(detail.trim_end()).into_owned(),
            ..self
        }
    }

    /// `message` and the reason an operation of the system gave.
    pub(crate) fn io(message: impl fmt::Display, error: &io::Error) -> Self {
        // Of temporary files only the kind of the error is left.
        let number = error.raw_os_error().unwrap_or(match error.kind() {
            io::ErrorKind::NotFound => ENOENT,
            io::ErrorKind::PermissionDenied => EACCES,
            io::ErrorKind::NotADirectory => ENOTDIR,
            _ => EIO,
        });
        Failure::errno(number, format!("{message}: {}", reason(error)))
    }

    /// A file that cannot be read. For bpftool, what can be opened but not read is an error of reading, whatever the system says.
    pub(crate) fn input_io(file: &str, error: &io::Error) -> Self {
        let number = match error.kind() {
            io::ErrorKind::IsADirectory | io::ErrorKind::Other => EIO,
            _ => error.raw_os_error().unwrap_or(EIO),
        };
        let message = format!("failed to load BTF from {file}: {}", reason(error));
        Failure::errno(number, message)
    }

    /// A file whose BTF cannot be found.
    pub(crate) fn input(file: &str, error: &skel_gen::InputError) -> Self {
        let number = match error {
            skel_gen::InputError::NoBtf => ENODATA,
            _ => LIBBPF_ERRNO_FORMAT,
        };
        Failure::errno(number, format!("failed to load BTF from {file}: {error}"))
    }

    /// A file whose BTF is not valid.
    pub(crate) fn btf(file: &str, error: &btf_layout::Error) -> Self {
        Failure::invalid(format!("failed to load BTF from {file}: {error}"))
    }

    /// Types that are not there, or that no layout can be made of.
    pub(crate) fn types(file: &str, error: &btf_layout::Error) -> Self {
        let message = format!("{file}: {error}");
        match error {
            btf_layout::Error::BigEndian => Failure::errno(LIBBPF_ERRNO_ENDIAN, message),
            _ => Failure::invalid(message),
        }
    }

    /// A file whose BTF refers to what is not in it, and for which no base was named.
    pub(crate) fn no_base(file: &str, error: &btf_layout::Error) -> Self {
        Failure::invalid(format!(
            "failed to load BTF from {file}: {error}; split BTF (of a kernel module) needs its base: -B FILE"
        ))
    }

    /// Types that cannot be told apart, or cannot be expressed, in WIT.
    pub(crate) fn wit(file: &str, error: &WitError) -> Self {
        Failure::invalid(format!("{file}: {error}"))
    }

    /// A header or source that could not be made an object.
    pub(crate) fn compile(error: &BuildError) -> Self {
        let text = error.to_string();
        match error {
            BuildError::NoClang { .. } => Failure::errno(ENOENT, text),
            BuildError::Clang { .. } => match text.split_once('\n') {
                Some((message, detail)) => Failure::invalid(message).detailed(detail),
                None => Failure::invalid(text),
            },
            _ => Failure::errno(EIO, text),
        }
    }

    /// The process's exit code: bpftool's.
    pub fn code(&self) -> u8 {
        self.code
    }
}

impl std::error::Error for Failure {}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match self.detail.as_str() {
            "" => Ok(()),
            detail => write!(f, "\n{detail}"),
        }
    }
}

/// The system's text for an error, without Rust's ` (os error N)`.
fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    match text.split_once(" (os error") {
        Some((reason, _)) => reason.to_owned(),
        None => text,
    }
}
