//! `SkeletonBuilder` as a build script uses it: in a temporary cargo project, with cargo in between.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::too_many_lines,
    clippy::unwrap_used,
    reason = "a test may fail, and a table of cases is long"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::SystemTime;
use test_support::compilers::compilers;

const SOURCE: &str = r#"
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "event.h"
char LICENSE[] SEC("license") = "GPL";
const volatile int option = 0;
SEC("socket") int program(void *ctx) { return option + EXTRA; }
"#;

const HEADER: &str = "#define EXTRA 1\nstruct event { int pid; unsigned long long time; };\n";

/// A project with one BPF source, and where cargo builds it.
struct Project {
    folder: tempfile::TempDir,
}

impl Project {
    /// A project whose build script calls these methods between `new()` and `build_and_generate`. `None` without a clang.
    fn new(calls: &str) -> Option<Self> {
        if let Err(missing) = compilers() {
            println!("skipped: {missing}");
            return None;
        }
        let project = Project {
            folder: tempfile::tempdir().unwrap(),
        };
        let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let crates = crates.canonicalize().unwrap();
        project.write(
            "Cargo.toml",
            &format!(
                "[package]\nname = \"guest\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[build-dependencies]\n\
                 skel-gen = {{ path = \"{}/skel-gen\" }}\n[workspace]\n",
                crates.display()
            ),
        );
        // The versions that the workspace has are there already.
        fs::copy(crates.join("Cargo.lock"), project.path("Cargo.lock")).unwrap();
        project.write(
            "build.rs",
            &format!(
                "fn main() -> Result<(), skel_gen::BuildError> {{\n\
                 let out = std::path::PathBuf::from(std::env::var_os(\"OUT_DIR\").unwrap());\n\
                 skel_gen::SkeletonBuilder::new(){calls}.build_and_generate(out.join(\"a.skel.rs\"))\n}}\n"
            ),
        );
        project.write("src/main.rs", "fn main() {}\n");
        project.write("src/bpf/a.bpf.c", SOURCE);
        project.write("src/bpf/event.h", HEADER);
        Some(project)
    }

    fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    fn write(&self, file: &str, text: &str) {
        let file = self.path(file);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    /// `cargo build`; all tests share what is compiled of the crates.
    fn build(&self) -> Output {
        let run = |offline: bool| {
            let mut command = Command::new(env!("CARGO"));
            command.arg("build").args(offline.then_some("--offline"));
            command.current_dir(self.folder.path());
            command.env("CARGO_TARGET_DIR", test_support::kept().join("builder"));
            command
                .env("CARGO_TERM_COLOR", "never")
                .env("CLANG", "clang-19");
            for variable in [
                "RUSTFLAGS",
                "CARGO_ENCODED_RUSTFLAGS",
                "CARGO_BUILD_TARGET",
                "RUSTC_WRAPPER",
            ] {
                command.env_remove(variable);
            }
            command.output().unwrap()
        };
        let output = run(true);
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        match errors.contains("--offline") || errors.contains("offline mode") {
            true => run(false),
            false => output,
        }
    }

    /// A build that succeeds; what cargo said.
    #[track_caller]
    fn builds(&self) -> String {
        let output = self.build();
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{text}");
        text
    }

    /// A build that fails; what cargo said.
    #[track_caller]
    fn fails(&self) -> String {
        let output = self.build();
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success(), "{text}");
        text
    }

    /// The newest file of this name that a build script of this test's project wrote.
    fn made(&self, name: &str) -> (String, SystemTime) {
        let builds = test_support::kept().join("builder/debug/build");
        let files = fs::read_dir(builds).unwrap().filter_map(|entry| {
            let entry = entry.unwrap();
            // Which project's it is stands in what cargo notes beside it.
            let notes = fs::read_to_string(entry.path().join("output")).unwrap_or_default();
            let root = fs::read_to_string(entry.path().join("root-output")).unwrap_or_default();
            let file = Path::new(&root).join(name);
            let mine = notes.contains("rerun-if-changed=src/bpf") && file.is_file();
            mine.then(|| (fs::metadata(&file).unwrap().modified().unwrap(), file))
        });
        let (time, file) = files.max().expect("a file");
        (
            String::from_utf8_lossy(&fs::read(file).unwrap()).into_owned(),
            time,
        )
    }
}

