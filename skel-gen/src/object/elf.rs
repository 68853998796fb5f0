//! An ELF file for BPF: sections and symbols, checked once, then plain data.

use super::error::ObjectError;
use object::elf::{self, FileHeader64};
use object::read::elf::{FileHeader, Rel as _, SectionHeader as _, SectionTable, Sym as _};
use object::{LittleEndian, SectionIndex, SymbolIndex};
use std::collections::BTreeSet;

/// A little-endian 64-bit ELF file for BPF.
#[derive(Debug)]
pub struct Elf<'a> {
    /// The whole file.
    pub bytes: &'a [u8],
    /// All sections; the one with index 0 is empty.
    pub sections: Vec<Section<'a>>,
    /// All symbols.
    pub symbols: Vec<Symbol<'a>>,
    /// Index of the section with the section names.
    pub names: usize,
}

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
    /// Whether it holds other bytes of the program: `SHT_PROGBITS` without instructions.
    pub is_data: bool,
    /// Whether it has a size but no bytes.
    pub is_zeroed: bool,
    /// Size in bytes; of a `SHT_NOBITS` section too.
    pub size: u64,
    /// First byte in the file.
    pub offset: u64,
    /// Where its section header is in the file.
    pub header: usize,
    /// Its bytes, none for `SHT_NOBITS`.
    pub data: &'a [u8],
}

/// A symbol.
#[derive(Clone, Copy, Debug)]
pub struct Symbol<'a> {
    /// Its name.
    pub name: &'a str,
    /// Index of the section it is in; 0 if it is not defined here.
    pub section: usize,
    /// Offset in its section, in bytes.
    pub offset: u64,
    /// Size in bytes.
    pub size: u64,
    /// Whether it is a function.
    pub is_function: bool,
    /// Whether other files can refer to it.
    pub is_global: bool,
    /// Whether it is hidden all the same, as if it were static: `STV_HIDDEN`, `STV_INTERNAL`.
    pub is_hidden: bool,
}

type Table<'a> = SectionTable<'a, FileHeader64<LittleEndian>>;

fn damaged(error: object::Error) -> ObjectError {
    ObjectError::Damaged(error.to_string())
}

impl<'a> Elf<'a> {
    /// Reads the tables of an ELF file.
    ///
    /// # Errors
    /// [`ObjectError`] for a file that is damaged, or for something else than BPF.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, ObjectError> {
        let not_bpf = |why: &str| Err(ObjectError::NotBpf(why.to_owned()));
        match bytes {
            // `ELFCLASS64` and `ELFDATA2LSB`.
            [0x7f, b'E', b'L', b'F', 2, 1, ..] => {}
            [0x7f, b'E', b'L', b'F', 2, ..] => return Err(ObjectError::BigEndian),
            [0x7f, b'E', b'L', b'F', ..] => return not_bpf("not a 64-bit ELF file"),
            _ => return not_bpf("not an ELF file"),
        }
        let header = FileHeader64::<LittleEndian>::parse(bytes).map_err(damaged)?;
        // Old compilers left the machine unset.
        if !matches!(header.e_machine(LittleEndian), elf::EM_BPF | elf::EM_NONE) {
            return not_bpf("made for another machine");
        }
        if header.e_type(LittleEndian) != elf::ET_REL {
            return not_bpf("not relocatable");
        }
        let table = header.sections(LittleEndian, bytes).map_err(damaged)?;
        let sections = sections(header, &table, bytes)?;
        let names = header.shstrndx(LittleEndian, bytes).map_err(damaged)? as usize;
        let symbols = symbols(&table, bytes)?;
        let elf = Elf {
            bytes,
            sections,
            symbols,
            names,
        };
        elf.check_globals()?;
        elf.check_relocations(&table)?;
        Ok(elf)
    }

    /// The first section called `name`.
    pub fn section(&self, name: &str) -> Option<&Section<'a>> {
        self.sections.iter().find(|section| section.name == name)
    }

    fn check_globals(&self) -> Result<(), ObjectError> {
        let mut seen = BTreeSet::new();
        let mut globals = self.symbols.iter().filter(|symbol| symbol.is_global);
        match globals.find(|symbol| !seen.insert(symbol.name)) {
            Some(symbol) => Err(ObjectError::DuplicateSymbol(symbol.name.to_owned())),
            None => Ok(()),
        }
    }

    /// Every relocation lies in the section it is for, and names a symbol.
    fn check_relocations(&self, table: &Table<'a>) -> Result<(), ObjectError> {
        for (section, header) in self.sections.iter().zip(table.iter()) {
            let Some((rels, _)) = header.rel(LittleEndian, self.bytes).map_err(damaged)? else {
                continue;
            };
            let bad = |index, problem| {
                let section = section.name.to_owned();
                Err(ObjectError::Relocation {
                    section,
                    index,
                    problem,
                })
            };
            let target = header.sh_info(LittleEndian) as usize;
            let Some(target) = self.sections.get(target) else {
                return bad(0, "is for a section that does not exist");
            };
            // Of compressed debug information, places are counted in what it is without that.
            let compressed = table.section(SectionIndex(target.index));
            let compressed = compressed
                .is_ok_and(|target| target.sh_flags(LittleEndian).contains(elf::SHF_COMPRESSED));
            for (index, rel) in rels.iter().enumerate() {
                if rel.r_sym(LittleEndian) as usize >= self.symbols.len() {
                    return bad(index, "refers to a symbol that does not exist");
                }
                if !compressed && rel.r_offset(LittleEndian) >= target.size {
                    return bad(index, "lies outside its section");
                }
            }
        }
        Ok(())
    }
}

