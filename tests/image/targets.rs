//! The ELF files that uprobes and static probes name.

use crate::child::{End, uprobe};
use crate::files::chain;
use std::fs;
use std::path::{Path, PathBuf};
use test_support::bpf_object::{BpfObject, COMPRESSED, GLOBAL, OBJECT, exit};
use test_support::probe;
use wasm_bpf_host::image::{TargetError, open_target};

/// Types of sections.
const DYNSYM: u32 = 11;
const NOTE: u32 = 7;
const VERSYM: u32 = 0x6fff_ffff;
const VERDEF: u32 = 0x6fff_fffd;

/// A file, made from an object by what its header says, in its own folder.
struct File {
    folder: tempfile::TempDir,
}

impl File {
    fn new(bytes: &[u8]) -> Self {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let file = File { folder };
        fs::write(file.path(), bytes).expect("a file");
        file
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("program")
    }

    fn name(&self) -> String {
        self.path().to_string_lossy().into_owned()
    }

    fn refusal(&self) -> String {
        chain(&open_target(&self.name()).map(drop).expect_err("a refusal"))
    }
}

/// One with a function, and a section of this type, whose names are in the symbol table's own table.
fn with_section(name: &str, kind: u32, entry_size: u64, data: &[u8]) -> Vec<u8> {
    let mut object = BpfObject::with_program(&exit());
    object.symbol("f", GLOBAL | OBJECT, 1, 0, 8);
    let index = object.section(name, 0, data);
    let section = object.edit(index);
    // The table of strings comes after the sections and the symbol table.
    (section.kind, section.entry_size, section.link) = (kind, entry_size, index as u32 + 2);
    section.align = 4;
    object.library()
}

#[test]
fn programs_and_libraries_pass() {
    let mut count = 0;
    for folder in [
        "/usr/bin",
        "/usr/sbin",
        "/usr/lib/x86_64-linux-gnu",
        "/usr/lib/aarch64-linux-gnu",
    ] {
        let Ok(entries) = fs::read_dir(folder) else {
            continue;
        };
        for path in entries.map(|entry| entry.expect("an entry").path()) {
            let is_elf = fs::File::open(&path).is_ok_and(|mut file| {
                let mut magic = [0; 4];
                std::io::Read::read_exact(&mut file, &mut magic).is_ok() && magic == *b"\x7fELF"
            });
            if !is_elf || !path.is_file() {
                continue;
            }
            match open_target(&path.to_string_lossy()) {
                Ok(_) => count += 1,
                // For another machine, such as a relocatable file of a boot loader.
                Err(TargetError::Elf { problem, .. })
                    if problem.to_string().contains("byte order") => {}
                Err(error) => panic!("{error:?}"),
            }
        }
    }
    println!("{count} files");
    assert!(count > 50);
    let target = open_target("/proc/self/exe").expect("this program");
    assert_eq!(
        fs::read(target.path()).expect("its bytes"),
        fs::read("/proc/self/exe").expect("its bytes")
    );
    // By name, where libbpf looks for it.
    assert!(open_target("sh").is_ok());
    assert!(open_target("libc.so.6").is_ok());
    assert!(matches!(
        open_target("no-such-program"),
        Err(TargetError::Open { .. })
    ));
    assert!(matches!(open_target(""), Err(TargetError::Open { .. })));
}

/// Their static probes have notes of another shape, which libbpf does not read.
#[test]
fn programs_for_machines_of_32_bits_pass() {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../fuzz/host/objects/program-i386.so"
    );
    open_target(file).expect("a file with functions");
}

#[test]
fn nothing_but_files_is_opened() {
    for name in ["/", "/dev/null", "/proc/self/fd"] {
        assert!(
            matches!(open_target(name), Err(TargetError::NotAFile { .. })),
            "{name}"
        );
    }
    let folder = tempfile::tempdir().expect("a scratch folder");
    let pipe = folder.path().join("pipe");
    rustix::fs::mknodat(
        rustix::fs::CWD,
        &pipe,
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::from(0o600),
        0,
    )
    .expect("a pipe");
    assert!(matches!(
        open_target(&pipe.to_string_lossy()),
        Err(TargetError::NotAFile { .. })
    ));
    assert!(
        File::new(b"#!/bin/sh\n")
            .refusal()
            .contains("it cannot be read")
    );
    assert!(
        File::new(b"#!/bin/sh\necho hello\n")
            .refusal()
            .contains("it is no ELF file")
    );
    // An archive, which libbpf would open if it got the name.
    let file = File::new(b"PK\x03\x04 this is no archive either");
    let name = format!("{}!/lib.so", file.name());
    assert!(matches!(open_target(&name), Err(TargetError::Open { .. })));
}

