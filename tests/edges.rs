//! BTF whose records are good, but not all of its types: raw dumps are bpftool's, all others leave out what cannot be held, and
//! what needs it, and compile.
#![allow(
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test may fail"
)]

use btf_blobs::{Blob, SIGNED, kind};
use btf_layout::{Btf, Kind, TypeId};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use test_support::rust::{Rust, rust_types};
use test_support::{
    DIALECTS, bpftool_wasm, clang, run, scratch, skip, stdout_of, tests_dir, tool, wasm_header,
};

/// Types of which no layout can be made, in every way there is: their names, in order.
const LEFT_OUT: [&str; 15] = [
    "holds_odd",
    "holds_more",
    "odd_t",
    "itself",
    "endless",
    "past_end",
    "misaligned",
    "overlap",
    "wide_bits",
    "huge",
    "holds_unsized",
    "enum24",
    "float48_t",
    "to_function",
    "deep",
];

/// What is good, although it mentions those.
const KEPT: [&str; 2] = ["points_to_them", "good"];

/// BTF with [`LEFT_OUT`] and [`KEPT`].
fn flawed() -> Blob {
    let mut blob = Blob::default();
    let int = blob.int("int", 4, SIGNED);
    let odd = blob.int("int24", 3, 0);
    let holds_odd = blob.structure("holds_odd", 8, &[("a", int, 0), ("odd", odd, 32)]);
    let holds_more = blob.structure("holds_more", 16, &[("it", holds_odd, 0)]);
    let named = blob.typedef("odd_t", holds_more);
    blob.structure("itself", 8, &[("it", blob.next_id(), 0)]);
    blob.typedef("endless", blob.next_id());
    blob.structure("past_end", 4, &[("a", int, 0), ("*/ #error", int, 16)]);
    blob.structure("misaligned", 8, &[("a", int, 4)]);
    blob.structure("overlap", 8, &[("a", int, 0), ("b", int, 16)]);
    blob.bitfields("wide_bits", 8, &[("a", int, 0, 33)]);
    let huge = blob.structure("huge", u32::MAX, &[]);
    let (forward, array) = (blob.to(kind::FWD, "forward", 0), blob.next_id());
    blob.array(forward, 2);
    blob.union("holds_unsized", 8, &[("a", array, 0)]);
    blob.enumeration(kind::ENUM, "enum24", 3, &[("IN_ENUM24", 1)]);
    let float = blob.to(kind::FLOAT, "float48", 6);
    blob.typedef("float48_t", float);
    let proto = blob.proto(int, &[("odd", named)]);
    let function = blob.to(kind::FUNC, "function", proto);
    let to_function = blob.ptr(function);
    blob.typedef("to_function", to_function);
    let takes_function = blob.proto(int, &[("function", proto)]);
    let mut last = int;
    for _ in 0..200 {
        last = blob.array(last, 1);
    }
    blob.typedef("deep", last);
    let flawed = [
        holds_odd,
        named,
        huge,
        odd,
        array,
        proto,
        takes_function,
        last,
    ];
    add_kept(&mut blob, int, flawed);
    blob
}

/// Adds what is good however it mentions these types without a layout.
fn add_kept(blob: &mut Blob, int: u32, flawed: [u32; 8]) {
    let holds_odd = flawed[0];
    let pointers = flawed.map(|to| blob.ptr(to));
    let members: Vec<_> = ["a", "b", "c", "d", "e", "f", "g", "h"]
        .into_iter()
        .zip(pointers)
        .zip((0..).step_by(64))
        .map(|((name, ty), bit)| (name, ty, bit))
        .collect();
    blob.structure("points_to_them", 64, &members);
    blob.structure("good", 8, &[("a", int, 0), ("b", int, 32)]);
    let variable = blob.record(kind::VAR, "variable", 0, holds_odd, &[1]);
    blob.record(kind::DATASEC, ".data", 2, 12, &[variable, 0, 8, int, 8, 4]);
    blob.record(kind::DECL_TAG, "tag", 0, int, &[u32::MAX]);
}

fn file(folder: &Path) -> PathBuf {
    let file = folder.join("flawed.btf");
    fs::write(&file, flawed().bytes()).expect("a BTF file");
    file
}

#[test]
fn raw_dumps_are_bpftools() {
    let Some(bpftool) = tool("bpftool") else {
        return skip("bpftool is not installed");
    };
    let folder = scratch();
    let files = [
        file(folder.path()),
        tests_dir().join("bpf/rust_enums.bpf.o"),
    ];
    for file in files {
        for words in [&[][..], &["-j"], &["-p"]] {
            let name = file.to_string_lossy();
            let args = [&["btf", "dump", "file", &name], words].concat();
            let theirs = stdout_of(Command::new(&bpftool).args(&args));
            assert!(theirs.len() > 500, "{args:?}");
            assert_eq!(
                bpftool_wasm(&args),
                String::from_utf8_lossy(&theirs),
                "{args:?}"
            );
        }
    }
}