/// One test, for all share a target folder and two cargos would wait for each other.
#[test]
fn a_build_script_builds_again_what_changed_and_nothing_else() {
    let calls = ".source(\"src/bpf/a.bpf.c\").types_from(\"event.h\").clang_args([\"-Wall\"]).reference_obj(true)";
    let Some(project) = Project::new(calls) else {
        return;
    };
    let said = project.builds();
    assert!(!said.contains("warning"), "{said}");
    let (first, time) = project.made("a.skel.rs");
    assert!(first.contains("pub struct ASkel"), "{first}");
    assert!(
        first.contains("pub struct event"),
        "no code uses it, it is there"
    );
    assert!(first.contains("pub time: u64"), "{first}");
    assert!(
        first.contains("include_bytes!(\"a.skel.image\")"),
        "{first}"
    );
    let (image, image_time) = project.made("a.skel.image");

    // The script runs again, and what it makes is the same: not written.
    project.write("src/bpf/event.h", HEADER);
    let said = project.builds();
    assert!(said.contains("Compiling guest"), "{said}");
    assert_eq!(project.made("a.skel.rs"), (first.clone(), time));
    assert_eq!(project.made("a.skel.image"), (image, image_time));

    // Nothing changed: the script does not run.
    let said = project.builds();
    assert!(!said.contains("Compiling guest"), "{said}");

    // A header of the source changed.
    project.write("src/bpf/event.h", &HEADER.replace("time", "later"));
    project.builds();
    let (second, _) = project.made("a.skel.rs");
    assert!(
        second.contains("pub later: u64") && !second.contains("pub time"),
        "{second}"
    );

    // Warnings are cargo's.
    project.write(
        "src/bpf/event.h",
        &format!("{HEADER}static void unused(void) {{}}\n"),
    );
    let said = project.builds();
    assert!(
        said.contains("warning: guest@0.1.0: ") && said.contains("unused function 'unused'"),
        "{said}"
    );

    // Errors as well, in lines.
    project.write("src/bpf/event.h", "#define EXTRA missing\n");
    let said = project.fails();
    assert!(
        said.contains("could not compile 'src/bpf/a.bpf.c':"),
        "{said}"
    );
    assert!(
        said.lines()
            .any(|line| line.contains("error: use of undeclared identifier 'missing'")),
        "{said}"
    );

    // And once that is mended, all is well.
    project.write("src/bpf/event.h", HEADER);
    project.builds();
    assert_eq!(project.made("a.skel.rs").0, first);
}

mod outside_of_build_scripts {
    use super::{HEADER, SOURCE};
    use skel_gen::{BuildError, SkeletonBuilder};
    use std::fs;

