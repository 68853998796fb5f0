//! Bytes as a C string literal: what compilers read fastest, and shorter than a list of numbers.

use super::Source;

/// Bytes on one line of text.
const LINE: usize = 64;

/// Writes `bytes` as adjacent string literals and a semicolon. The literal has one more byte, its NUL.
pub(crate) fn string_literal(out: &mut Source, bytes: &[u8]) {
    let mut rest = bytes;
    loop {
        let (line, after) = rest.split_at(rest.len().min(LINE));
        let end = if after.is_empty() { ";\n" } else { "\n" };
        out.begin().push_all([&quoted(line), end]);
        if after.is_empty() {
            return;
        }
        rest = after;
    }
}

/// `bytes` between quotes. Octal escapes have at most three digits; all three are needed before a digit only.
pub(crate) fn quoted(bytes: impl AsRef<[u8]>) -> String {
    let bytes = bytes.as_ref();
    let mut text = String::with_capacity(bytes.len() * 3 + 2);
    text.push('"');
    for (i, byte) in bytes.iter().enumerate() {
        let before_digit = bytes.get(i + 1).is_some_and(u8::is_ascii_digit);
        let digit = |shift: u8| char::from(b'0' + (byte >> shift & 7));
        match byte {
            // `?` could begin a trigraph.
            b'"' | b'\\' | b'?' => text.extend(['\\', char::from(*byte)]),
            b' '..=b'~' => text.push(char::from(*byte)),
            0o100.. => text.extend(['\\', digit(6), digit(3), digit(0)]),
            _ if before_digit => text.extend(['\\', '0', digit(3), digit(0)]),
            0o10.. => text.extend(['\\', digit(3), digit(0)]),
            _ => text.extend(['\\', digit(0)]),
        }
    }
    text.push('"');
    text
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
