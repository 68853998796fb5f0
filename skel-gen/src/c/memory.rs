//! Declarations that were written before, but for the name: most members have a type that another member has as well.

use btf_layout::{Btf, TypeId};

/// All of a declaration but the name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Declaration<'m> {
    /// What stands before the name, a space at its end.
    pub(super) before: &'m str,
    /// What stands after it, up to the end of the line.
    pub(super) after: &'m str,
    /// How much of `after` is a comment and the end of the line, in bytes; 1 if there is no comment.
    pub(super) comment: usize,
    /// The typedef it names, if it is no more than that.
    pub(super) alias: Option<&'m str>,
}

/// What declares the types that have been met.
#[derive(Debug)]
pub(super) struct Memory {
    /// By type id: position in `entries`; 0 is that of no type.
    positions: Vec<u32>,
    entries: Vec<Entry>,
    /// What all entries consist of, one after the other.
    text: String,
}

/// Where in the text a [`Declaration`] is: its two pieces end here, and it starts where the entry before it ends.
#[derive(Clone, Copy, Debug, Default)]
struct Entry {
    before: u32,
    after: u32,
    /// As [`Declaration::comment`].
    comment: u32,
    /// Whether it is the name of a typedef.
    alias: bool,
}

impl Memory {
    /// For the types of `btf`.
    pub(super) fn new(btf: &Btf<'_>) -> Self {
        Memory {
            positions: vec![0; btf.len() as usize],
            entries: vec![Entry::default()],
            text: String::new(),
        }
    }

    /// What declares something of type `id`, if it has been met.
    #[inline(always)] // into what writes the eighty thousand members of a kernel
    pub(super) fn get(&self, id: TypeId) -> Option<Declaration<'_>> {
        let position = *self.positions.get(id.index())? as usize;
        let (last, entry) = (
            self.entries.get(position.checked_sub(1)?)?,
            self.entries.get(position)?,
        );
        let text = |from: u32, to: u32| self.text.get(from as usize..to as usize);
        let alias = || text(last.after, entry.before - 1);
        Some(Declaration {
            before: text(last.after, entry.before)?,
            after: text(entry.before, entry.after)?,
            comment: entry.comment as usize,
            alias: if entry.alias { alias() } else { None },
        })
    }

    /// Enters what declares something of type `id`.
    pub(super) fn put(&mut self, id: TypeId, declaration: Declaration<'_>) {
        let mut end = |piece: &str| {
            self.text.push_str(piece);
            u32::try_from(self.text.len()).unwrap_or(u32::MAX)
        };
        let entry = Entry {
            before: end(declaration.before),
            after: end(declaration.after),
            comment: u32::try_from(declaration.comment).unwrap_or(u32::MAX),
            alias: declaration.alias.is_some(),
        };
        if let Some(position) = self.positions.get_mut(id.index()) {
            *position = u32::try_from(self.entries.len()).unwrap_or(0);
            self.entries.push(entry);
        }
    }
}
