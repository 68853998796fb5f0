//! Every skeleton, and every dump, compiles without a warning: for guests, and for the machine they are written on.

use crate::rustc::{Compiler, NATIVE, WASI, WASM, cases};
use skel_gen::rust::{Embed, wasm_skeleton};
use std::fmt::Write;
use std::fs;
use std::path::Path;
use test_support::objects::{case, with_skeleton};
use test_support::{scratch, stdout_of, tests_dir};

/// Compiles a crate without keeping what comes of it.
fn check(compiler: &Compiler, target: &str, library: &Path, kind: &str, source: &Path) {
    let folder = scratch();
    let mut command = compiler.command(target);
    command.args(["--emit=metadata", "--crate-type", kind, "--extern"]);
    command.arg(format!("libbpf_wasm={}", library.display()));
    command.arg("--out-dir").arg(folder.path());
    stdout_of(command.arg(source));
}

/// A module for each case and for its dump: public in a library, unused in a program.
fn all_cases(visible: &str) -> String {
    let mut text = String::new();
    for case in cases() {
        for (module, file) in [("skeleton", ""), ("types", ".types")] {
            writeln!(
                text,
                "{visible} mod {module}_of_{case} {{ include!(concat!(env!(\"SKELETONS\"), \"/{case}{file}.rs\")); }}"
            )
            .expect("a string");
        }
    }
    text
}

#[test]
fn everywhere_without_a_warning() {
    let Some(compiler) = Compiler::find() else {
        return;
    };
    let folder = scratch();
    let library_source = folder.path().join("library.rs");
    fs::write(&library_source, all_cases("pub")).expect("a source");
    let program_source = folder.path().join("program.rs");
    fs::write(&program_source, all_cases("") + "fn main() {}\n").expect("a source");
    for target in [WASI, NATIVE] {
        let library = compiler.library(target, true);
        check(&compiler, target, &library, "lib", &library_source);
        check(&compiler, target, &library, "bin", &program_source);
    }
    println!("{} objects", cases().len());
}

#[test]
fn without_an_operating_system() {
    let Some(compiler) = Compiler::find() else {
        return;
    };
    let guest = tests_dir().join("rust_guests/guests/freestanding.rs");
    for target in [WASM, WASI, NATIVE] {
        let library = compiler.library(target, false);
        check(&compiler, target, &library, "lib", &guest);
    }
}

/// In the editions that guests may be written in, with lints that the strictest of them forbid.
#[test]
fn among_code_of_other_habits() {
    let Some(compiler) = Compiler::find() else {
        return;
    };
    let library = compiler.library(NATIVE, true);
    let folder = scratch();
    let source = folder.path().join("strict.rs");
    let text = "#![forbid(unsafe_code)]\n#![deny(missing_docs, unreachable_pub, missing_debug_implementations)]\n\
                //! A crate.\n/// A module.\npub mod guest { include!(concat!(env!(\"SKELETONS\"), \"/guest.rs\")); }\n";
    fs::write(&source, text).expect("a source");
    for edition in ["2018", "2021", "2024"] {
        let mut command = compiler.command_of(NATIVE, edition);
        command.args(["--emit=metadata", "--crate-type=lib", "--extern"]);
        command.arg(format!("libbpf_wasm={}", library.display()));
        command.arg("--out-dir").arg(folder.path());
        stdout_of(command.arg(&source));
    }
}

#[test]
fn with_the_image_in_a_file_of_its_own() {
    let Some(compiler) = Compiler::find() else {
        return;
    };
    let library = compiler.library(NATIVE, true);
    let folder = scratch();
    let source = folder.path().join("included.rs");
    let image = folder.path().join("guest \"1\".image");
    with_skeleton(&case("guest"), |skeleton| {
        let inline = wasm_skeleton(skeleton, &Embed::Inline).expect("Rust");
        let path = image.to_string_lossy().into_owned();
        let included = wasm_skeleton(skeleton, &Embed::Include(path)).expect("Rust");
        assert!(included.len() + skeleton.image.bytes.len() < inline.len());
        fs::write(&source, included).expect("a source");
        fs::write(&image, &skeleton.image.bytes).expect("an image");
    });
    check(&compiler, NATIVE, &library, "lib", &source);
    // An image that is not the skeleton's is refused: it has another length.
    let mut bytes = fs::read(&image).expect("the image");
    bytes.push(0);
    fs::write(&image, bytes).expect("an image");
    let mut command = compiler.command(NATIVE);
    command.args(["--emit=metadata", "--crate-type=lib", "--extern"]);
    command.arg(format!("libbpf_wasm={}", library.display()));
    command.arg("--out-dir").arg(folder.path());
    let output = test_support::run(command.arg(&source));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("mismatched types"), "{said}");
}

#[test]
fn the_same_bytes_every_time() {
    let skeleton = || {
        with_skeleton(&case("kinds"), |skeleton| {
            wasm_skeleton(skeleton, &Embed::Inline).expect("Rust")
        })
    };
    assert_eq!(skeleton(), skeleton());
}
