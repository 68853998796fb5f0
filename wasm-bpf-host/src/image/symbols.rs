//! The symbol table: names, and places inside sections that exist.

use super::error::ImageError;
use super::section::Section;
use super::strings::Strings;
use object::LittleEndian as LE;
use object::elf::{self, Sym64};
use object::pod;

/// A symbol.
#[derive(Clone, Copy, Debug)]
pub(super) struct Symbol<'a> {
    pub(super) name: &'a str,
    pub(super) kind: elf::SymbolType,
    /// Whether other files can refer to it.
    pub(super) is_global: bool,
    /// Index of its section, 0 if it is not defined here.
    pub(super) section: usize,
    pub(super) offset: u64,
    pub(super) size: u64,
}

/// Size of `Elf64_Sym`.
const SYMBOL: usize = size_of::<Sym64<LE>>();

impl Symbol<'_> {
    /// Whether libbpf looks for it elsewhere: in the kernel, or in its configuration.
    pub(super) fn is_extern(&self) -> bool {
        self.section == 0 && self.is_global && self.kind == elf::STT_NOTYPE
    }

    pub(super) fn is_function_of(&self, section: &Section<'_>) -> bool {
        self.section == section.index && self.kind == elf::STT_FUNC
    }
}

/// Reads the symbols of `table`, the only symbol table.
pub(super) fn read<'a>(
    sections: &[Section<'a>],
    table: &Section<'a>,
) -> Result<Vec<Symbol<'a>>, ImageError> {
    if table.entry_size != SYMBOL as u64 || !table.data.len().is_multiple_of(SYMBOL) {
        return Err(table.wrong("its entries are no symbols of 24 bytes"));
    }
    let strings = sections.get(table.link).filter(|_| table.link != 0);
    let strings = strings.and_then(|strings| Strings::new(strings.kind, strings.data));
    let Some(mut strings) = strings else {
        return Err(table.wrong("its names are in no table of strings that ends in NUL"));
    };
    let count = table.data.len() / SYMBOL;
    let Ok((entries, _)) = pod::slice_from_bytes::<Sym64<LE>>(table.data, count) else {
        return Err(table.wrong("it ends past the end of the file"));
    };
    let entries = entries.iter().enumerate();
    entries
        .map(|(index, entry)| symbol(sections, &mut strings, index, entry))
        .collect()
}

fn symbol<'a>(
    sections: &[Section<'a>],
    strings: &mut Strings<'a>,
    index: usize,
    entry: &Sym64<LE>,
) -> Result<Symbol<'a>, ImageError> {
    let name = strings.get(entry.st_name.get(LE))?;
    let wrong = |problem| {
        Err(ImageError::Symbol {
            index,
            symbol: name.unwrap_or_default().to_owned(),
            problem,
        })
    };
    let Some(name) = name else {
        return wrong("its name is no text of the table of names");
    };
    let (offset, size) = (entry.st_value.get(LE), entry.st_size.get(LE));
    let section = match entry.st_shndx.get(LE) {
        elf::SHN_UNDEF => 0,
        // Constants, names of files, and variables that have no section yet: libbpf refuses to relocate to them.
        elf::SHN_ABS | elf::SHN_COMMON => usize::MAX,
        elf::SymbolSection(index) => {
            let section = usize::from(index);
            let Some(part) = sections.get(section) else {
                return wrong("its section does not exist");
            };
            if offset.checked_add(size).is_none_or(|end| end > part.size) {
                return wrong("it ends past the end of its section");
            }
            section
        }
    };
    Ok(Symbol {
        name,
        kind: entry.st_type(),
        is_global: entry.st_bind() != elf::STB_LOCAL,
        section,
        offset,
        size,
    })
}