/// What was verified is what is there to the end, whoever has its name.
#[test]
fn the_file_stays_the_same() {
    let bytes = BpfObject::with_program(&exit()).library();
    let file = File::new(&bytes);
    let target = open_target(&file.name()).expect("a good file");
    fs::rename(file.path(), file.folder.path().join("old")).expect("another name");
    fs::write(file.path(), b"something else").expect("another file");
    assert_eq!(fs::read(target.path()).expect("a file"), bytes);
    assert_ne!(target.path(), Path::new(&file.name()));
}

#[test]
fn a_file_that_is_written_to_is_none() {
    let file = File::new(&BpfObject::with_program(&exit()).library());
    let writer = fs::OpenOptions::new()
        .write(true)
        .open(file.path())
        .expect("a writer");
    match open_target(&file.name()) {
        Err(TargetError::Busy { .. }) => {}
        Ok(_) => println!("skipped: this file system has no leases"),
        Err(error) => panic!("{error}"),
    }
    drop(writer);
    assert!(open_target(&file.name()).is_ok());
}

#[test]
fn tables_are_what_libbpf_takes_them_for() {
    let good = with_section(".dynsym", DYNSYM, 24, &[0; 48]);
    assert!(open_target(&File::new(&good).name()).is_ok());
    for (entry_size, len) in [(0, 48), (1, 48), (16, 48), (24, 40)] {
        let file = File::new(&with_section(".dynsym", DYNSYM, entry_size, &vec![0; len]));
        assert!(
            file.refusal()
                .contains("section 3: its entries have another size"),
            "{}",
            file.refusal()
        );
    }
    let mut object = BpfObject::with_program(&exit());
    let index = object.section(".dynsym", COMPRESSED, &[0; 48]);
    let section = object.edit(index);
    (section.kind, section.entry_size, section.link) = (DYNSYM, 24, 5);
    assert!(
        File::new(&object.library())
            .refusal()
            .contains("section 3: it is compressed")
    );
    object.edit(index).flags = 0;
    object.edit(index).link = 1;
    assert!(
        File::new(&object.library())
            .refusal()
            .contains("section 3: its names are no strings")
    );
    // A function, of which libbpf computes where it begins in the file: a number with a sign.
    for (value, fine) in [(0x1000, true), (1 << 63, false), (u64::MAX - 0x1000, false)] {
        let symbol = [
            &[0, 0, 0, 0, 0x12, 0, 1, 0],
            &u64::to_le_bytes(value)[..],
            &[0; 8],
        ]
        .concat();
        let file = File::new(&with_section(".dynsym", DYNSYM, 24, &symbol));
        let problem = "section 3: a function begins before the file";
        assert_eq!(open_target(&file.name()).is_ok(), fine, "{value:#x}");
        assert!(fine || file.refusal().contains(problem), "{value:#x}");
    }
    let good = with_section(".gnu.version", VERSYM, 2, &[0; 4]);
    assert!(open_target(&File::new(&good).name()).is_ok());
    let bad = with_section(".gnu.version", VERSYM, 0, &[0; 4]);
    assert!(
        File::new(&bad)
            .refusal()
            .contains("its entries have another size")
    );
    // The section table itself: without a place, and with entries of other sizes.
    let mut bytes = good.clone();
    bytes[40..48].fill(0);
    assert!(File::new(&bytes).refusal().contains("has no table of them"));
    let mut bytes = good;
    bytes[58] = 63;
    assert!(File::new(&bytes).refusal().contains("have another size"));
    bytes[58] = 64;
    bytes[5] = 2;
    assert!(File::new(&bytes).refusal().contains("another byte order"));
}

