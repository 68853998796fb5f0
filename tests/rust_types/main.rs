//! `format rust -j`: what it prints compiles without a warning, in crates that forbid `unsafe`; every size, offset, enumerator
//! and bitfield is that of an independent reading of the same BTF, for a whole kernel as well; its form is prettyplease's.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test may fail"
)]

mod checks;

use checks::{Counts, check};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use test_support::oracle::Oracle;
use test_support::rust::{Rust, rust_types};
use test_support::{
    bpf_object, can_compile, compile_bpf, compilers::compilers, files_in, own_objects, scratch,
    skip, stdout_of, tests_dir, types::kernel_types,
};

/// The objects made from `tests/hard`.
fn hard_objects(folder: &Path) -> Vec<PathBuf> {
    let sources = files_in(&tests_dir().join("hard"), ".bpf.c");
    sources
        .iter()
        .map(|source| compile_bpf(folder, source))
        .collect()
}

#[test]
fn types_of_every_object_compile_as_a_module_and_included() {
    let rust = Rust::new();
    for (i, object) in own_objects().iter().enumerate() {
        let file = rust.folder().join(format!("object{i}_types.rs"));
        fs::write(&file, rust_types(object)).expect("a source file");
        let text = format!(
            "#![forbid(unsafe_code)]\n#![no_std]\npub mod object{i}_types;\ninclude!(\"{}\");\n",
            file.display()
        );
        rust.check(&format!("object{i}"), &text);
    }
}

/// What the README shows of `struct event`, and more of other cases.
#[test]
fn accessors_do_what_their_names_say() {
    let rust = Rust::new();
    let mut text = String::from("#![deny(unsafe_code)]\n");
    for case in [
        "arrays",
        "bitfields",
        "bootstrap",
        "enums",
        "pointers",
        "records",
        "rust_enums",
    ] {
        let file = rust.folder().join(format!("{case}.rs"));
        let object = tests_dir().join(format!("bpf/{case}.bpf.o"));
        fs::write(&file, rust_types(&object)).expect("a source file");
        let _ = writeln!(text, "mod {case};");
    }
    let program = rust.program("accessors", &(text + include_str!("accessors.rs")));
    stdout_of(&mut Command::new(program));
}

#[test]
fn what_is_wrong_or_unsound_does_not_compile() {
    let rust = Rust::new();
    let types = rust_types(&tests_dir().join("bpf/bootstrap.bpf.o"));
    for (what, from, to) in [
        ("an offset", "ppid 4", "ppid 5"),
        ("a size", "struct event 168", "struct event 169"),
        ("a field", "pub pid: i32", "pub pid: i64"),
        ("padding", "pub __pad0: [u8; 4]", "pub __pad0: [u8; 3]"),
    ] {
        assert!(types.contains(from), "{from}");
        let errors = rust.errors("wrong", &types.replace(from, to));
        assert!(
            errors.contains("is not that of the BTF"),
            "{what}: {errors}"
        );
    }
    // Who could make a union from a small arm would have bytes without a value.
    let types = rust_types(&tests_dir().join("bpf/records.bpf.o"));
    let literal = "pub fn f() -> types::padded { types::padded { l: 1 } }";
    let errors = rust.errors("private", &format!("{types}{literal}"));
    assert!(errors.contains("is private"), "{errors}");
    rust.check("private", &types);
}

#[test]
fn roots_declare_what_they_only_point_to() {
    let object = tests_dir().join("bpf/pointers.bpf.o");
    let object = object.to_string_lossy();
    let rust = Rust::new();
    let oracle = Oracle::read(Path::new(&*object));
    let Some(oracle) = oracle else {
        return skip("bpftool is not installed");
    };
    for (i, definition) in oracle.definitions().enumerate() {
        let id = definition.id.to_string();
        let args = [
            "btf", "dump", "file", &object, "format", "rust", "-j", "root_id", &id,
        ];
        let types = test_support::bpftool_wasm(&args);
        rust.check(&format!("root{i}"), &types);
    }
}

/// Names that generated code, the guest library's macros or derived code use, as names of everything there is in C.
const NAMES: &[&str] = &[
    "value",
    "bytes",
    "this",
    "__this",
    "f",
    "__f",
    "__row",
    "__bytes",
    "__start",
    "__width",
    "name",
    "names",
    "other",
    "state",
    "self",
    "Self",
    "crate",
    "super",
    "core",
    "std",
    "alloc",
    "libbpf_wasm",
    "types",
    "Ptr",
    "Bool",
    "Func",
    "Void",
    "Option",
    "Some",
    "None",
    "Result",
    "Ok",
    "Err",
    "Clone",
    "Copy",
    "Default",
    "Debug",
    "Plain",
    "Unaligned",
    "Bits",
    "u8",
    "u32",
    "usize",
    "str",
    "bool",
    "f32",
    "get_bits",
    "text",
    "fmt",
    "get",
    "set",
    "set_x",
    "x_str",
    "x_in",
    "x_mut",
    "Text",
    "zeroed",
    "from_bytes",
    "as_bytes",
    "clone",
    "eq",
    "hash",
    "NAMES",
    "__name",
    "__plain",
    "type",
    "match",
    "fn",
    "_",
    "__anon0",
    "__bits0",
    "__pad0",
    "main",
];

