//! Text that others wrote, such as names in an object or of a file, where people or compilers read it: on a terminal, in a comment.
//!
//! Names in BTF and ELF may hold any characters: ones that move a terminal's cursor, turn the direction of the text around, end a
//! line or a comment. Here these are written as Rust writes them, `\n` or `\u{202e}`; all others stay as they are.

use std::borrow::Cow;

/// `text` as one line: what a terminal would act upon instead of showing it is escaped, line breaks and tabs too.
///
/// ```
/// assert_eq!(skel_gen::foreign::line("a\x1b[2J\nb"), "a\\u{1b}[2J\\nb");
/// ```
pub fn line(text: &str) -> Cow<'_, str> {
    escaped(text, is_unseen)
}

/// `text` of several lines, such as a compiler's messages: like [`line()`], but its line breaks and tabs stay.
pub fn lines(text: &str) -> Cow<'_, str> {
    escaped(text, |c| is_unseen(c) && c != '\n' && c != '\t')
}

/// `text` as it may stand in a comment of C, Rust or WIT, between backticks or not: it does not end the comment, begin another one
/// in it or end the backticks, and has no trigraph in it.
pub fn comment(text: &str) -> Cow<'_, str> {
    let mut last = ' ';
    escaped(text, |c| {
        let before = std::mem::replace(&mut last, c);
        is_unseen(c) || c == '`' || matches!((before, c), ('*', '/') | ('/', '*') | ('?', '?'))
    })
}

/// Whether a terminal or a reader sees no character, but what it does to others: controls, marks of direction, breaks of lines and
/// paragraphs, tags, what has no width.
pub(crate) fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// `text` with an escape for each character that `escapes` says so of.
fn escaped(text: &str, mut escapes: impl FnMut(char) -> bool) -> Cow<'_, str> {
    let Some(first) = text.find(&mut escapes) else {
        return Cow::Borrowed(text);
    };
    let (plain, rest) = text.split_at(first);
    let mut shown = String::with_capacity(text.len() + 16);
    shown.push_str(plain);
    for (i, c) in rest.chars().enumerate() {
        match c {
            // `escapes` has seen the first one already.
            _ if i > 0 && !escapes(c) => shown.push(c),
            '\n' | '\r' | '\t' => shown.extend(c.escape_default()),
            _ => shown.extend(c.escape_unicode()),
        }
    }
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use super::{comment, line, lines};

    #[test]
    fn what_is_no_character_to_see_is_escaped() {
        for (text, shown) in [
            ("pid", "pid"),
            ("größe \\ \"", "größe \\ \""),
            ("a\u{202e}b\u{2066}", "a\\u{202e}b\\u{2066}"),
            (
                "\x1b]0;t\x07\r\n\t\u{9b}",
                "\\u{1b}]0;t\\u{7}\\r\\n\\t\\u{9b}",
            ),
            ("", ""),
        ] {
            assert_eq!(line(text), shown);
            assert_eq!(line(shown), shown, "once is enough");
        }
        assert_eq!(lines("a\n\tb\r\x07"), "a\n\tb\\r\\u{7}");
    }

    #[test]
    fn comments_end_where_they_should() {
        for (text, shown) in [
            ("a*/b/*c", "a*\\u{2f}b/\\u{2a}c"),
            ("/*/", "/\\u{2a}\\u{2f}"),
            ("tp/a/*", "tp/a/\\u{2a}"),
            ("`x` [y]\n", "\\u{60}x\\u{60} [y]\\n"),
            ("???/", "?\\u{3f}\\u{3f}/"),
            ("?a? * /", "?a? * /"),
        ] {
            assert_eq!(comment(text), shown);
        }
    }
}
