//! One section of an object, as libelf is going to read it.

use super::error::ImageError;
use super::strings::Strings;
use object::LittleEndian as LE;
use object::elf::{self, SectionFlags, SectionHeader64, SectionType};

/// A section.
#[derive(Clone, Copy, Debug)]
pub(super) struct Section<'a> {
    pub(super) index: usize,
    pub(super) name: &'a str,
    pub(super) kind: SectionType,
    pub(super) flags: SectionFlags,
    pub(super) size: u64,
    pub(super) link: usize,
    pub(super) info: usize,
    pub(super) entry_size: u64,
    /// Its bytes, none for `SHT_NOBITS`.
    pub(super) data: &'a [u8],
}

/// `SHT_LLVM_ADDRSIG`: a list of symbols whose addresses are taken.
const ADDRSIG: SectionType = SectionType(0x6fff_4c03);
/// The largest section without bytes in the file: libbpf counts in `int` and `u32`, and in whole pages.
const MAX_SIZE: u64 = 0x7fff_0000;

impl Section<'_> {
    /// Whether libbpf reads it.
    pub(super) fn is_read(&self) -> bool {
        let skipped = matches!(self.kind, elf::SHT_NULL | elf::SHT_STRTAB | ADDRSIG);
        !skipped && !is_debug(self.name)
    }

    /// Whether libbpf looks for programs in it.
    pub(super) fn is_code(&self) -> bool {
        self.kind == elf::SHT_PROGBITS && self.is_executable()
    }

    pub(super) fn is_executable(&self) -> bool {
        self.flags.contains(elf::SHF_EXECINSTR)
    }

    /// An error about it.
    pub(super) fn wrong(&self, problem: &'static str) -> ImageError {
        wrong(self.index, self.name, problem)
    }
}

/// An error about the section of this index and name.
pub(super) fn wrong(index: usize, name: &str, problem: &'static str) -> ImageError {
    ImageError::Section {
        index,
        section: name.to_owned(),
        problem,
    }
}

/// Whether a section is for debuggers alone.
fn is_debug(name: &str) -> bool {
    let name = name.strip_prefix(".rel").unwrap_or(name);
    name.starts_with(".debug_")
}

/// The bytes of a section in the file.
pub(super) fn contents<'a>(bytes: &'a [u8], header: &SectionHeader64<LE>) -> Option<&'a [u8]> {
    let start = usize::try_from(header.sh_offset.get(LE)).ok()?;
    let size = usize::try_from(header.sh_size.get(LE)).ok()?;
    bytes.get(start..)?.get(..size)
}

/// Reads and checks the header of a section.
pub(super) fn read<'a>(
    bytes: &'a [u8],
    index: usize,
    header: &SectionHeader64<LE>,
    names: &mut Strings<'a>,
) -> Result<Section<'a>, ImageError> {
    let kind = header.sh_type.get(LE);
    if index == 0 && kind != elf::SHT_NULL {
        return Err(wrong(0, "", "the first section is not empty"));
    }
    if index > 0 && kind == elf::SHT_NULL {
        return Err(wrong(index, "", "it is of no type"));
    }
    let Some(name) = names.get(header.sh_name.get(LE))? else {
        return Err(wrong(
            index,
            "",
            "its name is no text of the table of names",
        ));
    };
    let wrong = |problem| Err(wrong(index, name, problem));
    let size = header.sh_size.get(LE);
    let data = match kind {
        elf::SHT_NULL | elf::SHT_NOBITS if size > MAX_SIZE => {
            return wrong("it has more than 2 GiB");
        }
        elf::SHT_NULL | elf::SHT_NOBITS => &[],
        elf::SHT_SYMTAB_SHNDX => return wrong("there are no sections that it could be for"),
        _ => match contents(bytes, header) {
            Some(data) => data,
            None => return wrong("it ends past the end of the file"),
        },
    };
    let flags = header.sh_flags.get(LE);
    if flags.contains(elf::SHF_COMPRESSED) && !is_debug(name) {
        return wrong("it is compressed");
    }
    let align = header.sh_addralign.get(LE);
    if align != 0 && !align.is_power_of_two() {
        return wrong("its alignment is no power of two");
    }
    Ok(Section {
        index,
        name,
        kind,
        flags,
        size,
        link: header.sh_link.get(LE) as usize,
        info: header.sh_info.get(LE) as usize,
        entry_size: header.sh_entsize.get(LE),
        data,
    })
}
