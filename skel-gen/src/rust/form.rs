//! The form of the text: what prettyplease makes of lines that are too long.

use crate::source::Source;

/// No line that can be broken is longer.
const MARGIN: usize = 89;

/// Columns of a block's indentation.
const TAB: usize = 4;

/// Words that follow each other in lines as long as may be: the contents of a macro call.
#[derive(Debug)]
pub(super) struct Fill {
    depth: usize,
    column: usize,
}

impl Fill {
    /// Begins in a new line inside blocks of `depth`.
    pub(super) fn begin(out: &mut Source, depth: usize) -> Self {
        out.begin();
        Fill {
            depth,
            column: depth * TAB,
        }
    }

    /// Adds a word made of `parts`.
    pub(super) fn word<const N: usize>(&mut self, out: &mut Source, parts: [&str; N]) {
        let len: usize = parts.iter().map(|part| part.len()).sum();
        let start = self.depth * TAB;
        if self.column == start {
            self.column += len;
        } else if self.column + 1 + len <= MARGIN {
            out.push(" ");
            self.column += 1 + len;
        } else {
            out.end();
            out.begin();
            self.column = start + len;
        }
        out.push_all(parts);
    }
}

/// Writes a line of `parts`, of which those between `open` and `close` may be broken into lines of their own, each with a
/// comma behind it.
pub(super) fn line(
    out: &mut Source,
    depth: usize,
    open: &[&str],
    list: &[&[&str]],
    close: &[&str],
) {
    let whole = |parts: &[&str]| -> usize { parts.iter().map(|part| part.len()).sum() };
    let inner: usize = list.iter().map(|parts| whole(parts) + 2).sum();
    let len = depth * TAB + whole(open) + inner.saturating_sub(2) + whole(close);
    out.begin();
    for part in open {
        out.push(part);
    }
    if len <= MARGIN || list.is_empty() {
        for (i, parts) in list.iter().enumerate() {
            out.push(if i > 0 { ", " } else { "" });
            for part in *parts {
                out.push(part);
            }
        }
    } else {
        out.end();
        out.indent();
        for parts in list {
            out.begin();
            for part in *parts {
                out.push(part);
            }
            out.push(",").end();
        }
        out.dedent();
        out.begin();
    }
    for part in close {
        out.push(part);
    }
    out.end();
}
