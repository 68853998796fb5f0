//! `struct btf_header`: where the type and string sections lie.
//!
//! Source: <https://docs.kernel.org/bpf/btf.html>, "BTF Type and String Encoding".

use crate::error::Error;

/// BTF's magic number.
const MAGIC: u16 = 0xeb9f;
/// The shortest header: magic to `str_len`. Longer ones add fields that older readers skip.
const HEADER_LEN: usize = 24;

/// Byte order of a BTF section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endian {
    /// Least significant byte first: x86, arm64, wasm32.
    Little,
    /// Most significant byte first: s390x, `-target bpfeb`.
    Big,
}

impl Endian {
    /// Reads four bytes as a number.
    pub(crate) fn u32(self, bytes: [u8; 4]) -> u32 {
        match self {
            Endian::Little => u32::from_le_bytes(bytes),
            Endian::Big => u32::from_be_bytes(bytes),
        }
    }
}

/// The two sections of a BTF blob, each checked to lie inside it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sections<'a> {
    pub(crate) endian: Endian,
    /// Where `types` starts in the blob, in bytes.
    pub(crate) types_at: u32,
    pub(crate) types: &'a [u8],
    pub(crate) strings: &'a [u8],
}

impl<'a> Sections<'a> {
    /// Finds the sections of `blob`.
    pub(crate) fn parse(blob: &'a [u8]) -> Result<Self, Error> {
        let truncated = Error::HeaderTruncated {
            need: HEADER_LEN,
            have: blob.len(),
        };
        let Some(([m0, m1, version, flags, rest @ ..], _)) = blob.split_first_chunk::<HEADER_LEN>()
        else {
            return Err(match blob {
                [a, b, ..] if !is_magic(*a, *b) => bad_magic(*a, *b),
                _ => truncated,
            });
        };
        let endian = match u16::from_le_bytes([*m0, *m1]) {
            MAGIC => Endian::Little,
            swapped if swapped.swap_bytes() == MAGIC => Endian::Big,
            _ => return Err(bad_magic(*m0, *m1)),
        };
        expect("version", u32::from(*version), *version == 1, "1")?;
        expect("flags", u32::from(*flags), *flags == 0, "0")?;
        let mut fields = rest
            .as_chunks::<4>()
            .0
            .iter()
            .map(|field| endian.u32(*field));
        let mut next = || fields.next().unwrap_or_default();
        let (hdr_len, type_off, type_len, str_off, str_len) =
            (next(), next(), next(), next(), next());
        expect(
            "hdr_len",
            hdr_len,
            hdr_len as usize >= HEADER_LEN,
            "24 or more",
        )?;
        expect(
            "type_off",
            type_off,
            type_off.is_multiple_of(4),
            "a multiple of 4",
        )?;
        expect(
            "type_len",
            type_len,
            type_len.is_multiple_of(4),
            "a multiple of 4",
        )?;
        Ok(Sections {
            endian,
            types_at: hdr_len.saturating_add(type_off),
            types: section(blob, "type", hdr_len, type_off, type_len)?,
            strings: section(blob, "string", hdr_len, str_off, str_len)?,
        })
    }
}

fn is_magic(m0: u8, m1: u8) -> bool {
    let magic = u16::from_le_bytes([m0, m1]);
    magic == MAGIC || magic.swap_bytes() == MAGIC
}

fn bad_magic(m0: u8, m1: u8) -> Error {
    Error::BadMagic {
        found: u16::from_le_bytes([m0, m1]),
    }
}

fn expect(
    field: &'static str,
    value: u32,
    right: bool,
    expected: &'static str,
) -> Result<(), Error> {
    if right {
        return Ok(());
    }
    Err(Error::BadHeader {
        field,
        value,
        expected,
    })
}

/// The `len` bytes at `off` after the header.
fn section<'a>(
    blob: &'a [u8],
    section: &'static str,
    hdr_len: u32,
    off: u32,
    len: u32,
) -> Result<&'a [u8], Error> {
    let offset = u64::from(hdr_len) + u64::from(off);
    usize::try_from(offset)
        .ok()
        .and_then(|start| blob.get(start..)?.get(..len as usize))
        .ok_or(Error::SectionOutOfBounds {
            section,
            offset,
            len,
            have: blob.len(),
        })
}
