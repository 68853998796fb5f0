//! Damage done to an ELF file on purpose: single fields of its headers, symbols and relocations.
#![allow(
    dead_code,
    unreachable_pub,
    reason = "each test file uses its own part"
)]

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

    /// The index of the section called `name`.
    pub fn section(&self, name: &str) -> usize {
        let names = self.number::<2>(E_SHSTRNDX);
        let mut all = 1..self.section_count();
        let found =
            all.find(|i| self.text(names, self.number::<4>(self.header(*i) + SH_NAME)) == name);
        found.unwrap_or_else(|| panic!("no section {name}"))
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
