//! Where seeds come from: the objects that are checked in.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// Folder of the objects, from that of this package.
const OBJECTS: &str = "../../tests/bpf";

/// The BPF objects that are checked in, in order of their names.
///
/// # Panics
/// If they are not there.
pub fn objects() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(OBJECTS);
    let mut files = Vec::new();
    for folder in ["", "compilers", "skeletons"].map(|name| folder.join(name)) {
        let entries = fs::read_dir(&folder).expect("a folder with objects");
        let paths = entries.map(|entry| entry.expect("an entry").path());
        files.extend(paths.filter(|path| path.extension().is_some_and(|end| end == "o")));
    }
    files.sort();
    assert!(files.len() > 20, "only {} objects", files.len());
    let read = |file: &PathBuf| {
        let name = file.file_name().expect("a name").to_string_lossy();
        let name = name.trim_end_matches(".bpf.o").to_owned();
        (name, fs::read(file).expect("an object"))
    };
    files.iter().map(read).collect()
}

/// An object with a program of each kind that needs no BTF of the kernel's, and with maps.
pub const HOOKS: &[u8] = include_bytes!("../objects/hooks.bpf.o");
/// An object with programs for functions and static probes of files.
pub const PROBES: &[u8] = include_bytes!("../objects/probes.bpf.o");

/// What guests load.
pub fn images() -> [&'static [u8]; 6] {
    [
        HOOKS,
        PROBES,
        include_bytes!("../../../tests/bpf/skeletons/kinds.bpf.o"),
        include_bytes!("../../../tests/bpf/skeletons/variables.bpf.o"),
        include_bytes!("../../../tests/bpf/skeletons/arena.bpf.o"),
        b"\x7fELF, but no more",
    ]
}

/// The programs of [`HOOKS`] and [`PROBES`], and a name that is none.
pub fn program_names() -> Vec<String> {
    static NAMES: LazyLock<Vec<String>> = LazyLock::new(|| {
        let mut names = vec!["nobody".to_owned()];
        for image in [HOOKS, PROBES] {
            let image = wasm_bpf::image::verify(image).expect("a good object");
            let functions = image.functions().iter();
            names.extend(functions.map(|function| function.name.to_owned()));
        }
        names
    });
    NAMES.clone()
}

/// Files that functions and static probes are looked for in: for machines of 64 and of 32 bits.
pub fn programs() -> Vec<Vec<u8>> {
    vec![
        include_bytes!("../objects/program-x86_64.so").to_vec(),
        include_bytes!("../objects/program-i386.so").to_vec(),
    ]
}
