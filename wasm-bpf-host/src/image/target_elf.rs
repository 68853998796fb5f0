//! What libbpf and libelf read of an executable file or a library: section table, symbols, their names and versions, segments,
//! notes of static probes. Only these parts are read, and each is bounded.

use object::elf;
use object::endian::Endianness;
use object::pod;
use object::read::elf::{FileHeader, SectionHeader, Sym};
use object::read::{ReadCache, ReadRef};
use std::fs::File;
use std::os::unix::fs::FileExt;

/// What is wrong with a target.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ElfProblem {
    /// It cannot be used at all.
    #[error("{0}")]
    File(&'static str),
    /// One of its sections is not what it says.
    #[error("section {index}: {problem}")]
    Section {
        /// Its position in the section table.
        index: usize,
        /// What is wrong.
        problem: &'static str,
    },
}

/// The largest file, and the largest section of those that are read from one end to the other, in bytes.
const MAX_FILE: u64 = 16 << 30;
const MAX_READ: u64 = 64 << 20;
/// How many symbols are read at a time.
const SYMBOLS: usize = 4096;
/// The section with the notes of static probes.
const NOTES: &[u8] = b".note.stapsdt";
/// The three addresses that they begin with, in bytes.
const ADDRESSES: usize = 24;

/// Verifies a file.
pub(super) fn verify(file: &File) -> Result<(), ElfProblem> {
    let damaged = |_| ElfProblem::File("it cannot be read");
    let size = file
        .metadata()
        .map_err(|_| ElfProblem::File("it cannot be read"))?
        .len();
    if size > MAX_FILE {
        return Err(ElfProblem::File("it has more than 16 GiB"));
    }
    let cache = ReadCache::new(file);
    let ident = cache.read_bytes_at(0, 16).map_err(damaged)?;
    let native = match cfg!(target_endian = "little") {
        true => 1,
        false => 2,
    };
    match ident {
        [0x7f, b'E', b'L', b'F', _, order, ..] if *order != native => Err(ElfProblem::File(
            "it is made for a machine of another byte order",
        )),
        [0x7f, b'E', b'L', b'F', 2, ..] => {
            Checker::<elf::FileHeader64<Endianness>, _>::new(&cache, file, size)?.check()
        }
        [0x7f, b'E', b'L', b'F', 1, ..] => {
            Checker::<elf::FileHeader32<Endianness>, _>::new(&cache, file, size)?.check()
        }
        _ => Err(ElfProblem::File("it is no ELF file")),
    }
}

struct Checker<'d, H: FileHeader<Endian = Endianness>, R> {
    /// What is read stays in memory.
    data: R,
    /// For what is too large for that.
    file: &'d File,
    size: u64,
    endian: Endianness,
    header: &'d H,
    sections: &'d [H::SectionHeader],
}

/// A section, and its position.
type Placed<'d, H> = (usize, &'d <H as FileHeader>::SectionHeader);

fn wrong<T>(index: usize, problem: &'static str) -> Result<T, ElfProblem> {
    Err(ElfProblem::Section { index, problem })
}

