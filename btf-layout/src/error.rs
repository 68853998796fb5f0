//! What can be wrong with a BTF section. Every error names the place: section offset, type or member.

use crate::units::{Bits, TypeId};
use std::fmt;
use thiserror::Error;

/// What is wrong with the strings of split BTF, seen without their base: they begin where the base's end.
pub(crate) const NO_EMPTY_STRING: &str = "does not start with an empty string";

/// Why a BTF section cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Error {
    /// The bytes end before the header does.
    #[error("BTF header needs {need} bytes, only {have} found")]
    HeaderTruncated {
        /// Bytes the header needs.
        need: usize,
        /// Bytes there are.
        have: usize,
    },
    /// The first two bytes are not BTF's magic number in either byte order.
    #[error("not BTF: magic {found:#06x}, expected 0xeb9f")]
    BadMagic {
        /// The number found, read as little-endian.
        found: u16,
    },
    /// A header field holds a value this format version does not allow.
    #[error("BTF header: {field} is {value}, expected {expected}")]
    BadHeader {
        /// Name of the field in `struct btf_header`.
        field: &'static str,
        /// Its value.
        value: u32,
        /// What would have been right.
        expected: &'static str,
    },
    /// The type or string section reaches past the end of the blob.
    #[error(
        "BTF {section} section (offset {offset}, length {len}) ends past the blob ({have} bytes)"
    )]
    SectionOutOfBounds {
        /// `type` or `string`.
        section: &'static str,
        /// Offset from the start of the blob, in bytes.
        offset: u64,
        /// Length in bytes.
        len: u32,
        /// Size of the blob in bytes.
        have: usize,
    },
    /// The string section does not start and end with a NUL byte, or is not UTF-8.
    #[error("BTF string section: {problem}")]
    BadStrings {
        /// What is wrong.
        problem: &'static str,
    },
    /// A type record ends past the type section.
    #[error("type {id}: record at offset {offset} is cut off by the end of the type section")]
    RecordTruncated {
        /// The type.
        id: TypeId,
        /// Offset in the type section, in bytes.
        offset: usize,
    },
    /// A kind number that the BTF specification does not define.
    #[error("type {id}: unknown BTF kind {kind} at offset {offset}")]
    UnknownKind {
        /// The type.
        id: TypeId,
        /// The kind number.
        kind: u32,
        /// Offset of the record in the type section, in bytes.
        offset: usize,
    },
    /// A split section must have the byte order of its base.
    #[error("split BTF and its base differ in byte order")]
    MixedByteOrder,
    /// A root type was requested that is not there.
    #[error("{root}: no such type")]
    NoSuchRoot {
        /// The requested id or name.
        root: String,
    },
    /// The layout of another byte order cannot be expressed on wasm32.
    #[error("big-endian BTF: wasm32 is little-endian, so its structs cannot describe these bytes")]
    BigEndian,
    /// One type is wrong.
    #[error("{0}")]
    Type(Box<TypeError>),
}

impl Error {
    /// Whether it may be that the section is split BTF, read without its base: such has ids and names that are not its own.
    pub fn may_be_split(&self) -> bool {
        match self {
            Error::BadStrings { problem } => *problem == NO_EMPTY_STRING,
            Error::Type(error) => {
                matches!(error.problem, Problem::BadName(_) | Problem::Dangling(_))
            }
            Error::HeaderTruncated { .. }
            | Error::BadMagic { .. }
            | Error::BadHeader { .. }
            | Error::SectionOutOfBounds { .. }
            | Error::RecordTruncated { .. }
            | Error::UnknownKind { .. }
            | Error::MixedByteOrder
            | Error::NoSuchRoot { .. }
            | Error::BigEndian => false,
        }
    }
}

impl From<Box<TypeError>> for Error {
    fn from(error: Box<TypeError>) -> Self {
        Error::Type(error)
    }
}

/// One wrong type: where, and what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeError {
    /// The type.
    pub id: TypeId,
    /// Its kind as C says it (`struct`, `typedef`, ...) and its name, empty if it has none.
    pub kind: &'static str,
    /// Its name, empty if it has none.
    pub name: String,
    /// The member, parameter, enumerator or variable in it, if the problem lies there: position and name.
    pub member: Option<(usize, String)>,
    /// What is wrong.
    pub problem: Problem,
}

impl fmt::Display for TypeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "type {} ({}", self.id, self.kind)?;
        if !self.name.is_empty() {
            write!(f, " {}", self.name.escape_default())?;
        }
        f.write_str(")")?;
        match &self.member {
            Some((position, name)) if name.is_empty() => write!(f, ", member {position}")?,
            Some((_, name)) => write!(f, ", member '{}'", name.escape_default())?,
            None => {}
        }
        write!(f, ": {}", self.problem)
    }
}

impl std::error::Error for TypeError {}

/// What is wrong with a type.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Problem {
    /// The name's offset is not that of a string.
    #[error("name offset {0} is outside the string section")]
    BadName(u32),
    /// A reference to a type that does not exist.
    #[error("refers to type {0}, which does not exist")]
    Dangling(TypeId),
    /// A reference to something that is no type (a function, a variable, a section or a tag).
    #[error("refers to type {0}, which is not a type but a {1}")]
    NotAType(TypeId, &'static str),
    /// A `VAR`, `DATASEC` or `DECL_TAG` refers to a kind it may not.
    #[error("refers to type {0} ({1}) where a {2} is needed")]
    WrongKind(TypeId, &'static str, &'static str),
    /// A type contains itself by value, or an anonymous type refers to itself.
    #[error("contains itself")]
    Cycle,
    /// Nesting deeper than any compiler writes.
    #[error("nested more than {0} levels deep")]
    TooDeep(u32),
    /// Anonymous types, which are written out wherever they are used, are used too often.
    #[error("is too long: written out, the types pass {0} bytes of text")]
    TooLong(u32),
    /// More members than the compiler of some language can take.
    #[error("has more than {0} members")]
    TooManyMembers(u32),
    /// A by-value use of a type without a size.
    #[error("holds type {0} by value, which has no size")]
    Unsized(TypeId),
    /// A size that no compiler produces for this kind.
    #[error("impossible size of {0} bytes")]
    BadSize(u64),
    /// An integer's bit width or bit offset does not fit its size.
    #[error("{bits} bits at bit {offset} do not fit {size} bytes")]
    BadIntBits {
        /// Width in bits.
        bits: u32,
        /// Position of the first bit.
        offset: u32,
        /// Size of the storage in bytes.
        size: u32,
    },
    /// A member reaches past the end of its type.
    #[error("ends at bit {end}, past the end of the type at bit {limit}")]
    PastEnd {
        /// First bit after the member.
        end: Bits,
        /// First bit after the type.
        limit: Bits,
    },
    /// A member that is not a bitfield starts inside a byte.
    #[error("starts at bit {0}, which is not on a byte boundary")]
    Misaligned(Bits),
    /// A bitfield of a type that cannot be one, or wider than its type.
    #[error("is a bitfield of {width} bits in a type that cannot hold it")]
    BadBitfield {
        /// Width in bits.
        width: Bits,
    },
    /// Two members of a struct share bits.
    #[error("starts at bit {start}, inside the member before it, which ends at bit {end}")]
    Overlap {
        /// First bit of the member.
        start: Bits,
        /// First bit after the member before it.
        end: Bits,
    },
    /// A type that cannot be laid out is held by value.
    #[error("holds {0}")]
    Holds(Box<TypeError>),
    /// The layout engine broke one of its own promises; a bug to report.
    #[error("layout check failed: {0}")]
    Check(&'static str),
}
