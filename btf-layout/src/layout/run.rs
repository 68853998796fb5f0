//! Parts of the layout's tables.

/// Entries of a table that stand together: half as large as a range of `usize`, and there are many of them. A section of
/// less than 4 GiB has no more entries than it can count.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    start: u32,
    end: u32,
}

impl Run {
    /// The entries of `table` from `start` on.
    pub(crate) fn since<T>(start: usize, table: &[T]) -> Self {
        let position = |at| u32::try_from(at).unwrap_or(u32::MAX);
        Run {
            start: position(start),
            end: position(table.len()),
        }
    }

    /// The entries, in the table they stand in.
    pub(crate) fn of<T>(self, table: &[T]) -> &[T] {
        let range = self.start as usize..self.end as usize;
        table.get(range).unwrap_or_default()
    }
}
