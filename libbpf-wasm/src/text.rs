//! Text in fixed arrays.

use alloc::borrow::Cow;
use alloc::string::String;

/// Text that may have been repaired.
pub type Text<'a> = Cow<'a, str>;

/// The text in `bytes` up to the first NUL, or to their end. A kernel cuts names where the array ends, be it inside a
/// character: what is not UTF-8 shows as U+FFFD.
pub fn text(bytes: &[u8]) -> Text<'_> {
    let end = bytes.iter().position(|byte| *byte == 0);
    String::from_utf8_lossy(bytes.get(..end.unwrap_or(bytes.len())).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn text_ends_at_a_nul_or_with_the_array() {
        assert_eq!(text(b"sh\0garbage"), "sh");
        assert_eq!(text(b"full"), "full");
        assert_eq!(text(b"\0"), "");
        assert_eq!(text(b""), "");
        assert_eq!(text("caf\u{e9}".as_bytes()), "caf\u{e9}");
        assert_eq!(text(b"caf\xc3"), "caf\u{fffd}");
        assert_eq!(text(b"ab\xffcd\0\xff"), "ab\u{fffd}cd");
    }
}
