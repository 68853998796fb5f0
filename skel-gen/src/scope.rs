//! The one place where clashes of identifiers are settled.
#![expect(clippy::disallowed_types, reason = "never iterated")]

use rustc_hash::{FxBuildHasher, FxHashMap};
use std::borrow::Cow;
use std::collections::hash_map::Entry;

/// The identifiers taken in one namespace of a generated file. It can be asked and added to, never iterated: nothing about
/// the output can depend on the order of a hash table.
#[derive(Debug, Default)]
pub struct Scope<'a> {
    /// The first few, which it is quicker to look through.
    few: Vec<(Cow<'a, str>, Next)>,
    /// All others.
    many: FxHashMap<Cow<'a, str>, Next>,
}

/// The number to try next for a name that is taken: a thousand equal names must not take a million tries.
type Next = u32;

/// How many names are looked through one by one.
const FEW: usize = 16;

impl<'a> Scope<'a> {
    /// A scope with room for about `names` identifiers.
    pub fn with_capacity(names: usize) -> Self {
        Scope {
            few: Vec::with_capacity(names.min(FEW)),
            many: FxHashMap::with_capacity_and_hasher(names.saturating_sub(FEW), FxBuildHasher),
        }
    }

    /// Takes `name`, or the first free of `name___2`, `name___3`, ... (libbpf's way); returns what it took.
    pub fn claim(&mut self, name: impl Into<Cow<'a, str>>) -> Cow<'a, str> {
        let name = name.into();
        if self.insert(&name) {
            return name;
        }
        let mut number = self.next(&name).map_or(2, |next| *next);
        let free = loop {
            let numbered = Cow::Owned(format!("{name}___{number}"));
            number += 1;
            if self.insert(&numbered) {
                break numbered;
            }
        };
        if let Some(next) = self.next(&name) {
            *next = number;
        }
        free
    }

    /// Whether `name` is taken.
    pub fn has(&self, name: &str) -> bool {
        self.few.iter().any(|(taken, _)| taken == name) || self.many.contains_key(name)
    }

    /// The number to try next for `name`, if that is taken.
    fn next(&mut self, name: &str) -> Option<&mut Next> {
        let few = self.few.iter_mut().find(|(taken, _)| taken == name);
        few.map(|(_, next)| next)
            .or_else(|| self.many.get_mut(name))
    }

    /// Takes `name` if it is free.
    fn insert(&mut self, name: &Cow<'a, str>) -> bool {
        if self.few.iter().any(|(taken, _)| taken == name) {
            return false;
        }
        if self.few.len() < FEW {
            self.few.push((name.clone(), 2));
            return true;
        }
        match self.many.entry(name.clone()) {
            Entry::Occupied(_) => false,
            Entry::Vacant(free) => {
                free.insert(2);
                true
            }
        }
    }
}
