//! The string section: names borrowed from the blob.

use crate::error::Error;

/// The string section of a BTF blob and, for split BTF, of its base. Checked: UTF-8, NUL at both ends.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Names<'a> {
    own: &'a str,
    base: &'a str,
    /// Whether both are ASCII, so that every offset in them is that of a character.
    ascii: bool,
}

impl<'a> Names<'a> {
    /// Checks the string section `bytes`. `base` holds the names of the base section, if this one is split BTF: its
    /// offsets continue the base's.
    pub(crate) fn parse(bytes: &'a [u8], base: Option<Names<'a>>) -> Result<Self, Error> {
        let bad = |problem| Err(Error::BadStrings { problem });
        let empty_split = bytes.is_empty() && base.is_some();
        if base.is_none() && bytes.first() != Some(&0) {
            return bad("does not start with an empty string");
        }
        if bytes.last() != Some(&0) && !empty_split {
            return bad("does not end with a NUL byte");
        }
        let Ok(own) = std::str::from_utf8(bytes) else {
            return bad("is not UTF-8");
        };
        Ok(Names {
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
        let len = tail.bytes().position(|byte| byte == 0)?;
        tail.get(..len)
    }

    /// Whether [`Names::get`] finds a string at `offset`: the section ends with a NUL, so every one in it ends.
    #[inline]
    pub(crate) fn has(&self, offset: u32) -> bool {
        let inside = (offset as usize) < self.base.len() + self.own.len();
        inside && (self.ascii || self.tail(offset).is_some())
    }

    /// Whether the string at `offset` is there and not empty; quicker than [`Names::get`].
    pub(crate) fn is_some(&self, offset: u32) -> bool {
        self.tail(offset)
            .is_some_and(|tail| !tail.starts_with('\0'))
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
