//! Files that cannot be dumped: each is named in the error, with the place in it.

use super::{Outcome, fails, object, printed, scratch, words};
use btf_blobs::{Blob, kind};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;
use test_support::{bpf_object, can_compile, stdout_of};

/// A folder with one file, called `x`.
fn folder_with(content: &[u8]) -> TempDir {
    let folder = scratch();
    fs::write(folder.path().join("x"), content).expect("a file");
    folder
}

/// Every way of dumping `content` fails alike.
#[track_caller]
fn refused(content: &[u8], code: i32, reason: &str) {
    let folder = folder_with(content);
    for format in ["", "-j", "-p", "format raw", "format c", "format c -j"] {
        let line = format!("btf dump file x {format}");
        fails(
            folder.path(),
            &line,
            code,
            &format!("failed to load BTF from x: {reason}"),
        );
    }
}

#[test]
fn foreign_files() {
    let reason = "neither an ELF object nor a BTF blob";
    refused(b"some text\n", 95, reason);
    refused(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 95, reason);
    refused(&[0; 4096], 95, reason);
    refused(b"", 251, "the file is empty");
    refused(b"\x7f", 251, "the file is empty");
}

#[test]
fn files_that_cannot_be_read() {
    let folder = folder_with(b"text");
    fs::create_dir(folder.path().join("folder")).expect("a folder");
    let fails = |line: &str, code: i32, message: &str| fails(folder.path(), line, code, message);
    fails(
        "btf dump file missing",
        254,
        "failed to load BTF from missing: No such file or directory",
    );
    let message = "failed to load BTF from no/such/folder: No such file or directory";
    fails("btf dump file no/such/folder", 254, message);
    fails(
        "btf dump file folder",
        251,
        "failed to load BTF from folder: Is a directory",
    );
    fails(
        "btf dump file x/y",
        236,
        "failed to load BTF from x/y: Not a directory",
    );
    let message = "failed to load BTF from missing: No such file or directory";
    fails("btf dump file x -B missing", 254, message);
}

#[test]
fn objects_cut_off() {
    let whole = fs::read(object()).expect("an object");
    refused(
        &whole[..10],
        95,
        "damaged ELF file: Could not read file magic",
    );
    for len in [64, 600, whole.len() - 1] {
        let folder = folder_with(&whole[..len]);
        let outcome = Outcome::of(folder.path(), &words("btf dump file x format c -j"));
        let stderr = "Error: failed to load BTF from x: damaged ELF file: ";
        assert_eq!(
            (outcome.code, outcome.stdout.as_str()),
            (Some(95), ""),
            "{len}: {outcome:?}"
        );
        assert!(outcome.stderr.starts_with(stderr), "{len}: {outcome:?}");
    }
}

#[test]
fn foreign_objects() {
    let whole = fs::read(object()).expect("an object");
    let mut narrow = whole.clone();
    // The class of the ELF file: 32 bits.
    narrow[4] = 1;
    refused(&narrow, 95, "not a BPF object: not a 64-bit ELF file");
    // This test's own program has no BTF.
    let program = std::env::current_exe().expect("a program");
    let folder = scratch();
    fs::copy(program, folder.path().join("x")).expect("a copy");
    let message = "failed to load BTF from x: no .BTF section (compile with -g)";
    fails(folder.path(), "btf dump file x format c", 195, message);
}

#[test]
fn damaged_blobs() {
    let good = Blob::default().bytes();
    refused(&good[..10], 234, "BTF header needs 24 bytes, only 10 found");
    refused(
        &good[..24],
        234,
        "BTF string section (offset 24, length 1) ends past the blob (24 bytes)",
    );
    let mut blob = Blob::default();
    blob.structure("s", 8, &[("p", 9, 0)]);
    refused(
        &blob.bytes(),
        234,
        "type 1 (struct s), member 'p': refers to type 9, which does not exist; \
         split BTF (of a kernel module) needs its base: -B FILE",
    );
    let mut blob = Blob::default();
    blob.record(25, "x", 0, 0, &[]);
    refused(
        &blob.bytes(),
        234,
        "type 1: unknown BTF kind 25 at offset 0",
    );
}

/// Raw BTF may hold what no struct in C can look like. That is left out, unless it is what was asked for.
#[test]
fn what_cannot_be_laid_out() {
    let mut blob = Blob::default();
    let int = blob.int("int", 4, 0);
    blob.structure("s", 8, &[("a", int, 0), ("b", int, 16)]);
    let odd = blob.int("bad\nname \u{1b}[31m", 3, 0);
    blob.structure("t", 8, &[("a", odd, 0)]);
    blob.structure("good", 4, &[("a", int, 0)]);
    let folder = folder_with(&blob.bytes());
    let overlap = "type 2 (struct s), member 'b': starts at bit 16, inside the member before it, which ends at bit 32";
    let held = "type 4 (struct t), member 'a': holds type 3 (int bad\\nname \\u{1b}[31m): impossible size of 3 bytes";
    for format in ["c", "c -j", "rust -j", "wit -j", "wit lang rust -j"] {
        let dump = format!("btf dump file x format {format}");
        for (root, why) in [
            ("type s", overlap),
            ("root_id 2", overlap),
            ("type t", held),
        ] {
            let line = format!("{dump} {root}");
            let message = format!("x: {why}");
            fails(folder.path(), &line, 234, &message);
        }
        let outcome = Outcome::of(folder.path(), &words(&dump));
        assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""));
        let left_out = outcome
            .stdout
            .lines()
            .filter(|line| line.contains("left out: "));
        assert!(
            left_out.count() == 2 || format.contains("lang"),
            "{}",
            outcome.stdout
        );
        let line = format!("{dump} type good");
        let outcome = Outcome::of(folder.path(), &words(&line));
        assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""));
        assert!(!outcome.stdout.contains("left out"), "{}", outcome.stdout);
    }
    let outcome = Outcome::of(folder.path(), &words("btf dump file x"));
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""));
    // A line for each record and member, and one more for the break in a name.
    assert_eq!(outcome.stdout.lines().count(), 10);
}