/// Versions: 20 bytes each, whose last word says how far away the next one is.
fn versions(next: &[u32]) -> Vec<u8> {
    let one = |next: &u32| {
        [
            &[1, 0, 0, 0, 2, 0, 1, 0, 0, 0, 0, 0, 20, 0, 0, 0][..],
            &next.to_le_bytes(),
        ]
        .concat()
    };
    with_section(
        ".gnu.version_d",
        VERDEF,
        0,
        &next.iter().flat_map(one).collect::<Vec<u8>>(),
    )
}

#[test]
fn chains_of_versions_end() {
    assert!(open_target(&File::new(&versions(&[20, 0])).name()).is_ok());
    for bad in [
        &[20, 40][..],
        &[20, (-20_i32).cast_unsigned()],
        &[1, 0],
        &[u32::MAX, 0],
    ] {
        let text = File::new(&versions(bad)).refusal();
        assert!(
            text.contains("section 3:") && text.contains("version"),
            "{text}"
        );
    }
}

/// A note of a static probe with this text after its addresses.
fn probe(text: &[u8]) -> Vec<u8> {
    let mut data = [8_u32, 24 + text.len() as u32, 3]
        .map(u32::to_ne_bytes)
        .concat();
    data.extend(b"stapsdt\0");
    data.extend([0; 24]);
    data.extend(text);
    data.resize(data.len().next_multiple_of(4), b'x');
    with_section(".note.stapsdt", NOTE, 0, &data)
}

#[test]
fn notes_of_static_probes_end() {
    assert!(open_target(&File::new(&probe(b"provider\0name\0-4@%eax\0")).name()).is_ok());
    assert!(open_target(&File::new(&probe(b"provider\0name\0\0")).name()).is_ok());
    for bad in [
        &b"provider\0name\0-4@%eax"[..],
        b"provider\0name\0",
        b"provider",
    ] {
        let text = File::new(&probe(bad)).refusal();
        assert!(
            text.contains("a static probe without the end of its strings"),
            "{text}"
        );
    }
    let mut data = [8_u32, 1000, 3].map(u32::to_ne_bytes).concat();
    data.extend([0; 40]);
    let text = File::new(&with_section(".note.stapsdt", NOTE, 0, &data)).refusal();
    assert!(
        text.contains("a note ends past the end of the section"),
        "{text}"
    );
}

/// libbpf does not survive these: it divides by zero, and follows a chain for ever.
#[test]
fn libbpf_has_these_faults() {
    if !probe::all(&[probe::program_functions]) {
        return;
    }
    let divides = File::new(&with_section(".dynsym", DYNSYM, 0, &[0; 48]));
    let end = uprobe(&divides.name(), "f");
    println!("target-entry-size: {end:?}");
    assert!(matches!(end, End::Killed(_)), "{end:?}");

    let mut object = BpfObject::with_program(&exit());
    let at = object.name("f");
    // A function in the first section, then one version after another, of which the second leads back.
    let symbol = [&at.to_le_bytes()[..], &[0x12, 0, 1, 0], &[0; 16]].concat();
    let mut add = |name: &str, kind, entry_size, data: &[u8]| {
        let index = object.section(name, 0, data);
        let section = object.edit(index);
        (section.kind, section.entry_size, section.link) = (kind, entry_size, 7);
    };
    add(".dynsym", DYNSYM, 24, &[vec![0; 24], symbol].concat());
    add(".gnu.version", VERSYM, 2, &[0, 0, 7, 0]);
    let one = |next: i32| {
        [
            &[1, 0, 0, 0, 2, 0, 1, 0, 0, 0, 0, 0, 20, 0, 0, 0][..],
            &next.to_le_bytes(),
        ]
        .concat()
    };
    add(".gnu.version_d", VERDEF, 0, &[one(20), one(-20)].concat());
    let file = File::new(&object.library());
    assert!(
        file.refusal()
            .contains("the chain of versions leaves the section"),
        "{}",
        file.refusal()
    );
    let end = uprobe(&file.name(), "f@V");
    println!("target-version-chain: {end:?}");
    assert!(matches!(end, End::Killed(_)), "{end:?}");
}
