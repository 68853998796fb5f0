//! What both forms of text have in common.

use btf_layout::TypeId;

/// A way to write records down.
pub(super) trait Form {
    /// What has been written and not been handed on yet: UTF-8.
    fn text(&mut self) -> &mut Vec<u8>;

    /// Before the first record.
    fn start(&mut self);

    /// After the last record.
    fn finish(&mut self);

    /// A record begins.
    fn open(&mut self, id: TypeId, kind: &'static str, name: &str);

    /// The record ends.
    fn close(&mut self);

    /// A fact that is a number.
    fn number(&mut self, key: &'static str, value: impl itoa::Integer);

    /// The value of an enumerator; the suffix is that of a C literal, empty if the record is an `ENUM` of 32-bit words.
    fn value(&mut self, value: i128, suffix: &'static str);

    /// A fact that is a word, of letters and parentheses only.
    fn word(&mut self, key: &'static str, word: &'static str);

    /// The record's rows begin.
    fn open_rows(&mut self, key: &'static str);

    /// The rows end.
    fn close_rows(&mut self);

    /// A row begins; the rows of a section have no names.
    fn open_row(&mut self, name: Option<&str>);

    /// The row ends.
    fn close_row(&mut self);

    /// Text that is no fact of its own and that only the plain form has.
    fn aside(&mut self, parts: &[&str]);
}

/// The name, or what bpftool writes if there is none.
pub(super) fn shown(name: &str) -> &str {
    if name.is_empty() { "(anon)" } else { name }
}
