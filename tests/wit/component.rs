//! A component made of the generated code is valid without any feature that validators leave off.

use super::super::support::{stdout_of, tests_dir};
use super::super::{MADE, all_objects, dump};
use super::bindings::{c, generated};
use super::guests::{built, folder, module, rustc};
use std::fs;
use std::path::Path;
use std::process::Command;

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

/// The implementation in C compiles with the bindings for every object, without a warning; each is a component.
#[test]
fn components_in_c_are_valid() {
    let folder = folder("c");
    for object in all_objects() {
        let forms = [&[][..], &["strings"], &["arrays", "tuple"]];
        let hard = MADE.contains(&object);
        for words in &forms[..if hard { 3 } else { 1 }] {
            let text = dump(&object, words);
            for (name, file) in generated(&text, "decoder", c()).iter() {
                fs::write(folder.join(name), file).expect("a file");
            }
            if !text.contains(": func(") {
                continue;
            }
            let codec = dump(&object, &[*words, &["lang", "c"]].concat());
            fs::write(folder.join("codec.c"), codec).expect("a file");
            let module = linked(&folder);
            validate(&component(&module));
        }
    }
}

/// clang for guests in `folder`.
fn clang(folder: &Path) -> Command {
    let mut command = Command::new("clang-19");
    command
        .current_dir(folder)
        .args(["--target=wasm32-wasi", "-O1"]);
    command
}

/// `decoder.c` and `codec.c` as a module.
fn linked(folder: &Path) -> Vec<u8> {
    let mut command = clang(folder);
    command.args(["-Wall", "-Wextra", "-Werror", "-c", "codec.c"]);
    stdout_of(&mut command);
    let mut command = clang(folder);
    command.args([
        "-mexec-model=reactor",
        "-o",
        "codec.wasm",
        "codec.o",
        "decoder.c",
        "decoder_component_type.o",
    ]);
    stdout_of(&mut command);
    fs::read(folder.join("codec.wasm")).expect("a module")
}
