//! The one place where clashes of identifiers are settled.

use hashbrown::HashTable;
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
    /// Which [`marks`] are among `names`.
    marks: u64,
    /// Positions in `names`, once these are too many to look through one by one.
    positions: HashTable<usize>,
    /// By position: the number to try next for a name that is taken. A thousand equal names must not take a million tries.
    next: BTreeMap<usize, u32>,
}

/// How many names are looked through one by one.
const FEW: usize = 16;

impl<'a> Scope<'a> {
    /// A scope with room for about `names` identifiers.
    pub fn with_capacity(names: usize) -> Self {
        let hashed = if names > FEW { names } else { 0 };
        Scope {
            names: Vec::with_capacity(names),
            positions: HashTable::with_capacity(hashed),
            ..Scope::default()
        }
    }

    /// Takes `name`, or the first free of `name___2`, `name___3`, ... (libbpf's way); returns what it took.
    pub fn claim(&mut self, name: impl Into<Cow<'a, str>>) -> Cow<'a, str> {
        let name = name.into();
        let Some(taken) = self.position(&name) else {
            self.take(name.clone());
            return name;
        };
        let mut number = self.next.get(&taken).copied().unwrap_or(2);
        let free = loop {
            let numbered = format!("{name}___{number}");
            number += 1;
            if !self.has(&numbered) {
                break Cow::Owned(numbered);
            }
        };
        self.next.insert(taken, number);
        self.take(Cow::clone(&free));
        free
    }

    /// Takes `name`, whether it is free or not.
    pub(crate) fn add(&mut self, name: Cow<'a, str>) {
        if !self.has(&name) {
            self.take(name);
        }
    }

    /// Whether `name` is taken.
    pub fn has(&self, name: &str) -> bool {
        self.position(name).is_some()
    }

    /// Where in `names` `name` is.
    fn position(&self, name: &str) -> Option<usize> {
        if self.marks & mark(name) == 0 {
            return None;
        }
        if self.positions.is_empty() {
            return self.names.iter().position(|taken| taken == name);
        }
        let same = |position: &usize| self.names.get(*position).is_some_and(|taken| taken == name);
        self.positions.find(hash(name), same).copied()
    }

    /// Adds `name`, which is free.
    fn take(&mut self, name: Cow<'a, str>) {
        self.marks |= mark(&name);
        self.names.push(name);
        let hashed = self.positions.len();
        if self.names.len() > FEW {
            let names = &self.names;
            let rehash = |position: &usize| names.get(*position).map_or(0, |name| hash(name));
            for (position, name) in names.iter().enumerate().skip(hashed) {
                self.positions.insert_unique(hash(name), position, rehash);
            }
        }
    }
}

/// One of 64 bits, by the length and the last letter: tells most names that are free from few that are taken at once.
fn mark(name: &str) -> u64 {
    let last = name.as_bytes().last().copied().unwrap_or_default();
    1 << ((name.len() * 5 + usize::from(last)) % 64)
}

/// The hash that tables of names go by. Its seed differs from run to run, so that no file can be made of names whose hashes
/// are all the same; nothing but time depends on it.
pub(crate) fn hash(name: &str) -> u64 {
    static SEED: LazyLock<u64> = LazyLock::new(|| RandomState::new().hash_one(0));
    xxh3_64_with_seed(name.as_bytes(), *SEED)
}
