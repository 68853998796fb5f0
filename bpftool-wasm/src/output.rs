//! Where a result goes: standard output, or a file that is replaced as a whole.

use crate::failure::Failure;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Writes `text` to `file`, or to standard output. Until this call nothing has been written anywhere.
pub(crate) fn write(file: Option<&Path>, text: &str) -> Result<(), Failure> {
    match file {
        Some(file) => save(file, text.as_bytes()),
        None => print(|out| out.write_all(text.as_bytes())),
    }
}

/// Like [`write`], for a text that is not kept in memory on its way to standard output.
pub(crate) fn stream(
    file: Option<&Path>,
    render: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Failure> {
    let Some(file) = file else {
        return print(render);
    };
    let mut text = Vec::new();
    // Writing to a `Vec` cannot fail.
    let _ = render(&mut text);
    save(file, &text)
}

fn save(file: &Path, text: &[u8]) -> Result<(), Failure> {
    replace(file, text)
        .map_err(|error| Failure::io(format!("failed to write {}", file.display()), &error))
}

fn print(render: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    match render(&mut stdout).and_then(|()| stdout.flush()) {
        // Whoever reads has read enough: `bpftool-wasm ... | head` is no failure.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written.map_err(|e| Failure::io("failed to write standard output", &e)),
    }
}

/// Replaces `file` in one step. A file that holds `text` already is left alone, so that make does not rebuild.
fn replace(file: &Path, text: &[u8]) -> io::Result<()> {
    let file = follow(file);
    match fs::metadata(&file) {
        Ok(meta) if !meta.is_file() => return fs::write(&file, text),
        Ok(meta) if meta.len() == text.len() as u64 && fs::read(&file)? == text => {
            return Ok(());
        }
        _ => {}
    }
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut temporary = builder().tempfile_in(folder)?;
    temporary.write_all(text)?;
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
