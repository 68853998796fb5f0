//! Declarations that were written before, but for the name: most members have a type that another member has as well.

use btf_layout::{Btf, TypeId};

/// All of a declaration but the name and the space before it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Declaration<'m> {
    /// What stands before the name.
    pub(super) before: &'m str,
    /// What stands behind it.
    pub(super) behind: &'m str,
    /// The comment at the end, if there is one.
    pub(super) comment: &'m str,
    /// Whether `before` is the name of a typedef.
    pub(super) alias: bool,
}

/// What declares the types that have been met.
#[derive(Debug)]
pub(super) struct Memory {
    /// By type id: position in `entries`; 0 is that of no type.
    positions: Vec<u32>,
    entries: Vec<Entry>,
    /// What all entries consist of, one behind the other.
    text: String,
}

/// Where in the text a [`Declaration`] is: its pieces end here, and it starts where the entry before it ends.
#[derive(Clone, Copy, Debug, Default)]
struct Entry {
    before: u32,
    behind: u32,
    comment: u32,
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
    pub(super) fn get(&self, id: TypeId) -> Option<Declaration<'_>> {
        let position = *self.positions.get(id.index())? as usize;
        let (last, entry) = (
            self.entries.get(position.checked_sub(1)?)?,
            self.entries.get(position)?,
        );
        let text = |from: u32, to: u32| self.text.get(from as usize..to as usize);
        Some(Declaration {
            before: text(last.comment, entry.before)?,
            behind: text(entry.before, entry.behind)?,
            comment: text(entry.behind, entry.comment)?,
            alias: entry.alias,
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
            behind: end(declaration.behind),
            comment: end(declaration.comment),
            alias: declaration.alias,
        };
        if let Some(position) = self.positions.get_mut(id.index()) {
            *position = u32::try_from(self.entries.len()).unwrap_or(0);
            self.entries.push(entry);
        }
    }
}
