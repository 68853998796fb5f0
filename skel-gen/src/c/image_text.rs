//! Bytes as a C string literal: what compilers read fastest, and shorter than a list of numbers.

use crate::source::Source;

/// Bytes on one line of text.
const LINE: usize = 64;

/// Writes `bytes` as adjacent string literals and a semicolon. The literal has one more byte, its NUL.
pub(super) fn string_literal(out: &mut Source, bytes: &[u8]) {
    let lines = bytes.len().div_ceil(LINE).max(1);
    for (i, line) in bytes.chunks(LINE).enumerate() {
        out.begin().push("\"");
        for (j, byte) in line.iter().enumerate() {
            escape(out, *byte, line.get(j + 1).copied());
        }
        out.push(if i + 1 == lines { "\";" } else { "\"" }).end();
    }
    if bytes.is_empty() {
        out.line("\"\";");
    }
}

/// `text` as a string literal.
pub(super) fn quoted(text: &str) -> String {
    let mut out = Source::new("");
    out.push("\"");
    let bytes = text.as_bytes();
    for (i, byte) in bytes.iter().enumerate() {
        escape(&mut out, *byte, bytes.get(i + 1).copied());
    }
    out.push("\"");
    out.into_string()
}

/// One byte. Octal escapes have at most three digits; all three are needed before a digit only.
fn escape(out: &mut Source, byte: u8, next: Option<u8>) {
    match byte {
        // `?` could begin a trigraph.
        b'"' | b'\\' | b'?' => {
            out.push("\\")
                .push(char::from(byte).encode_utf8(&mut [0; 4]));
        }
        b' '..=b'~' => {
            out.push(char::from(byte).encode_utf8(&mut [0; 4]));
        }
        _ => {
            let full = next.is_some_and(|next| next.is_ascii_digit());
            let digits = [byte >> 6, byte >> 3 & 7, byte & 7];
            let skip = if full {
                0
            } else {
                digits.iter().take(2).take_while(|d| **d == 0).count()
            };
            out.push("\\");
            for digit in digits.iter().skip(skip) {
                out.push(char::from(b'0' + digit).encode_utf8(&mut [0; 4]));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn literal(bytes: &[u8]) -> String {
        let mut out = Source::new("\t");
        string_literal(&mut out, bytes);
        out.into_string()
    }

    #[test]
    fn escapes_are_as_short_as_the_next_byte_allows() {
        assert_eq!(literal(b"a\0b"), "\"a\\0b\";\n");
        assert_eq!(literal(b"\x001"), "\"\\0001\";\n");
        assert_eq!(literal(b"\x7fELF"), "\"\\177ELF\";\n");
        assert_eq!(literal(b"??=\"\\\n"), "\"\\?\\?=\\\"\\\\\\12\";\n");
        assert_eq!(literal(b""), "\"\";\n");
    }
}