impl<'d, H: FileHeader<Endian = Endianness>, R: ReadRef<'d>> Checker<'d, H, R> {
    /// Reads header and section table, without the forms that they have for more sections than 65279.
    fn new(data: R, file: &'d File, size: u64) -> Result<Self, ElfProblem> {
        let cut = |_| ElfProblem::File("its tables are not in the file");
        let header = H::parse(data).map_err(cut)?;
        let endian = header.endian().map_err(cut)?;
        let count = header.e_shnum(endian);
        let has_table = header.e_shoff(endian).into() != 0;
        if count > 0 && !has_table {
            return Err(ElfProblem::File(
                "it counts sections, and has no table of them",
            ));
        }
        if count >= 0xff00 || (count == 0 && has_table) {
            return Err(ElfProblem::File(
                "it has more sections than an ELF header counts",
            ));
        }
        if count > 0 && usize::from(header.e_shentsize(endian)) != size_of::<H::SectionHeader>() {
            return Err(ElfProblem::File(
                "the entries of its section table have another size",
            ));
        }
        if header.e_phnum(endian) == 0xffff {
            return Err(ElfProblem::File(
                "it has more segments than an ELF header counts",
            ));
        }
        let segments = u64::from(header.e_phnum(endian)) * size_of::<H::ProgramHeader>() as u64;
        let end = header.e_phoff(endian).into().checked_add(segments);
        if segments > 0 && end.is_none_or(|end| end > size) {
            return Err(ElfProblem::File("its segments are not in the file"));
        }
        let sections = match count {
            0 => &[],
            _ => header.section_headers(endian, data).map_err(cut)?,
        };
        Ok(Checker {
            data,
            file,
            size,
            endian,
            header,
            sections,
        })
    }

    fn check(&self) -> Result<(), ElfProblem> {
        if self.sections.is_empty() {
            return Ok(());
        }
        let names = usize::from(self.header.e_shstrndx(self.endian).0);
        if !self.is_strings(names) {
            return Err(ElfProblem::File("the names of its sections are no strings"));
        }
        for (index, section) in self.sections.iter().enumerate() {
            self.section((index, section), names)?;
        }
        Ok(())
    }

    fn section(&self, (index, section): Placed<'_, H>, names: usize) -> Result<(), ElfProblem> {
        match section.sh_type(self.endian) {
            elf::SHT_SYMTAB | elf::SHT_DYNSYM => self.symbols((index, section)),
            elf::SHT_GNU_VERSYM => self.table((index, section), 2),
            elf::SHT_GNU_VERDEF => self.versions((index, section)),
            // libbpf looks for no static probe in a file for machines of 32 bits.
            elf::SHT_NOTE if self.header.is_type_64() && self.is_called(section, names, NOTES) => {
                self.notes((index, section))
            }
            _ => Ok(()),
        }
    }

    /// Whether section `index` is a table of strings in the file that ends in NUL: libelf looks for that from its end.
    fn is_strings(&self, index: usize) -> bool {
        let Some(section) = self.sections.get(index).filter(|_| index != 0) else {
            return false;
        };
        let (start, size) = self.place(section);
        let last = size.checked_sub(1).and_then(|last| last.checked_add(start));
        section.sh_type(self.endian) == elf::SHT_STRTAB
            && self.is_plain(section)
            && last.is_some_and(|last| self.data.read_bytes_at(last, 1) == Ok(&[0]))
    }

    fn place(&self, section: &H::SectionHeader) -> (u64, u64) {
        (
            section.sh_offset(self.endian).into(),
            section.sh_size(self.endian).into(),
        )
    }

    /// Whether a section lies in the file as it is: compressed ones may be of any size.
    fn is_plain(&self, section: &H::SectionHeader) -> bool {
        let (start, size) = self.place(section);
        let inside = start.checked_add(size).is_some_and(|end| end <= self.size);
        let flags = section.sh_flags(self.endian);
        inside && !flags.contains(elf::SHF_COMPRESSED)
    }

    fn is_called(&self, section: &H::SectionHeader, names: usize, name: &[u8]) -> bool {
        let Some(table) = self.sections.get(names) else {
            return false;
        };
        let (start, size) = self.place(table);
        let offset = u64::from(section.sh_name(self.endian));
        let at = start.checked_add(offset).filter(|_| offset < size);
        // With the NUL after it.
        let len = name.len() as u64 + 1;
        let bytes = at.and_then(|at| self.data.read_bytes_at(at, len).ok());
        bytes.is_some_and(|bytes| bytes.strip_prefix(name) == Some(&[0]))
    }

    /// A table whose entries have this size in bytes, which libbpf divides by.
    fn table(&self, (index, section): Placed<'_, H>, entry: usize) -> Result<(), ElfProblem> {
        if !self.is_plain(section) {
            return wrong(index, "it is compressed, or not in the file");
        }
        let size: u64 = section.sh_entsize(self.endian).into();
        if size != entry as u64 || !self.place(section).1.is_multiple_of(size) {
            return wrong(index, "its entries have another size than they have to");
        }
        Ok(())
    }

    fn symbols(&self, (index, section): Placed<'_, H>) -> Result<(), ElfProblem> {
        self.table((index, section), size_of::<H::Sym>())?;
        if !self.is_strings(section.sh_link(self.endian) as usize) {
            return wrong(index, "its names are no strings");
        }
        self.functions((index, section))
    }

    /// The functions of a symbol table. Where one begins in the file is a signed number for libbpf, which takes a negative one for
    /// an error, and its opposite for the error's number.
    fn functions(&self, (index, section): Placed<'_, H>) -> Result<(), ElfProblem> {
        let (mut at, size) = self.place(section);
        let end = at + size;
        let mut bytes = vec![0; SYMBOLS * size_of::<H::Sym>()];
        while at < end {
            let len = usize::try_from(end - at).map_or(bytes.len(), |rest| rest.min(bytes.len()));
            let chunk = bytes.get_mut(..len).unwrap_or_default();
            let read = self.file.read_exact_at(chunk, at);
            let Some(symbols) = read
                .ok()
                .and_then(|()| pod::slice_from_all_bytes::<H::Sym>(chunk).ok())
            else {
                return wrong(index, "it cannot be read");
            };
            if !symbols.iter().all(|symbol| self.begins_in_a_file(symbol)) {
                return wrong(index, "a function begins before the file");
            }
            at += len as u64;
        }
        Ok(())
    }

    fn begins_in_a_file(&self, symbol: &H::Sym) -> bool {
        let place = usize::from(symbol.st_shndx(self.endian).0);
        let section = self.sections.get(place);
        let Some(section) = section.filter(|_| symbol.st_type() == elf::STT_FUNC) else {
            return true;
        };
        let address: u64 = section.sh_addr(self.endian).into();
        let value: u64 = symbol.st_value(self.endian).into();
        let offset = value
            .wrapping_sub(address)
            .wrapping_add(self.place(section).0);
        offset.cast_signed() >= 0
    }

    /// The bytes of a section that is read as a whole.
    fn contents(&self, (index, section): Placed<'_, H>) -> Result<&'d [u8], ElfProblem> {
        let (start, size) = self.place(section);
        if size > MAX_READ {
            return wrong(index, "it has more than 64 MiB");
        }
        let bytes = self.data.read_bytes_at(start, size).ok();
        match bytes.filter(|_| self.is_plain(section)) {
            Some(bytes) => Ok(bytes),
            None => wrong(index, "it is compressed, or not in the file"),
        }
    }

    /// Versions are a chain. libbpf follows it with an `int`, backwards too, and for ever.
    fn versions(&self, (index, section): Placed<'_, H>) -> Result<(), ElfProblem> {
        if !self.is_strings(section.sh_link(self.endian) as usize) {
            return wrong(index, "its names are no strings");
        }
        let bytes = self.contents((index, section))?;
        let mut rest = bytes;
        while !rest.is_empty() {
            let Ok((head, _)) = pod::from_bytes::<elf::Verdef<Endianness>>(rest) else {
                return wrong(index, "a version ends past the end of the section");
            };
            let next = head.vd_next.get(self.endian) as usize;
            if next == 0 {
                return Ok(());
            }
            match rest.get(next..) {
                Some(after) if next >= size_of_val(head) => rest = after,
                _ => return wrong(index, "the chain of versions leaves the section"),
            }
        }
        Ok(())
    }

    /// Notes of static probes: three addresses, then three strings, of which libbpf looks for the end of two only.
    fn notes(&self, (index, section): Placed<'_, H>) -> Result<(), ElfProblem> {
        let bytes = self.contents((index, section))?;
        let align = section.sh_addralign(self.endian).into();
        let align = if align == 8 { 8 } else { 4 };
        let mut at = 0_usize;
        while at < bytes.len() {
            let Some((description, next)) = note(bytes, at, align) else {
                return wrong(index, "a note ends past the end of the section");
            };
            let text = description.get(ADDRESSES..).unwrap_or_default();
            let strings = text.iter().filter(|byte| **byte == 0).count();
            if !text.is_empty() && strings < 3 {
                return wrong(index, "a static probe without the end of its strings");
            }
            at = next;
        }
        Ok(())
    }
}

/// The description of the note at `at`, and where the next one begins.
fn note(bytes: &[u8], at: usize, align: usize) -> Option<(&[u8], usize)> {
    let word = |i: usize| {
        let bytes = bytes.get(at.checked_add(i * 4)?..)?.first_chunk()?;
        usize::try_from(u32::from_ne_bytes(*bytes)).ok()
    };
    let (name, description) = (word(0)?, word(1)?);
    word(2)?;
    let start = at
        .checked_add(12)?
        .checked_add(name)?
        .checked_next_multiple_of(align)?;
    let end = start.checked_add(description)?;
    let next = start.checked_add(description.checked_next_multiple_of(align)?)?;
    (next <= bytes.len()).then_some(())?;
    Some((bytes.get(start..end)?, next))
}
