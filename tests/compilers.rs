//! Objects of other compilers than the tests' own: what all formats and both skeletons make of them compiles, and says what bpftool
//! and libbpf say. `bpf/compilers/build.sh` makes them, all in C of one source.
#![allow(
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test may fail"
)]

use libbpf_rs::ObjectBuilder;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use test_support::rust::Rust;
use test_support::{
    DIALECTS, bpftool_wasm, clang, files_in, ours, run, scratch, skip, stdout_of, tests_dir, tool,
};

/// The compilers, by the names of their objects.
const COMPILERS: [&str; 13] = [
    "aya",
    "bpf-linker",
    "clang-13",
    "clang-14",
    "clang-15",
    "clang-16",
    "clang-17",
    "clang-18",
    "clang-19",
    "clang-20",
    "clang-21",
    "clang-22",
    "gcc-12",
];

/// Each object, and its name as a C identifier.
fn objects() -> Vec<(PathBuf, String)> {
    let files = files_in(&tests_dir().join("bpf/compilers"), ".bpf.o");
    let name = |file: &PathBuf| {
        let name = file.file_name().unwrap().to_string_lossy();
        name.trim_end_matches(".bpf.o").to_owned()
    };
    assert_eq!(files.iter().map(name).collect::<Vec<_>>(), COMPILERS);
    let names = COMPILERS.map(|name| name.replace('-', "_"));
    files.into_iter().zip(names).collect()
}

/// Those of which libbpf takes the maps: aya's are defined as libbpf 1.0 and later refuse it.
fn opened() -> impl Iterator<Item = (PathBuf, String)> {
    objects().into_iter().filter(|(_, name)| name != "aya")
}

fn dump(file: &Path, words: &[&str]) -> String {
    let file = file.to_string_lossy();
    bpftool_wasm(&[&["btf", "dump", "file", &file], words].concat())
}

fn skeleton(file: &Path, words: &[&str]) -> String {
    let file = file.to_string_lossy();
    bpftool_wasm(&[&["gen", "skeleton", &file], words].concat())
}

#[test]
fn records_are_as_bpftool_prints_them() {
    let Some(bpftool) = tool("bpftool") else {
        return skip("bpftool is not installed");
    };
    for (file, name) in objects() {
        for words in [&[][..], &["-j"], &["-p"]] {
            let mut command = Command::new(&bpftool);
            command.args(words).args(["btf", "dump", "file"]).arg(&file);
            let expected = String::from_utf8(stdout_of(&mut command)).unwrap();
            assert!(dump(&file, words) == expected, "{name} {words:?}");
        }
    }
}

/// Sizes are what all compilers agree on; so are members, but for what one of them has wrong.
#[test]
fn one_source_has_one_layout() {
    let mut events = Vec::new();
    for (file, name) in objects() {
        let header = dump(&file, &["format", "c", "-j"]);
        let Some((_, rest)) = header.split_once("struct event {") else {
            // Rust's objects have other sources.
            let its_own = if name == "aya" {
                "bpf_map_def"
            } else {
                "Event"
            };
            let start = format!("struct {its_own} {{");
            assert!(header.contains(&start), "{name}: {header}");
            continue;
        };
        let (members, rest) = rest.split_once("static_assert").unwrap();
        assert!(rest.starts_with("(sizeof(struct event) == 96,"), "{name}");
        // GCC 12 turns the dimensions of arrays around in its BTF.
        let members = match name.as_str() {
            "gcc_12" => members.replace("matrix[3][2]", "matrix[2][3]"),
            _ => members.to_owned(),
        };
        events.push(members);
    }
    assert_eq!(events.len(), COMPILERS.len() - 2);
    events.dedup();
    assert_eq!(events.len(), 1, "{events:?}");
}

