//! A component made of the generated code is valid without any feature that validators leave off.

use super::bindings::{c, generated};
use super::guests::{Root, built, check, folder, module, roots, rustc, the_only};
use super::running::Guest;
use crate::{MADE, all_objects, case_of, dump};
use std::fs;
use std::path::Path;
use std::process::Command;
use test_support::oracle::Oracle;
use test_support::{skip, stdout_of, tests_dir};

/// The component of a core module in which the bindings have left their world.
fn component(module: &[u8]) -> Vec<u8> {
    let encoder = wit_component::ComponentEncoder::default().validate(false);
    let mut encoder = encoder.module(module).expect("a module with a world");
    encoder.encode().expect("a component")
}

fn validate(component: &[u8]) {
    let features = wasmparser::WasmFeatures::default();
    let mut validator = wasmparser::Validator::new_with_features(features);
    validator
        .validate_all(component)
        .expect("a valid component");
}

#[test]
fn a_component_in_rust_is_valid() {
    let Some(rustc) = rustc() else {
        return;
    };
    let object = tests_dir().join("bpf/bootstrap.bpf.o");
    let codecs = folder("component");
    let mut all = module(&codecs, "bootstrap", &object, &[]);
    all += "use bootstrap::Codec;\nbootstrap::export!(Codec with_types_in bootstrap);\n\
            fn round(_: u32, _: Vec<u8>) -> Result<(Vec<u8>, String), String> {\n    Err(String::new())\n}\n";
    let module = built(&rustc, &codecs, "wasm32-unknown-unknown", &all);
    let component = component(&module);
    validate(&component);
    let printed = wit_component::decode(&component).expect("a component");
    let resolve = printed.resolve();
    let names: Vec<_> = resolve
        .interfaces
        .iter()
        .flat_map(|(_, interface)| interface.functions.keys().cloned())
        .collect();
    assert!(names.contains(&"decode-event".to_owned()), "{names:?}");
}

/// The implementation in C compiles with the bindings for every object, without a warning; each is a component, and gives back
/// the bytes it was given.
#[test]
fn components_in_c_are_valid_and_bytes_come_back() {
    if !test_support::can_compile() {
        return;
    }
    let folder = folder("c");
    let mut random = fastrand::Rng::with_seed(1);
    let mut types = 0;
    for object in all_objects() {
        let Some(oracle) = Oracle::read(&object) else {
            return skip("bpftool is not installed");
        };
        let forms = [&[][..], &["strings"], &["arrays", "tuple"]];
        let hard = MADE.contains(&object);
        for words in &forms[..if hard { 3 } else { 1 }] {
            let text = dump(&object, words);
            let mut header = String::new();
            for (name, file) in generated(&text, "decoder", c()).iter() {
                fs::write(folder.join(name), file).expect("a file");
                if name == "decoder.h" {
                    header = String::from_utf8(file.to_vec()).expect("a header");
                }
            }
            if !text.contains(": func(") {
                continue;
            }
            let codec = dump(&object, &[*words, &["lang", "c"]].concat());
            fs::write(folder.join("codec.c"), codec).expect("a file");
            let mut roots = roots(&text, &case_of(&object), 0);
            // What is printed is nothing: only bytes are compared.
            roots.iter_mut().for_each(|root| root.flags = true);
            fs::write(folder.join("driver.c"), driver(&roots, &header)).expect("a file");
            let module = linked(&folder);
            validate(&component(&module));
            if words.contains(&"strings") {
                continue;
            }
            let mut guest = Guest::new(&module);
            for (which, root) in roots.iter().enumerate() {
                if let Some(id) = the_only(&oracle, &root.c_name) {
                    check(&mut guest, which, root, (&oracle, id), &mut random);
                    types += 1;
                }
            }
        }
    }
    println!("{types} types");
    assert!(types > 150, "only {types} types");
}

/// Exports like those of the guest in Rust, over the functions that `header` declares.
fn driver(roots: &[Root], header: &str) -> String {
    let mut text = include_str!("driver.c").to_owned();
    text += "__attribute__((export_name(\"round_trip\"))) int round_trip(unsigned which)\n{\n\tswitch (which) {\n";
    for (which, root) in roots.iter().enumerate() {
        let function = |verb: &str| {
            let end = format!("_{verb}_{}(", root.name.replace('-', "_"));
            let line = header.lines().find(|line| line.contains(&end));
            let line = line.unwrap_or_else(|| panic!("no {end}"));
            let (name, parameters) = line.split_once('(').expect("parameters");
            let name = name.trim_start_matches("bool ").to_owned();
            let types = parameters.split(", ").map(|parameter| {
                let (ty, _) = parameter.rsplit_once([' ', '*']).expect("a type");
                ty.trim().to_owned()
            });
            (name, types.collect::<Vec<_>>(), parameters.to_owned())
        };
        let (decode, decoded, _) = function("decode");
        let (encode, encoded, parameters) = function("encode");
        let (value, by) = (
            &decoded[1],
            if parameters.contains("*value") {
                "&"
            } else {
                ""
            },
        );
        text += &format!(
            "\tcase {which}: {{\n\t\t{value} value;\n\t\t{} wrong;\n\t\t{} refused;\n\n\
             \t\tif (!{decode}(&given, &value, &wrong))\n\t\t\treturn length(wrong.expected, wrong.actual);\n\
             \t\tif (!{encode}({by}value, &taken, &refused))\n\t\t\tabort();\n\t\treturn taken.len;\n\t}}\n",
            decoded[2], encoded[2]
        );
    }
    text + "\t}\n\tabort();\n}\n"
}

/// clang for guests in `folder`.
fn clang(folder: &Path) -> Command {
    let mut command = Command::new("clang-19");
    command
        .current_dir(folder)
        .args(["--target=wasm32-wasi", "-O1"]);
    command
}

/// Bindings, implementation and driver as a module.
fn linked(folder: &Path) -> Vec<u8> {
    let mut command = clang(folder);
    command.args(["-Wall", "-Wextra", "-Werror", "-c", "codec.c", "driver.c"]);
    stdout_of(&mut command);
    let mut command = clang(folder);
    command.args([
        "-mexec-model=reactor",
        "-o",
        "codec.wasm",
        "codec.o",
        "driver.o",
        "decoder.c",
        "decoder_component_type.o",
    ]);
    stdout_of(&mut command);
    fs::read(folder.join("codec.wasm")).expect("a module")
}
