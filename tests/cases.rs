//! The hard cases of `tests/bpf`: for each a reviewed snapshot of its layout and of its headers, and each header compiled.
#![allow(
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::too_many_lines,
    clippy::unwrap_used,
    reason = "a test may fail, and a table of cases is long"
)]

use btf_layout::{Btf, Layout, Roots};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use test_support::rust::rust_types;
use test_support::{
    DIALECTS, bpftool_wasm, can_compile, clang, scratch, stdout_of, tests_dir, wasm_header,
};

/// The hard cases that are checked in.
fn objects() -> Vec<PathBuf> {
    objects_in(&tests_dir().join("bpf"))
}

/// The objects of a folder, in order of their names.
fn objects_in(folder: &Path) -> Vec<PathBuf> {
    let folder = fs::read_dir(folder).expect("a folder of objects");
    let files = folder.map(|entry| entry.expect("an entry").path());
    let mut objects: Vec<_> = files
        .filter(|file| name_of(file).ends_with(".bpf.o"))
        .collect();
    objects.sort();
    assert!(
        objects.len() >= 9,
        "only {} objects in tests/bpf",
        objects.len()
    );
    objects
}

fn name_of(file: &Path) -> String {
    file.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

/// `bitfields.bpf.o` is the case `bitfields`.
fn case_of(object: &Path) -> String {
    name_of(object).trim_end_matches(".bpf.o").to_owned()
}

/// Compares `text` with the snapshot `case.what`.
fn snapshot(case: &str, what: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(format!("{case}.{what}"), text));
}

#[test]
fn layouts_are_as_reviewed() {
    for object in objects() {
        let bytes = fs::read(&object).expect("an object");
        let input = skel_gen::Input::parse(&bytes).expect("BTF");
        let btf = Btf::parse(input.btf).expect("valid BTF");
        let layout = Layout::plan(&btf, &Roots::All).expect("a layout");
        snapshot(&case_of(&object), "layout", &layout.to_string());
    }
}

#[test]
fn wasm_headers_are_as_reviewed() {
    for object in objects() {
        snapshot(&case_of(&object), "wasm.h", &wasm_header(&object));
    }
}

/// They compile: `rust_types.rs` does that for all objects.
#[test]
fn rust_types_are_as_reviewed() {
    for object in objects() {
        snapshot(&case_of(&object), "types.rs", &rust_types(&object));
    }
}

/// wit-parser takes them, and backends generate from them: `wit.rs` does that for all objects.
#[test]
fn wit_packages_are_as_reviewed() {
    for object in objects() {
        let file = object.to_string_lossy();
        let args = ["btf", "dump", "file", &file, "format", "wit", "-j"];
        snapshot(&case_of(&object), "wit", &bpftool_wasm(&args));
    }
}

#[test]
fn wasm_headers_compile() {
    if !can_compile() {
        return;
    }
    let folder = scratch();
    for object in objects() {
        let header = folder.path().join("header.h");
        fs::write(&header, wasm_header(&object)).expect("a header");
        for dialect in DIALECTS {
            let mut command = clang();
            command
                .args(["--target=wasm32-wasi", "-fsyntax-only"])
                .args(dialect)
                .arg(&header);
            stdout_of(&mut command);
        }
    }
}

#[test]
fn headers_of_all_cases_share_one_translation_unit() {
    if !can_compile() {
        return;
    }
    let folder = scratch();
    let mut includes = String::new();
    for object in objects() {
        let name = format!("{}.h", case_of(&object));
        fs::write(folder.path().join(&name), wasm_header(&object)).expect("a header");
        includes += &format!("#include \"{name}\"\n");
    }
    let reversed: Vec<&str> = includes.lines().rev().collect();
    for text in [includes.clone(), reversed.join("\n") + "\n" + &includes] {
        let source = folder.path().join("all.c");
        fs::write(&source, text).expect("a source");
        for dialect in DIALECTS {
            let mut command = clang();
            command
                .args(["--target=wasm32-wasi", "-fsyntax-only"])
                .args(dialect)
                .arg(&source);
            stdout_of(&mut command);
        }
    }
}

#[test]
fn one_name_for_two_layouts_is_a_compile_error() {
    if !can_compile() {
        return;
    }
    let folder = scratch();
    for (file, member) in [("one", "int x;"), ("two", "long x;")] {
        let source = format!("struct shared {{ {member} }}; struct shared shared;");
        let object = test_support::bpf_object(folder.path(), file, &source);
        fs::write(
            folder.path().join(format!("{file}.h")),
            wasm_header(&object),
        )
        .expect("a header");
    }
    let source = folder.path().join("both.c");
    fs::write(&source, "#include \"one.h\"\n#include \"two.h\"\n").expect("a source");
    let output = test_support::run(
        clang()
            .args(["--target=wasm32-wasi", "-fsyntax-only"])
            .arg(&source),
    );
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(errors.contains("redefinition of 'shared'"), "{errors}");
}

#[test]
fn objects_are_made_from_their_sources() {
    if !can_compile() {
        return;
    }
    let folder = scratch();
    stdout_of(
        Command::new("cp")
            .arg("-r")
            .arg(tests_dir().join("bpf"))
            .arg(folder.path()),
    );
    let copy = folder.path().join("bpf");
    for object in objects_in(&copy)
        .into_iter()
        .chain(objects_in(&copy.join("skeletons")))
    {
        // Not every machine can make those in Rust again.
        if object.with_extension("c").exists() {
            fs::remove_file(object).expect("an object that can be removed");
        }
    }
    stdout_of(&mut Command::new(copy.join("build.sh")));
    let raw =
        |file: &Path| test_support::bpftool_wasm(&["btf", "dump", "file", &file.to_string_lossy()]);
    for part in ["", "skeletons"] {
        for object in objects_in(&tests_dir().join("bpf").join(part)) {
            let made = copy.join(part).join(name_of(&object));
            let place = object.display();
            assert_eq!(raw(&made), raw(&object), "run tests/bpf/build.sh: {place}");
        }
    }
}

#[test]
fn output_is_the_same_every_time_and_from_every_form_of_input() {
    for object in objects() {
        let header = wasm_header(&object);
        assert_eq!(header, wasm_header(&object));
        let bytes = fs::read(&object).expect("an object");
        let blob = skel_gen::Input::parse(&bytes).expect("BTF").btf;
        let folder = scratch();
        let raw = folder.path().join("blob.btf");
        fs::write(&raw, blob).expect("a blob");
        assert_eq!(header, wasm_header(&raw));
    }
}
