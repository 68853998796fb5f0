//! Comments with text that is not ours.

use std::borrow::Cow;

/// `text`, which is on one line, so that it neither ends the comment it stands in nor seems to begin another, and is no
/// trigraph.
pub(super) fn comment_text(text: &str) -> Cow<'_, str> {
    if !["*/", "/*", "//", "??"]
        .iter()
        .any(|pair| text.contains(pair))
    {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        let apart = match letter {
            '/' => safe.ends_with(['*', '/']),
            '*' => safe.ends_with('/'),
            '?' => safe.ends_with('?'),
            _ => false,
        };
        if apart {
            safe.push(' ');
        }
        safe.push(letter);
    }
    Cow::Owned(safe)
}

#[cfg(test)]
mod tests {
    use super::comment_text;

    #[test]
    fn nothing_ends_a_comment() {
        assert_eq!(comment_text("a / b * c ? d"), "a / b * c ? d");
        assert_eq!(comment_text("*/ /* //"), "* / / * / /");
        assert_eq!(comment_text("*/*/"), "* / * /");
        assert_eq!(comment_text("???/"), "? ? ?/");
    }
}
