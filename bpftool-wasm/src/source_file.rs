//! Reading what the user names as `FILE`.

use crate::failure::Failure;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read};

/// The largest input that is read. BPF objects have kilobytes, kernels a few megabytes of BTF.
const LIMIT: u64 = 1 << 30;

/// The bytes of `file`, or of standard input if it is `-`.
pub(crate) fn read(file: &OsStr) -> Result<Vec<u8>, Failure> {
    let name = file.to_string_lossy();
    let bytes = if file == "-" {
        read_all(io::stdin().lock(), 0)
    } else {
        File::open(file).and_then(|file| {
            let size = file.metadata()?.len();
            read_all(file, size)
        })
    };
    let bytes = bytes.map_err(|e| Failure::input_io(&name, &e))?;
    if bytes.len() < 2 {
        // Not even a magic number; for bpftool that is an error of reading.
        return Err(Failure::input_io(
            &name,
            &io::Error::other("the file is empty"),
        ));
    }
    if bytes.len() as u64 > LIMIT {
        let message = format!(
            "failed to load BTF from {name}: larger than {} MiB",
            LIMIT >> 20
        );
        return Err(Failure::invalid(message));
    }
    Ok(bytes)
}

/// Everything `from` has, up to one byte past the limit.
fn read_all(from: impl Read, size: u64) -> io::Result<Vec<u8>> {
    let room = usize::try_from(size.min(LIMIT)).unwrap_or(0);
    // One more byte, or the last read of a file of known size would double the buffer.
    let mut bytes = Vec::with_capacity(room + 1);
    from.take(LIMIT + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
