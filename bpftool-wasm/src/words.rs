//! bpftool's word grammar: any prefix of a keyword stands for it, the first keyword that fits wins.

use crate::failure::Failure;
use std::collections::VecDeque;
use std::ffi::OsString;

/// The words of a command line that are not options, taken one by one.
#[derive(Debug)]
pub(crate) struct Words(VecDeque<OsString>);

impl Words {
    pub(crate) fn new(words: impl IntoIterator<Item = OsString>) -> Self {
        Words(words.into_iter().collect())
    }

    /// Whether no word is left.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The next word, if there is one.
    pub(crate) fn next(&mut self) -> Option<OsString> {
        self.0.pop_front()
    }

    /// The next word as text; file names need not be, so they are taken with [`Words::next`].
    pub(crate) fn next_text(&mut self) -> Option<String> {
        self.next().map(|word| word.to_string_lossy().into_owned())
    }

    /// The next word as text, without taking it.
    pub(crate) fn peek_text(&self) -> Option<String> {
        self.0
            .front()
            .map(|word| word.to_string_lossy().into_owned())
    }

    /// Takes the next word if it is `keyword` or a prefix of it.
    pub(crate) fn take(&mut self, keyword: &str) -> bool {
        let fits = |word: &OsString| word.to_str().is_some_and(|word| keyword.starts_with(word));
        let found = self.0.front().is_some_and(fits);
        if found {
            self.0.pop_front();
        }
        found
    }

    /// The value that has to follow the option `name`.
    pub(crate) fn value(&mut self, name: &str) -> Result<String, Failure> {
        let missing = || Failure::invalid(format!("expecting value for '{name}' option"));
        self.next_text().ok_or_else(missing)
    }

    /// Checks that at least `needed` words follow for the command `name`.
    pub(crate) fn require(&self, name: &str, needed: usize) -> Result<(), Failure> {
        let found = self.0.len();
        if found >= needed {
            return Ok(());
        }
        let message = format!("'{name}' needs at least {needed} arguments, {found} found");
        Err(Failure::usage(message))
    }
}