    /// A source and its header in a folder of their own. `None` without a clang.
    fn folder() -> Option<tempfile::TempDir> {
        if let Err(missing) = test_support::compilers::compilers() {
            println!("skipped: {missing}");
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.bpf.c"), SOURCE).unwrap();
        fs::write(folder.path().join("event.h"), HEADER).unwrap();
        Some(folder)
    }

    #[test]
    fn objects_are_built_and_read() {
        let Some(folder) = folder() else { return };
        let path = |file: &str| folder.path().join(file);
        let mut builder = SkeletonBuilder::new();
        builder.clang("clang-19").source(path("a.bpf.c"));
        builder.build_and_generate(path("one.rs")).unwrap();
        let one = fs::read_to_string(path("one.rs")).unwrap();
        assert!(
            one.contains("pub struct ASkel") && !one.contains("struct event"),
            "{one}"
        );
        assert!(!path("a.bpf.o").exists(), "nobody asked for it");

        builder.obj(path("a.bpf.o")).build().unwrap();
        let mut reader = SkeletonBuilder::new();
        reader
            .obj(path("a.bpf.o"))
            .generate(path("two.rs"))
            .unwrap();
        assert_eq!(fs::read_to_string(path("two.rs")).unwrap(), one);
        reader.name("other").generate(path("three.rs")).unwrap();
        assert!(
            fs::read_to_string(path("three.rs"))
                .unwrap()
                .contains("pub struct OtherSkel")
        );
        let error = reader.types_from(path("event.h")).generate(path("four.rs"));
        assert!(
            matches!(error, Err(BuildError::TypesOfObject(_))),
            "{error:?}"
        );
    }

    #[test]
    fn a_header_that_the_source_does_not_include_is_added() {
        let Some(folder) = folder() else { return };
        let path = |file: &str| folder.path().join(file);
        fs::write(
            path("more.h"),
            "typedef struct { struct event e; } more_t; enum { MORE = 3 };",
        )
        .unwrap();
        let mut builder = SkeletonBuilder::new();
        builder
            .clang("clang-19")
            .source(path("a.bpf.c"))
            .types_from("more.h");
        builder.build_and_generate(path("a.rs")).unwrap();
        let text = fs::read_to_string(path("a.rs")).unwrap();
        for part in ["struct event", "struct more_t", "MORE"] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }

    #[test]
    fn errors_say_what_is_wrong() {
        let Some(folder) = folder() else { return };
        let path = |file: &str| folder.path().join(file);
        let build = |edit: &dyn Fn(&mut SkeletonBuilder)| {
            let mut builder = SkeletonBuilder::new();
            builder.clang("clang-19");
            edit(&mut builder);
            let error = builder.build_and_generate(path("out.rs")).unwrap_err();
            assert!(!path("out.rs").exists(), "{error}");
            error
                .to_string()
                .replace(&format!("{}/", folder.path().display()), "")
        };
        fs::write(path("empty.o"), "").unwrap();
        fs::write(path("cut.o"), "\x7fELF").unwrap();
        assert_eq!(
            build(&|_| {}),
            "nothing to build from: call source(\"NAME.bpf.c\") or obj(\"NAME.bpf.o\")"
        );
        assert_eq!(
            build(&|builder| {
                builder.source(path("a.bpf.c")).clang_args(["-g0"]);
            }),
            "'a.bpf.c' has no BTF: compile it with -g (and without -g0 behind that)"
        );
        assert_eq!(
            build(&|builder| {
                builder.source(path("b.bpf.c"));
            }),
            "cannot read 'b.bpf.c': No such file or directory (os error 2)"
        );
        assert_eq!(
            build(&|builder| {
                builder.source(path("event.h"));
            }),
            "'event.h': the name of a source ends in .c"
        );
        assert_eq!(
            build(&|builder| {
                builder.obj(path("a.bpf.c"));
            }),
            "'a.bpf.c': the name of an object ends in .o"
        );
        assert_eq!(
            build(&|builder| {
                builder.obj(path("empty.o"));
            }),
            "'empty.o': neither an ELF object nor a BTF blob"
        );
        assert!(
            build(&|builder| {
                builder.obj(path("cut.o"));
            })
            .starts_with("'cut.o': ")
        );
        assert_eq!(
            build(&|builder| {
                builder.source(path("a.bpf.c")).clang("no-such-clang");
            }),
            "no clang found: looked for 'no-such-clang'; set CLANG to the path of one"
        );
        assert_eq!(
            build(&|builder| {
                builder.source(path("a.bpf.c")).types_from("none.h");
            }),
            "cannot read 'none.h': No such file or directory (os error 2)"
        );
        let broken = build(&|builder| {
            builder
                .source(path("a.bpf.c"))
                .clang_args(["-DEXTRA=", "-Dint=x y"]);
        });
        assert!(
            broken.contains("could not compile 'a.bpf.c':\n"),
            "{broken}"
        );
    }
}

#[test]
fn wit_of_an_object() {
    let object = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/bpf/arrays.bpf.o");
    let folder = tempfile::tempdir().unwrap();
    let generate = |types: &[&str]| {
        let mut builder = skel_gen::SkeletonBuilder::new();
        builder.obj(&object);
        builder.generate_wit(folder.path(), types, skel_gen::wit::Options::default())
    };
    let functions = || -> Vec<String> {
        let text = fs::read_to_string(folder.path().join("arrays.wit")).unwrap();
        let names = text.lines().filter_map(|line| line.split_once(": func("));
        names.map(|(name, _)| name.trim().to_owned()).collect()
    };
    generate(&[]).unwrap();
    assert!(functions().len() > 2, "{:?}", functions());
    generate(&["struct item"]).unwrap();
    assert_eq!(functions(), ["decode-item", "encode-item"]);
    let codec = fs::read_to_string(folder.path().join("arrays.codec.rs")).unwrap();
    for function in ["fn decode_item(", "fn encode_item("] {
        assert_eq!(codec.matches(function).count(), 1, "{function}");
    }
    let error = generate(&["struct nothing"]).unwrap_err().to_string();
    let expected = format!(
        "'{}': type 'struct nothing': no such type",
        object.display()
    );
    assert_eq!(error, expected);
}
