//! The ELF file as libelf is going to read it: header, section table, names. Each part lies in the file, and no two share
//! bytes, so that what libbpf copies is no more than the file.

use super::error::ImageError;
use super::section::{self, Section, contents, wrong};
use super::strings::Strings;
use super::symbols::{self, Symbol};
use object::LittleEndian as LE;
use object::elf::{self, FileHeader64, SectionHeader64};
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

/// Size of `Elf64_Ehdr` and of `Elf64_Shdr`.
const HEADER: u64 = 64;
impl<'a> Headers<'a> {
    /// Reads and checks them.
    pub(super) fn parse(bytes: &'a [u8]) -> Result<Self, ImageError> {
        let header = file_header(bytes)?;
        let table = section_table(bytes, header)?;
        let mut names = names(bytes, header, table)?;
        let mut sections = Vec::with_capacity(table.len());
        for (index, header) in table.iter().enumerate() {
            sections.push(section::read(bytes, index, header, &mut names)?);
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
