//! What is looked up by name, indexed once: an object may hold any number of sections and variables.

use super::elf::Elf;
use super::error::ObjectError;
use btf_layout::{Btf, Datasec, Kind};
use std::collections::BTreeMap;

/// Symbols and `DATASEC`s by name.
#[derive(Debug)]
pub(super) struct Index<'a> {
    /// By section and name: offset in the section.
    symbols: BTreeMap<(usize, &'a str), u64>,
    datasecs: BTreeMap<&'a str, Datasec<'a>>,
}

/// Text that the names of any object may have, in bytes, and the times it may be larger than the file.
const ROOM: usize = 16 << 20;
const PROPORTION: usize = 64;

impl<'a> Index<'a> {
    /// Indexes an object. Of several things with one name, the first counts.
    ///
    /// # Errors
    /// [`ObjectError::Damaged`] for names that share their bytes so often that they are out of proportion to the file.
    pub(super) fn new(elf: &Elf<'a>, btf: &'a Btf<'a>) -> Result<Self, ObjectError> {
        let mut room = elf
            .bytes
            .len()
            .saturating_mul(PROPORTION)
            .saturating_add(ROOM);
        let mut take = |name: &str| match room.checked_sub(name.len()) {
            Some(left) => {
                room = left;
                Ok(())
            }
            None => Err(ObjectError::Damaged(
                "its names are out of proportion".to_owned(),
            )),
        };
        elf.sections
            .iter()
            .try_for_each(|section| take(section.name))?;
        let mut symbols = BTreeMap::new();
        for symbol in &elf.symbols {
            take(symbol.name)?;
            symbols
                .entry((symbol.section, symbol.name))
                .or_insert(symbol.offset);
        }
        let mut datasecs = BTreeMap::new();
        for id in btf.ids() {
            if let Kind::Datasec(datasec) = btf.kind(id) {
                datasec
                    .vars()
                    .try_for_each(|entry| take(btf.name(entry.var)))?;
                datasecs.entry(btf.name(id)).or_insert(datasec);
            }
        }
        Ok(Index { symbols, datasecs })
    }

    /// The offset of symbol `name` in a section.
    pub(super) fn symbol(&self, section: usize, name: &str) -> Option<u64> {
        self.symbols.get(&(section, name)).copied()
    }

    /// The `DATASEC` called `name`.
    pub(super) fn datasec(&self, name: &str) -> Option<Datasec<'a>> {
        self.datasecs.get(name).copied()
    }
}
