//! The folder in which commands run.

use crate::seeds::every_kind;
use btf_blobs::objects::checked_in;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use tempfile::TempDir;

/// Names and contents; that of a folder is `None`.
pub(super) type Files = BTreeMap<OsString, Option<Vec<u8>>>;

/// A folder whose files are as they should be before each command. The process works in it.
pub(super) struct Scratch {
    folder: TempDir,
    /// What is always in it.
    fixed: Files,
}

static SCRATCH: LazyLock<Mutex<Scratch>> = LazyLock::new(|| Mutex::new(Scratch::new()));

/// An object with types, maps and programs.
pub(super) fn object() -> Vec<u8> {
    let mut objects = checked_in();
    objects.sort_by_key(|(_, object)| object.len());
    let middle = objects.len() / 2;
    objects.swap_remove(middle).1
}

/// A blob with all kinds of records.
pub(super) fn blob() -> Vec<u8> {
    every_kind().bytes()
}

impl Scratch {
    /// The folder, for one thread at a time: it is the working directory of all.
    pub(super) fn get() -> MutexGuard<'static, Scratch> {
        // An input that failed leaves files behind, and the next puts them in order.
        SCRATCH.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a scratch folder");
        std::env::set_current_dir(folder.path()).expect("a working directory");
        let base = every_kind();
        let mut split = base.split();
        split.structure("more", 4, &[("id", 1, 0)]);
        let fixed = [
            ("object.bpf.o", Some(object())),
            ("base.btf", Some(base.bytes())),
            ("split.btf", Some(split.bytes())),
            ("empty", Some(Vec::new())),
            ("folder", None),
        ];
        let fixed = fixed.map(|(name, contents)| (name.into(), contents));
        Scratch {
            folder,
            fixed: fixed.into(),
        }
    }

    /// Makes the folder as it should be, with `fuzzed` as one more file. Returns what is in it.
    pub(super) fn fill(&self, fuzzed: &[u8]) -> Files {
        let mut wanted = self.fixed.clone();
        wanted.insert("fuzzed".into(), Some(fuzzed.to_vec()));
        let found = self.files();
        for name in found.keys().filter(|name| !wanted.contains_key(*name)) {
            fs::remove_file(self.folder.path().join(name)).expect("a file to remove");
        }
        for (name, contents) in &wanted {
            let path = self.folder.path().join(name);
            match contents {
                _ if found.get(name) == Some(contents) => {}
                Some(contents) => fs::write(path, contents).expect("a file"),
                None => fs::create_dir(path).expect("a folder"),
            }
        }
        wanted
    }

    /// What is in the folder.
    pub(super) fn files(&self) -> Files {
        let entries = fs::read_dir(self.folder.path()).expect("a folder");
        let entry = |entry: std::io::Result<fs::DirEntry>| {
            let entry = entry.expect("an entry");
            (entry.file_name(), fs::read(entry.path()).ok())
        };
        entries.map(entry).collect()
    }
}