#[test]
fn headers_and_skeletons_compile() {
    if tool("clang-19").is_none() {
        return skip("no clang-19");
    }
    let folder = scratch();
    let library = tests_dir().join("../libbpf-wasm/include");
    for (file, name) in objects() {
        let path = |end: &str| folder.path().join(format!("{name}{end}"));
        let native = path(".vmlinux.h");
        fs::write(&native, dump(&file, &["format", "c"])).unwrap();
        for target in ["--target=bpf", "--target=x86_64-linux-gnu"] {
            let mut command = Command::new("clang-19");
            command.args(["-x", "c", "-Werror", "-fsyntax-only", target]);
            stdout_of(command.arg(&native));
        }
        fs::write(path(".wasm.h"), dump(&file, &["format", "c", "-j"])).unwrap();
        let mut text = format!("#include \"{name}.wasm.h\"\n");
        if name != "aya" {
            fs::write(path(".skel.h"), skeleton(&file, &[])).unwrap();
            writeln!(text, "#include \"{name}.skel.h\"").unwrap();
        }
        let source = path(".c");
        fs::write(&source, text).unwrap();
        for dialect in DIALECTS {
            let mut command = clang();
            command.args(["--target=wasm32-wasi", "-fsyntax-only", "-I"]);
            stdout_of(command.arg(&library).args(dialect).arg(&source));
        }
    }
}

#[test]
fn rust_types_and_skeletons_compile() {
    let rust = Rust::new();
    let mut text = "#![allow(dead_code)]\n".to_owned();
    for (file, name) in objects() {
        let mut modules = vec![("types", dump(&file, &["format", "rust", "-j"]))];
        if name != "aya" {
            modules.push(("skeleton", skeleton(&file, &["lang", "rust"])));
        }
        for (what, module) in modules {
            let path = rust.folder().join(format!("{name}.{what}.inc"));
            fs::write(&path, module).unwrap();
            let path = path.display();
            writeln!(text, "pub mod {name}_{what} {{ include!(\"{path}\"); }}").unwrap();
        }
    }
    rust.check("compilers", &text);
}

#[test]
fn packages_are_wit() {
    for (file, name) in objects() {
        for arrays in ["list", "fixed", "tuple"] {
            let text = dump(&file, &["format", "wit", "-j", "arrays", arrays]);
            let mut resolve = wit_parser::Resolve::default();
            let parsed = resolve.push_str(format!("{name}.wit"), &text);
            assert!(parsed.is_ok(), "{name} {arrays}: {parsed:?}");
        }
    }
}

/// What libbpf does not open has no skeleton; the reason is said, and the exit code is bpftool's.
#[test]
fn maps_of_before_libbpf_1_are_refused() {
    let file = tests_dir().join("bpf/compilers/aya.bpf.o");
    assert!(ObjectBuilder::default().open_file(&file).is_err());
    let mut command = Command::new(ours());
    let output = run(command.args(["gen", "skeleton", "-j"]).arg(&file));
    assert_eq!(output.status.code(), Some(161));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        said.contains("section 'maps' holds legacy definitions"),
        "{said}"
    );
}

/// libbpf finds the maps and programs that the skeleton has.
#[test]
fn libbpf_opens_them() {
    for (file, name) in opened() {
        // bpftool's name of it, of which libbpf makes those of the maps of sections.
        let mut builder = ObjectBuilder::default();
        let object = builder
            .name(format!("{name}_bpf"))
            .and_then(|builder| builder.open_file(&file));
        let object = object.unwrap_or_else(|error| panic!("{name}: {error}"));
        let text = skeleton(&file, &[]);
        let maps = object.maps().map(|map| map.name().to_owned());
        let programs = object.progs().map(|program| program.name().to_owned());
        let (maps, programs): (Vec<_>, Vec<_>) = (maps.collect(), programs.collect());
        assert!(maps.len() >= 4, "{name}: {maps:?}");
        assert_eq!(programs.len(), 2, "{name}: {programs:?}");
        let rows = |table: &str| {
            let (_, rest) = text.split_once(table).unwrap();
            let (rows, _) = rest.split_once("};").unwrap();
            let names = rows.lines().filter_map(|line| line.split('"').nth(1));
            names.map(str::to_owned).collect::<Vec<_>>()
        };
        let [mut ours, mut theirs] = [
            [
                rows("bpf_map_skeleton maps[]"),
                rows("bpf_prog_skeleton progs[]"),
            ]
            .concat(),
            [
                maps.iter()
                    .map(|map| map.to_string_lossy().into_owned())
                    .collect::<Vec<_>>(),
                programs
                    .iter()
                    .map(|program| program.to_string_lossy().into_owned())
                    .collect(),
            ]
            .concat(),
        ];
        ours.sort();
        theirs.sort();
        assert_eq!(ours, theirs, "{name}");
    }
}
