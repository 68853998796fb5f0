//! The sections of an ELF file, and what libbpf wants of those that it knows by name.

use super::error::ObjectError;
use object::LittleEndian;
use object::elf::{self, FileHeader64};
use object::read::elf::{FileHeader, SectionHeader as _, SectionTable};

/// A section.
#[derive(Clone, Debug)]
pub struct Section<'a> {
    /// Position in the section table.
    pub index: usize,
    /// Its name.
    pub name: &'a str,
    /// Offset of the name in the section with the section names.
    pub name_offset: u32,
    /// Whether it holds instructions.
    pub is_code: bool,
    /// Whether it is marked to hold instructions, of whatever type it is.
    pub is_executable: bool,
    /// Whether it holds other bytes of the program: `SHT_PROGBITS` without instructions.
    pub is_data: bool,
    /// Whether it has a size but no bytes.
    pub is_zeroed: bool,
    /// Whether libbpf passes it over: the one with index 0, tables of strings, debug information, relocations of these and of BTF.
    pub is_ignored: bool,
    /// Size in bytes; of a `SHT_NOBITS` section too.
    pub size: u64,
    /// First byte in the file.
    pub offset: u64,
    /// Where its section header is in the file.
    pub header: usize,
    /// Its bytes, none for `SHT_NOBITS`.
    pub data: &'a [u8],
}

type Table<'a> = SectionTable<'a, FileHeader64<LittleEndian>>;

/// Reads the section table.
pub(super) fn read<'a>(
    header: &FileHeader64<LittleEndian>,
    table: &Table<'a>,
    bytes: &'a [u8],
) -> Result<Vec<Section<'a>>, ObjectError> {
    let start = usize::try_from(header.e_shoff(LittleEndian)).unwrap_or(usize::MAX);
    let entry = usize::from(header.e_shentsize(LittleEndian));
    let mut sections = Vec::new();
    for (index, header) in table.iter().enumerate() {
        let name = table
            .section_name(LittleEndian, header)
            .map_err(|error| ObjectError::Damaged(error.to_string()))?;
        let name = std::str::from_utf8(name).map_err(|_| {
            ObjectError::Damaged(format!("section {index} has a name that is no text"))
        })?;
        let kind = header.sh_type(LittleEndian);
        let size = header.sh_size(LittleEndian);
        let is_ignored = index == 0 || is_ignored(name, kind, size);
        let data = match header.data(LittleEndian, bytes) {
            Ok(data) => data,
            Err(_) if is_ignored && kind != elf::SHT_STRTAB => &[],
            Err(_) => return Err(ObjectError::SectionOutOfFile(name.to_owned())),
        };
        let is_compressed = header.sh_flags(LittleEndian).contains(elf::SHF_COMPRESSED);
        if kind == elf::SHT_STRTAB && is_compressed {
            return Err(ObjectError::Section {
                section: name.to_owned(),
                problem: "holds names and is compressed",
            });
        }
        // The first entry of the table is no section, whatever it says.
        let has_bytes = kind == elf::SHT_PROGBITS && index > 0;
        let executable = header.sh_flags(LittleEndian).contains(elf::SHF_EXECINSTR);
        let section = Section {
            index,
            name,
            name_offset: header.sh_name(LittleEndian),
            is_code: has_bytes && executable,
            is_executable: executable,
            is_data: has_bytes && !executable,
            is_zeroed: kind == elf::SHT_NOBITS && index > 0,
            is_ignored,
            size,
            offset: header.sh_offset(LittleEndian),
            header: index.saturating_mul(entry).saturating_add(start),
            data,
        };
        section.check()?;
        sections.push(section);
    }
    Ok(sections)
}

/// Whether libbpf passes over a section.
fn is_ignored(name: &str, kind: elf::SectionType, size: u64) -> bool {
    /// `SHT_LLVM_ADDRSIG`
    const ADDRSIG: elf::SectionType = elf::SectionType(0x6fff_4c03);
    let is_debug = |name: &str| name.starts_with(".debug_");
    let of = name.strip_prefix(".rel");
    kind == elf::SHT_STRTAB
        || kind == ADDRSIG
        || kind == elf::SHT_PROGBITS && size == 0 && name == ".text"
        || is_debug(name)
        || of.is_some_and(|of| is_debug(of) || matches!(of, ".BTF" | ".BTF.ext"))
}

impl Section<'_> {
    /// What libbpf wants of a section by its name.
    fn check(&self) -> Result<(), ObjectError> {
        let has_bytes = self.is_code || self.is_data;
        let problem = match self.name {
            _ if self.is_ignored => return Ok(()),
            "license" if self.data.is_empty() => "is empty",
            "version" if self.data.len() != 4 => "is no number of 4 bytes",
            "maps" => return Err(ObjectError::LegacyMaps),
            ".BTF" | ".BTF.ext" if !has_bytes => "is of a type that holds no bytes of a program",
            _ => return Ok(()),
        };
        Err(ObjectError::Section {
            section: self.name.to_owned(),
            problem,
        })
    }
}
