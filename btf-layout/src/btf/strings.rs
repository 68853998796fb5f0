//! The string section: strings borrowed from the blob.

use crate::error::{Error, NO_EMPTY_STRING};

/// The string section of a BTF blob and, for split BTF, of its base. Checked: UTF-8, NUL at both ends.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Strings<'a> {
    own: &'a str,
    base: &'a str,
    /// Whether both are ASCII, so that every offset in them is that of a character.
    ascii: bool,
}

impl<'a> Strings<'a> {
    /// Checks the string section `bytes`. `base` holds the names of the base section, if this one is split BTF: its
    /// offsets continue the base's.
    pub(crate) fn parse(bytes: &'a [u8], base: Option<Strings<'a>>) -> Result<Self, Error> {
        let bad = |problem| Err(Error::BadStrings { problem });
        let empty_split = bytes.is_empty() && base.is_some();
        if base.is_none() && bytes.first() != Some(&0) {
            return bad(NO_EMPTY_STRING);
        }
        if bytes.last() != Some(&0) && !empty_split {
            return bad("does not end with a NUL byte");
        }
        let Ok(own) = std::str::from_utf8(bytes) else {
            return bad("is not UTF-8");
        };
        Ok(Strings {
            own,
            base: base.map_or("", |base| base.own),
            ascii: own.is_ascii() && base.is_none_or(|base| base.ascii),
        })
    }

    /// The section itself, without its base.
    pub(crate) fn own(&self) -> &'a str {
        self.own
    }

    /// The string at `offset`, or `None` outside the section or inside a character.
    pub(crate) fn get(&self, offset: u32) -> Option<&'a str> {
        let tail = self.tail(offset)?;
        let len = memchr::memchr(0, tail.as_bytes())?;
        tail.get(..len)
    }

    /// Whether [`Strings::get`] finds a string at `offset`: the section ends with a NUL, so every one in it ends.
    #[inline]
    pub(crate) fn has(&self, offset: u32) -> bool {
        let inside = (offset as usize) < self.base.len() + self.own.len();
        inside && (self.ascii || self.tail(offset).is_some())
    }

    /// Whether the string at `offset` is there and not empty; quicker than [`Strings::get`].
    #[inline]
    pub(crate) fn is_some(&self, offset: u32) -> bool {
        let at = offset as usize;
        let byte = match at.checked_sub(self.base.len()) {
            None => self.base.as_bytes().get(at),
            Some(at) => self.own.as_bytes().get(at),
        };
        byte.is_some_and(|byte| *byte != 0) && self.has(offset)
    }

    /// The section from `offset` on.
    fn tail(&self, offset: u32) -> Option<&'a str> {
        let offset = offset as usize;
        match offset.checked_sub(self.base.len()) {
            None => self.base.get(offset..),
            Some(offset) => self.own.get(offset..),
        }
    }
}