fn sections<'a>(
    header: &FileHeader64<LittleEndian>,
    table: &Table<'a>,
    bytes: &'a [u8],
) -> Result<Vec<Section<'a>>, ObjectError> {
    let start = usize::try_from(header.e_shoff(LittleEndian)).unwrap_or(usize::MAX);
    let entry = usize::from(header.e_shentsize(LittleEndian));
    let mut sections = Vec::new();
    for (index, header) in table.iter().enumerate() {
        let name = table.section_name(LittleEndian, header).map_err(damaged)?;
        let name = std::str::from_utf8(name).map_err(|_| {
            ObjectError::Damaged(format!("section {index} has a name that is no text"))
        })?;
        let data = header
            .data(LittleEndian, bytes)
            .map_err(|_| ObjectError::SectionOutOfFile(name.to_owned()))?;
        let has_bytes = header.sh_type(LittleEndian) == elf::SHT_PROGBITS;
        let executable = header.sh_flags(LittleEndian).contains(elf::SHF_EXECINSTR);
        sections.push(Section {
            index,
            name,
            name_offset: header.sh_name(LittleEndian),
            is_code: has_bytes && executable,
            is_data: has_bytes && !executable,
            is_zeroed: header.sh_type(LittleEndian) == elf::SHT_NOBITS,
            size: header.sh_size(LittleEndian),
            offset: header.sh_offset(LittleEndian),
            header: index.saturating_mul(entry).saturating_add(start),
            data,
        });
    }
    Ok(sections)
}

fn symbols<'a>(table: &Table<'a>, bytes: &'a [u8]) -> Result<Vec<Symbol<'a>>, ObjectError> {
    let found = table
        .symbols(LittleEndian, bytes, elf::SHT_SYMTAB)
        .map_err(damaged)?;
    let mut symbols = Vec::new();
    for (index, symbol) in found.iter().enumerate() {
        let name = found.symbol_name(LittleEndian, symbol).map_err(damaged)?;
        let section = found
            .symbol_section(LittleEndian, symbol, SymbolIndex(index))
            .map_err(damaged)?;
        let section = section.map_or(0, |section| section.0);
        if section >= table.len() {
            let name = String::from_utf8_lossy(name);
            return Err(ObjectError::Damaged(format!(
                "symbol '{name}' is in no section"
            )));
        }
        symbols.push(Symbol {
            name: std::str::from_utf8(name).unwrap_or_default(),
            section,
            offset: symbol.st_value(LittleEndian),
            size: symbol.st_size(LittleEndian),
            is_function: symbol.st_type() == elf::STT_FUNC,
            is_global: symbol.st_bind() != elf::STB_LOCAL,
            is_hidden: matches!(symbol.st_visibility(), elf::STV_HIDDEN | elf::STV_INTERNAL),
        });
    }
    Ok(symbols)
}
