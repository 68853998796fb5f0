//! bpftool's JSON: `{"types":[...]}` on one line, or indented by four blanks a level.

use super::form::{Form, shown};
use crate::names::foreign;
use btf_layout::TypeId;

/// A line break and the indentation of the deepest level there is: document, types, record, rows, row.
const BREAK: &[u8] = b"\n                    ";

#[derive(Debug)]
pub(super) struct Json {
    text: Vec<u8>,
    pretty: bool,
    for_terminal: bool,
    /// Brackets that are open.
    depth: usize,
    /// Whether something stands in the innermost of them, so that the next thing needs a comma.
    filled: bool,
}

impl Json {
    pub(super) fn new(pretty: bool, for_terminal: bool) -> Self {
        Json {
            text: Vec::new(),
            pretty,
            for_terminal,
            depth: 0,
            filled: false,
        }
    }

    fn comma(&mut self) {
        if self.filled {
            self.text.push(b',');
        }
    }

    fn line(&mut self) {
        if self.pretty {
            let len = 1 + 4 * self.depth;
            self.text
                .extend_from_slice(BREAK.get(..len).unwrap_or(BREAK));
        }
    }

    fn enter(&mut self, bracket: u8) {
        self.text.push(bracket);
        self.depth += 1;
        self.filled = false;
    }

    /// bpftool closes an empty bracket on the line that opened it.
    fn leave(&mut self, bracket: u8) {
        self.depth = self.depth.saturating_sub(1);
        if self.filled {
            self.line();
        }
        self.text.push(bracket);
        self.filled = true;
    }

    /// Keys begin a line; the objects of an array do not.
    fn key(&mut self, key: &'static str) {
        self.comma();
        self.line();
        self.text.push(b'"');
        self.text.extend_from_slice(key.as_bytes());
        self.text.extend_from_slice(b"\":");
        if self.pretty {
            self.text.push(b' ');
        }
        self.filled = true;
    }

    fn name(&mut self, name: &str) {
        self.key("name");
        let start = self.text.len();
        push_string(&mut self.text, shown(name));
        if self.for_terminal {
            escape_unseen(&mut self.text, start);
        }
    }
}

impl Form for Json {
    fn text(&mut self) -> &mut Vec<u8> {
        &mut self.text
    }

    fn start(&mut self) {
        self.enter(b'{');
        self.open_rows("types");
    }

    fn finish(&mut self) {
        self.close_rows();
        self.leave(b'}');
        self.text.push(b'\n');
    }

    fn open(&mut self, id: TypeId, kind: &'static str, name: &str) {
        self.open_row(None);
        self.number("id", id.0);
        self.word("kind", kind);
        self.name(name);
    }

    fn close(&mut self) {
        self.close_row();
    }

    fn number(&mut self, key: &'static str, value: impl itoa::Integer) {
        self.key(key);
        let mut buffer = itoa::Buffer::new();
        self.text.extend_from_slice(buffer.format(value).as_bytes());
    }

    /// bpftool widens a 32-bit value as if it were signed and then prints it as unsigned.
    fn value(&mut self, value: i128, suffix: &'static str) {
        let printed = match u32::try_from(value) {
            Ok(word) if suffix.is_empty() => i64::from(word.cast_signed()).cast_unsigned().into(),
            _ => value,
        };
        self.number("val", printed);
    }

    fn word(&mut self, key: &'static str, word: &'static str) {
        self.key(key);
        self.text.push(b'"');
        self.text.extend_from_slice(word.as_bytes());
        self.text.push(b'"');
    }

    fn open_rows(&mut self, key: &'static str) {
        self.key(key);
        self.enter(b'[');
    }

    fn close_rows(&mut self) {
        self.leave(b']');
    }

    fn open_row(&mut self, name: Option<&str>) {
        self.comma();
        self.enter(b'{');
        if let Some(name) = name {
            self.name(name);
        }
    }

    fn close_row(&mut self) {
        self.leave(b'}');
    }

    fn aside(&mut self, _parts: &[&str]) {}
}

/// Appends `string` quoted. All that must be escaped is ASCII, so UTF-8 need not be decoded.
fn push_string(text: &mut Vec<u8>, string: &str) {
    text.push(b'"');
    let mut rest = string.as_bytes();
    while let Some((plain, special, tail)) = split_special(rest) {
        text.extend_from_slice(plain);
        push_escape(text, special);
        rest = tail;
    }
    text.extend_from_slice(rest);
    text.push(b'"');
}

/// Escapes what a terminal would act upon in the text from `start` on, as JSON does.
fn escape_unseen(text: &mut Vec<u8>, start: usize) {
    let string = text.get(start..).and_then(|text| str::from_utf8(text).ok());
    let Some(string) = string.filter(|string| string.contains(foreign::is_unseen)) else {
        return;
    };
    let string = string.to_owned();
    text.truncate(start);
    for c in string.chars() {
        let mut units = [0; 2];
        match foreign::is_unseen(c) {
            true => c.encode_utf16(&mut units).iter().for_each(|unit| {
                text.extend_from_slice(format!("\\u{unit:04x}").as_bytes());
            }),
            false => text.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
}

/// The bytes before the first that must be escaped, that byte, and the bytes after it.
fn split_special(bytes: &[u8]) -> Option<(&[u8], u8, &[u8])> {
    let special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..=0x1f);
    let (plain, rest) = bytes.split_at_checked(bytes.iter().position(special)?)?;
    let (special, tail) = rest.split_first()?;
    Some((plain, *special, tail))
}

fn push_escape(text: &mut Vec<u8>, byte: u8) {
    let letter = match byte {
        b'"' | b'\\' => byte,
        b'\n' => b'n',
        b'\t' => b't',
        b'\r' => b'r',
        0x08 => b'b',
        0x0c => b'f',
        _ => return text.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
    };
    text.extend_from_slice(&[b'\\', letter]);
}