#[test]
fn any_name_will_do_for_anything() {
    if !can_compile() {
        return;
    }
    let numbered = || NAMES.iter().enumerate();
    let members: String = numbered()
        .map(|(i, name)| match i % 4 {
            0 => format!("char {name}[4]; "),
            1 => format!("int {name} : 3; "),
            2 => format!("struct {{ int i{i}; }} {name}; "),
            _ => format!("long {name}; "),
        })
        .collect();
    let all = NAMES.join(", ");
    let mut cases = vec![
        format!("struct s {{ {members} }} s; union u {{ {members} }} u;"),
        format!("struct promoted {{ union {{ {members} }}; }} promoted;"),
        format!("enum all {{ {all} }} all;"),
    ];
    // `N` is a name, `0` its number.
    for template in [
        "enum N { E0, F0 }; enum N e0; struct { enum N x : 4; char s[3]; } s0;",
        "typedef enum { E0 } N; struct { N x : 4; } s0;",
        "struct N { int x : 3; union { int a; char x_str[2]; }; }; struct N s0;",
        "union N { int x; char s[3]; }; union N u0;",
        "typedef long N; struct { N x; } s0;",
        "enum { N } c0;",
        "struct N; struct { struct N *p; } s0;",
    ] {
        let item = |(i, name): (usize, &&str)| {
            template.replace('0', &i.to_string()).replace('N', name) + "\n"
        };
        cases.push(numbered().map(item).collect());
    }
    let rust = Rust::new();
    for (i, source) in cases.iter().enumerate() {
        let name = format!("names{i}");
        let quiet = "#pragma clang diagnostic ignored \"-Weverything\"\n";
        let object = bpf_object(rust.folder(), &name, &format!("{quiet}{source}"));
        let types = rust_types(&object);
        rust.check(&name, &format!("#![forbid(unsafe_code)]\n{types}"));
    }
}

#[test]
fn the_form_is_prettypleases() {
    let folder = scratch();
    let mut files = own_objects();
    if compilers().is_ok() {
        files.extend(hard_objects(folder.path()));
    }
    files.extend(kernel_types().map(Path::to_owned));
    for file in files {
        let text = rust_types(&file);
        let (comment, items) = text.split_once('\n').expect("a comment");
        assert!(
            comment.starts_with("// Generated by bpftool-wasm "),
            "{comment}"
        );
        let syntax = syn::parse_file(items).expect("Rust");
        let printed = prettyplease::unparse(&syntax);
        let differs = items
            .lines()
            .zip(printed.lines())
            .position(|(ours, theirs)| ours != theirs);
        if let Some(at) = differs {
            let near = |text: &str| text.lines().skip(at).take(5).collect::<Vec<_>>().join("\n");
            panic!(
                "{}: ours\n{}\nprettyplease's\n{}",
                file.display(),
                near(items),
                near(&printed)
            );
        }
        assert_eq!(items.lines().count(), printed.lines().count());
    }
}

#[test]
fn objects_are_as_the_oracle_reads_them() {
    let folder = scratch();
    let mut files = own_objects();
    if compilers().is_ok() {
        files.extend(hard_objects(folder.path()));
    }
    let late = folder.path().join("late.btf");
    fs::write(&late, test_support::late_arms::blob().bytes()).expect("a BTF file");
    files.push(late);
    let rust = Rust::new();
    let mut total = Counts::default();
    for (i, file) in files.iter().enumerate() {
        let Some(counts) = check(&rust, &format!("checked{i}"), file) else {
            return skip("bpftool is not installed");
        };
        total.bitfields += counts.bitfields;
        total.fields += counts.fields;
    }
    println!("{total:?}");
    assert!(total.bitfields > 40 && total.fields > 200, "{total:?}");
}

#[test]
fn the_kernel_is_as_the_oracle_reads_it() {
    let types = match kernel_types() {
        Ok(types) => types,
        Err(reason) => return skip(reason),
    };
    let Some(counts) = check(&Rust::new(), "kernel", types) else {
        return skip("bpftool is not installed");
    };
    println!("{counts:?}");
    assert!(
        counts.definitions > 12_000 && counts.fields > 60_000 && counts.bitfields > 1_000,
        "not a whole kernel: {counts:?}"
    );
}
