//! The native header, `vmlinux.h`: of a whole kernel, of objects made to be hard and of random ones, against an independent
//! reading of the same BTF, for x86-64 and for BPF.
//!
//! Every size, offset and enumerator is asserted in C made from the oracle's numbers. Bitfields are written and read by a
//! native program; for BPF, clang's own BTF of what it read in the header has to say what the BTF that the header was made
//! from says.

#![allow(
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "small numbers, and a test that may fail"
)]

mod checks;
mod odd;
mod programs;

use checks::{INCLUDE, Subject, TARGETS, native_header};
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;
use test_support::random_c::Unit;
use test_support::{
    bpf_object, compile_bpf, compilers::compilers, files_in, scratch, skip, tests_dir,
    types::kernel_types,
};

/// A kernel's BTF, read once.
static KERNEL: LazyLock<Result<Subject, String>> = LazyLock::new(|| {
    compilers()?;
    Ok(Subject::new(kernel_types()?)?)
});

/// The value, or the end of a test that cannot run here.
macro_rules! need {
    ($result:expr) => {
        match $result {
            Ok(value) => value,
            Err(reason) => return skip(reason.as_ref()),
        }
    };
}
use need;

#[test]
fn every_size_offset_and_enumerator_of_the_kernel_is_right() {
    let kernel = need!(&*KERNEL);
    let counts = kernel.check_layout("-std=gnu17");
    assert!(
        counts.records > 9_000 && counts.members > 60_000,
        "not a whole kernel: {counts:?}"
    );
}

#[test]
fn the_kernel_header_compiles_in_every_dialect() {
    let kernel = need!(&*KERNEL);
    let unsorted = native_header(need!(kernel_types()), &["unsorted"]);
    assert_ne!(kernel.header, unsorted, "`unsorted` has no effect");
    for target in TARGETS {
        for dialect in ["gnu11", "c11", "c17", "c23", "gnu23"] {
            checks::compile(
                &kernel.header,
                &[target, &format!("-std={dialect}")],
                INCLUDE,
            );
        }
        checks::compile(&unsorted, &[target], INCLUDE);
    }
}

#[test]
fn every_bitfield_of_the_kernel_is_right() {
    let count = need!(&*KERNEL).check_bitfields();
    assert!(count > 1_000, "not a whole kernel: {count} bitfields");
}

#[test]
fn bpf_sees_the_kernel_as_it_is() {
    let count = need!(&*KERNEL).check_bpf_view();
    assert!(count > 60_000, "not a whole kernel: {count} members");
}

#[test]
fn objects_made_to_be_hard_are_right() {
    need!(compilers());
    let folder = scratch();
    let old = folder.path().join("old.btf");
    fs::write(&old, test_support::old_encodings::blob().bytes()).expect("a BTF file");
    let late = folder.path().join("late.btf");
    fs::write(&late, test_support::late_arms::blob().bytes()).expect("a BTF file");
    let mut files = vec![old, late];
    for source in files_in(&tests_dir().join("hard"), ".bpf.c") {
        files.push(compile_bpf(folder.path(), &source));
    }
    files.push(compile_bpf(folder.path(), &programs::hard()));
    assert!(files.len() >= 5, "sources are missing");
    files.extend(files_in(&tests_dir().join("bpf"), ".bpf.o"));
    for file in files {
        // Not GNU's dialect: that has the macros `unix` and `linux`.
        check_all(&file, "-std=c17").unwrap_or_else(skip);
    }
}

/// Structs per unit, and units of a run.
const BATCH: usize = 40;
const UNITS: u64 = 6;

#[test]
fn random_structs_are_right() {
    need!(compilers());
    let given = std::env::var("BPFTOOL_WASM_SEED").ok();
    let seed = given.and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or(1);
    println!("BPFTOOL_WASM_SEED={seed}");
    let folder = scratch();
    for seed in seed..seed + UNITS {
        let unit = Unit::random(seed, BATCH);
        let quiet = "#pragma clang diagnostic ignored \"-Weverything\"";
        let mut source = format!("{quiet}\n{}", unit.source());
        for (i, record) in unit.records.iter().enumerate() {
            let _ = writeln!(source, "{} v{i};", record.name);
        }
        let object = bpf_object(folder.path(), &format!("random{seed}"), &source);
        need!(check_all(&object, "-std=c17"));
    }
}

fn check_all(file: &Path, dialect: &str) -> Result<(), &'static str> {
    let subject = Subject::new(file)?;
    subject.check_layout(dialect);
    subject.check_bitfields();
    subject.check_bpf_view();
    Ok(())
}
