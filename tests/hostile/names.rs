//! Names that end comments, strings or lines, or begin something else: generated text says what it would say of others.

use btf_blobs::{Blob, kind};
use std::fs;
use std::path::Path;
use std::process::Command;
use test_support::rust::Rust;
use test_support::{
    DIALECTS, bpf_object, bpftool_wasm, clang, run, scratch, skip, stdout_of, tests_dir, tool,
};

/// A name of each sort of character that means something to a language, a documentation tool or a terminal.
const NAME: &str = "*/ ??/ ??' \"\\ `x` [y](z) <b> // /* \u{1b}[2J\r\n\u{202e}#error\u{2066} ??";

/// Types whose names are all like that.
fn types() -> Vec<u8> {
    let mut blob = Blob::default();
    let int = blob.int("int", 4, 1);
    let name = |what: &str| format!("{what}{NAME}");
    let forward = blob.record(kind::FWD, &name("forward"), 0, 0, &[]);
    let pointer = blob.ptr(forward);
    let tag = blob.to(kind::TYPE_TAG, "tag ??/ ??", int);
    let tagged = blob.ptr(tag);
    let values = [
        (&*name("one"), 1),
        (&*name("two"), 2),
        (&*name("also two"), 2),
        (&*name("five"), 5),
    ];
    let number = blob.enumeration(kind::ENUM, &name("number"), 4, &values);
    let values = [
        (&*name("none"), 0),
        (&*name("a"), 1),
        (&*name("b"), 2),
        (&*name("c"), 4),
    ];
    let flags = blob.enumeration(kind::ENUM, &name("flags"), 4, &values);
    let array = blob.array(int, 3);
    let members = [
        (&*name("pointer"), pointer, 0),
        (&*name("tagged"), tagged, 64),
        (&*name("number"), number, 128),
        (&*name("flags"), flags, 160),
        (&*name("array"), array, 192),
    ];
    let record = blob.structure(&name("record"), 40, &members);
    let part = blob.structure(&name("part"), 4, &[(&*name("inner"), int, 0)]);
    blob.union(
        &name("either"),
        40,
        &[(&*name("record"), record, 0), (&*name("part"), part, 0)],
    );
    blob.typedef(&name("typedef"), record);
    blob.bytes()
}

/// What text may not hold, wherever it comes from.
#[track_caller]
fn assert_plain(what: &str, text: &str) {
    let odd = |c: char| (c.is_control() && !matches!(c, '\n' | '\t')) || !c.is_ascii();
    let line = text.lines().find(|line| line.contains(odd));
    assert_eq!(line, None, "{what}");
    let hidden = text
        .lines()
        .find(|line| line.trim_start().starts_with("#error"));
    assert_eq!(hidden, None, "{what}");
}

/// As [`assert_plain`]; nor may C hold a trigraph.
#[track_caller]
fn assert_c(what: &str, text: &str) {
    assert_plain(what, text);
    assert_eq!(text.find("??"), None, "{what}");
}

fn syntax(mut compiler: Command, file: &Path) {
    // In the dialects that have trigraphs.
    stdout_of(compiler.args(["-trigraphs", "-fsyntax-only"]).arg(file));
}