#[test]
fn unknown_roots() {
    let folder = object();
    let folder = folder.parent().expect("a folder");
    let file = "bootstrap.bpf.o";
    for (root, message) in [
        ("root_id 0", "root_id 0"),
        ("root_id 9999", "root_id 9999"),
        ("root_id 4294967295", "root_id 4294967295"),
        ("type nonsense", "type 'nonsense'"),
        ("type event type nonsense", "type 'nonsense'"),
    ] {
        for format in ["", "format c -j", "-j"] {
            let line = format!("btf dump file {file} {root} {format}");
            fails(
                folder,
                &line,
                234,
                &format!("{file}: {message}: no such type"),
            );
        }
    }
}

#[test]
fn roots() {
    let header = printed(&words(
        "btf dump file bootstrap.bpf.o type event format c -j",
    ));
    assert!(header.contains("struct event {"), "{header}");
    assert_eq!(header.matches("static_assert").count(), 1, "{header}");
    let twice = printed(&words(
        "btf dump file bootstrap.bpf.o type event format c -j type event",
    ));
    assert_eq!(header, twice);
    let mut args = words("btf dump file bootstrap.bpf.o format c -j type");
    args.push("struct event");
    assert_eq!(printed(&args), header);
    let record = printed(&words("btf dump file bootstrap.bpf.o root_id 0x1"));
    assert!(
        record.starts_with("[1] ") && !record.contains("[2]"),
        "{record}"
    );
    let both = printed(&words("btf dump file bootstrap.bpf.o root_id 2 root_id 1"));
    assert!(
        both.starts_with("[2] ") && both.ends_with(&record),
        "{both}"
    );
}

/// An object for a big-endian machine: its records can be shown, but wasm32 cannot share its bytes.
#[test]
fn big_endian_objects() {
    if !can_compile() {
        return;
    }
    let folder = scratch();
    let source = "struct s { int a; long b; } s;";
    let little = bpf_object(folder.path(), "little", source);
    let big = folder.path().join("big.bpf.o");
    let mut command = Command::new("clang-19");
    command
        .args(["-target", "bpfeb", "-g", "-O2", "-c"])
        .arg(folder.path().join("little.bpf.c"));
    stdout_of(command.arg("-o").arg(&big));
    let raw = |object: &PathBuf| {
        printed(&[
            Path::new("btf"),
            Path::new("dump"),
            Path::new("file"),
            object,
        ])
    };
    assert_eq!(raw(&big), raw(&little));
    let message = format!("{}: {}", "big.bpf.o", btf_layout::Error::BigEndian);
    fails(
        folder.path(),
        "btf dump file big.bpf.o format c -j",
        93,
        &message,
    );
}

#[test]
fn split_btf() {
    let mut base = Blob::default();
    let int = base.int("int", 4, 1);
    let mut split = base.split();
    split.structure("own", 4, &[("a", int, 0)]);
    let folder = scratch();
    let write =
        |name: &str, bytes: Vec<u8>| fs::write(folder.path().join(name), bytes).expect("a file");
    write("base", base.bytes());
    write("split", split.bytes());
    write("big", base.big_endian());
    write("text", b"some text".to_vec());
    let expected = "[2] STRUCT 'own' size=4 vlen=1\n\t'a' type_id=1 bits_offset=0\n";
    for line in [
        "btf dump file split -B base",
        "-B base btf dump file split",
        "btf dump file split --base-btf base",
        "btf dump file split --base-btf=base",
        "btf dump file split --ba base",
        "btf dump file split -Bbase",
        "btf dump file split -B nonsense -B base",
    ] {
        assert_eq!(
            Outcome::of(folder.path(), &words(line)),
            Outcome::success(expected),
            "{line}"
        );
    }
    let header = Outcome::of(
        folder.path(),
        &words("btf dump file split -B base format c -j"),
    );
    assert!(
        header.stdout.contains("struct own {\n    int a;\n}"),
        "{header:?}"
    );
    let fails = |line: &str, code: i32, message: &str| fails(folder.path(), line, code, message);
    let message = "failed to load BTF from split: BTF string section: does not start with an empty string; \
                   split BTF (of a kernel module) needs its base: -B FILE";
    fails("btf dump file split", 234, message);
    fails("btf dump file split format c", 234, message);
    let message = "failed to load BTF from split: split BTF and its base differ in byte order";
    fails("btf dump file split -B big", 234, message);
    let message = "failed to load BTF from text: neither an ELF object nor a BTF blob";
    fails("btf dump file split -B text", 95, message);
}

/// Tags hold any string.
#[test]
fn a_type_tag_cannot_leave_its_place() {
    let mut blob = Blob::default();
    let int = blob.int("int", 4, 1);
    let tagged = blob.to(kind::TYPE_TAG, "*/ #error \"", int);
    let pointer = blob.ptr(tagged);
    blob.structure("s */ #error", 8, &[("a */ #error", pointer, 0)]);
    let folder = folder_with(&blob.bytes());
    let outcome = Outcome::of(folder.path(), &words("btf dump file x format c -j"));
    assert_eq!(outcome.code, Some(0));
    assert!(!outcome.stdout.contains("#error"), "{}", outcome.stdout);
}
