//! Text of any length, of which the beginning and the end are kept.

/// Keeps the first quarter of its bytes, and the rest for the end: that is where a verifier's log says what is wrong.
#[derive(Debug)]
pub(crate) struct BoundedText {
    head: String,
    tail: String,
    /// Bytes that the head may have.
    head_limit: usize,
    /// Bytes of the tail that are kept; it may have twice as many while it grows.
    tail_limit: usize,
    left_out: usize,
}

impl BoundedText {
    /// For up to `limit` bytes.
    pub(crate) fn new(limit: usize) -> Self {
        let head_limit = limit / 4;
        BoundedText {
            head: String::new(),
            tail: String::new(),
            head_limit,
            tail_limit: limit - head_limit,
            left_out: 0,
        }
    }

    /// Adds a message.
    pub(crate) fn push(&mut self, text: &str) {
        let mut rest = text;
        if self.tail.is_empty() && self.left_out == 0 {
            let room = self.head_limit.saturating_sub(self.head.len());
            let (head, tail) = text.split_at(text.floor_char_boundary(room));
            self.head.push_str(head);
            rest = tail;
        }
        // What would not be kept anyway is not copied.
        let kept = self.end_of(rest);
        if kept.len() < rest.len() {
            self.left_out += self.tail.len() + rest.len() - kept.len();
            self.tail.clear();
        }
        self.tail.push_str(kept);
        if self.tail.len() > self.tail_limit.saturating_mul(2) {
            self.trim();
        }
    }

    /// The text, with a line in the place of what is left out.
    pub(crate) fn into_text(mut self) -> String {
        self.trim();
        if self.left_out == 0 {
            return self.head + &self.tail;
        }
        format!(
            "{}\n... {} bytes are left out ...\n{}",
            self.head, self.left_out, self.tail
        )
    }

    /// The last bytes of a text, as many as the tail may have.
    fn end_of<'a>(&self, text: &'a str) -> &'a str {
        let start = text.ceil_char_boundary(text.len().saturating_sub(self.tail_limit));
        text.get(start..).unwrap_or_default()
    }

    fn trim(&mut self) {
        let kept = self.end_of(&self.tail).len();
        let cut = self.tail.len() - kept;
        self.tail.drain(..cut);
        self.left_out += cut;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bounded(limit: usize, texts: &[&str]) -> String {
        let mut bounded = BoundedText::new(limit);
        texts.iter().for_each(|text| bounded.push(text));
        bounded.into_text()
    }

    #[test]
    fn what_has_room_is_kept_as_it_is() {
        assert_eq!(bounded(8, &["abc", "", "def", "gh"]), "abcdefgh");
        assert_eq!(bounded(0, &[""]), "");
    }

    #[test]
    fn the_middle_is_left_out() {
        let cut = "ab\n... 2 bytes are left out ...\nefghij";
        assert_eq!(bounded(8, &["abcdefghij"]), cut);
        let letters: Vec<String> = ('a'..='j').map(String::from).collect();
        let letters: Vec<&str> = letters.iter().map(String::as_str).collect();
        assert_eq!(bounded(8, &letters), cut);
        assert_eq!(bounded(0, &["abc"]), "\n... 3 bytes are left out ...\n");
    }

    #[test]
    fn characters_are_not_cut() {
        let text = bounded(8, &["aßßßßßßß"]);
        assert_eq!(text, "a\n... 8 bytes are left out ...\nßßß");
    }

    #[test]
    fn memory_is_bounded_whatever_comes() {
        let mut text = BoundedText::new(100);
        for _ in 0..10_000 {
            text.push("0123456789");
            assert!(text.head.len() + text.tail.len() <= 25 + 150);
        }
        text.push(&"x".repeat(1 << 20));
        assert!(text.tail.len() <= 150);
        assert_eq!(text.left_out, 100_000 + (1 << 20) - 100);
    }
}
