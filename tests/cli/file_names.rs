//! File names with any characters: they are names, to clang as well, and show as such.

use super::{Outcome, fails};
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use test_support::{scratch, skip, tool};

const HEADER: &str = "struct event { int pid; };\n";

/// Types of a header that no code uses are there, so the file is known by its name.
#[track_caller]
fn assert_dumps<S: AsRef<OsStr>>(folder: &Path, args: &[S]) {
    let outcome = Outcome::of(folder, args);
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""));
    assert!(outcome.stdout.contains("'event'"), "{}", outcome.stdout);
}

#[test]
fn no_file_is_an_argument_of_clang() {
    if tool("clang-19").is_none() {
        return skip("no clang-19");
    }
    let folder = scratch();
    let path = |name: &str| folder.path().join(name);
    // What a response file says would be done: one that is read as such makes a file.
    fs::write(path("x.h"), "-o made -c -x c /dev/null\n").unwrap();
    for name in [
        "@x.h",
        "-x.h",
        "-includex.h",
        "--.h",
        "a b.h",
        "a\"b\\c.h",
        "a\nb.h",
        "$(x)`y`.h",
        "größe.h",
    ] {
        fs::write(path(name), HEADER).unwrap();
        assert_dumps(folder.path(), &["btf", "dump", "file", "--", name]);
        fs::remove_file(path(name)).unwrap();
    }
    let odd = OsStr::from_bytes(b"-\xff\n.h");
    // Bytes that are no UTF-8 stay what they are: the string has three.
    fs::write(
        path("odd").with_file_name(odd),
        b"struct event { char text[sizeof(\"\xe9\xe8\")]; };\n",
    )
    .unwrap();
    let args: Vec<&OsStr> = ["btf", "dump", "file", "--"]
        .map(OsStr::new)
        .into_iter()
        .chain([odd])
        .collect();
    assert_dumps(folder.path(), &args);
    assert!(
        Outcome::of(folder.path(), &args)
            .stdout
            .contains("nr_elems=3")
    );
    assert!(!path("made").exists());
}

#[test]
fn no_folder_is_an_argument_of_clang() {
    if tool("clang-19").is_none() {
        return skip("no clang-19");
    }
    let folder = scratch();
    let path = |name: &str| folder.path().join(name);
    fs::write(path("args"), "-o made -c -x c /dev/null\n").unwrap();
    fs::write(
        path("main.h"),
        "#include <inner.h>\nstruct event { inner_t pid; };\n",
    )
    .unwrap();
    for name in ["@args", "-", "-v", "a b"] {
        fs::create_dir(path(name)).unwrap();
        fs::write(path(name).join("inner.h"), "typedef int inner_t;\n").unwrap();
        assert_dumps(
            folder.path(),
            &["btf", "dump", "file", "main.h", &format!("-I{name}")],
        );
        fs::remove_dir_all(path(name)).unwrap();
    }
    assert!(!path("made").exists());
}

/// Of a name that holds them, controls and marks of direction are shown, on one line.
#[test]
fn names_in_messages_are_escaped() {
    let folder = scratch();
    let name = "\u{1b}[2J\u{202e}\nError:.o";
    let shown = "\\u{1b}[2J\\u{202e}\\nError:.o";
    let outcome = Outcome::of(folder.path(), &["btf", "dump", "file", name]);
    let expected = format!("Error: failed to load BTF from {shown}: No such file or directory\n");
    assert_eq!(outcome.stderr, expected);
    let outcome = Outcome::of(
        folder.path(),
        &["btf", "dump", "file", "x.o", "format", "\u{9b}31m"],
    );
    let expected =
        "Error: unrecognized format specifier: '\\u{9b}31m', possible values: raw, c, rust, wit\n";
    assert_eq!(outcome.stderr, expected);
    let outcome = Outcome::of(folder.path(), &["btf", "\r"]);
    assert!(
        outcome
            .stderr
            .starts_with("Error: '\\r' is not a command of 'btf'\nUsage: "),
        "{}",
        outcome.stderr
    );
    fails(
        folder.path(),
        "btf dump file \u{7}",
        254,
        "failed to load BTF from \\u{7}: No such file or directory",
    );
}

/// clang's messages keep their lines, but no source writes to the terminal through them.
#[test]
fn clangs_messages_are_escaped() {
    if tool("clang-19").is_none() {
        return skip("no clang-19");
    }
    let folder = scratch();
    fs::write(
        folder.path().join("a.h"),
        "#error \u{1b}]0;title\u{7} \u{202e}\nint x\n",
    )
    .unwrap();
    let outcome = Outcome::of(folder.path(), &["btf", "dump", "file", "a.h"]);
    let said = outcome.stderr;
    assert_eq!(outcome.code, Some(234));
    assert!(
        said.contains("could not compile 'a.h':\na.h:1:2: error: "),
        "{said}"
    );
    assert!(said.lines().count() > 3, "{said}");
    let unseen = |c: char| c != '\n' && (c.is_control() || c == '\u{202e}');
    assert!(!said.contains(unseen), "{said:?}");
}
