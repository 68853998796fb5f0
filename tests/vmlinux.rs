//! The wasm32 header of a whole kernel, and of objects made to be hard, against an independent reading of the same BTF.
//!
//! Every size, offset and enumerator is asserted in C that the oracle's numbers make; every bitfield is written and read in
//! running wasm; and the header has to compile in every dialect, wherever it stands among wasi-libc's.

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use support::c_checks::{self, Bitfield, Counts, GUARD};
use support::c_names::CNames;
use support::oracle::Oracle;
use support::{
    DIALECTS, Guest, VMLINUX, clang, scratch, skip, stdout_of, wasm_header, wasm_module,
};

/// A header under test, and what it should say.
struct Subject {
    header: String,
    oracle: Oracle,
    names: CNames,
}

impl Subject {
    /// `None` without bpftool.
    fn new(file: &Path) -> Option<Self> {
        let oracle = Oracle::read(file)?;
        let names = CNames::beside_libc(&oracle);
        Some(Subject {
            header: wasm_header(file),
            oracle,
            names,
        })
    }
}

/// The running kernel's BTF, read once.
static KERNEL: LazyLock<Result<Subject, &str>> = LazyLock::new(|| {
    if !Path::new(VMLINUX).exists() {
        return Err("this kernel shows no BTF");
    }
    if support::tool("clang-19").is_none() {
        return Err("clang-19 is not installed");
    }
    Subject::new(Path::new(VMLINUX)).ok_or("bpftool is not installed")
});

/// The subject, or the end of the test.
macro_rules! kernel {
    () => {
        match &*KERNEL {
            Ok(subject) => subject,
            Err(reason) => return skip(reason),
        }
    };
}

/// A file to compile: `parts` one behind the other, where `@` stands for the header's include line.
fn compile(folder: &Path, header: &str, dialect: &[&str], options: &[&str], text: &str) {
    fs::write(folder.join("types.h"), header).expect("a header file");
    let file = folder.join("unit");
    fs::write(&file, text).expect("a source file");
    let mut command = clang();
    command
        .args(["--target=wasm32-wasi", "-fsyntax-only"])
        .args(options)
        .args(dialect)
        .arg(&file);
    stdout_of(&mut command);
}

const INCLUDE: &str = "#include \"types.h\"\n";

#[test]
fn every_size_offset_and_enumerator_of_the_kernel_is_right() {
    let subject = kernel!();
    let counts = check_layout(subject);
    let left = c_checks::unreachable(&subject.oracle);
    println!(
        "{counts:?}, {} anonymous records no definition spells out",
        left.len()
    );
    for id in left {
        println!("{id} {:?}", subject.oracle.name(id));
    }
}

fn check_layout(subject: &Subject) -> Counts {
    let folder = scratch();
    let (assertions, counts) = c_checks::assertions(&subject.oracle, &subject.names);
    for dialect in DIALECTS {
        let t = std::time::Instant::now();
        compile(
            folder.path(),
            &subject.header,
            &dialect,
            &[],
            &format!("{INCLUDE}{assertions}"),
        );
        println!("{dialect:?} {:?}", t.elapsed());
    }
    counts
}

#[test]
fn every_bitfield_of_the_kernel_is_right() {
    let subject = kernel!();
    let t = std::time::Instant::now();
    let count = check_bitfields(subject);
    println!("{count} bitfields {:?}", t.elapsed());
}

fn check_bitfields(subject: &Subject) -> usize {
    let folder = scratch();
    fs::write(folder.path().join("types.h"), &subject.header).expect("a header file");
    let bitfields = c_checks::bitfields(&subject.oracle, &subject.names);
    let module = wasm_module(
        folder.path(),
        "probes",
        &c_checks::probes("types.h", &bitfields),
    );
    let mut guest = Guest::new(&module);
    let target = guest.call("target", &[]) as usize;
    for (i, bitfield) in bitfields.iter().enumerate() {
        for ones in [true, false] {
            probe(&mut guest, target, i, bitfield, ones);
        }
    }
    bitfields.len()
}

/// Sets bitfield `i` to ones among zeroes, or to zeroes among ones, and looks at every byte and at the value read back.
fn probe(guest: &mut Guest, target: usize, i: usize, bitfield: &Bitfield, ones: bool) {
    let whole = target..target + (bitfield.size + GUARD) as usize;
    guest.memory()[whole.clone()].fill(if ones { 0 } else { 0xff });
    let result = guest.call("probe", &[i as i32, -i32::from(ones)]) as usize;
    let read = i64::from_le_bytes(guest.memory()[result..result + 8].try_into().unwrap());
    let expected = match (ones, bitfield.signed) {
        (false, _) => 0,
        (true, true) => -1,
        (true, false) => (u64::MAX >> (64 - bitfield.width)) as i64,
    };
    assert_eq!(read, expected, "{bitfield:?}: value read back");
    let touched = bitfield.first..bitfield.first + bitfield.width;
    for (at, byte) in guest.memory()[whole].iter().enumerate() {
        let bits = (0..8).filter(|bit| touched.contains(&(at as u64 * 8 + bit)));
        let mask: u8 = bits.map(|bit| 1 << bit).sum();
        let expected = if ones { mask } else { !mask };
        assert_eq!(*byte, expected, "{bitfield:?}: byte {at}, ones: {ones}");
    }
}
