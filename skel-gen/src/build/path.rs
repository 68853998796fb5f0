//! File names on their way to clang and back: a name is a name, whatever characters it has.

use std::borrow::Cow;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// `file` as an argument of a program: `./@x` for `@x` and `./-x` for `-x`. clang takes what begins with `@` for a file of further
/// arguments, wherever it stands, and what begins with `-` for an option. For what it compiles there is
/// [`MainFile`](super::main_file::MainFile).
pub(super) fn argument(file: &Path) -> Cow<'_, Path> {
    match file.as_os_str().as_encoded_bytes().first() {
        Some(b'@' | b'-') => Cow::Owned(Path::new(".").join(file)),
        _ => Cow::Borrowed(file),
    }
}

/// The line that includes `file`, an absolute path. `None` if there is none: a name ends at its delimiter, a backslash in front of
/// that hides it, and nothing stands for either, or for a line break.
pub(super) fn include_line(file: &Path) -> Option<Vec<u8>> {
    let name = file.as_os_str().as_encoded_bytes();
    if name.contains(&b'\n') || name.contains(&b'\r') || name.ends_with(b"\\") {
        return None;
    }
    let pairs = [(b'"', b'"'), (b'<', b'>')];
    let (open, close) = pairs.into_iter().find(|(_, close)| !name.contains(close))?;
    Some([b"#include ", [open].as_slice(), name, &[close, b'\n']].concat())
}

/// In [`text_of`], a byte that is no UTF-8 is this character plus the byte: one of those that mean nothing.
const MARK: u32 = 0x10_ff00;

/// `bytes` as text that can be looked through: all that is UTF-8 is itself. [`bytes_of`] is the way back.
pub(super) fn text_of(bytes: &[u8]) -> String {
    let marked = |byte: &u8| char::from_u32(MARK + u32::from(*byte));
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for part in chunk.valid().split_inclusive(|c| unmarked(c).is_some()) {
            let end = part.char_indices().next_back();
            match end.filter(|(_, c)| unmarked(*c).is_some()) {
                None => text.push_str(part),
                Some((at, _)) => {
                    let (plain, marks) = part.split_at(at);
                    text.push_str(plain);
                    text.extend(marks.as_bytes().iter().filter_map(marked));
                }
            }
        }
        text.extend(chunk.invalid().iter().filter_map(marked));
    }
    text
}

/// The bytes that [`text_of`] made `text` of.
pub(super) fn bytes_of(text: &str) -> Cow<'_, [u8]> {
    if !text.contains(|c| unmarked(c).is_some()) {
        return Cow::Borrowed(text.as_bytes());
    }
    let mut bytes = Vec::with_capacity(text.len());
    for c in text.chars() {
        match unmarked(c) {
            Some(byte) => bytes.push(byte),
            None => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    Cow::Owned(bytes)
}

/// The byte that a character stands for.
fn unmarked(c: char) -> Option<u8> {
    u32::from(c)
        .checked_sub(MARK)
        .and_then(|byte| u8::try_from(byte).ok())
}

/// The path that `text` names, which is part of what [`text_of`] made.
pub(super) fn path_of(text: &str) -> PathBuf {
    path_of_bytes(&bytes_of(text))
}

/// The path of these bytes.
pub(super) fn path_of_bytes(bytes: &[u8]) -> PathBuf {
    #[cfg(unix)]
    let name: OsString = <OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(bytes).to_owned();
    #[cfg(not(unix))]
    let name = OsString::from(String::from_utf8_lossy(bytes).into_owned());
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_no_options() {
        for (file, arg) in [
            ("@x.h", "./@x.h"),
            ("-x.h", "./-x.h"),
            ("--", "./--"),
            ("a/@x.h", "a/@x.h"),
            ("/@x.h", "/@x.h"),
            ("./@x.h", "./@x.h"),
            ("x@-.h", "x@-.h"),
        ] {
            assert_eq!(argument(Path::new(file)).as_os_str(), arg);
        }
    }

    #[test]
    fn includes_name_one_file() {
        let line = |file: &str| {
            include_line(Path::new(file)).map(|line| String::from_utf8(line).unwrap_or_default())
        };
        assert_eq!(line("/a/b.h").as_deref(), Some("#include \"/a/b.h\"\n"));
        assert_eq!(line("/a>/\\b").as_deref(), Some("#include \"/a>/\\b\"\n"));
        assert_eq!(line("/a\"/b").as_deref(), Some("#include </a\"/b>\n"));
        for file in ["/a\"/>", "/a\nb", "/a\rb", "/a\\"] {
            assert_eq!(line(file), None, "{file:?}");
        }
    }

    #[test]
    fn bytes_come_back_from_text() {
        let marks = "\u{10ff41}x\u{10ffff}".as_bytes();
        let cases: [&[u8]; 5] = [
            b"",
            b"plain",
            b"\xff\xfe",
            "gr\u{f6}\u{df}e".as_bytes(),
            marks,
        ];
        for bytes in cases {
            assert_eq!(*bytes_of(&text_of(bytes)), *bytes);
            let odd = [bytes, b"\xc3(\x80", bytes].concat();
            assert_eq!(*bytes_of(&text_of(&odd)), *odd);
        }
        assert_eq!(text_of("gr\u{f6}\u{df}e".as_bytes()), "gr\u{f6}\u{df}e");
    }
}
