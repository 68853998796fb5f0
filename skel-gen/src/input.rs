//! What a user names as `FILE`: an ELF object with BTF, or a raw BTF blob.

use object::Endianness;
use object::elf;
use object::read::elf::{FileHeader, SectionHeader};
use thiserror::Error;

/// The BTF of an input file, and where it came from.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The bytes of the `.BTF` section, or the whole blob.
    pub btf: &'a [u8],
    /// Whether the file is an ELF object.
    pub is_elf: bool,
}

/// Why a file holds no usable BTF.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum InputError {
    /// Neither an ELF file nor a BTF blob.
    #[error("neither an ELF object nor a BTF blob")]
    UnknownFormat,
    /// An ELF file of the wrong class or machine.
    #[error("not a BPF object: {0}")]
    NotBpf(&'static str),
    /// An ELF file whose headers or sections do not fit the file.
    #[error("damaged ELF file: {0}")]
    Damaged(String),
    /// An ELF file without BTF.
    #[error("no .BTF section (compile with -g)")]
    NoBtf,
}

impl<'a> Input<'a> {
    /// The BTF of a file that has none: no types. What needs none can still be made of such a file.
    pub const WITHOUT_BTF: &'static [u8] = &[
        0x9f, 0xeb, 1, 0, 24, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0,
    ];

    /// Finds the BTF in the bytes of a file.
    ///
    /// # Errors
    /// [`InputError`] if the file is of another format, damaged, or without BTF.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, InputError> {
        if bytes.starts_with(&elf::ELFMAG) {
            let btf = elf_section(bytes, ".BTF")?;
            return Ok(Input { btf, is_elf: true });
        }
        match bytes {
            [0x9f, 0xeb, ..] | [0xeb, 0x9f, ..] => Ok(Input {
                btf: bytes,
                is_elf: false,
            }),
            _ => Err(InputError::UnknownFormat),
        }
    }
}

/// The bytes of section `name` of a 64-bit ELF file of either byte order.
fn elf_section<'a>(bytes: &'a [u8], name: &str) -> Result<&'a [u8], InputError> {
    let damaged = |error: object::Error| InputError::Damaged(error.to_string());
    if object::FileKind::parse(bytes).map_err(damaged)? != object::FileKind::Elf64 {
        return Err(InputError::NotBpf("not a 64-bit ELF file"));
    }
    let header = elf::FileHeader64::<Endianness>::parse(bytes).map_err(damaged)?;
    let endian = header.endian().map_err(damaged)?;
    let sections = header.sections(endian, bytes).map_err(damaged)?;
    let (_, section) = sections
        .section_by_name(endian, name.as_bytes())
        .ok_or(InputError::NoBtf)?;
    section.data(endian, bytes).map_err(damaged)
}
