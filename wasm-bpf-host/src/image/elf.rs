//! The ELF file as libelf is going to read it: header, section table, names. Each part lies in the file, and no two share
//! bytes, so that what libbpf copies is no more than the file.

use super::error::ImageError;
use super::strings::Strings;
use super::symbols::{self, Symbol};
use object::LittleEndian as LE;
use object::elf::{self, FileHeader64, SectionFlags, SectionHeader64, SectionType};
use object::pod;
use std::collections::BTreeMap;

/// Header, section table and symbols of an object.
#[derive(Debug)]
pub(super) struct Headers<'a> {
    pub(super) sections: Vec<Section<'a>>,
    pub(super) symbols: Vec<Symbol<'a>>,
    /// Index of the section with the symbols.
    pub(super) symbol_table: usize,
    /// The first section of each name, of those that libbpf reads.
    by_name: BTreeMap<&'a str, usize>,
}

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
/// Size of `Elf64_Ehdr` and of `Elf64_Shdr`.
const HEADER: u64 = 64;
/// The largest section without bytes in the file: libbpf counts in `int` and `u32`, and in whole pages.
const MAX_SIZE: u64 = 0x7fff_0000;

impl<'a> Headers<'a> {
    /// Reads and checks them.
    pub(super) fn parse(bytes: &'a [u8]) -> Result<Self, ImageError> {
        let header = file_header(bytes)?;
        let table = section_table(bytes, header)?;
        let mut names = names(bytes, header, table)?;
        let mut sections = Vec::with_capacity(table.len());
        for (index, header) in table.iter().enumerate() {
            sections.push(section(bytes, index, header, &mut names)?);
        }
        overlaps(&sections, table, header.e_shoff.get(LE))?;
        let mut tables = sections.iter().filter(|s| s.kind == elf::SHT_SYMTAB);
        let (Some(table), None) = (tables.next(), tables.next()) else {
            return Err(ImageError::Header("it needs one symbol table"));
        };
        Ok(Headers {
            symbols: symbols::read(&sections, table)?,
            symbol_table: table.index,
            by_name: by_name(&sections)?,
            sections,
        })
    }

    /// The section called `name`, of those that libbpf reads.
    pub(super) fn section(&self, name: &str) -> Option<&Section<'a>> {
        self.sections.get(*self.by_name.get(name)?)
    }
}

/// What libbpf finds by name it finds once: of two sections it would take another than we have checked. Programs it finds by
/// their sections' index, so that these may share a name: skeletons switch them off by a name that others may have.
fn by_name<'a>(sections: &[Section<'a>]) -> Result<BTreeMap<&'a str, usize>, ImageError> {
    let mut found = BTreeMap::new();
    for section in sections.iter().filter(|section| section.is_read()) {
        let first = *found.entry(section.name).or_insert(section.index);
        let is_program = section.is_code() && section.name != ".text";
        if first != section.index && !is_program && section.kind != elf::SHT_REL {
            return Err(section.wrong("there is another section of that name"));
        }
    }
    Ok(found)
}

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

fn wrong(index: usize, name: &str, problem: &'static str) -> ImageError {
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

fn file_header(bytes: &[u8]) -> Result<&FileHeader64<LE>, ImageError> {
    let Ok((header, _)) = pod::from_bytes::<FileHeader64<LE>>(bytes) else {
        return Err(ImageError::Header("the file ends inside it"));
    };
    let ident = &header.e_ident;
    let problem = match () {
        () if ident.magic != elf::ELFMAG => "this is no ELF file",
        () if ident.class != elf::ELFCLASS64 => "this is no file for a 64-bit machine",
        () if ident.data != elf::ELFDATA2LSB => "this is no file of little-endian byte order",
        () if ident.version != elf::EV_CURRENT => "its version is unknown",
        () if header.e_type.get(LE) != elf::ET_REL => {
            "this is no object, but an executable file or another"
        }
        () if !matches!(header.e_machine.get(LE), elf::EM_BPF | elf::EM_NONE) => {
            "this is a file for another machine"
        }
        () if u64::from(header.e_shentsize.get(LE)) != HEADER => {
            "the entries of the section table have another size than 64"
        }
        // More would be counted in the first section.
        () if matches!(header.e_shnum.get(LE), 0 | 0xff00..) => {
            "the number of sections is 0, or 65280 and more"
        }
        () => return Ok(header),
    };
    Err(ImageError::Header(problem))
}

fn section_table<'a>(
    bytes: &'a [u8],
    header: &FileHeader64<LE>,
) -> Result<&'a [SectionHeader64<LE>], ImageError> {
    let start = usize::try_from(header.e_shoff.get(LE)).ok();
    let rest = start.and_then(|start| bytes.get(start..));
    let count = usize::from(header.e_shnum.get(LE));
    match rest.map(|rest| pod::slice_from_bytes(rest, count)) {
        Some(Ok((table, _))) => Ok(table),
        _ => Err(ImageError::Header(
            "the section table ends past the end of the file",
        )),
    }
}

/// The bytes of a section in the file.
fn contents<'a>(bytes: &'a [u8], header: &SectionHeader64<LE>) -> Option<&'a [u8]> {
    let start = usize::try_from(header.sh_offset.get(LE)).ok()?;
    let size = usize::try_from(header.sh_size.get(LE)).ok()?;
    bytes.get(start..)?.get(..size)
}

/// The table of section names.
fn names<'a>(
    bytes: &'a [u8],
    header: &FileHeader64<LE>,
    table: &[SectionHeader64<LE>],
) -> Result<Strings<'a>, ImageError> {
    let index = usize::from(header.e_shstrndx.get(LE).0);
    let Some(section) = table.get(index).filter(|_| index != 0) else {
        return Err(ImageError::Header(
            "the section with the section names does not exist",
        ));
    };
    contents(bytes, section)
        .and_then(|names| Strings::new(section.sh_type.get(LE), names))
        .ok_or_else(|| {
            wrong(
                index,
                "",
                "the names of sections are no strings that end in NUL inside the file",
            )
        })
}

fn section<'a>(
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

/// No two of the file's header, its section table and its sections share bytes. Otherwise a small file could hold any amount.
fn overlaps(
    sections: &[Section<'_>],
    table: &[SectionHeader64<LE>],
    table_at: u64,
) -> Result<(), ImageError> {
    let mut parts = vec![
        (0, HEADER, "the ELF header"),
        (table_at, table.len() as u64 * HEADER, "the section table"),
    ];
    for (section, header) in sections.iter().zip(table) {
        if !section.data.is_empty() {
            parts.push((header.sh_offset.get(LE), section.size, section.name));
        }
    }
    parts.sort_unstable();
    for pair in parts.windows(2) {
        if let [(start, len, other), (next, _, name)] = pair
            && next - start < *len
        {
            return Err(ImageError::Overlap {
                section: (*name).to_owned(),
                other: (*other).to_owned(),
            });
        }
    }
    Ok(())
}
