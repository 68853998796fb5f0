//! Which types a layout is made for.

use crate::btf::{Btf, Kind};
use crate::error::Error;
use crate::units::TypeId;
use std::collections::BTreeSet;

/// The types a dump starts from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Roots {
    /// Every type of the section, and of its base.
    All,
    /// Every type but these; they are there nevertheless if others need them.
    Except(Vec<TypeId>),
    /// These types, and what they need; each once, in the order requested.
    Only(Vec<TypeId>),
    /// What values of these types need: a pointer is a number, whatever it points to.
    Values(Vec<TypeId>),
}

impl Roots {
    /// The roots named by ids and by names: `event`, or with its C keyword `struct event`. All if both are empty.
    ///
    /// A name stands for every type that bears it. A function, variable or section stands for the types it mentions.
    ///
    /// # Errors
    /// [`Error::NoSuchRoot`] names an id or name that is not there.
    pub fn select(btf: &Btf<'_>, ids: &[TypeId], names: &[String]) -> Result<Self, Error> {
        if ids.is_empty() && names.is_empty() {
            return Ok(Roots::All);
        }
        let missing = |root: String| Error::NoSuchRoot { root };
        let mut roots = Vec::new();
        for id in ids {
            if *id == TypeId::VOID || id.0 >= btf.len() {
                return Err(missing(format!("root_id {id}")));
            }
            roots.push(*id);
        }
        for name in names {
            let found = roots.len();
            roots.extend(named(btf, name));
            if roots.len() == found {
                return Err(missing(format!("type '{name}'")));
            }
        }
        let mut seen = BTreeSet::new();
        roots.retain(|id| seen.insert(*id));
        Ok(Roots::Only(roots))
    }

    /// Checks that definitions can be made for these roots.
    ///
    /// # Errors
    /// [`Error::Type`] names a root that has a [`Btf::flaw`], or the type with which all types together become too long.
    pub fn check(&self, btf: &Btf<'_>) -> Result<(), Error> {
        if let Some(error) = btf.too_long() {
            return Err(Box::new(error.clone()).into());
        }
        let ids = match self {
            Roots::All | Roots::Except(_) => return Ok(()),
            Roots::Only(ids) | Roots::Values(ids) => ids,
        };
        match ids.iter().find_map(|id| btf.flaw(*id)) {
            Some(flaw) => Err(Box::new(flaw).into()),
            None => Ok(()),
        }
    }
}

/// The structs, unions, enums and typedefs called `name`.
fn named(btf: &Btf<'_>, name: &str) -> impl Iterator<Item = TypeId> {
    let (word, name) = match name.split_once(' ') {
        Some((word, name)) => (Some(word), name.trim_start()),
        None => (None, name),
    };
    let is_named = move |id: &TypeId, kind: Kind<'_>| {
        btf.name(*id) == name && kind.is_definition() && word.is_none_or(|word| word == kind.word())
    };
    let declared = btf.declared().filter(move |id| is_named(id, btf.kind(*id)));
    let flawed = btf.flawed().filter(move |id| is_named(id, btf.stored(*id)));
    declared.chain(flawed)
}
