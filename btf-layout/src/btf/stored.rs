//! Types as they are stored, and as they are shown: those that have a flaw, or no bytes, as something that a pointer to them can
//! do with.

use super::Btf;
use super::flaws::Flaws;
use super::kind::Kind;
use super::record::{Head, Words, decode, number};
use super::references::Site;
use crate::error::{Problem, TypeError};
use crate::units::{Bytes, TypeId};

impl Btf<'_> {
    /// What the record of `id` says, whether a layout can be made of the type or not: what a dump of records shows. What it
    /// refers to may be anything, itself included.
    pub fn stored(&self, id: TypeId) -> Kind<'_> {
        let Some(own) = id.0.checked_sub(self.first.0) else {
            return self.base.map_or(Kind::Void, |base| base.stored(id));
        };
        let words = self.records.words(own, self.stored_words());
        let head = words.and_then(Head::read);
        let kind = head.and_then(|(head, rest)| decode(head, rest, &self.names));
        kind.unwrap_or(Kind::Void)
    }

    pub(crate) fn stored_words(&self) -> &Words {
        self.stored.as_deref().unwrap_or(&self.words)
    }

    /// Why no layout can be made of type `id`, if that is so.
    pub fn flaw(&self, id: TypeId) -> Option<TypeError> {
        match id.0.checked_sub(self.first.0) {
            Some(_) => self.flaws.error(self, id),
            None => self.base?.flaw(id),
        }
    }

    /// An error about type `id`, or about the part of it with this position and name: a member, a parameter or the like.
    #[cold]
    pub fn error(
        &self,
        id: TypeId,
        part: Option<(usize, &str)>,
        problem: Problem,
    ) -> Box<TypeError> {
        Box::new(TypeError {
            id,
            kind: self.stored(id).word(),
            name: shortened(self.name(id)),
            member: part.map(|(i, name)| (i, shortened(name))),
            problem,
        })
    }

    /// An error about a place in type `id`.
    pub(crate) fn error_at(&self, id: TypeId, site: Site, problem: Problem) -> Box<TypeError> {
        match site {
            Site::Whole => self.error(id, None, problem),
            Site::Member(i, name) => self.error(id, Some((i, self.name_at(name))), problem),
        }
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
            false => self.flaws.has(id),
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
            let union = match self.stored(id) {
                Kind::Struct(_) => Some(false),
                Kind::Union(_) => Some(true),
                _ => None,
            };
            self.show(id, union);
        }
        self.declared = self.list_declared();
        self.legacy_bitfields = self.has_legacy_bitfields();
    }

    /// Shows one of the section's own types as a forward declaration of a struct or a union, or as `void`.
    pub(crate) fn show(&mut self, id: TypeId, union: Option<bool>) {
        let own = id.0.saturating_sub(self.first.0);
        let Some(start) = self.records.start(own) else {
            return;
        };
        if self.stored.is_none() {
            self.stored = Some(self.words.clone());
        }
        let (kind, info) = match union {
            None => (number::VOID, 0),
            Some(union) => {
                let flag = if union { 1 << 31 } else { 0 };
                (number::FWD, u32::from(number::FWD) << 24 | flag)
            }
        };
        // The word behind that of the name.
        let at = start as usize + 1;
        if let Some(word) = self.words.to_mut().get_mut(at) {
            *word = u32::to_le_bytes(info);
        }
        self.records.set_kind(own, kind);
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
