//! An ELF file for BPF: sections and symbols, checked once, then plain data.

use super::error::ObjectError;
use super::relocation::{self, Relocations};
use super::section::{self, Section};
use object::elf::{self, FileHeader64};
use object::read::elf::{FileHeader, SectionHeader as _, SectionTable, Sym as _};
use object::{LittleEndian, SymbolIndex};
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
    /// The relocations that libbpf reads: of code, of map definitions and of tables of functions.
    pub relocations: Vec<Relocations<'a>>,
    /// Index of the section with the section names.
    pub names: usize,
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
    /// Whether it is a variable that other files can refer to.
    pub is_variable: bool,
    /// Whether it stands for a section.
    pub is_section: bool,
    /// Whether another file, or the kernel, has to define it: no type, and in no section.
    pub is_extern: bool,
    /// Whether its section is none of the file's, such as that of symbols with an absolute value.
    pub is_special: bool,
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
        let sections = section::read(header, &table, bytes)?;
        let names = header.shstrndx(LittleEndian, bytes).map_err(damaged)? as usize;
        let symbols = symbols(&table, bytes)?;
        let relocations = relocation::read(&table, &sections, bytes)?;
        let elf = Elf {
            bytes,
            sections,
            symbols,
            relocations,
            names,
        };
        elf.check_globals()?;
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
}

fn symbols<'a>(table: &Table<'a>, bytes: &'a [u8]) -> Result<Vec<Symbol<'a>>, ObjectError> {
    let mut tables = table
        .iter()
        .skip(1)
        .filter(|header| header.sh_type(LittleEndian) == elf::SHT_SYMTAB);
    match (tables.next(), tables.next()) {
        (Some(header), None)
            if header.sh_entsize(LittleEndian) != size_of::<elf::Sym64<LittleEndian>>() as u64 =>
        {
            return Err(ObjectError::Damaged(
                "the symbol table has entries of another size than symbols".to_owned(),
            ));
        }
        (Some(_), None) => {}
        (Some(_), Some(_)) => {
            return Err(ObjectError::Damaged("it has two symbol tables".to_owned()));
        }
        (None, _) => return Err(ObjectError::NoSymbols),
    }
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
        let is_global = symbol.st_bind() != elf::STB_LOCAL;
        let is_linked = matches!(symbol.st_bind(), elf::STB_GLOBAL | elf::STB_WEAK);
        let place = symbol.st_shndx(LittleEndian);
        let is_special = place.is_reserved() && place != elf::SHN_XINDEX;
        let kind = symbol.st_type();
        symbols.push(Symbol {
            name: std::str::from_utf8(name).unwrap_or_default(),
            section,
            offset: symbol.st_value(LittleEndian),
            size: symbol.st_size(LittleEndian),
            is_function: kind == elf::STT_FUNC,
            is_variable: kind == elf::STT_OBJECT && is_linked,
            is_section: kind == elf::STT_SECTION,
            is_extern: kind == elf::STT_NOTYPE && is_linked && section == 0 && !is_special,
            is_special,
            is_global,
            is_hidden: matches!(symbol.st_visibility(), elf::STV_HIDDEN | elf::STV_INTERNAL),
        });
    }
    Ok(symbols)
}
