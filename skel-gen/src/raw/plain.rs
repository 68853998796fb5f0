//! The plain form: a line per record, an indented line per row. Names are written as they are, but for a terminal.

use super::form::{Form, shown};
use crate::names::foreign;
use btf_layout::TypeId;

#[derive(Debug)]
pub(super) struct Plain {
    text: Vec<u8>,
    for_terminal: bool,
    /// Whether the line is still empty, so that the next fact needs no blank before it.
    line_start: bool,
}

impl Plain {
    pub(super) fn new(for_terminal: bool) -> Self {
        Plain {
            text: Vec::new(),
            for_terminal,
            line_start: false,
        }
    }

    /// A name, or text with names in it.
    fn push_name(&mut self, name: &str) {
        match self.for_terminal {
            true => self.push(&[&foreign::line(name)]),
            false => self.push(&[name]),
        }
    }

    fn key(&mut self, key: &str) {
        if !std::mem::take(&mut self.line_start) {
            self.text.push(b' ');
        }
        self.push(&[key, "="]);
    }

    fn push_number(&mut self, value: impl itoa::Integer) {
        self.push(&[itoa::Buffer::new().format(value)]);
    }

    fn push(&mut self, parts: &[&str]) {
        for part in parts {
            self.text.extend_from_slice(part.as_bytes());
        }
    }
}

impl Form for Plain {
    fn text(&mut self) -> &mut Vec<u8> {
        &mut self.text
    }

    fn start(&mut self) {}

    fn finish(&mut self) {}

    fn open(&mut self, id: TypeId, kind: &'static str, name: &str) {
        self.text.push(b'[');
        self.push_number(id.0);
        self.push(&["] ", kind, " '"]);
        self.push_name(shown(name));
        self.push(&["'"]);
    }

    fn close(&mut self) {
        self.text.push(b'\n');
    }

    fn number(&mut self, key: &'static str, value: impl itoa::Integer) {
        self.key(key);
        self.push_number(value);
    }

    fn value(&mut self, value: i128, suffix: &'static str) {
        self.number("val", value);
        self.push(&[suffix]);
    }

    fn word(&mut self, key: &'static str, word: &'static str) {
        self.key(key);
        self.push(&[word]);
    }

    fn open_rows(&mut self, _key: &'static str) {}

    fn close_rows(&mut self) {}

    fn open_row(&mut self, name: Option<&str>) {
        self.push(&["\n\t"]);
        match name {
            Some(name) => {
                self.push(&["'"]);
                self.push_name(shown(name));
                self.push(&["'"]);
            }
            None => self.line_start = true,
        }
    }

    fn close_row(&mut self) {}

    fn aside(&mut self, parts: &[&str]) {
        parts.iter().for_each(|part| self.push_name(part));
    }
}
