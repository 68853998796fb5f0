//! Bytes as a C string literal: what compilers read fastest, and shorter than a list of numbers.

use super::Source;

/// Bytes on one line of text.
const LINE: usize = 64;

/// Writes `bytes` as adjacent string literals and a semicolon. The literal has one more byte, its NUL.
pub(crate) fn string_literal(out: &mut Source, bytes: &[u8]) {
    let mut rest = bytes;
    loop {
        let (line, behind) = rest.split_at(rest.len().min(LINE));
        let mut escaped = Escaped::default();
        escaped.add(line);
        let end = if behind.is_empty() { "\";\n" } else { "\"\n" };
        out.begin().push_all(["\"", escaped.as_str(), end]);
        if behind.is_empty() {
            return;
        }
        rest = behind;
    }
}

/// `text` as a string literal.
pub(crate) fn quoted(text: &str) -> String {
    let mut escaped = Escaped::default();
    escaped.add(text.as_bytes());
    format!("\"{}\"", escaped.as_str())
}

/// Bytes as they stand between quotes.
#[derive(Debug, Default)]
struct Escaped(Vec<u8>);

impl Escaped {
    /// Adds bytes. Octal escapes have at most three digits; all three are needed before a digit only.
    fn add(&mut self, bytes: &[u8]) {
        let start = self.0.len();
        // Four bytes are written for each, and those that it needs are kept.
        self.0.resize(start + bytes.len() * 4, 0);
        let mut free = self.0.get_mut(start..).unwrap_or_default();
        let mut unused = free.len();
        let next = bytes.iter().skip(1).map(Some).chain([None]);
        for (byte, next) in bytes.iter().zip(next) {
            let (text, len) = match next {
                Some(b'0'..=b'9') => escape(*byte, true),
                _ => ESCAPES.get(usize::from(*byte)).copied().unwrap_or_default(),
            };
            if let Some(place) = free.first_chunk_mut() {
                *place = text;
            }
            free = free.get_mut(len..).unwrap_or_default();
            unused = free.len();
        }
        self.0.truncate(self.0.len() - unused);
    }

    fn as_str(&self) -> &str {
        // It is ASCII.
        str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// Each byte as it stands before anything but a digit.
static ESCAPES: [([u8; 4], usize); 256] = {
    let mut table = [([0; 4], 0); 256];
    let mut byte = 0;
    loop {
        #[expect(clippy::indexing_slicing, reason = "a byte indexes 256 entries")]
        {
            table[byte as usize] = escape(byte, false);
        }
        if byte == u8::MAX {
            break table;
        }
        byte += 1;
    }
};

/// A byte in up to four, and how many these are.
const fn escape(byte: u8, before_digit: bool) -> ([u8; 4], usize) {
    let [high, middle, low] = [
        b'0' + (byte >> 6),
        b'0' + (byte >> 3 & 7),
        b'0' + (byte & 7),
    ];
    match byte {
        // `?` could begin a trigraph.
        b'"' | b'\\' | b'?' => ([b'\\', byte, 0, 0], 2),
        b' '..=b'~' => ([byte, 0, 0, 0], 1),
        _ if before_digit || high > b'0' => ([b'\\', high, middle, low], 4),
        _ if middle > b'0' => ([b'\\', middle, low, 0], 3),
        _ => ([b'\\', low, 0, 0], 2),
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
