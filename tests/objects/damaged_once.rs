//! Objects with one damage each: which of them libbpf opens all the same.

use crate::opens::Verdict::{self, Opens, OursRefuse, Refused};
use crate::opens::{check, report};
use std::fs;
use test_support::elf::{ElfFile, SH_SIZE};
use test_support::objects::case;

/// Fields of headers that the other tests do not damage.
const SH_TYPE: usize = 4;
const SH_INFO: usize = 44;
const SH_ENTSIZE: usize = 56;
const SHT_PROGBITS: u64 = 1;
const SHT_SYMTAB: u64 = 2;
const SHT_NOBITS: u64 = 8;

/// A field of the header of a section becomes this number.
fn header<const N: usize>(section: &str, field: usize, number: u64) -> impl Fn(&mut ElfFile) {
    move |elf| {
        let header = elf.header(elf.section(section));
        elf.put::<N>(header + field, number);
    }
}

/// A part of a symbol becomes this number.
fn symbol<const N: usize>(name: &str, field: usize, number: u64) -> impl Fn(&mut ElfFile) {
    move |elf| {
        let symbol = elf.symbol(name);
        elf.put::<N>(symbol + field, number);
    }
}

/// A word of a section becomes this number.
fn word(section: &str, at: usize, number: u64) -> impl Fn(&mut ElfFile) {
    move |elf| {
        let start = elf.contents(elf.section(section)).0;
        elf.put::<4>(start + at, number);
    }
}

type Damage = Box<dyn Fn(&mut ElfFile)>;

#[test]
fn damaged_in_one_place() {
    let of = |damage: Damage| damage;
    let cases: Vec<(&str, &str, Damage, Verdict)> = vec![
        (
            "variables",
            "no symbols",
            of(Box::new(header::<4>(".symtab", SH_TYPE, SHT_PROGBITS))),
            Refused(&["stripped"]),
        ),
        (
            "variables",
            "two tables of symbols",
            of(Box::new(header::<4>(".rodata", SH_TYPE, SHT_SYMTAB))),
            Refused(&["symbol table"]),
        ),
        (
            "variables",
            "symbols of 8 bytes",
            of(Box::new(header::<8>(".symtab", SH_ENTSIZE, 8))),
            Refused(&["symbol table"]),
        ),
        (
            "variables",
            "relocations of 8 bytes",
            of(Box::new(header::<8>(".relsocket", SH_ENTSIZE, 8))),
            Refused(&["section '.relsocket'", "another size"]),
        ),
        (
            "variables",
            "relocations of nothing",
            of(Box::new(header::<4>(".relsocket", SH_INFO, 999))),
            Refused(&["section '.relsocket'"]),
        ),
        (
            "variables",
            "odd relocations of BTF",
            of(Box::new(header::<4>(".rel.BTF", SH_INFO, 999))),
            Opens,
        ),
        (
            "variables",
            "BTF without bytes",
            of(Box::new(header::<4>(".BTF", SH_TYPE, SHT_NOBITS))),
            Refused(&[".BTF"]),
        ),
        (
            "kinds",
            "records without a header",
            of(Box::new(word(".BTF.ext", 0, 0))),
            Refused(&["section '.BTF.ext'", "header"]),
        ),
        (
            "kinds",
            "records without an end",
            of(Box::new(word(".BTF.ext", 12, 1 << 20))),
            Refused(&["section '.BTF.ext'", "past its end"]),
        ),
        (
            "only_programs",
            "records that are not needed",
            of(Box::new(word(".BTF.ext", 0, 0))),
            Opens,
        ),
        (
            "programs",
            "a program without instructions",
            of(Box::new(symbol::<8>("first", 16, 0))),
            Refused(&["program 'first'", "no instructions"]),
        ),
        (
            "programs",
            "half an instruction",
            of(Box::new(symbol::<8>("first", 16, 12))),
            Refused(&["program 'first'", "within an instruction"]),
        ),
        (
            "programs",
            "a program that begins in one",
            of(Box::new(symbol::<8>("first", 8, 4))),
            Refused(&["program 'first'"]),
        ),
        (
            "variables",
            "a section that the file has not",
            of(Box::new(header::<8>(".data.named", SH_SIZE, 0))),
            Refused(&["section '.data.named'", "not in the file"]),
        ),
        (
            "variables",
            "a variable of no type",
            of(Box::new(symbol::<1>("data_char", 4, 1 << 4))),
            Refused(&["'data_char' has no symbol"]),
        ),
        (
            "programs",
            "a program twice",
            of(Box::new(|elf: &mut ElfFile| {
                let name = elf.number::<4>(elf.symbol("first")) as u64;
                elf.put::<4>(elf.symbol("second"), name);
            })),
            OursRefuse("C could not tell the two apart", &["defined twice"]),
        ),
        (
            "kconfig",
            "an extern without a symbol",
            of(Box::new(symbol::<1>("CONFIG_HZ", 4, 0))),
            Refused(&["extern 'CONFIG_HZ'", "no symbol"]),
        ),
        (
            "variables",
            "the other byte order",
            of(Box::new(|elf: &mut ElfFile| elf.put::<1>(5, 2))),
            Refused(&["big-endian"]),
        ),
    ];
    report(cases.into_iter().map(|(name, what, damage, verdict)| {
        let mut elf = ElfFile::new(fs::read(case(name)).expect("an object"));
        damage(&mut elf);
        check(&format!("{name}: {what}"), &elf.bytes, verdict)
    }));
}
