//! Damage to ELF files that knows their parts, whatever is left of them.

use crate::mutate;
use fastrand::Rng;

/// Fields of `Elf64_Ehdr` and `Elf64_Shdr`, and sizes of entries, in bytes.
const E_SHOFF: usize = 40;
const E_SHNUM: usize = 60;
const E_SHSTRNDX: usize = 62;
const SH_TYPE: usize = 4;
const SH_OFFSET: usize = 24;
const SH_SIZE: usize = 32;
const HEADER: usize = 64;
const SECTION: usize = 64;
const SYMBOL: usize = 24;
const RELOCATION: usize = 16;

/// Types of sections.
const SYMTAB: usize = 2;
const STRTAB: usize = 3;
const REL: usize = 9;

/// Names that mean something to a reader of objects.
const NAMES: [&str; 24] = [
    ".maps",
    ".bss",
    ".data",
    ".rodata",
    ".kconfig",
    ".ksyms",
    ".BTF",
    ".text",
    "license",
    "version",
    "maps",
    "?xdp",
    "xdp",
    "tc",
    "iter/task",
    "?.struct_ops",
    ".struct_ops.link",
    ".addr_space.1",
    ".data.a",
    ".bss.??/",
    "class",
    "*/",
    "\"",
    "\\",
];

/// Damages a file once. Returns what it did.
pub fn mutate(rng: &mut Rng, file: &mut Vec<u8>) -> String {
    let sections = sections(file);
    if sections.is_empty() {
        return mutate::blindly(rng, file);
    }
    let table = number::<8>(file, E_SHOFF);
    let all = table..table + SECTION * sections.len();
    let pick = |rng: &mut Rng, kind: usize| {
        let those: Vec<_> = sections
            .iter()
            .filter(|section| section.kind == kind)
            .collect();
        those
            .get(rng.usize(..those.len().max(1)))
            .map(|section| section.place())
    };
    match rng.u8(..14) {
        0 => mutate::blindly(rng, file),
        1 => number_in(rng, file, 0..HEADER),
        2 => number_in(rng, file, all),
        3 => copied_entry(rng, file, all, SECTION),
        4 => pick(rng, SYMTAB).map_or_else(String::new, |place| number_in(rng, file, place)),
        5 => pick(rng, SYMTAB)
            .map_or_else(String::new, |place| copied_entry(rng, file, place, SYMBOL)),
        6 => pick(rng, REL).map_or_else(String::new, |place| {
            copied_entry(rng, file, place, RELOCATION)
        }),
        7 => pick(rng, STRTAB).map_or_else(String::new, |place| name_in(rng, file, place)),
        8 => {
            let place = sections[rng.usize(..sections.len())].place();
            number_in(rng, file, place)
        }
        9 => match sections.iter().find(|section| section.is(file, ".BTF.ext")) {
            Some(ext) => number_in(rng, file, ext.place()),
            None => String::new(),
        },
        _ => damaged_btf(rng, file, &sections),
    }
}

/// A section of a file: its header, and what that says.
struct Section {
    header: usize,
    name: usize,
    kind: usize,
    offset: usize,
    size: usize,
}

impl Section {
    fn place(&self) -> std::ops::Range<usize> {
        self.offset..self.offset.saturating_add(self.size)
    }

    fn is(&self, file: &[u8], name: &str) -> bool {
        let names = number::<8>(file, E_SHOFF) + SECTION * number::<2>(file, E_SHSTRNDX);
        let start = number::<8>(file, names.saturating_add(SH_OFFSET)).saturating_add(self.name);
        let found = file.get(start..).unwrap_or_default();
        found.starts_with(name.as_bytes()) && found.get(name.len()) == Some(&0)
    }
}

