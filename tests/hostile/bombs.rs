//! Small files that would make large work of it: each is refused, or dumped in time and in bounded memory.

use btf_blobs::{Blob, kind};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use test_support::{ours, scratch};

/// Address space of the program under test, in KiB.
const MEMORY: u32 = 1 << 20;

/// Seconds of a processor that no dump takes. How busy the machine is does not count.
const SECONDS: u32 = 60;

const FORMATS: [&[&str]; 7] = [
    &["-p"],
    &["format", "raw"],
    &["format", "c", "-j"],
    &["format", "c"],
    &["format", "wit", "-j"],
    &["format", "wit", "-j", "arrays", "tuple", "lang", "c"],
    &["format", "wit", "-j", "arrays", "tuple", "lang", "rust"],
];

/// Dumps `blob` in every way. Returns the errors of those that failed.
fn dump(what: &str, blob: &Blob, more: &[&str]) -> Vec<String> {
    let folder = scratch();
    let file = folder.path().join("bomb.btf");
    fs::write(&file, blob.bytes()).expect("a file");
    let errors = FORMATS.map(|format| dump_as(what, &file, &[format, more].concat()));
    errors
        .into_iter()
        .filter(|error| !error.is_empty())
        .collect()
}

/// What the program says on standard error. It has to end by itself, with success or with an error of its own.
fn dump_as(what: &str, file: &Path, words: &[&str]) -> String {
    let mut command = Command::new("sh");
    command.args([
        "-c",
        &format!("ulimit -v {MEMORY}; ulimit -t {SECONDS}; exec \"$0\" \"$@\""),
    ]);
    command
        .arg(ours())
        .args(["btf", "dump", "file"])
        .arg(file)
        .args(words);
    command
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .stdin(Stdio::null());
    let output = command.output().expect("a process");
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    let refused =
        errors.starts_with("Error: failed to load BTF from") || errors.contains("bomb.btf:");
    match output.status.code() {
        Some(0) => assert_eq!(errors, "", "{what}: {words:?}"),
        _ => assert!(refused, "{what}: {words:?}: {}: {errors}", output.status),
    }
    errors
}

/// How many of the formats show records, for which no layout is needed.
const RAW: usize = 2;

/// All formats but those of records refuse it.
#[track_caller]
fn assert_no_layout(what: &str, errors: &[String]) {
    assert_eq!(errors.len(), FORMATS.len() - RAW, "{what}: {errors:?}");
    assert_all_too_long(what, errors);
}

/// All formats refuse it.
#[track_caller]
fn assert_too_long(what: &str, errors: &[String]) {
    assert_eq!(errors.len(), FORMATS.len(), "{what}: {errors:?}");
    assert_all_too_long(what, errors);
}

/// Only WIT is refused: its functions would be too much text.
#[track_caller]
fn assert_only_wit_is_too_long(what: &str, errors: &[String]) {
    let wit = FORMATS
        .iter()
        .filter(|words| words.contains(&"wit"))
        .count();
    assert_eq!(errors.len(), wit, "{what}: {errors:?}");
    assert_all_too_long(what, errors);
    assert!(
        errors
            .iter()
            .all(|error| error.contains("with it the functions pass")),
        "{what}: {errors:?}"
    );
}

#[track_caller]
fn assert_all_too_long(what: &str, errors: &[String]) {
    assert!(
        errors.iter().all(|error| error.contains("is too long")),
        "{what}: {errors:?}"
    );
}

fn with_int() -> (Blob, u32) {
    let mut blob = Blob::default();
    let int = blob.int("int", 4, 0);
    (blob, int)
}

/// A struct, or `kind` of record, of many equal rows.
fn rows(blob: &mut Blob, kind: u32, name: &str, size: u32, row: &[u32], times: u32) -> u32 {
    blob.record(kind, name, times, size, &row.repeat(times as usize))
}

#[test]
fn two_of_each_level() {
    let (mut blob, int) = with_int();
    let mut last = blob.array(int, 0);
    for _ in 0..30 {
        last = blob.structure("", 0, &[("a", last, 0), ("b", last, 0)]);
    }
    assert_no_layout("structs", &dump("structs", &blob, &[]));

    let (mut blob, int) = with_int();
    let mut last = blob.ptr(int);
    for _ in 0..30 {
        let proto = blob.proto(last, &[("a", last), ("b", last)]);
        last = blob.ptr(proto);
    }
    blob.structure("s", 8, &[("callback", last, 0)]);
    assert_no_layout("functions", &dump("functions", &blob, &[]));
    assert_no_layout(
        "functions",
        &dump("functions", &blob, &["root_id", &last.to_string()]),
    );
}

#[test]
fn the_anonymous_again_and_again() {
    let (mut blob, int) = with_int();
    let anonymous = rows(&mut blob, kind::UNION, "", 4, &[0, int, 0], 50_000);
    rows(&mut blob, kind::UNION, "u", 4, &[0, anonymous, 0], 50_000);
    assert_no_layout("unions", &dump("unions", &blob, &[]));

    let (mut blob, int) = with_int();
    let anonymous = rows(&mut blob, kind::FUNC_PROTO, "", 0, &[0, int], 50_000);
    let pointer = blob.ptr(anonymous);
    let var = blob.record(kind::VAR, "v", 0, pointer, &[1]);
    let section = rows(&mut blob, kind::DATASEC, ".data", 0, &[var, 0, 8], 50_000);
    assert_no_layout(
        "variables",
        &dump("variables", &blob, &["root_id", &section.to_string()]),
    );
}

