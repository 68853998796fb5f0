//! Files: read and written with errors that name them.

use super::error::BuildError;
use std::path::Path;
use std::{env, fs};

/// A folder for temporary files.
pub(super) fn scratch() -> Result<tempfile::TempDir, BuildError> {
    tempfile::tempdir().map_err(|error| BuildError::Write {
        file: env::temp_dir(),
        error,
    })
}

pub(super) fn read(file: &Path) -> Result<Vec<u8>, BuildError> {
    fs::read(file).map_err(|error| BuildError::Read {
        file: file.to_owned(),
        error,
    })
}

/// Writes a file, unless it holds that already: its time is what others look at.
pub(super) fn write(file: &Path, bytes: &[u8]) -> Result<(), BuildError> {
    if fs::read(file).is_ok_and(|old| old == bytes) {
        return Ok(());
    }
    fs::write(file, bytes).map_err(|error| BuildError::Write {
        file: file.to_owned(),
        error,
    })
}
