//! The one place where clashes of identifiers are settled.

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// The identifiers taken in one namespace of a generated file. It can be asked and added to, never iterated: nothing about
/// the output can depend on the order of a hash table.
#[derive(Debug, Default)]
pub struct Scope<'a> {
    names: Vec<Cow<'a, str>>,
    /// The [`mark`] of each name, as long as these are looked through one by one.
    marks: Vec<u32>,
    /// Positions in `names`, once these are too many for that.
    positions: HashTable<u32>,
    /// By position: the number to try next for a name that is taken. A thousand equal names must not take a million tries.
    next: BTreeMap<u32, u32>,
}

/// How many names are looked through one by one. A few instructions compare the marks of all of them.
const FEW: usize = 64;

impl<'a> Scope<'a> {
    /// A scope with room for about `names` identifiers.
    pub fn with_capacity(names: usize) -> Self {
        let (marks, hashed) = if names > FEW { (0, names) } else { (names, 0) };
        Scope {
            names: Vec::with_capacity(names),
            marks: Vec::with_capacity(marks),
            positions: HashTable::with_capacity(hashed),
            next: BTreeMap::new(),
        }
    }

    /// Gives back all names, and makes room for about as many as `names`. Memory is kept, but for a hash table.
    pub(crate) fn reset(&mut self, names: usize) {
        if self.is_hashed() || names > FEW {
            *self = Self::with_capacity(names);
            return;
        }
        self.names.clear();
        self.marks.clear();
        self.next.clear();
    }

    /// Takes `name`, or the first free of `name___2`, `name___3`, ... (libbpf's way); returns what it took.
    pub fn claim(&mut self, name: impl Into<Cow<'a, str>>) -> Cow<'a, str> {
        let name = name.into();
        let Err(taken) = self.take(&name) else {
            return name;
        };
        let mut number = self.next.get(&taken).copied().unwrap_or(2);
        let free = loop {
            let numbered = Cow::Owned(format!("{name}___{number}"));
            number += 1;
            if self.take(&numbered).is_ok() {
                break numbered;
            }
        };
        self.next.insert(taken, number);
        free
    }

    /// Takes `name`, whether it is free or not.
    #[expect(clippy::ptr_arg, reason = "a borrowed name is kept as it is")]
    pub(crate) fn add(&mut self, name: &Cow<'a, str>) {
        let _ = self.take(name);
    }

    /// Whether `name` is taken.
    #[inline]
    pub fn has(&self, name: &str) -> bool {
        if self.is_hashed() {
            let found = self.positions.find(hash(name), |at| self.is_at(*at, name));
            return found.is_some();
        }
        self.find(name, mark(name)).is_some()
    }

    /// Whether positions are in the hash table, not in `marks`.
    #[inline]
    fn is_hashed(&self) -> bool {
        self.names.len() > self.marks.len() || self.positions.capacity() > 0
    }

    #[inline]
    fn is_at(&self, position: u32, name: &str) -> bool {
        let taken = self.names.get(position as usize);
        taken.is_some_and(|taken| taken == name)
    }

    /// Where in `names` `name` is, while there are few.
    #[inline]
    fn find(&self, name: &str, mark: u32) -> Option<u32> {
        if !has_mark(&self.marks, mark) {
            return None;
        }
        let position = self.names.iter().position(|taken| taken == name)?;
        u32::try_from(position).ok()
    }

    /// Takes `name` if it is free; else says where it is.
    #[expect(clippy::ptr_arg, reason = "a borrowed name is kept as it is")]
    fn take(&mut self, name: &Cow<'a, str>) -> Result<(), u32> {
        if self.is_hashed() {
            return self.take_hashed(name);
        }
        let mark = mark(name);
        if let Some(taken) = self.find(name, mark) {
            return Err(taken);
        }
        self.names.push(Cow::clone(name));
        self.marks.push(mark);
        if self.names.len() > FEW {
            self.marks.clear();
            for name in std::mem::take(&mut self.names) {
                // They are all different.
                let _ = self.take_hashed(&name);
            }
        }
        Ok(())
    }

    #[expect(clippy::ptr_arg, reason = "a borrowed name is kept as it is")]
    fn take_hashed(&mut self, name: &Cow<'a, str>) -> Result<(), u32> {
        let names = &self.names;
        let taken = |position: u32| names.get(position as usize);
        let entry = self.positions.entry(
            hash(name),
            |position| taken(*position).is_some_and(|taken| taken == name),
            |position| taken(*position).map_or(0, |taken| hash(taken)),
        );
        let position = match entry {
            Entry::Occupied(taken) => return Err(*taken.get()),
            Entry::Vacant(free) => {
                // No text of 4 GiB has that many names.
                let position = u32::try_from(names.len()).unwrap_or(u32::MAX);
                free.insert(position);
                position
            }
        };
        debug_assert_eq!(position as usize, self.names.len(), "one position a name");
        self.names.push(Cow::clone(name));
        Ok(())
    }
}

/// Whether `mark` is among `marks`; without a shortcut, so that it takes a few wide instructions.
#[inline]
fn has_mark(marks: &[u32], mark: u32) -> bool {
    marks
        .iter()
        .fold(false, |found, other| found | (*other == mark))
}

/// A number made from the length and both ends: tells most names that are free from those that are taken at once.
#[inline]
fn mark(name: &str) -> u32 {
    let bytes = name.as_bytes();
    let len = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    let (first, last) = match (bytes.first_chunk(), bytes.last_chunk()) {
        (Some(first), Some(last)) => (u32::from_le_bytes(*first), u32::from_le_bytes(*last)),
        _ => (
            bytes
                .iter()
                .fold(0, |sum, byte| sum << 8 | u32::from(*byte)),
            0,
        ),
    };
    first.rotate_left(13) ^ last ^ len << 24
}

/// The hash that tables of names go by. Its seed differs from run to run, so that no file can be made of names whose hashes
/// are all the same; nothing but time depends on it.
pub(crate) fn hash(name: &str) -> u64 {
    static SEED: LazyLock<u64> = LazyLock::new(|| RandomState::new().hash_one(0));
    xxh3_64_with_seed(name.as_bytes(), *SEED)
}
