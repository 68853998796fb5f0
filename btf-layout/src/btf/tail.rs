//! The rows that follow the head of a type: members, parameters, enumerators, variables.

use super::strings::Strings;

/// The type section, or part of it: every field of every record is one little-endian word.
pub(crate) type Words = [[u8; 4]];

/// The rows after a head, `N` words each.
#[derive(Clone, Copy)]
pub(crate) struct Tail<'b, const N: usize> {
    rows: &'b [[[u8; 4]; N]],
    strings: &'b Strings<'b>,
}

impl<const N: usize> std::fmt::Debug for Tail<'_, N> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.rows()).finish()
    }
}

impl<'b, const N: usize> Tail<'b, N> {
    /// The first `len` rows of `words`.
    #[inline(always)]
    pub(crate) fn read(words: &'b Words, len: usize, strings: &'b Strings<'b>) -> Option<Self> {
        let rows = words.get(..len * N)?.as_chunks().0;
        Some(Tail { rows, strings })
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(crate) fn rows(&self) -> impl ExactSizeIterator<Item = [u32; N]> + Clone + use<'b, N> {
        self.rows.iter().map(|row| row.map(u32::from_le_bytes))
    }

    /// The `i`-th row.
    pub(crate) fn row(&self, i: usize) -> Option<[u32; N]> {
        self.rows.get(i).map(|row| row.map(u32::from_le_bytes))
    }

    pub(crate) fn name(&self, offset: u32) -> &'b str {
        self.strings.get(offset).unwrap_or_default()
    }

    /// Whether the name at `offset` is not empty; quicker than finding it.
    pub(crate) fn is_named(&self, offset: u32) -> bool {
        self.strings.is_some(offset)
    }
}
