//! `format rust -j`: what it prints compiles without a warning, in crates that forbid `unsafe`; every size, offset, enumerator
//! and bitfield is that of an independent reading of the same BTF, for a whole kernel as well; its form is prettyplease's.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test may fail"
)]

mod support;

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use support::oracle::rust::{RustField, identifier};
use support::oracle::{Oracle, Place};
use support::rust::{Rust, inside, rust_types};
use support::{VMLINUX, bpf_object, scratch, skip, stdout_of, tests_dir, tool};

/// All objects that are checked in.
fn objects() -> Vec<PathBuf> {
    let folders = ["bpf", "bpf/skeletons"].map(|folder| tests_dir().join(folder));
    let files = folders.iter().flat_map(|folder| {
        let entries = fs::read_dir(folder).expect("a folder of objects");
        entries.map(|entry| entry.expect("an entry").path())
    });
    let mut objects: Vec<_> = files
        .filter(|file| file.to_string_lossy().ends_with(".bpf.o"))
        .collect();
    objects.sort();
    assert!(objects.len() >= 20, "only {} objects", objects.len());
    objects
}

/// The objects made from `tests/hard`, if there is a clang.
fn hard_objects(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(tests_dir().join("hard")).expect("a folder of sources");
    let files = entries.map(|entry| entry.expect("an entry").path());
    let mut sources: Vec<_> = files
        .filter(|file| file.to_string_lossy().ends_with(".bpf.c"))
        .collect();
    sources.sort();
    let compile = |source: &PathBuf| {
        let object = folder
            .join(source.file_stem().expect("a name"))
            .with_extension("o");
        let mut command = Command::new("clang-19");
        command.args([
            "-target",
            "bpf",
            "-g",
            "-O2",
            "-fms-extensions",
            "-Wno-microsoft",
            "-c",
        ]);
        stdout_of(command.arg(source).arg("-o").arg(&object));
        object
    };
    sources.iter().map(compile).collect()
}

#[test]
fn types_of_every_object_compile_as_a_module_and_included() {
    let rust = Rust::new();
    for (i, object) in objects().iter().enumerate() {
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
    ] {
        let file = rust.folder().join(format!("{case}.rs"));
        let object = tests_dir().join(format!("bpf/{case}.bpf.o"));
        fs::write(&file, rust_types(&object)).expect("a source file");
        let _ = writeln!(text, "mod {case};");
    }
    let program = rust.program("accessors", &(text + include_str!("rust/accessors.rs")));
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
        let types = support::bpftool_wasm(&args);
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
    if tool("clang-19").is_none() {
        return skip("clang-19 is not installed");
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
        format!("struct lent {{ union {{ {members} }}; }} lent;"),
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
    let mut files = objects();
    if tool("clang-19").is_some() {
        files.extend(hard_objects(folder.path()));
    }
    if Path::new(VMLINUX).exists() {
        files.push(VMLINUX.into());
    }
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
    let mut files = objects();
    if tool("clang-19").is_some() {
        files.extend(hard_objects(folder.path()));
    }
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
    if !Path::new(VMLINUX).exists() {
        return skip("this kernel shows no BTF");
    }
    let Some(counts) = check(&Rust::new(), "kernel", Path::new(VMLINUX)) else {
        return skip("bpftool is not installed");
    };
    println!("{counts:?}");
    assert!(
        counts.definitions > 12_000 && counts.fields > 60_000 && counts.bitfields > 1_000,
        "not a whole kernel: {counts:?}"
    );
}

/// What was compared.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    definitions: usize,
    fields: usize,
    bitfields: usize,
    enumerators: usize,
}

/// Macros for the assertions. `place!` says where a field is and how large; `probe!` tries a bitfield.
const MACROS: &str = r"
#[allow(unused_macros)]
macro_rules! size { ($ty:ty, $size:expr) => { const _: [(); $size] = [(); ::core::mem::size_of::<$ty>()]; }; }
#[allow(unused_macros)]
macro_rules! offset { ($ty:ty, $($path:ident).+, $offset:expr) => {
    const _: [(); $offset] = [(); ::core::mem::offset_of!($ty, $($path).+)];
}; }
#[allow(unused_macros)]
macro_rules! value { ($value:expr, $expected:expr) => { const _: () = assert!($value as i128 == $expected); }; }
#[allow(unused_macros)]
macro_rules! probe { ($ty:ty, $($parent:ident).*, $get:ident, $set:ident) => {
    |bytes: &mut [::core::primitive::u8], fill: &[::core::primitive::u8]| {
        let it = <$ty as libbpf_wasm::Plain>::from_bytes_mut(bytes).unwrap();
        #[allow(unused_unsafe)]
        let part = unsafe { &mut (*it) $(.$parent)* };
        part.$set(libbpf_wasm::get_bits(fill, 0, 128));
        let mut read = [0; 8];
        libbpf_wasm::set_bits(&mut read, 0, 64, part.$get());
        ::core::primitive::u64::from_le_bytes(read)
    }
}; }
";

