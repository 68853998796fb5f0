//! The BPF objects that are checked in.

use std::fs;
use std::path::{Path, PathBuf};

/// Their names without `.bpf.o`, and their bytes, in order of the names.
///
/// # Panics
/// If they are not there.
pub fn checked_in() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../bpf");
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
