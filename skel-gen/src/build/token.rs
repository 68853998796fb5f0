//! The tokens of preprocessed C, each with the file it comes from.

/// A token of one file of interest, or of any other.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'a> {
    /// An identifier or keyword, one character of punctuation, or a literal.
    pub(super) text: &'a str,
    /// Its first byte in the preprocessed text.
    pub(super) at: usize,
    /// Whether it comes from the file of interest.
    pub(super) wanted: bool,
}

impl Token<'_> {
    /// Whether it is an identifier or a keyword.
    pub(super) fn is_word(&self) -> bool {
        self.text.starts_with(is_word_start)
    }
}

/// Takes what the preprocessor wrote apart. `is_wanted` is called for the files its line markers name, in which `\"`, `\\` and
/// `\n` stand for a quote, a backslash and a line break.
pub(super) fn tokens<'a>(text: &'a str, mut is_wanted: impl FnMut(&str) -> bool) -> Vec<Token<'a>> {
    let mut tokens = Vec::new();
    let mut wanted = false;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let at = start;
        start += line.len();
        if let Some(directive) = line.strip_prefix('#') {
            // Other directives that are left, such as #pragma, name no types.
            if let Some(file) = marked_file(directive) {
                wanted = is_wanted(&file);
            }
            continue;
        }
        let mut rest = line.trim_start();
        while !rest.is_empty() {
            let len = token_len(rest).min(rest.len());
            let (token, tail) = rest.split_at(len);
            tokens.push(Token {
                text: token,
                at: at + line.len() - rest.len(),
                wanted,
            });
            rest = tail.trim_start();
        }
    }
    tokens
}

/// The file in ` 12 "file.h" 1 3`.
fn marked_file(directive: &str) -> Option<String> {
    let (number, name) = directive.trim_start().split_once(' ')?;
    if !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut file = String::new();
    let mut chars = name.strip_prefix('"')?.chars();
    loop {
        match chars.next()? {
            '"' => return Some(file),
            '\\' => file.push(match chars.next()? {
                'n' => '\n',
                c => c,
            }),
            c => file.push(c),
        }
    }
}

fn is_word_start(c: char) -> bool {
    c.is_alphabetic() || c == '_' || c == '$'
}

/// The length of the first token, in bytes; not 0.
fn token_len(text: &str) -> usize {
    let mut chars = text.char_indices();
    match chars.next() {
        Some((_, quote @ ('"' | '\''))) => {
            let mut escaped = false;
            for (at, c) in chars {
                match c {
                    _ if escaped => escaped = false,
                    '\\' => escaped = true,
                    _ if c == quote => return at + 1,
                    _ => {}
                }
            }
            text.len()
        }
        Some((_, c)) if is_word_start(c) || c.is_ascii_digit() => text
            .find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$'))
            .unwrap_or(text.len()),
        Some((_, c)) => c.len_utf8(),
        None => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::tokens;

    #[test]
    fn tokens_know_their_file() {
        let text = "# 1 \"a\\n\\\"b\\\".h\" 1\nint x1 = 'a';\n# 2 \"c.h\"\nchar s[] = \"\\\"};\";\n#pragma p\n";
        let tokens = tokens(text, |file| file == "a\n\"b\".h");
        let of = |wanted| {
            let tokens = tokens.iter().filter(move |token| token.wanted == wanted);
            tokens.map(|token| token.text).collect::<Vec<_>>()
        };
        assert_eq!(of(true), ["int", "x1", "=", "'a'", ";"]);
        assert_eq!(of(false), ["char", "s", "[", "]", "=", "\"\\\"};\"", ";"]);
        assert!(
            tokens
                .iter()
                .all(|token| text[token.at..].starts_with(token.text))
        );
    }
}