/// Checks that a dump names what it leaves out in comments and has a definition of the rest.
fn check(text: &str, definition: impl Fn(&str) -> Vec<String>) {
    let comments: Vec<_> = text
        .lines()
        .filter_map(|line| line.split_once("left out: "))
        .map(|(_, why)| why)
        .collect();
    assert_eq!(comments.len(), LEFT_OUT.len(), "{comments:#?}");
    let defines = |name: &str| {
        definition(name)
            .iter()
            .any(|start| text.contains(start.as_str()))
    };
    for (name, why) in LEFT_OUT.iter().zip(&comments) {
        assert!(why.contains(&format!(" {name})")), "{name}: {why}");
        assert!(!defines(name), "{name} in\n{text}");
    }
    for name in KEPT {
        assert!(defines(name), "no {name} in\n{text}");
    }
}

#[test]
fn wasm_headers_leave_out_what_cannot_be_held() {
    let folder = scratch();
    let header = wasm_header(&file(folder.path()));
    check(&header, |name| {
        vec![format!("struct {name} {{"), format!(" {name};\n")]
    });
    if tool("clang-19").is_none() {
        return skip("clang-19 is not installed");
    }
    let unit = folder.path().join("unit.h");
    fs::write(&unit, &header).expect("a header");
    for dialect in DIALECTS {
        let mut clang = clang();
        clang
            .args(["--target=wasm32-wasi", "-fsyntax-only"])
            .args(dialect);
        stdout_of(clang.arg(&unit));
    }
}

#[test]
fn native_headers_leave_out_what_cannot_be_held() {
    let folder = scratch();
    let name = file(folder.path()).to_string_lossy().into_owned();
    for words in [&[][..], &["unsorted"]] {
        let header =
            bpftool_wasm(&[&["btf", "dump", "file", &name, "format", "c"], words].concat());
        check(&header, |name| {
            vec![format!("struct {name} {{"), format!(" {name};\n\ntypedef")]
        });
        if tool("clang-19").is_none() || tool("gcc").is_none() {
            return skip("no clang-19 or no gcc");
        }
        let unit = folder.path().join("unit.c");
        let size = "_Static_assert(sizeof(struct points_to_them) == 64, \"size\");\n";
        fs::write(&unit, header + size).expect("a source file");
        let compilers = [
            vec!["clang-19", "-Wall", "-Werror"],
            vec!["clang-19", "-Wall", "-Werror", "--target=bpf"],
            vec!["gcc", "-Wall", "-Werror"],
        ];
        for compiler in compilers {
            let mut command = Command::new(compiler[0]);
            command.args(&compiler[1..]).arg("-fsyntax-only");
            stdout_of(command.arg(&unit));
        }
    }
}

/// `typedef a *a`, also by way of another one and of an array; and more pointers within each other than anybody has.
#[test]
fn rust_types_point_to_themselves() {
    let mut blob = Blob::default();
    let own = blob.next_id();
    let pointer = blob.ptr(own + 1);
    blob.typedef("own", pointer);
    let there = blob.next_id();
    let array = there + 1;
    blob.typedef("there", array);
    blob.array(there + 3, 2);
    blob.typedef("back", there);
    let back = blob.ptr(there + 2);
    let mut deep = back;
    for _ in 0..1000 {
        deep = blob.ptr(deep);
    }
    let members = [("own", own, 0), ("back", back, 64), ("deep", deep, 128)];
    blob.structure("holds", 24, &members);
    let rust = Rust::new();
    let file = rust.folder().join("circle.btf");
    fs::write(&file, blob.bytes()).expect("a BTF file");
    rust.check("circle", &rust_types(&file));
}

#[test]
fn rust_types_leave_out_what_cannot_be_held() {
    let rust = Rust::new();
    let types = rust_types(&file(rust.folder()));
    check(&types, |name| {
        vec![
            format!("pub struct {name} {{\n"),
            format!("pub type {name} "),
        ]
    });
    rust.check("flawed", &format!("#![forbid(unsafe_code)]\n{types}"));
}

#[test]
fn wit_leaves_out_what_cannot_be_held() {
    let folder = scratch();
    let name = file(folder.path()).to_string_lossy().into_owned();
    let text = bpftool_wasm(&["btf", "dump", "file", &name, "format", "wit", "-j"]);
    check(&text, |name| {
        vec![format!("`struct {name}`"), format!("`{name}`,")]
    });
    let mut resolve = wit_parser::Resolve::default();
    resolve.push_str("types.wit", &text).expect("a package");
}

