//! Where a result goes: standard output, or a file that is replaced as a whole.

use crate::failure::Failure;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, IsTerminal, Write};
use std::path::{Path, PathBuf};

/// Writes `text` to `file`, or to standard output. Until this call nothing has been written anywhere.
pub(crate) fn write(file: Option<&Path>, text: &str) -> Result<(), Failure> {
    stream(file, |out| out.write_all(text.as_bytes()))
}

/// Whether what is written to `file`, or to standard output, appears on a terminal.
pub(crate) fn is_terminal(file: Option<&Path>) -> bool {
    match file {
        None => io::stdout().is_terminal(),
        // Only of devices: to open a pipe waits for the other side.
        Some(file) => is_device(file) && File::open(file).is_ok_and(|file| file.is_terminal()),
    }
}

#[cfg(unix)]
fn is_device(file: &Path) -> bool {
    use std::os::unix::fs::FileTypeExt;
    fs::metadata(file).is_ok_and(|file| file.file_type().is_char_device())
}

#[cfg(not(unix))]
fn is_device(_: &Path) -> bool {
    false
}

/// Like [`write()`], for a text that is not kept in memory.
pub(crate) fn stream(
    file: Option<&Path>,
    render: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Failure> {
    match file {
        None => print(render),
        Some(file) => replace(file, render)
            .map_err(|error| Failure::io(format!("failed to write {}", file.display()), &error)),
    }
}

fn print(render: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    match render(&mut stdout).and_then(|()| stdout.flush()) {
        // Whoever reads has read enough: `bpftool-wasm ... | head` is no failure.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written.map_err(|e| Failure::io("failed to write standard output", &e)),
    }
}

/// Replaces `file` in one step. A file that holds that text already is left alone, so that make does not rebuild.
fn replace(file: &Path, render: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let old = fs::metadata(file).ok();
    if old.as_ref().is_some_and(|old| !old.is_file()) {
        return render(&mut fs::OpenOptions::new().write(true).open(file)?);
    }
    let file = follow(file);
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut temporary = builder().tempfile_in(folder)?;
    render(&mut temporary)?;
    if let Some(old) = old {
        if old.len() == temporary.as_file().metadata()?.len() && same(&file, temporary.path())? {
            return Ok(());
        }
        fs::set_permissions(temporary.path(), old.permissions())?;
    }
    temporary.persist(&file).map_err(|error| error.error)?;
    Ok(())
}

/// Whether two files of one length hold the same.
fn same(one: &Path, other: &Path) -> io::Result<bool> {
    let mut one = BufReader::new(File::open(one)?);
    let mut other = BufReader::new(File::open(other)?);
    loop {
        let (left, right) = (one.fill_buf()?, other.fill_buf()?);
        let len = left.len().min(right.len());
        if len == 0 {
            return Ok(true);
        }
        if left.get(..len) != right.get(..len) {
            return Ok(false);
        }
        one.consume(len);
        other.consume(len);
    }
}

/// The file that a symbolic link leads to, even if that is not there yet: the link stays.
fn follow(file: &Path) -> PathBuf {
    let mut file = file.to_owned();
    // As many links as Linux follows.
    for _ in 0..40 {
        let Ok(target) = fs::read_link(&file) else {
            break;
        };
        file = file.parent().unwrap_or(Path::new("")).join(target);
    }
    file
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
