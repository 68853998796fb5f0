//! BTF that no C compiler makes has to be C all the same, or refused.

use super::checks::{INCLUDE, TARGETS, native_header};
use super::support::{BPFTOOL_WASM, run, scratch, skip, stdout_of};
use super::{has_clang, need};
use btf_blobs::{Blob, SIGNED, kind};
use std::fs;
use std::process::Command;

#[test]
fn what_c_has_no_words_for_compiles() {
    need!(has_clang());
    let folder = scratch();
    let file = folder.path().join("odd.btf");
    fs::write(&file, odd().bytes()).expect("a BTF file");
    let header = native_header(&file, &[]);
    println!("{header}");
    fs::write(folder.path().join("types.h"), &header).expect("a header file");
    let unit = folder.path().join("unit.c");
    let text = format!("{INCLUDE}{}", include_str!("odd.c"));
    fs::write(&unit, text).expect("a source file");
    for target in TARGETS {
        for dialect in ["-std=gnu17", "-std=c23"] {
            let mut clang = Command::new("clang-19");
            clang.args(["-fsyntax-only", "-w", target, dialect]);
            stdout_of(clang.arg(&unit));
        }
    }
}

/// Types of other languages, of 32-bit compilers and of nobody.
fn odd() -> Blob {
    let mut blob = Blob::default();
    let int = blob.int("int", 4, SIGNED);
    let byte = blob.int("u8", 1, 0);
    let half = blob.int("u16", 2, 0);
    floats(&mut blob);
    let members = [
        ("while", int, 32),
        ("twice", int, 64),
        ("twice", half, 96),
        ("", byte, 112),
        ("Vec<T>", byte, 120),
        ("0", half, 16),
        ("z", half, 0),
    ];
    blob.structure("rust", 16, &members);
    blob.structure("for", 1 << 20, &[]);
    blob.union("empty_but_large", 100, &[]);
    blob.structure("only_tail", 3, &[("a", byte, 0)]);
    pointers(&mut blob, int);
    blob
}

fn floats(blob: &mut Blob) {
    let mut float = |name, size| blob.record(kind::FLOAT, name, 0, size, &[]);
    let members = [
        ("a", float("_Float16", 2), 0),
        ("b", float("f128", 16), 128),
        ("c", float("long double", 12), 256),
        ("d", float("f32", 4), 352),
        ("e", float("f64", 8), 384),
        ("f", blob.int("long unsigned int", 4, 0), 448),
    ];
    blob.structure("floats", 64, &members);
}

/// Pointers to what C cannot spell: functions that return arrays, `restrict` integers, two kinds of one tag, nameless types.
fn pointers(blob: &mut Blob, int: u32) {
    blob.union("tag", 4, &[("a", int, 0)]);
    let array = blob.array(int, 3);
    let row = blob.typedef("row", array);
    let keyword = blob.typedef("int", int);
    let params = [
        ("same", keyword),
        ("", 0),
        ("same", int),
        ("return", int),
        ("", 0),
    ];
    let returns_array = blob.proto(array, &params);
    let returns_row = blob.proto(row, &params);
    let function = blob.ptr(returns_array);
    let restricted = blob.to(kind::RESTRICT, "", int);
    let targets = [
        blob.to(kind::FWD, "tag", 0),
        blob.to(kind::FWD, "", 0),
        blob.enumeration(kind::ENUM, "no_values", 4, &[]),
        restricted,
        returns_row,
    ];
    let mut members = vec![function, blob.to(kind::RESTRICT, "", function)];
    members.extend(targets.map(|target| blob.ptr(target)));
    let names = ["a", "b", "c", "d", "e", "f", "g"].into_iter();
    let members: Vec<_> = names
        .zip(members)
        .zip((0..).step_by(64))
        .map(|((name, ty), bit)| (name, ty, bit))
        .collect();
    blob.structure("points", 56, &members);
}

/// A typedef of a pointer to itself, which BTF can state and C cannot.
#[test]
fn a_typedef_that_needs_itself_is_refused() {
    let mut blob = Blob::default();
    let pointer = blob.next_id() + 1;
    let typedef = blob.typedef("endless", pointer);
    blob.ptr(typedef);
    let folder = scratch();
    let file = folder.path().join("endless.btf");
    fs::write(&file, blob.bytes()).expect("a BTF file");
    let mut command = Command::new(BPFTOOL_WASM);
    command.args(["btf", "dump", "file"]).arg(&file);
    let output = run(command.args(["format", "c"]));
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && output.stdout.is_empty());
    assert!(
        message.contains("type 1 (typedef endless): contains itself"),
        "{message}"
    );
}
