//! Where a result goes: standard output, or a file that is replaced as a whole.

use crate::failure::Failure;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Writes `text` to `file`, or to standard output. Until this call nothing has been written anywhere.
pub(crate) fn write(file: Option<&Path>, text: &str) -> Result<(), Failure> {
    match file {
        Some(file) => {
            replace(file, text).map_err(|e| Failure::io(format!("failed to write {}", file.display()), &e))
        }
        None => {
            let mut stdout = io::stdout().lock();
            let written = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
            written.map_err(|e| Failure::io("failed to write standard output", &e))
        }
    }
}

/// Replaces `file` in one step. A file that holds `text` already is left alone, so that make does not rebuild.
fn replace(file: &Path, text: &str) -> io::Result<()> {
    let file = follow(file);
    match fs::metadata(&file) {
        Ok(meta) if !meta.is_file() => return fs::write(&file, text),
        Ok(meta) if meta.len() == text.len() as u64 && fs::read(&file)? == text.as_bytes() => {
            return Ok(());
        }
        _ => {}
    }
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut temporary = builder().tempfile_in(folder)?;
    temporary.write_all(text.as_bytes())?;
    if let Ok(meta) = fs::metadata(&file) {
        fs::set_permissions(temporary.path(), meta.permissions())?;
    }
    temporary.persist(&file).map_err(|error| error.error)?;
    Ok(())
}

/// The file a symbolic link leads to: the link stays.
fn follow(file: &Path) -> PathBuf {
    fs::canonicalize(file).unwrap_or_else(|_| file.to_owned())
}

/// Temporary files with the permissions of ordinary new ones.
fn builder() -> tempfile::Builder<'static, 'static> {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "only unix has modes"))]
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder
}