#[test]
fn one_long_name_again_and_again() {
    let long = "x".repeat(1 << 20);
    let kinds = [
        (kind::STRUCT, 3),
        (kind::UNION, 3),
        (kind::ENUM, 2),
        (kind::ENUM64, 3),
        (kind::FUNC_PROTO, 2),
    ];
    for (kind, width) in kinds {
        let (mut blob, int) = with_int();
        let name = blob.name(&long);
        // Or the type of the result.
        let size = if matches!(kind, kind::FUNC_PROTO) {
            int
        } else {
            4
        };
        let flexible = blob.array(int, 0);
        let row = [name, if width == 2 { int } else { flexible }, 0];
        rows(&mut blob, kind, "t", size, &row[..width], 20_000);
        assert_too_long("rows", &dump("rows", &blob, &[]));
    }
    let (mut blob, int) = with_int();
    let var = blob.record(kind::VAR, &long, 0, int, &[1]);
    rows(&mut blob, kind::DATASEC, ".data", 0, &[var, 0, 8], 20_000);
    assert_too_long("variables", &dump("variables", &blob, &[]));
}

/// As many clashes of names as fit; every one is settled.
#[test]
fn one_short_name_again_and_again() {
    let mut blob = Blob::default();
    let int = blob.int("int", 4, 0);
    let name = blob.name("same");
    for _ in 0..60_000 {
        for (kind, rows) in [
            (kind::STRUCT, [name, int, 0].as_slice()),
            (kind::ENUM, &[name, 0]),
        ] {
            let record = blob.types.len();
            blob.record(kind, "", 1, 4, rows);
            blob.types[record] = name;
        }
        let record = blob.types.len();
        blob.typedef("", int);
        blob.types[record] = name;
    }
    assert_only_wit_is_too_long("definitions", &dump("definitions", &blob, &[]));

    let (mut blob, int) = with_int();
    let name = blob.name("same");
    let flexible = blob.array(int, 0);
    rows(
        &mut blob,
        kind::STRUCT,
        "s",
        0,
        &[name, flexible, 0],
        200_000,
    );
    rows(
        &mut blob,
        kind::STRUCT,
        "anonymous",
        0,
        &[0, flexible, 0],
        200_000,
    );
    rows(&mut blob, kind::ENUM, "e", 4, &[name, 7], 200_000);
    assert_only_wit_is_too_long("members", &dump("members", &blob, &[]));
}

/// A typedef that members of its own name hide is written out, but not without end.
#[test]
fn hidden_typedefs() {
    let (mut blob, int) = with_int();
    let flexible = blob.array(int, 0);
    let anonymous = rows(&mut blob, kind::STRUCT, "", 0, &[0, flexible, 0], 5_000);
    let typedef = blob.typedef("t", anonymous);
    let name = blob.name("t");
    rows(&mut blob, kind::STRUCT, "s", 0, &[name, typedef, 0], 50_000);
    assert_only_wit_is_too_long("hidden typedefs", &dump("hidden typedefs", &blob, &[]));
}

/// The same the other way round: many names hide, and many typedefs may be hidden.
#[test]
fn many_names_that_hide() {
    let (mut blob, int) = with_int();
    let empty = blob.array(int, 0);
    let types: Vec<_> = (0..40_000)
        .map(|i| blob.typedef(&format!("t{i}"), empty))
        .collect();
    let names: Vec<_> = (0..40_000).map(|i| blob.name(&format!("m{i}"))).collect();
    let members: Vec<u32> = names.iter().flat_map(|name| [*name, empty, 0]).collect();
    let part = blob.record(kind::STRUCT, "", 40_000, 0, &members);
    let mut members = vec![0, part, 0];
    members.extend(types.iter().flat_map(|ty| [0, *ty, 0]));
    blob.record(kind::STRUCT, "s", 40_001, 0, &members);
    assert_only_wit_is_too_long("names that hide", &dump("many names that hide", &blob, &[]));
}

/// Deep enough to be accepted, wide enough to be indented a lot.
#[test]
fn deep_and_wide() {
    let (mut blob, int) = with_int();
    let flexible = blob.array(int, 0);
    let mut last = rows(&mut blob, kind::STRUCT, "", 0, &[0, flexible, 0], 20_000);
    for _ in 0..100 {
        last = blob.structure("", 0, &[("", last, 0)]);
    }
    blob.structure("outermost", 0, &[("", last, 0)]);
    dump("deep and wide", &blob, &[]);
}

/// Sizes at the edge of what wasm32 can hold.
#[test]
fn huge_sizes() {
    let (mut blob, int) = with_int();
    let most = i32::MAX as u32;
    let char = blob.int("char", 1, 1);
    let array = blob.array(char, most);
    blob.structure("s", most, &[("a", array, 0)]);
    blob.structure("gap", most, &[("a", char, u32::MAX - 7)]);
    blob.bitfields("bits", most, &[("a", int, 0xff_fff0, 16)]);
    blob.union("u", most, &[("a", char, 0)]);
    let nothing = blob.structure("nothing", 0, &[]);
    let inner = blob.array(nothing, u32::MAX);
    blob.array(inner, u32::MAX);
    assert_eq!(dump("huge sizes", &blob, &[]), [""; 0]);
}
