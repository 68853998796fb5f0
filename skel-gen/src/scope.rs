//! The one place where clashes of identifiers are settled.
#![expect(clippy::disallowed_types, reason = "never iterated")]

use rustc_hash::{FxBuildHasher, FxHashSet};
use std::borrow::Cow;

/// The identifiers taken in one namespace of a generated file. It can be asked and added to, never iterated: nothing about
/// the output can depend on the order of a hash table.
#[derive(Debug, Default)]
pub struct Scope<'a> {
    /// The first few, which it is quicker to look through.
    few: Vec<Cow<'a, str>>,
    /// All others.
    many: FxHashSet<Cow<'a, str>>,
}

/// How many names are looked through one by one.
const FEW: usize = 16;

impl<'a> Scope<'a> {
    /// A scope with room for about `names` identifiers.
    pub fn with_capacity(names: usize) -> Self {
        Scope {
            few: Vec::with_capacity(names.min(FEW)),
            many: FxHashSet::with_capacity_and_hasher(names.saturating_sub(FEW), FxBuildHasher),
        }
    }

    /// Takes `name`, or the first free of `name___2`, `name___3`, ... (libbpf's way); returns what it took.
    pub fn claim(&mut self, name: impl Into<Cow<'a, str>>) -> Cow<'a, str> {
        let name = name.into();
        if self.insert(&name) {
            return name;
        }
        let numbered = (2_u64..).map(|n| Cow::Owned(format!("{name}___{n}")));
        let mut free = numbered.filter(|candidate| self.insert(candidate));
        free.next().unwrap_or_default()
    }

    /// Whether `name` is taken.
    pub fn has(&self, name: &str) -> bool {
        self.few.iter().any(|taken| taken == name) || self.many.contains(name)
    }

    /// Takes `name` if it is free.
    fn insert(&mut self, name: &Cow<'a, str>) -> bool {
        if self.few.contains(name) {
            return false;
        }
        if self.few.len() < FEW {
            self.few.push(name.clone());
            return true;
        }
        self.many.insert(name.clone())
    }
}
