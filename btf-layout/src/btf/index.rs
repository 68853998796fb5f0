//! The index of a type section: where each record is, and of which kind.

use super::record::{Head, Words, number};
use super::strings::Names;
use crate::error::Error;
use crate::units::TypeId;

/// An entry per record, in two tables: most questions are about the kind alone, and its table fits into a cache.
#[derive(Debug)]
pub(crate) struct Records {
    /// Kind numbers, those of structs, unions and enums that have a name together with [`TAGGED`].
    kinds: Vec<u8>,
    /// Position of each record's first word.
    starts: Vec<u32>,
}

/// Beside a kind number: the type has a tag. All known kinds are smaller.
const TAGGED: u8 = 0x80;

impl Records {
    /// Finds the records of a type section, the first of which is type `first`. Checks that each is of a known kind and lies
    /// inside the section.
    pub(crate) fn parse(words: &Words, names: &Names<'_>, first: TypeId) -> Result<Self, Error> {
        // A kernel's records have a little more than six words each.
        let room = words.len() / 6;
        let mut records = Records {
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
            let kind = head.kind();
            let len = head.tail_len().ok_or_else(|| Error::UnknownKind {
                id,
                kind: u32::from(kind),
                offset,
            })?;
            rest = tail.get(len..).ok_or_else(truncated)?;
            let tagged = is_tagged(kind) && names.is_some(head.name);
            records
                .kinds
                .push(if tagged { kind | TAGGED } else { kind });
            let start = u32::try_from(start).map_err(|_| truncated())?;
            records.starts.push(start);
        }
        Ok(records)
    }

    /// Number of records.
    pub(crate) fn len(&self) -> usize {
        self.kinds.len()
    }

    /// The kind numbers of all records.
    pub(crate) fn kinds(&self) -> impl Iterator<Item = u8> {
        self.kinds.iter().map(|kind| kind & !TAGGED)
    }

    /// The kind number of a record.
    #[inline]
    pub(crate) fn kind(&self, own: u32) -> Option<u8> {
        Some(self.kinds.get(own as usize)? & !TAGGED)
    }

    /// Makes a record count as one of another kind, which is none that may have a tag.
    pub(crate) fn set_kind(&mut self, own: u32, kind: u8) {
        if let Some(entry) = self.kinds.get_mut(own as usize) {
            *entry = kind;
        }
    }

    /// Whether a record is that of a type which C refers to by its name.
    #[inline]
    pub(crate) fn is_word(&self, own: u32) -> bool {
        match self.kinds.get(own as usize) {
            Some(&(number::INT | number::FLOAT | number::FWD | number::TYPEDEF)) => true,
            Some(kind) => kind & TAGGED != 0,
            None => false,
        }
    }

    /// Position of the record's first word.
    pub(crate) fn start(&self, own: u32) -> Option<u32> {
        self.starts.get(own as usize).copied()
    }

    /// The record's words and all that follow, in the section it was found in.
    #[inline]
    pub(crate) fn words<'b>(&self, own: u32, section: &'b Words) -> Option<&'b Words> {
        let start = self.start(own)?;
        section.get(start as usize..)
    }
}

/// Whether the name of a type of this kind is a tag.
fn is_tagged(kind: u8) -> bool {
    matches!(
        kind,
        number::STRUCT | number::UNION | number::ENUM | number::ENUM64
    )
}
