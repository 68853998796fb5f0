//! Types as they are stored, and as they are shown: those that have a flaw, or no bytes, as something that a pointer to them can
//! do with.

use super::flaws::{Cause, Flaws};
use super::kind::{BtfKind, Kind};
use super::tail::Words;
use super::types::Btf;
use super::wire::{Head, decode};
use crate::error::{Problem, TypeError};
use crate::units::{Bytes, TypeId};

impl Btf<'_> {
    /// What the entry of `id` says, whether a layout can be made of the type or not: what a dump of entries shows. What it
    /// refers to may be anything, itself included.
    pub fn stored(&self, id: TypeId) -> Kind<'_> {
        let Some(own) = id.0.checked_sub(self.first.0) else {
            return self.base.map_or(Kind::Void, |base| base.stored(id));
        };
        let words = self.index.words(own, self.stored_words());
        let head = words.and_then(Head::read);
        let kind = head.and_then(|(head, rest)| decode(head, rest, &self.strings));
        kind.unwrap_or(Kind::Void)
    }

    pub(crate) fn stored_words(&self) -> &Words {
        self.stored.as_deref().unwrap_or(&self.words)
    }

    /// Why no layout can be made of type `id`, if that is so.
    pub fn flaw(&self, id: TypeId) -> Option<TypeError> {
        if id < self.first {
            return self.base?.flaw(id);
        }
        let flaw = self.flaws.get(id)?;
        let problem = match &flaw.cause {
            Cause::Own(problem) => problem.clone(),
            // Its cause is its own.
            Cause::Held(held) => Problem::Holds(Box::new(self.flaw(*held)?)),
        };
        Some(*self.error(id, flaw.member, problem))
    }

    /// An error about type `id`, or about the member or parameter of it at this position.
    #[cold]
    pub fn error(&self, id: TypeId, member: Option<usize>, problem: Problem) -> Box<TypeError> {
        let stored = self.stored(id);
        let name = |i| match stored {
            Kind::Struct(composite) | Kind::Union(composite) => {
                composite.members().nth(i).map(|member| member.name)
            }
            Kind::FuncProto(proto) => proto.params().nth(i).map(|(name, _)| name),
            Kind::Void
            | Kind::Int(_)
            | Kind::Ptr(_)
            | Kind::Array(_)
            | Kind::Enum(_)
            | Kind::Fwd { .. }
            | Kind::Typedef(_)
            | Kind::Volatile(_)
            | Kind::Const(_)
            | Kind::Restrict(_)
            | Kind::Func { .. }
            | Kind::Var { .. }
            | Kind::Datasec(_)
            | Kind::Float(_)
            | Kind::DeclTag { .. }
            | Kind::TypeTag { .. } => None,
        };
        Box::new(TypeError {
            id,
            kind: stored.word(),
            name: shortened(self.name(id)),
            member: member.map(|i| (i, shortened(name(i).unwrap_or_default()))),
            problem,
        })
    }

    /// The types that have a [`Btf::flaw`], the base's included, in order of their id.
    pub fn flawed(&self) -> impl Iterator<Item = TypeId> + use<'_> {
        let bases = std::iter::successors(self.base, |btf| btf.base);
        let of_base: Vec<_> = bases.flat_map(|base| base.flaws.ids()).collect();
        of_base.into_iter().chain(self.flaws.ids())
    }

    /// Whether type `id` has a [`Btf::flaw`].
    #[inline]
    pub(crate) fn is_flawed(&self, id: TypeId) -> bool {
        match id.0 < self.first.0 {
            true => self.base.is_some_and(|base| base.is_flawed(id)),
            false => self.flaws.get(id).is_some(),
        }
    }

    /// Why the types cannot all be written down, if that is so.
    pub(crate) fn too_long(&self) -> Option<&TypeError> {
        let own = self.too_long.as_deref();
        own.or_else(|| self.base?.too_long())
    }

    /// The size that the BTF states for a value of type `id`, even if the type has a [`Btf::flaw`]; `None` if it states none.
    pub fn stated_size(&self, mut id: TypeId) -> Option<Bytes> {
        let mut count = 1_u64;
        for _ in 0..Btf::MAX_DEPTH {
            let size = match self.stored(id) {
                Kind::Typedef(ty)
                | Kind::Volatile(ty)
                | Kind::Const(ty)
                | Kind::Restrict(ty)
                | Kind::TypeTag { ty, .. } => {
                    id = ty;
                    continue;
                }
                Kind::Array(array) => {
                    count = count.checked_mul(u64::from(array.len))?;
                    id = array.elem;
                    continue;
                }
                Kind::Ptr(_) => Btf::POINTER,
                Kind::Int(int) => int.size,
                Kind::Enum(decl) if decl.size == Bytes(0) => return None,
                Kind::Enum(decl) => decl.size,
                Kind::Float(size) => size,
                Kind::Struct(composite) | Kind::Union(composite) => composite.size,
                Kind::Void
                | Kind::Fwd { .. }
                | Kind::Func { .. }
                | Kind::FuncProto(_)
                | Kind::Var { .. }
                | Kind::Datasec(_)
                | Kind::DeclTag { .. } => return None,
            };
            let size = count.checked_mul(u64::from(size.0))?;
            let size = u32::try_from(size).ok().map(Bytes);
            return size.filter(|size| *size <= Bytes::MAX);
        }
        None
    }

    /// Shows types that have a flaw as what a pointer to them needs.
    pub(crate) fn hide(&mut self, flaws: &Flaws) {
        if flaws.len() == 0 {
            return;
        }
        for id in flaws.ids() {
            let union = self.stored(id).composite().map(|composite| composite.union);
            self.show(id, union);
        }
        self.survey();
    }

    /// Shows one of the section's own types as a forward declaration of a struct or a union, or as `void`.
    pub(crate) fn show(&mut self, id: TypeId, union: Option<bool>) {
        let own = id.0.saturating_sub(self.first.0);
        let Some(start) = self.index.start(own) else {
            return;
        };
        if self.stored.is_none() {
            self.stored = Some(self.words.clone());
        }
        // The word after that of the name.
        let at = start as usize + 1;
        if let Some(word) = self.words.to_mut().get_mut(at) {
            *word = Head::info_of_shown(union).to_le_bytes();
        }
        let kind = union.map_or(BtfKind::Void, |_| BtfKind::Fwd);
        self.index.set_kind(own, kind);
    }
}

/// A name for a message: the start of it, if it is longer than any compiler writes.
fn shortened(name: &str) -> String {
    const LONGEST: usize = 512;
    if name.len() <= LONGEST {
        return name.to_owned();
    }
    let end = (0..=LONGEST).rfind(|end| name.is_char_boundary(*end));
    format!("{}...", name.get(..end.unwrap_or(0)).unwrap_or_default())
}
