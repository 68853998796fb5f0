//! Tables of strings: text that ends in NUL. Names may share their bytes, so their lengths are counted.

use super::error::ImageError;
use object::elf::{self, SectionType};

/// How long all names together may be: names that share their bytes take no room in the file, but time.
#[derive(Clone, Debug)]
pub(super) struct Room {
    left: usize,
    all: usize,
}

/// Bytes that the names of any object may have, and the times they may be longer than the table that they are in.
const ROOM: usize = 1 << 20;
const PROPORTION: usize = 64;

impl Room {
    /// The room for names in a table of `bytes`.
    pub(super) fn of(bytes: usize) -> Self {
        let all = bytes.saturating_mul(PROPORTION).saturating_add(ROOM);
        Room { left: all, all }
    }

    /// `name`, if there is room for it.
    pub(super) fn take<'n>(&mut self, name: &'n str) -> Result<&'n str, ImageError> {
        let left = self.left.checked_sub(name.len());
        self.left = left.ok_or(ImageError::OutOfProportion {
            what: "bytes of names that share their bytes",
            count: (self.all - self.left + name.len()) as u64,
            limit: self.all as u64,
        })?;
        Ok(name)
    }
}

/// A table of strings.
#[derive(Clone, Debug)]
pub(super) struct Strings<'a> {
    text: &'a str,
    room: Room,
}

impl<'a> Strings<'a> {
    /// The table in a section of this type, which has to end in NUL.
    pub(super) fn new(kind: SectionType, bytes: &'a [u8]) -> Option<Self> {
        let is_table = kind == elf::SHT_STRTAB && bytes.last() == Some(&0);
        let text = std::str::from_utf8(bytes).ok().filter(|_| is_table)?;
        let room = Room::of(bytes.len());
        Some(Strings { text, room })
    }

    /// The string at `offset`; `None` if that is outside, or inside a character.
    ///
    /// # Errors
    /// [`ImageError::OutOfProportion`] if all that were asked for are too long together.
    pub(super) fn get(&mut self, offset: u32) -> Result<Option<&'a str>, ImageError> {
        let rest = self.text.get(offset as usize..);
        let Some(name) = rest.and_then(|rest| Some(rest.split_once('\0')?.0)) else {
            return Ok(None);
        };
        self.room.take(name).map(Some)
    }
}
