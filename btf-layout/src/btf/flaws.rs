//! Types that no layout can be made of, and why.

use super::Btf;
use super::references::Site;
use crate::error::{Problem, TypeError};
use crate::units::TypeId;
use std::collections::BTreeMap;

/// The types of one section that have a flaw.
#[derive(Debug, Default)]
pub(crate) struct Flaws(BTreeMap<TypeId, Flaw>);

/// What is wrong with a type. A name is not part of it: many types may have the same long one.
#[derive(Clone, Debug)]
struct Flaw {
    site: Site,
    cause: Cause,
}

#[derive(Clone, Debug)]
enum Cause {
    /// Something in the type itself.
    Own(Problem),
    /// It holds this type by value, which has a flaw of its own.
    Held(TypeId),
}

impl Flaws {
    /// Number of types.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The types, in order.
    pub(crate) fn ids(&self) -> impl Iterator<Item = TypeId> + use<'_> {
        self.0.keys().copied()
    }

    /// Whether type `id` is among them.
    #[inline]
    pub(crate) fn has(&self, id: TypeId) -> bool {
        !self.0.is_empty() && self.0.contains_key(&id)
    }

    /// Notes that something in type `id` is wrong. What is known about it already stays.
    pub(crate) fn note(&mut self, id: TypeId, site: Site, problem: Problem) {
        let cause = Cause::Own(problem);
        self.0.entry(id).or_insert(Flaw { site, cause });
    }

    /// Notes that type `id` holds type `held` by value, which has a flaw.
    pub(crate) fn note_held(&mut self, id: TypeId, site: Site, held: TypeId) {
        // The cause itself, so that no chain has to be followed.
        let cause = match self.0.get(&held) {
            Some(Flaw { cause, .. }) => match cause {
                Cause::Held(first) => Cause::Held(*first),
                Cause::Own(_) => Cause::Held(held),
            },
            // A type of the base.
            None => Cause::Held(held),
        };
        self.0.entry(id).or_insert(Flaw { site, cause });
    }

    /// What is wrong with type `id` of `btf`, whose flaws these are.
    pub(crate) fn error(&self, btf: &Btf<'_>, id: TypeId) -> Option<TypeError> {
        let flaw = self.0.get(&id)?;
        let problem = match &flaw.cause {
            Cause::Own(problem) => problem.clone(),
            Cause::Held(held) => Problem::Holds(Box::new(match self.0.get(held) {
                Some(Flaw {
                    site,
                    cause: Cause::Own(problem),
                }) => *btf.error_at(*held, *site, problem.clone()),
                _ => btf.flaw(*held)?,
            })),
        };
        Some(*btf.error_at(id, flaw.site, problem))
    }
}
