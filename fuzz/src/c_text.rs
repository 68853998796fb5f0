//! What a C compiler does before it knows a word of C: comments, literals, brackets.

/// Looks for what would make a compiler read something else than was meant.
pub(crate) fn check(text: &str) -> Result<(), String> {
    let mut reader = Reader {
        rest: text.as_bytes(),
        line: 1,
        open: Vec::new(),
    };
    match reader.read() {
        Ok(()) => Ok(()),
        Err(problem) => Err(format!("line {}: {problem}", reader.line)),
    }
}

struct Reader<'a> {
    rest: &'a [u8],
    line: usize,
    /// The brackets that are open.
    open: Vec<u8>,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        self.line += usize::from(*first == b'\n');
        Some(*first)
    }

    fn take(&mut self, text: &[u8]) -> bool {
        let found = self.rest.starts_with(text);
        if found {
            self.rest = self.rest.split_at(text.len()).1;
        }
        found
    }

    fn read(&mut self) -> Result<(), &'static str> {
        while !self.rest.is_empty() {
            if self.take(b"/*") {
                self.comment()?;
            } else if self.take(b"//") {
                self.line_comment()?;
            } else if let Some(byte) = self.next() {
                self.byte(byte)?;
            }
        }
        match self.open.is_empty() {
            true => Ok(()),
            false => Err("a bracket is never closed"),
        }
    }

    fn byte(&mut self, byte: u8) -> Result<(), &'static str> {
        match byte {
            b'"' | b'\'' => self.literal(byte),
            b'(' | b'[' | b'{' => {
                self.open.push(byte);
                Ok(())
            }
            b')' => self.close(b'('),
            b']' => self.close(b'['),
            b'}' => self.close(b'{'),
            b'?' if self.rest.starts_with(b"?") => Err("a trigraph begins"),
            b'\n' | b'\t' | b' '..=b'~' => Ok(()),
            _ => Err("a character that C does not have"),
        }
    }

    fn close(&mut self, open: u8) -> Result<(), &'static str> {
        match self.open.pop() == Some(open) {
            true => Ok(()),
            false => Err("a bracket that was not open is closed"),
        }
    }

    fn comment(&mut self) -> Result<(), &'static str> {
        while !self.take(b"*/") {
            if self.rest.starts_with(b"/*") {
                return Err("a comment in a comment");
            }
            match self.next() {
                Some(byte) => quoted(byte, self.rest)?,
                None => return Err("a comment never ends"),
            }
        }
        Ok(())
    }

    fn line_comment(&mut self) -> Result<(), &'static str> {
        while let Some(byte) = self.next().filter(|byte| *byte != b'\n') {
            quoted(byte, self.rest)?;
            if byte == b'\\' && self.rest.starts_with(b"\n") {
                return Err("a comment goes on in the next line");
            }
        }
        Ok(())
    }

    fn literal(&mut self, end: u8) -> Result<(), &'static str> {
        loop {
            match self.next() {
                None | Some(b'\n') => return Err("a literal never ends"),
                Some(b'\\') => _ = self.next(),
                Some(byte) if byte == end => return Ok(()),
                Some(byte) => quoted(byte, self.rest)?,
            }
        }
    }
}

/// What neither a comment nor a literal may hold.
fn quoted(byte: u8, rest: &[u8]) -> Result<(), &'static str> {
    match byte {
        b'?' if rest.starts_with(b"?") => Err("a trigraph begins"),
        b'\0'..=b'\x08' | b'\x0b'..=b'\x1f' | b'\x7f' => Err("a control character"),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn good_text_is_good() {
        let text = "/* a */ struct a { char b[2]; }; // it's\n#define C '\"' \"'\\\"\" '\\''\n";
        assert_eq!(check(text), Ok(()));
    }

    #[test]
    fn bad_text_is_found() {
        for (text, line) in [
            ("/* a", 1),
            ("\n/* a /* */", 2),
            ("// a\\\nb", 1),
            ("\"a\n\"", 2),
            ("'a", 1),
            ("{(})", 1),
            ("{", 1),
            ("}", 1),
            ("/* ??/ */", 1),
            ("\"a??=\"", 1),
            ("a\x01", 1),
            ("é", 1),
        ] {
            let problem = check(text).expect_err(text);
            assert!(
                problem.starts_with(&format!("line {line}: ")),
                "{text}: {problem}"
            );
        }
    }
}
