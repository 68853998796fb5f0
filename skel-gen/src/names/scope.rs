//! The one place where clashes of identifiers are settled.

use foldhash::fast::RandomState;
use std::borrow::Cow;
use std::collections::hash_map::Entry;

#[expect(clippy::disallowed_types, reason = "it is never iterated")]
type HashMap<K, V> = std::collections::HashMap<K, V, RandomState>;

/// The identifiers taken in one namespace of a generated file. It can be added to and looked up in, never iterated: nothing about
/// the output can depend on the order of a hash table.
#[derive(Debug, Default)]
pub(crate) struct Scope<'a> {
    /// Each name that is taken, and the number to try next when it is claimed again. A thousand equal names must not take a million
    /// tries.
    taken: HashMap<Cow<'a, str>, u32>,
}

/// The number of the second identifier of a name.
const SECOND: u32 = 2;

impl<'a> Scope<'a> {
    /// A scope with room for about `names` identifiers.
    pub(crate) fn with_capacity(names: usize) -> Self {
        Scope {
            taken: HashMap::with_capacity_and_hasher(names, RandomState::default()),
        }
    }

    /// Takes `name`, or the first free of `name___2`, `name___3`, ... (libbpf's way); returns what it took.
    pub(crate) fn claim(&mut self, name: impl Into<Cow<'a, str>>) -> Cow<'a, str> {
        let name = name.into();
        let mut number = match self.taken.entry(name.clone()) {
            Entry::Occupied(taken) => *taken.get(),
            Entry::Vacant(free) => {
                free.insert(SECOND);
                return name;
            }
        };
        let numbered = loop {
            let numbered: Cow<'a, str> = Cow::Owned(format!("{name}___{number}"));
            number += 1;
            if let Entry::Vacant(free) = self.taken.entry(numbered.clone()) {
                free.insert(SECOND);
                break numbered;
            }
        };
        self.taken.insert(name, number);
        numbered
    }

    /// Takes `name`, whether it is free or not.
    pub(crate) fn add(&mut self, name: Cow<'a, str>) {
        self.taken.entry(name).or_insert(SECOND);
    }

    /// Whether `name` is taken.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.taken.contains_key(name)
    }
}
