//! The headers of all objects that are checked in, made once by the program under test.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use test_support::objects::all;
use test_support::{ours, stdout_of};

/// A folder with `libbpf-wasm.h` and, for each object, `NAME.skel.h` and `NAME.wasm.h`.
pub(crate) static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = test_support::kept().join("skeletons");
    fs::create_dir_all(&folder).expect("a folder for headers");
    generate(&folder, "libbpf-wasm.h", &["gen", "header"]);
    for object in all() {
        let (name, file) = (case_of(&object), object.to_string_lossy());
        generate(
            &folder,
            &format!("{name}.skel.h"),
            &["gen", "skeleton", "-j", &file],
        );
        let dump = ["btf", "dump", "file", &file, "format", "c", "-j"];
        generate(&folder, &format!("{name}.wasm.h"), &dump);
    }
    folder
});

fn generate(folder: &Path, name: &str, args: &[&str]) {
    stdout_of(
        Command::new(ours())
            .args(args)
            .arg("-o")
            .arg(folder.join(name)),
    );
}

/// `out/guest.bpf.o` is the case `guest`.
pub(crate) fn case_of(object: &Path) -> String {
    let name = object.file_name().unwrap_or_default().to_string_lossy();
    name.trim_end_matches(".bpf.o").to_owned()
}

/// All cases.
pub(crate) fn cases() -> Vec<String> {
    all().iter().map(|object| case_of(object)).collect()
}