#[test]
fn of_types() {
    let folder = scratch();
    let file = folder.path().join("names.btf");
    fs::write(&file, types()).expect("a file");
    let dump = |words: &[&str]| {
        let path = file.to_string_lossy();
        let text = bpftool_wasm(&[&["btf", "dump", "file", &path], words].concat());
        match words.contains(&"c") {
            true => assert_c(&format!("{words:?}"), &text),
            false => assert_plain(&format!("{words:?}"), &text),
        }
        text
    };
    let native = dump(&["format", "c"]);
    assert!(
        native.contains(r#"btf_type_tag("tag \?\?/ \?\?")"#),
        "{native}"
    );
    let wasm = dump(&["format", "c", "-j"]);
    let types = dump(&["format", "rust", "-j"]);
    for arrays in ["list", "tuple"] {
        let words = ["format", "wit", "-j", "arrays", arrays];
        let text = dump(&words);
        wit_parser::Resolve::default()
            .push_str("names.wit", &text)
            .expect("a package");
        assert!(
            !text.contains("*/") && !text.contains("??"),
            "bindings copy these into comments of C: {text}"
        );
        dump(&[&words[..], &["lang", "c"]].concat());
        let codec = dump(&[&words[..], &["lang", "rust"]].concat());
        syn::parse_file(&codec).expect("a codec");
    }
    Rust::new().check("names", &format!("#![allow(dead_code)]\n{types}"));
    if tool("clang-19").is_none() {
        return skip("no clang-19");
    }
    for (name, text) in [("native.h", native), ("wasm.h", wasm)] {
        let header = folder.path().join(name);
        fs::write(&header, text).expect("a header");
        match name {
            "wasm.h" => DIALECTS.iter().for_each(|dialect| {
                let mut compiler = clang();
                compiler.arg("--target=wasm32-wasi").args(dialect);
                syntax(compiler, &header);
            }),
            _ => {
                let mut compiler = Command::new("clang-19");
                compiler.args(["-x", "c", "-Werror=trigraphs", "--target=bpf"]);
                syntax(compiler, &header);
            }
        }
    }
}

/// Puts `new` everywhere in place of `old`, which is as long; how often it was there.
fn replace(bytes: &mut [u8], old: &[u8], new: &[u8]) -> usize {
    let mut count = 0;
    for at in 0..bytes.len() {
        if bytes[at..].starts_with(old) {
            bytes[at..at + new.len()].copy_from_slice(new);
            count += 1;
        }
    }
    count
}

/// Sections and symbols may be called anything as well.
#[test]
fn of_sections_and_symbols() {
    if tool("clang-19").is_none() {
        return skip("no clang-19");
    }
    let folder = scratch();
    // clang takes no such names, so they are put in place of others of their length.
    let (first, second) = ("A".repeat(NAME.len()), "B".repeat(NAME.len()));
    let source = format!(
        "struct {{ int (*type)[2]; int (*max_entries)[1]; int *key; long *value; }} map __attribute__((section(\".maps\")));\n\
         int variable __attribute__((section(\".data.{second}\"))) = 1;\n\
         __attribute__((section(\"tp/{first}\"))) int program(void *context) {{ return variable; }}\n\
         char LICENSE[] __attribute__((section(\"license\"))) = \"GPL\";\n"
    );
    let object = bpf_object(folder.path(), "names", &source);
    let mut bytes = fs::read(&object).expect("an object");
    for name in [first, second] {
        assert!(replace(&mut bytes, name.as_bytes(), NAME.as_bytes()) > 0);
    }
    fs::write(&object, bytes).expect("an object");
    let generate = |words: &[&str]| {
        let path = object.to_string_lossy();
        bpftool_wasm(
            &[
                &["gen", "skeleton", &path, "name", "n*/??/`x`\u{202e}"],
                words,
            ]
            .concat(),
        )
    };
    let c = generate(&[]);
    assert_c("skeleton", &c);
    let header = folder.path().join("names.skel.h");
    fs::write(&header, &c).expect("a header");
    for dialect in DIALECTS {
        let mut compiler = clang();
        let library = tests_dir().join("../libbpf-wasm/include");
        compiler.args(["--target=wasm32-wasi", "-Wno-unused-function", "-I"]);
        syntax(
            {
                compiler.arg(library).args(dialect);
                compiler
            },
            &header,
        );
    }

    let text = generate(&["lang", "rust"]);
    assert_plain("skeleton in Rust", &text);
    let rust = Rust::new();
    rust.check("names", &text);
    // The documentation has no links in it that go nowhere, and no HTML.
    let source = rust.folder().join("names.rs");
    fs::write(&source, format!("//! A crate.\n{text}")).expect("a source");
    let mut command = Command::new("rustdoc");
    command.args([
        "--edition",
        "2024",
        "-Dwarnings",
        "--document-private-items",
        "--extern",
    ]);
    command.arg(format!(
        "libbpf_wasm={}",
        rust.folder().join("liblibbpf_wasm.rlib").display()
    ));
    command
        .arg("-o")
        .arg(folder.path().join("doc"))
        .arg(&source);
    if run(Command::new("rustdoc").arg("--version"))
        .status
        .success()
    {
        stdout_of(&mut command);
    }
}
