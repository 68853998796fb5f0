//! Reading what the user names as `FILE`.

use crate::failure::Failure;
use crate::options::Options;
use memmap2::{Mmap, MmapOptions};
use skel_gen::build::Clang;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read};
use std::ops::Deref;
use std::path::Path;

/// The largest input that is read. BPF objects have kilobytes, kernels a few megabytes of BTF.
const LIMIT: u64 = 1 << 30;

/// The bytes of a file.
#[derive(Debug)]
pub(crate) enum Contents {
    /// A copy.
    Read(Vec<u8>),
    /// The kernel's own.
    Mapped(Mmap),
}

impl Deref for Contents {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Contents::Read(bytes) => bytes,
            Contents::Mapped(map) => map,
        }
    }
}

/// The bytes of `file`, or of standard input if it is `-`. C, by its name, is compiled to an object with all its types.
pub(crate) fn read(options: &Options, file: &OsStr) -> Result<Contents, Failure> {
    let name = file.to_string_lossy();
    let path = Path::new(file);
    if is_c(path) && path.is_file() {
        let clang = Clang::find(None).map(|clang| clang.include(&options.include));
        let compiled = clang.and_then(|clang| clang.compile_types(path));
        return compiled
            .map(Contents::Read)
            .map_err(|error| Failure::compile(&error));
    }
    let bytes = if file == "-" {
        read_all(io::stdin().lock(), 0).map(Contents::Read)
    } else {
        File::open(file).and_then(|file| match map(&file) {
            Some(map) => Ok(Contents::Mapped(map)),
            None => {
                let size = file.metadata()?.len();
                read_all(file, size).map(Contents::Read)
            }
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

/// Whether a file is C source or a header.
fn is_c(file: &Path) -> bool {
    file.extension()
        .is_some_and(|extension| extension == "h" || extension == "c")
}

/// Maps a file of sysfs into memory, where the kernel can do that. To read `/sys/kernel/btf/vmlinux` instead takes more than a
/// thousand calls: sysfs gives 4 KiB at a time.
#[cfg(target_os = "linux")]
fn map(file: &File) -> Option<Mmap> {
    const SYSFS_MAGIC: u64 = 0x6265_6572;
    let system = rustix::fs::fstatfs(file).ok()?;
    if u64::try_from(system.f_type).ok()? != SYSFS_MAGIC {
        return None;
    }
    #[expect(
        unsafe_code,
        reason = "a file that changes would break Rust's promises; what sysfs lets be mapped is the kernel's BTF, which never does"
    )]
    let map = unsafe { MmapOptions::new().map_copy_read_only(file) };
    map.ok()
}

#[cfg(not(target_os = "linux"))]
fn map(_: &File) -> Option<Mmap> {
    None
}

/// Everything `from` has, up to one byte past the limit.
fn read_all(from: impl Read, size: u64) -> io::Result<Vec<u8>> {
    let room = usize::try_from(size.min(LIMIT)).unwrap_or(0);
    // One more byte, or the last read of a file of known size would double the buffer.
    let mut bytes = Vec::with_capacity(room + 1);
    from.take(LIMIT + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
