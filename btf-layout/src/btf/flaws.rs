//! Types that no layout can be made of, and why.

use crate::error::Problem;
use crate::units::TypeId;
use std::collections::BTreeMap;

/// The types of one section that have a flaw.
#[derive(Debug, Default)]
pub(crate) struct Flaws(BTreeMap<TypeId, Flaw>);

/// What is wrong with a type. A name is not part of it: many types may have the same long one.
#[derive(Clone, Debug)]
pub(crate) struct Flaw {
    /// The position of the member or parameter that it is about.
    pub(crate) member: Option<usize>,
    pub(crate) cause: Cause,
}

#[derive(Clone, Debug)]
pub(crate) enum Cause {
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

    /// The flaw of type `id`, if it has one.
    #[inline]
    pub(crate) fn get(&self, id: TypeId) -> Option<&Flaw> {
        self.0.get(&id)
    }

    /// Notes that something in type `id` is wrong. What is known about it already stays.
    pub(crate) fn note(&mut self, id: TypeId, member: Option<usize>, problem: Problem) {
        let cause = Cause::Own(problem);
        self.0.entry(id).or_insert(Flaw { member, cause });
    }

    /// Notes that type `id` holds type `held` by value, which has a flaw.
    pub(crate) fn note_held(&mut self, id: TypeId, member: Option<usize>, held: TypeId) {
        // The cause itself, so that no chain has to be followed.
        let cause = match self.0.get(&held).map(|flaw| &flaw.cause) {
            Some(Cause::Held(first)) => Cause::Held(*first),
            // Else a flaw of its own, or a type of the base.
            Some(Cause::Own(_)) | None => Cause::Held(held),
        };
        self.0.entry(id).or_insert(Flaw { member, cause });
    }
}
