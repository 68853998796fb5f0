//! Bytes to a validated [`Btf`]: what is checked in which order.

use super::flaws::Flaws;
use super::header::{Endian, Sections};
use super::index::Index;
use super::strings::Strings;
use super::tail::Words;
use super::types::Btf;
use super::verify;
use crate::error::Error;
use crate::units::TypeId;
use std::borrow::Cow;

impl<'a> Btf<'a> {
    /// Validates a raw BTF blob (the bytes of a `.BTF` section or of `/sys/kernel/btf/vmlinux`).
    ///
    /// # Errors
    /// [`Error`] names the header field, the section offset or the type that is wrong.
    pub fn parse(blob: &'a [u8]) -> Result<Self, Error> {
        Self::parse_with(blob, None)
    }

    /// Validates a split BTF blob (of a kernel module, say), whose ids and names continue those of `base`.
    ///
    /// # Errors
    /// As [`Btf::parse`]; also if the byte orders differ.
    pub fn parse_split(blob: &'a [u8], base: &'a Btf<'a>) -> Result<Self, Error> {
        Self::parse_with(blob, Some(base))
    }

    fn parse_with(blob: &'a [u8], base: Option<&'a Btf<'a>>) -> Result<Self, Error> {
        let sections = Sections::parse(blob)?;
        if base.is_some_and(|base| base.endian != sections.endian) {
            return Err(Error::MixedByteOrder);
        }
        let words = sections.types.as_chunks().0;
        let words = match sections.endian {
            Endian::Little => Cow::Borrowed(words),
            Endian::Big => Cow::Owned(swapped(words)),
        };
        let first = TypeId(base.map_or(1, Btf::len));
        let mut btf = Btf {
            endian: sections.endian,
            types_at: sections.types_at,
            index: Index::parse(&words, first)?,
            strings: Strings::parse(sections.strings, base.map(|base| base.strings))?,
            first,
            words,
            stored: None,
            extents: Vec::new(),
            expansions: Vec::new(),
            flaws: Flaws::default(),
            too_long: None,
            legacy_bitfields: false,
            declared: Vec::new(),
            base,
        };
        let mut flaws = verify::references(&btf)?;
        for id in verify::units(&btf, &flaws) {
            btf.show(id, None);
        }
        btf.survey();
        btf.extents = verify::extents(&btf, &mut flaws);
        btf.hide(&flaws);
        let bytes = sections.types.len() + sections.strings.len();
        let known = flaws.len();
        // Without a base's expansions there are none here either.
        if btf.too_long().is_none() {
            match verify::expansions(&btf, bytes, &mut flaws) {
                Ok(expansions) => btf.expansions = expansions,
                Err(error) => btf.too_long = Some(error),
            }
        }
        if flaws.len() > known {
            // What holds by value what cannot be spelled has no layout either.
            btf.extents = verify::extents(&btf, &mut flaws);
            btf.hide(&flaws);
        }
        btf.flaws = flaws;
        Ok(btf)
    }
}

/// The words of a big-endian type section, each turned round.
fn swapped(words: &Words) -> Vec<[u8; 4]> {
    words.iter().map(|[a, b, c, d]| [*d, *c, *b, *a]).collect()
}