/// The sections of a file, as far as they are there.
fn sections(file: &[u8]) -> Vec<Section> {
    let (table, count) = (number::<8>(file, E_SHOFF), number::<2>(file, E_SHNUM));
    if table > file.len() {
        return Vec::new();
    }
    let headers = (0..count).map(|i| table + SECTION * i);
    let there = headers.take_while(|header| header + SECTION <= file.len());
    let section = |header| Section {
        header,
        name: number::<4>(file, header),
        kind: number::<4>(file, header + SH_TYPE),
        offset: number::<8>(file, header + SH_OFFSET),
        size: number::<8>(file, header + SH_SIZE),
    };
    there.map(section).collect()
}

/// The little-endian number of `N` bytes at `at`, 0 if the file ends before it does.
fn number<const N: usize>(file: &[u8], at: usize) -> usize {
    let bytes = file
        .get(at..)
        .and_then(|rest| rest.get(..N))
        .unwrap_or_default();
    let shifted = |number: usize, byte: &u8| number << 8 | usize::from(*byte);
    bytes.iter().rev().fold(0, shifted)
}

/// Overwrites bytes of the file, as far as it has them.
fn put(file: &mut [u8], at: usize, bytes: &[u8]) {
    if let Some(place) = file
        .get_mut(at..)
        .and_then(|rest| rest.get_mut(..bytes.len()))
    {
        place.copy_from_slice(bytes);
    }
}

/// A number at which readers tend to go wrong, somewhere in a part.
fn number_in(rng: &mut Rng, file: &mut [u8], place: std::ops::Range<usize>) -> String {
    let size = 1 << rng.u8(..4);
    let count = place.len() / size;
    if count == 0 {
        return String::new();
    }
    let at = place.start + size * rng.usize(..count);
    let value = mutate::interesting(rng, file.len());
    let bytes = u64::from(value).to_le_bytes();
    put(file, at, &bytes[..size]);
    format!("{size} bytes at {at} = {value:#x}")
}

/// One entry of a table gets the bytes of another.
fn copied_entry(
    rng: &mut Rng,
    file: &mut [u8],
    place: std::ops::Range<usize>,
    entry: usize,
) -> String {
    let count = place.len() / entry;
    if count == 0 {
        return String::new();
    }
    let [from, to] = [0, 0].map(|_: usize| place.start + entry * rng.usize(..count));
    let bytes = file
        .get(from..)
        .and_then(|rest| rest.get(..entry))
        .map(<[u8]>::to_vec);
    put(file, to, &bytes.unwrap_or_default());
    format!("{entry} bytes at {to} as at {from}")
}

/// Another name in a table of names.
fn name_in(rng: &mut Rng, file: &mut [u8], place: std::ops::Range<usize>) -> String {
    let names = file.get(place.clone()).unwrap_or_default();
    let ends: Vec<_> = (0..names.len())
        .filter(|at| names.get(*at) == Some(&0))
        .collect();
    if ends.is_empty() {
        return String::new();
    }
    let at = place.start + ends[rng.usize(..ends.len())] + 1;
    let name = NAMES[rng.usize(..NAMES.len())];
    put(file, at, name.as_bytes());
    format!("name {name:?} at {at}")
}

/// Damages the records of the BTF; if it grows, it moves to the end of the file.
fn damaged_btf(rng: &mut Rng, file: &mut Vec<u8>, sections: &[Section]) -> String {
    let Some(section) = sections.iter().find(|section| section.is(file, ".BTF")) else {
        return String::new();
    };
    let Some(btf) = file.get(section.place()) else {
        return String::new();
    };
    let mut btf = btf.to_vec();
    let damage = mutate::blob(rng, &mut btf);
    if btf.len() > section.size {
        let end = file.len().next_multiple_of(8);
        file.resize(end, 0);
        put(
            file,
            section.header + SH_OFFSET,
            &(end as u64).to_le_bytes(),
        );
        file.extend(&btf);
    } else {
        put(file, section.offset, &btf);
    }
    put(
        file,
        section.header + SH_SIZE,
        &(btf.len() as u64).to_le_bytes(),
    );
    format!("BTF: {damage}")
}
