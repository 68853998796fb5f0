//! What is looked up by name, indexed once: an object may hold any number of sections and variables.

use super::elf::{Elf, Symbol};
use super::error::ObjectError;
use btf_layout::{Btf, Datasec, Kind};
use std::collections::{BTreeMap, BTreeSet};

/// Symbols and `DATASEC`s by name.
#[derive(Debug)]
pub(super) struct Index<'a> {
    /// Global symbols by section and name.
    symbols: BTreeMap<(usize, &'a str), Symbol<'a>>,
    /// Names of global variables, in whatever section.
    variables: BTreeSet<&'a str>,
    datasecs: BTreeMap<&'a str, Datasec<'a>>,
}

/// Text that the names of any object may have, in bytes, and the times it may be larger than the file.
const ROOM: usize = 16 << 20;
const PROPORTION: usize = 64;

impl<'a> Index<'a> {
    /// Indexes an object. Of several `DATASEC`s with one name, the first counts.
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
        let mut variables = BTreeSet::new();
        for symbol in &elf.symbols {
            take(symbol.name)?;
            if symbol.is_global {
                symbols.insert((symbol.section, symbol.name), *symbol);
                if symbol.is_variable {
                    variables.insert(symbol.name);
                }
            }
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
        Ok(Index {
            symbols,
            variables,
            datasecs,
        })
    }

    /// The global symbol `name` of a section; those that are not defined are in section 0.
    pub(super) fn symbol<'s>(&'s self, section: usize, name: &'s str) -> Option<&'s Symbol<'s>> {
        self.symbols.get(&(section, name))
    }

    /// Whether a global variable called `name` is defined in any section.
    pub(super) fn has_variable(&self, name: &str) -> bool {
        self.variables.contains(name)
    }

    /// The `DATASEC` called `name`.
    pub(super) fn datasec(&self, name: &str) -> Option<Datasec<'a>> {
        self.datasecs.get(name).copied()
    }
}
