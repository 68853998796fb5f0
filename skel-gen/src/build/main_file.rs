//! The file that clang is called with.

use super::error::BuildError;
use super::file::{scratch, write};
use super::path::{argument, include_line, text_of};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// What clang is given to compile for a source or header: the file itself, as a rule.
///
/// clang hands the last part of its name on to its compiler, and that takes what begins with `@` for a file of arguments once more,
/// in whatever folder the source is. Such a file is included by one with another name.
#[derive(Debug)]
pub(super) struct MainFile {
    /// The argument.
    pub(super) path: PathBuf,
    /// What line markers call the file, if they do not begin with it.
    pub(super) included: Option<String>,
    /// Where the one with another name is, as long as it is needed.
    _folder: Option<TempDir>,
}

impl MainFile {
    /// # Errors
    /// [`BuildError::Include`] if the file can be neither called nor included by its name.
    pub(super) fn of(file: &Path) -> Result<Self, BuildError> {
        let name = file.file_name().unwrap_or_default();
        if !name.as_encoded_bytes().starts_with(b"@") {
            return Ok(MainFile {
                path: argument(file).into_owned(),
                included: None,
                _folder: None,
            });
        }
        let folder = scratch()?;
        let path = folder.path().join("main.c");
        let file = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
        let included = text_of(file.as_os_str().as_encoded_bytes());
        let line = include_line(&file).ok_or(BuildError::Include { file })?;
        write(&path, &line)?;
        Ok(MainFile {
            path,
            included: Some(included),
            _folder: Some(folder),
        })
    }
}
