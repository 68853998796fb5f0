//! The ELF file that a uprobe or a static probe names.

use std::fs::File;
use std::path::{Path, PathBuf};

/// A verified file, held open: as long as it lives, [`Target::path`] leads to the very file that was verified, whatever
/// happens to its name.
#[derive(Debug)]
pub struct Target {
    file: File,
    path: PathBuf,
}

/// Why a file is not given to libbpf.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TargetError {}

/// Opens and verifies the file that a uprobe or a static probe names: a path, or the bare name of a program or a library, which
/// is looked up where libbpf would.
///
/// # Errors
/// [`TargetError`] names the file, and what is wrong in it.
pub fn open_target(name: &str) -> Result<Target, TargetError> {
    let path = PathBuf::from(name);
    let file = File::open(&path);
    let _ = file;
    todo!()
}

impl Target {
    /// What to give to libbpf in place of the name: `/proc/self/fd/N`.
    pub fn path(&self) -> &Path {
        &self.path
    }
}
