//! The index of a type section: where each type is, and of which kind.

use super::kind::BtfKind;
use super::tail::Words;
use super::wire::Head;
use crate::error::Error;
use crate::units::TypeId;

/// An entry per type, in two tables: most questions are about the kind alone, and its table fits into a cache.
#[derive(Debug)]
pub(crate) struct Index {
    kinds: Vec<BtfKind>,
    /// Position of each type's first word.
    starts: Vec<u32>,
}

impl Index {
    /// Finds the types of a section, the first of which is type `first`. Checks that each is of a known kind and lies inside the
    /// section.
    pub(crate) fn parse(words: &Words, first: TypeId) -> Result<Self, Error> {
        // A kernel's types have a little more than six words each.
        let room = words.len() / 6;
        let mut index = Index {
            kinds: Vec::with_capacity(room),
            starts: Vec::with_capacity(room),
        };
        let mut rest = words;
        for id in (first.0..).map(TypeId) {
            if rest.is_empty() {
                break;
            }
            let start = words.len() - rest.len();
            let offset = start * size_of::<u32>();
            let truncated = || Error::RecordTruncated { id, offset };
            let (head, tail) = Head::read(rest).ok_or_else(truncated)?;
            let kind = head.kind().filter(|kind| *kind != BtfKind::Void);
            let kind = kind.ok_or_else(|| Error::UnknownKind {
                id,
                kind: u32::from(head.number()),
                offset,
            })?;
            rest = tail.get(head.tail_len(kind)..).ok_or_else(truncated)?;
            index.kinds.push(kind);
            let start = u32::try_from(start).map_err(|_| truncated())?;
            index.starts.push(start);
        }
        Ok(index)
    }

    /// Number of types.
    pub(crate) fn len(&self) -> usize {
        self.kinds.len()
    }

    /// The kinds of all types.
    pub(crate) fn kinds(&self) -> impl Iterator<Item = BtfKind> {
        self.kinds.iter().copied()
    }

    /// The kind of a type.
    #[inline]
    pub(crate) fn kind(&self, own: u32) -> Option<BtfKind> {
        self.kinds.get(own as usize).copied()
    }

    /// Makes a type count as one of another kind.
    pub(crate) fn set_kind(&mut self, own: u32, kind: BtfKind) {
        if let Some(entry) = self.kinds.get_mut(own as usize) {
            *entry = kind;
        }
    }

    /// Position of the type's first word.
    pub(crate) fn start(&self, own: u32) -> Option<u32> {
        self.starts.get(own as usize).copied()
    }

    /// The type's words and all that follow, in the section it was found in.
    #[inline]
    pub(crate) fn words<'b>(&self, own: u32, section: &'b Words) -> Option<&'b Words> {
        let start = self.start(own)?;
        section.get(start as usize..)
    }
}
