//! Damage done to an ELF file on purpose: single fields of its headers, symbols and relocations.

/// An ELF file for 64-bit little-endian machines, and where its parts are.
#[derive(Clone, Debug)]
pub struct ElfFile {
    pub bytes: Vec<u8>,
}

/// Fields of `Elf64_Shdr`.
pub const SH_NAME: usize = 0;
pub const SH_FLAGS: usize = 8;
pub const SH_OFFSET: usize = 24;
pub const SH_SIZE: usize = 32;
/// Fields of the file header.
pub const E_MACHINE: usize = 18;
pub const E_SHOFF: usize = 40;
pub const E_SHNUM: usize = 60;
pub const E_SHSTRNDX: usize = 62;
/// Sizes of the entries of tables.
pub const SECTION: usize = 64;
pub const SYMBOL: usize = 24;
pub const RELOCATION: usize = 16;

impl ElfFile {
    pub fn new(bytes: Vec<u8>) -> Self {
        ElfFile { bytes }
    }

    pub fn number<const N: usize>(&self, at: usize) -> usize {
        let bytes = &self.bytes[at..][..N];
        bytes
            .iter()
            .rev()
            .fold(0, |number, byte| number << 8 | usize::from(*byte))
    }

    pub fn put<const N: usize>(&mut self, at: usize, number: u64) {
        self.bytes[at..][..N].copy_from_slice(&number.to_le_bytes()[..N]);
    }

    pub fn section_count(&self) -> usize {
        self.number::<2>(E_SHNUM)
    }

    /// Where the header of section `index` is.
    pub fn header(&self, index: usize) -> usize {
        self.number::<8>(E_SHOFF) + index * SECTION
    }

    /// First byte and length of section `index`.
    pub fn contents(&self, index: usize) -> (usize, usize) {
        let header = self.header(index);
        (
            self.number::<8>(header + SH_OFFSET),
            self.number::<8>(header + SH_SIZE),
        )
    }

    fn text(&self, table: usize, offset: usize) -> &str {
        let bytes = &self.bytes[self.contents(table).0 + offset..];
        let len = bytes
            .iter()
            .position(|byte| *byte == 0)
            .expect("a terminated name");
        std::str::from_utf8(&bytes[..len]).expect("a name that is text")
    }

    /// The index of the section called `name`, if there is one.
    pub fn find(&self, name: &str) -> Option<usize> {
        let names = self.number::<2>(E_SHSTRNDX);
        (1..self.section_count())
            .find(|i| self.text(names, self.number::<4>(self.header(*i) + SH_NAME)) == name)
    }

    /// The index of the section called `name`.
    pub fn section(&self, name: &str) -> usize {
        self.find(name)
            .unwrap_or_else(|| panic!("no section {name}"))
    }

    /// Where the symbol called `name` is.
    pub fn symbol(&self, name: &str) -> usize {
        let (start, len) = self.contents(self.section(".symtab"));
        // clang keeps all names in one table.
        let names = self.number::<2>(E_SHSTRNDX);
        let mut all = (start..start + len).step_by(SYMBOL);
        let found = all.find(|at| self.text(names, self.number::<4>(*at)) == name);
        found.unwrap_or_else(|| panic!("no symbol {name}"))
    }
}

/// An object of `count` sections of code with a program each, called by parts of one name of `len` bytes.
pub fn with_long_names(count: usize, len: usize) -> Vec<u8> {
    const BTF: [u32; 7] = [1 << 16 | 0xeb9f, 24, 0, 0, 0, 1, 0];
    let names = [&[0][..], &vec![b'a'; len], b"\0.BTF\0"].concat();
    let words = |words: &[u64], size: usize| -> Vec<u8> {
        words
            .iter()
            .flat_map(|word| word.to_le_bytes()[..size].to_vec())
            .collect()
    };
    let mut symbols = vec![0; SYMBOL];
    for i in 0..count {
        // A global function of 8 bytes.
        symbols.extend(words(&[1 + i as u64, 1 << 4 | 2 | (i as u64 + 4) << 16], 4));
        symbols.extend(words(&[0, 8], 8));
    }
    let btf: Vec<u8> = BTF
        .iter()
        .flat_map(|word| word.to_le_bytes())
        .take(25)
        .collect();
    let parts: [&[u8]; 4] = [&names, &symbols, &btf, &[0; 8]];
    let mut bytes = vec![0; 64];
    let places = parts.map(|part| {
        bytes.resize(bytes.len().next_multiple_of(8), 0);
        bytes.extend_from_slice(part);
        (bytes.len() - part.len(), part.len())
    });
    bytes.resize(bytes.len().next_multiple_of(8), 0);
    let start = bytes.len();
    let mut section = |name: usize, kind: u64, flags: u64, place: (usize, usize), link: u64| {
        bytes.extend(words(&[name as u64, kind], 4));
        bytes.extend(words(&[flags, 0, place.0 as u64, place.1 as u64], 8));
        bytes.extend(words(&[link, 0], 4));
        bytes.extend(words(&[8, if kind == 2 { SYMBOL as u64 } else { 0 }], 8));
    };
    section(0, 0, 0, (0, 0), 0);
    section(0, 3, 0, places[0], 0);
    section(0, 2, 0, places[1], 1);
    section(len + 2, 1, 0, places[2], 0);
    (0..count).for_each(|i| section(1 + i, 1, 6, places[3], 0));
    let mut elf = ElfFile::new(bytes);
    elf.bytes[..20].copy_from_slice(b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x01\0\xf7\0");
    elf.put::<4>(20, 1);
    elf.put::<8>(E_SHOFF, start as u64);
    for (at, number) in [
        (52, 64),
        (58, SECTION),
        (E_SHNUM, count + 4),
        (E_SHSTRNDX, 1),
    ] {
        elf.put::<2>(at, number as u64);
    }
    elf.bytes
}
