//! What a command reads from and prints to when no file is named.

use std::fmt;
use std::io::{Read, Write};

/// The standard streams of a command.
pub struct Streams<'a> {
    /// Standard input: what the file `-` holds.
    pub input: &'a mut dyn Read,
    /// Standard output: where a result goes without `-o`.
    pub output: &'a mut dyn Write,
    /// Whether standard output is a terminal, which acts upon what names in it may hold: there they are escaped.
    pub is_terminal: bool,
}

impl fmt::Debug for Streams<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Streams").finish_non_exhaustive()
    }
}