/// A variable or a value of such a type is as many bytes as the BTF says, in the object that has it.
#[test]
fn skeletons_hold_the_bytes() {
    if tool("clang-19").is_none() {
        return skip("clang-19 is not installed");
    }
    let folder = scratch();
    // Two members of a union made one struct's, so that they overlap.
    let source = r#"
        #define SEC(name) __attribute__((section(name), used))
        union both { int first; int second; };
        struct { int (*type)[1]; int (*max_entries)[3]; int *key; union both *value; } table SEC(".maps");
        union both variable = { 5 };
        int other = 7;
        SEC("raw_tp/x") int handle(void *ctx) { return variable.first + other; }
        char _license[] SEC("license") = "GPL";
    "#;
    let object = test_support::bpf_object(folder.path(), "flawed", source);
    let mut bytes = fs::read(&object).expect("an object");
    let union = record(&bytes, "both", |kind| matches!(kind, Kind::Union(_)));
    // `BTF_KIND_UNION` to `BTF_KIND_STRUCT`.
    bytes[union + 7] = 4;
    fs::write(&object, bytes).expect("an object");
    let file = object.to_string_lossy();
    let skeleton = bpftool_wasm(&["gen", "skeleton", "-j", &file]);
    for part in ["unsigned char variable[4];", "int other;"] {
        assert!(skeleton.contains(part), "no {part} in\n{skeleton}");
    }
    assert!(
        !skeleton.contains("flawed_bpf__table__lookup"),
        "{skeleton}"
    );
    let skeleton = bpftool_wasm(&["gen", "skeleton", "-j", &file, "lang", "rust"]);
    for part in [
        "pub variable: [u8; 4],",
        "pub other: i32,",
        "// left out: type ",
    ] {
        assert!(skeleton.contains(part), "no {part} in\n{skeleton}");
    }
    let rust = Rust::new();
    rust.check("flawed", &skeleton);
}

/// A section whose variables are none is no section that could be left out.
#[test]
fn skeletons_need_variables_that_are_such() {
    if tool("clang-19").is_none() {
        return skip("clang-19 is not installed");
    }
    let folder = scratch();
    let object = test_support::bpf_object(folder.path(), "odd", "int variable = 5;");
    let mut bytes = fs::read(&object).expect("an object");
    let section = record(&bytes, ".data", |kind| matches!(kind, Kind::Datasec(_)));
    let int = record_id(&bytes, "int", |kind| matches!(kind, Kind::Int(_)));
    // The first row, after `struct btf_type`.
    bytes[section + 12..][..4].copy_from_slice(&int.to_le_bytes());
    fs::write(&object, bytes).expect("an object");
    for words in [&["-j"][..], &["-j", "lang", "rust"]] {
        let mut command = Command::new(test_support::ours());
        command.args(["gen", "skeleton"]).arg(&object).args(words);
        let output = run(&mut command);
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && output.stdout.is_empty());
        assert!(
            message.contains("(data section .data): refers to type")
                && message.contains("where a variable is needed"),
            "{message}"
        );
    }
}

/// The id of the type called `name` that is of some kind.
fn record_id(object: &[u8], name: &str, is_kind: fn(&Kind<'_>) -> bool) -> u32 {
    let blob = skel_gen::Input::parse(object).expect("BTF").btf;
    let btf = Btf::parse(blob).expect("valid BTF");
    let is_it = |id: &TypeId| btf.name(*id) == name && is_kind(&btf.kind(*id));
    btf.ids().find(is_it).expect("the type").0
}

/// Where its record begins in the object.
fn record(object: &[u8], name: &str, is_kind: fn(&Kind<'_>) -> bool) -> usize {
    let blob = skel_gen::Input::parse(object).expect("BTF").btf;
    let btf = Btf::parse(blob).expect("valid BTF");
    let start = blob.as_ptr() as usize - object.as_ptr() as usize;
    let id = TypeId(record_id(object, name, is_kind));
    start + btf.entry_offset(id).expect("its own") as usize
}

/// The module's BTF goes on where the kernel's ends.
#[test]
fn split_btf_alone_asks_for_its_base() {
    let mut base = Blob::default();
    let int = base.int("int", 4, SIGNED);
    let mut module = base.split();
    module.structure("of_module", 4, &[("a", int, 0)]);
    let mut without_names = base.split();
    without_names.ptr(int);
    let folder = scratch();
    let base_file = folder.path().join("base");
    fs::write(&base_file, base.bytes()).expect("a file");
    for (name, blob) in [("module", module), ("without_names", without_names)] {
        let file = folder.path().join(name);
        fs::write(&file, blob.bytes()).expect("a file");
        let mut command = Command::new(test_support::ours());
        command.args(["btf", "dump", "file"]).arg(&file);
        let output = run(&mut command);
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && output.stdout.is_empty());
        assert!(
            message
                .trim_end()
                .ends_with("split BTF (of a kernel module) needs its base: -B FILE"),
            "{message}"
        );
        stdout_of(command.arg("-B").arg(&base_file));
    }
}
