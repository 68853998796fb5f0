//! Bytes as a byte string literal: what compilers read fastest, and shorter than a list of numbers.

use crate::text::RustError;
use proc_macro2::Literal;

/// Bytes on one line of text.
const LINE: usize = 64;

/// `bytes` as one literal, its lines joined by `\`.
pub(super) fn literal(bytes: &[u8]) -> Result<Literal, RustError> {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let mut out = String::with_capacity(bytes.len() * 3);
    out.push_str("b\"");
    for (i, line) in bytes.chunks(LINE).enumerate() {
        if i > 0 || bytes.len() > LINE {
            out.push_str("\\\n    ");
        }
        for (j, byte) in line.iter().enumerate() {
            match byte {
                0 => out.push_str("\\0"),
                b'"' | b'\\' => {
                    out.push('\\');
                    out.push(char::from(*byte));
                }
                b'\n' => out.push_str("\\n"),
                // Blanks at the start of a line are no part of the literal.
                b' '..=b'~' if *byte != b' ' || j > 0 => out.push(char::from(*byte)),
                _ => {
                    out.push_str("\\x");
                    for digit in [byte >> 4, byte & 15] {
                        let digit = HEX.get(usize::from(digit)).copied();
                        out.push(char::from(digit.unwrap_or_default()));
                    }
                }
            }
        }
    }
    out.push('"');
    Ok(out.parse()?)
}

#[cfg(test)]
mod tests {
    fn literal(bytes: &[u8]) -> String {
        super::literal(bytes).expect("a literal").to_string()
    }

    /// The bytes a compiler reads from the text.
    fn read(text: &str) -> Vec<u8> {
        syn::parse_str::<syn::LitByteStr>(text).unwrap().value()
    }

    #[test]
    fn literals_are_read_back_as_they_were() {
        assert_eq!(literal(b"\x7fELF\0 1"), "b\"\\x7fELF\\0 1\"");
        let all: Vec<u8> = (0..=255).cycle().take(3000).collect();
        assert_eq!(read(&literal(&all)), all);
        for len in [0, 1, 63, 64, 65, 128, 129] {
            for byte in [b' ', b'\n', b'\\', b'"', 0, b'x', 0xff] {
                let bytes = vec![byte; len];
                assert_eq!(read(&literal(&bytes)), bytes);
            }
        }
    }
}
