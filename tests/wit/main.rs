//! `format wit -j`: wit-parser takes it for every object and for a whole kernel, with every member at the place that an
//! independent reading of the BTF gives; all backends of wit-bindgen generate from it; the generated implementation compiles
//! with what they generate, and in wasm gives back the bytes it was given, and the values that these hold.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test may fail"
)]

mod bindings;
mod component;
mod guests;
mod members;
mod refused;
mod running;

use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use test_support::{bpftool_wasm, compile_bpf, files_in, own_objects, tests_dir};
use wit_parser::{PackageId, Resolve};

/// Objects made from sources of the tests, in a folder that stays.
static MADE: LazyLock<Vec<PathBuf>> = LazyLock::new(|| {
    let folder = test_support::kept().join("wit/objects");
    std::fs::create_dir_all(&folder).expect("a folder");
    let mut sources = files_in(&tests_dir().join("hard"), ".bpf.c");
    sources.extend(files_in(&tests_dir().join("wit"), ".bpf.c"));
    let made = sources.iter().map(|source| {
        let stem = source.file_name().expect("a name").to_string_lossy();
        // `names` is the name of a checked-in object as well.
        let copy = folder.join(format!("made_{stem}"));
        std::fs::copy(source, &copy).expect("a copy");
        compile_bpf(&folder, &copy)
    });
    made.collect()
});

/// These and what is made here.
fn all_objects() -> Vec<PathBuf> {
    [own_objects(), MADE.clone()].concat()
}

/// `btf dump file FILE format wit -j WORD...`.
fn dump(file: &Path, words: &[&str]) -> String {
    let file = file.to_string_lossy();
    let mut args = vec!["btf", "dump", "file", &file, "format", "wit", "-j"];
    args.extend(words);
    bpftool_wasm(&args)
}

/// A package as wit-parser reads it.
fn parsed(text: &str) -> (Resolve, PackageId) {
    let mut resolve = Resolve::default();
    let package = resolve.push_str("types.wit", text);
    let package = package.unwrap_or_else(|error| panic!("{error:?}\n{text}"));
    (resolve, package)
}

/// `out/9p-trace.bpf.o` is the case `n9p_trace`, as the package is called.
fn case_of(object: &Path) -> String {
    let name = object.file_name().expect("a name").to_string_lossy();
    skel_gen::wit::package_name(&name).replace('-', "_")
}