/// Compiles the types of `file` together with what the oracle says about them, and tries every bitfield. `None` without bpftool.
fn check(rust: &Rust, name: &str, file: &Path) -> Option<Counts> {
    let oracle = Oracle::read(file)?;
    let names = oracle.rust_names();
    let (mut text, mut counts) = (String::new(), Counts::default());
    let mut probes = String::new();
    for definition in oracle.definitions() {
        counts.definitions += 1;
        let ty = names.of(definition.id);
        line(&mut text, format_args!("size!({ty}, {});", definition.size));
        if definition.dimensions > 0 {
            continue;
        }
        for field in oracle.rust_fields(definition.id) {
            let path = [field.parents.as_slice(), std::slice::from_ref(&field.name)]
                .concat()
                .join(".");
            match field.place {
                Place::Bytes { offset, .. } => {
                    counts.fields += 1;
                    line(&mut text, format_args!("offset!({ty}, {path}, {offset});"));
                }
                Place::Bits { .. } => {
                    counts.bitfields += 1;
                    let probe = probe(ty, &field, definition.size);
                    line(&mut probes, format_args!("{probe}"));
                }
            }
        }
    }
    for id in oracle.ids() {
        let Some(ty) = names.get(id).filter(|_| oracle.word(id) == Some("enum")) else {
            continue;
        };
        for (name, value) in oracle.enumerators(id) {
            counts.enumerators += 1;
            line(
                &mut text,
                format_args!("value!({ty}::{}.0, {value});", identifier(name)),
            );
        }
    }
    for (name, value) in &names.constants {
        counts.enumerators += 1;
        line(&mut text, format_args!("value!({name}, {value});"));
    }
    let table = format!(
        "type Probe = (fn(&mut [::core::primitive::u8], &[::core::primitive::u8]) -> ::core::primitive::u64, \
         [::core::primitive::u64; 4], &'static ::core::primitive::str);\n\
         pub const PROBES: &[Probe] = &[{probes}];\n"
    );
    let types = inside(&rust_types(file), &format!("{MACROS}{text}{table}"));
    let program = rust.program(name, &format!("{types}{PROBE_DRIVER}"));
    let printed = stdout_of(&mut Command::new(program));
    assert_eq!(
        String::from_utf8_lossy(&printed),
        format!("{} probed\n", counts.bitfields)
    );
    Some(counts)
}

/// A row of the table of bitfields: what tries it; first bit, width, all bits that reading ones gives, size of the whole; name.
fn probe(ty: &str, field: &RustField, size: u64) -> String {
    let Place::Bits {
        first,
        width,
        signed,
    } = field.place
    else {
        panic!("no bitfield: {field:?}");
    };
    let name = field.name.trim_start_matches("r#");
    let value = match signed {
        true => u64::MAX >> (64 - field.size * 8),
        false => u64::MAX >> (64 - width),
    };
    let parents = field.parents.join(".");
    format!(
        "(probe!({ty}, {parents}, {}, set_{name}), [{first}, {width}, {value}, {size}], \"{ty} {parents} {name}\"),",
        field.name
    )
}

const PROBE_DRIVER: &str = r#"
fn main() {
    for (probe, [first, width, value, size], name) in types::PROBES {
        for ones in [true, false] {
            let (fill, guard) = (if ones { 0 } else { 0xff }, 16);
            let mut bytes = vec![fill; *size as usize + guard];
            let read = probe(&mut bytes[..*size as usize], &[!fill; 16]);
            assert_eq!(read, if ones { *value } else { 0 }, "value read back from {name}");
            for (at, byte) in bytes.iter().enumerate() {
                let bits = (0..8).filter(|bit| (*first..first + width).contains(&(at as u64 * 8 + bit)));
                let mask: u8 = bits.map(|bit| 1 << bit).sum();
                assert_eq!(*byte, if ones { mask } else { !mask }, "byte {at} of {name}");
            }
        }
    }
    println!("{} probed", types::PROBES.len());
}
"#;

fn line(text: &mut String, line: std::fmt::Arguments<'_>) {
    writeln!(text, "{line}").expect("memory to write to");
}
