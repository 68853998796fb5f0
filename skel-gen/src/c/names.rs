//! The naming pass: every type and enumerator gets its C identifier before the first line is written.
//!
//! It covers the whole BTF section whatever the roots are, so that a type has the same name in every file made from it.

use super::ident::{flavoured, identifier, identifier_or_empty};
use super::spelling;
use crate::model::{Number, forwards};
use crate::names::{Scope, legal, legal_or_empty, taken};
use btf_layout::{Btf, Kind, TypeId};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Which names are taken before the first type gets one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Policy {
    /// A wasm32 header stands beside wasi-libc's, in C and in C++.
    Wasm,
    /// A native header stands alone, in C.
    Native,
}

/// The C identifiers of types and enumerators: those that differ from the BTF names, all others being equal to them.
#[derive(Debug)]
pub(super) struct Names<'b> {
    btf: &'b Btf<'b>,
    policy: Policy,
    /// A tag that something else beside the types has.
    beside: Option<String>,
    /// By type id.
    types: Vec<(TypeId, String)>,
    /// A bit for each type id: whether `types` has it. Few types are there, and nearly every name is looked up.
    renamed: Vec<u64>,
    /// By enum id and position.
    enumerators: Vec<((TypeId, usize), String)>,
    /// Typedefs and enumerators.
    ordinary: Scope<'b>,
}

impl<'b> Names<'b> {
    /// Settles all names of `btf`, in order of type id: tags, then typedefs, then enumerators.
    pub(super) fn settle(btf: &'b Btf<'b>, policy: Policy) -> Self {
        Self::settle_beside(btf, policy, None)
    }

    /// [`Names::settle`] where something that is no type in BTF has the tag `beside`.
    pub(super) fn settle_beside(btf: &'b Btf<'b>, policy: Policy, beside: Option<String>) -> Self {
        let mut names = Names {
            btf,
            policy,
            beside,
            types: Vec::new(),
            renamed: vec![0; btf.len() as usize / 64 + 1],
            enumerators: Vec::new(),
            ordinary: Scope::default(),
        };
        let mut tags = Scope::with_capacity(btf.len() as usize / 8);
        let (mut typedefs, mut enums) = (Vec::new(), Vec::new());
        for id in btf.declared() {
            let kind = btf.kind(id);
            if let Kind::Typedef(_) = kind {
                typedefs.push(id);
                continue;
            }
            if let Kind::Enum(decl) = kind {
                enums.push((id, decl));
            }
            let name = btf.name(id);
            if kind.is_defined() && !name.is_empty() {
                let claimed = tags.claim(names.tag(name));
                names.note(id, name, &claimed);
            } else {
                names.note_undefined(id, name);
            }
        }
        if policy == Policy::Native {
            names.settle_forwards(&mut tags);
        }
        let enumerators: usize = enums.iter().map(|(_, decl)| decl.len()).sum();
        let mut ordinary = Scope::with_capacity(typedefs.len() + enumerators);
        // Typedefs look up the tags, so their names join them at the end only: until then the table is sorted.
        let mut aliases = Vec::new();
        for id in typedefs {
            let name = btf.name(id);
            let claimed = names.settle_typedef(id, &tags, &mut ordinary);
            if claimed != name {
                names.mark(id);
                aliases.push((id, claimed.into_owned()));
            }
        }
        for (id, decl) in enums {
            for (i, name) in decl.names().enumerate() {
                let claimed = ordinary.claim(names.enumerator_wish(name));
                if claimed != name {
                    names.enumerators.push(((id, i), claimed.into_owned()));
                }
            }
        }
        names.types.append(&mut aliases);
        names.types.sort_unstable_by_key(|(id, _)| *id);
        names.ordinary = ordinary;
        names
    }

    fn note(&mut self, id: TypeId, name: &str, claimed: &str) {
        if claimed != name {
            self.mark(id);
            self.types.push((id, claimed.to_owned()));
        }
    }

    fn mark(&mut self, id: TypeId) {
        if let Some(word) = self.renamed.get_mut(id.index() / 64) {
            *word |= 1 << (id.0 % 64);
        }
    }

    /// The identifier of type `id`, if it differs from its name.
    #[inline]
    fn new_name(&self, id: TypeId) -> Option<&str> {
        let word = self.renamed.get(id.index() / 64)?;
        if word >> (id.0 % 64) & 1 == 0 {
            return None;
        }
        let at = self.types.binary_search_by_key(&id, |(of, _)| *of);
        Some(&self.types.get(at.ok()?)?.1)
    }

    /// Types without a definition of their own keep their name, as far as C can spell it.
    fn note_undefined(&mut self, id: TypeId, name: &str) {
        match self.btf.kind(id) {
            Kind::Fwd { .. } if self.policy == Policy::Native => {}
            Kind::Fwd { .. } | Kind::Enum(_) => self.note(id, name, &legal_or_empty(name)),
            Kind::Int(_) | Kind::Float(_) => {
                let is_legal = |byte: u8| byte.is_ascii_alphanumeric() || b" _".contains(&byte);
                if !name.bytes().all(is_legal) {
                    self.note(id, name, &legal(name));
                }
            }
            Kind::Void
            | Kind::Ptr(_)
            | Kind::Array(_)
            | Kind::Struct(_)
            | Kind::Union(_)
            | Kind::Typedef(_)
            | Kind::Volatile(_)
            | Kind::Const(_)
            | Kind::Restrict(_)
            | Kind::TypeTag { .. }
            | Kind::Func { .. }
            | Kind::FuncProto(_)
            | Kind::Var { .. }
            | Kind::Datasec(_)
            | Kind::DeclTag { .. } => {}
        }
    }

    /// Names the forward declarations: like the definition of that name, if it is of the same kind.
    fn settle_forwards(&mut self, tags: &mut Scope<'b>) {
        let btf = self.btf;
        let mut settled = Vec::new();
        let mut claimed: BTreeMap<TypeId, Cow<'_, str>> = BTreeMap::new();
        for (id, owner) in forwards(btf) {
            let name = btf.name(id);
            let tag = claimed
                .entry(owner)
                .or_insert_with(|| match btf.kind(owner).is_defined() {
                    true => self.kept(owner),
                    false => tags.claim(identifier_or_empty(name)),
                });
            settled.push((id, name, tag.clone()));
        }
        // At the end, since names are looked up until then in the order of the types.
        for (id, name, tag) in settled {
            self.note(id, name, &tag);
        }
    }

    /// The policy the names were settled by.
    pub(super) fn policy(&self) -> Policy {
        self.policy
    }

    /// The tag a struct, union or enum would like to have. In C++ a typedef of the same name is in its way.
    fn tag(&self, name: &'b str) -> Cow<'b, str> {
        if self.policy == Policy::Native {
            return identifier(name);
        }
        let name = legal(name);
        let taken = taken(&name);
        if taken.everywhere || taken.tag || taken.typedef.is_some() || self.is_beside(&name) {
            return Cow::Owned(flavoured(&name));
        }
        name
    }

    fn is_beside(&self, name: &str) -> bool {
        self.beside.as_deref() == Some(name)
    }

    fn settle_typedef(
        &self,
        id: TypeId,
        tags: &Scope<'b>,
        ordinary: &mut Scope<'b>,
    ) -> Cow<'b, str> {
        let name = self.btf.name(id);
        if self.is_builtin(id) {
            return Cow::Borrowed(name);
        }
        let mut wish = identifier(name);
        if self.policy == Policy::Wasm {
            wish = legal(name);
            let taken = taken(&wish);
            let differs = taken
                .typedef
                .is_some_and(|of| self.canonical(id) != Some(of));
            if taken.everywhere || taken.tag || taken.ordinary || differs || self.is_beside(&wish) {
                wish = Cow::Owned(flavoured(&wish));
            }
        }
        // C++ has one namespace for tags and typedefs; only `typedef struct x x` may share a name.
        loop {
            let claimed = ordinary.claim(wish.clone());
            let clash = self.policy == Policy::Wasm
                && tags.has(&claimed)
                && !self.names_its_tag(id, &claimed);
            if !clash {
                return claimed;
            }
        }
    }

    /// Whether typedef `id`, called `name`, names the struct, union or enum with that very tag.
    fn names_its_tag(&self, id: TypeId, name: &str) -> bool {
        let target = self.btf.resolved(id);
        // An enum without values is an integer here.
        self.btf.kind(target).is_defined() && self.of(target) == name
    }

    fn enumerator_wish(&self, name: &'b str) -> Cow<'b, str> {
        if self.policy == Policy::Native {
            return identifier(name);
        }
        let name = legal(name);
        let taken = taken(&name);
        if taken.everywhere || taken.ordinary || taken.typedef.is_some() {
            return Cow::Owned(flavoured(&name));
        }
        name
    }

    /// The canonical C type that typedef `id` has in a wasm32 header, if it is a scalar.
    fn canonical(&self, id: TypeId) -> Option<&'static str> {
        let id = self.btf.resolved(id);
        let kind = self.btf.kind(id);
        if let Kind::Ptr(_) = kind {
            return Some("unsigned long long");
        }
        match Number::of(kind, || self.btf.name(id))? {
            Number::Integer(integer) => Some(spelling::integer(integer)),
            Number::Float(size) => spelling::float(size),
        }
    }

    /// Whether `id` is a typedef that wasm32 headers take from `<stdbool.h>`, or C++.
    pub(super) fn is_builtin(&self, id: TypeId) -> bool {
        self.policy == Policy::Wasm
            && self.btf.name(id) == "bool"
            && self.canonical(id) == Some("bool")
    }

    /// Whether `name` is that of a typedef or an enumerator.
    pub(super) fn is_ordinary(&self, name: &str) -> bool {
        self.ordinary.has(name)
    }

    /// The identifier of type `id`.
    pub(super) fn of(&self, id: TypeId) -> &str {
        self.new_name(id).unwrap_or_else(|| self.btf.name(id))
    }

    /// [`Names::of`], to be kept.
    pub(super) fn kept(&self, id: TypeId) -> Cow<'b, str> {
        match self.new_name(id) {
            Some(name) => Cow::Owned(name.to_owned()),
            None => Cow::Borrowed(self.btf.name(id)),
        }
    }

    /// The identifiers of the enumerators of enum `id`.
    pub(super) fn enumerators(&self, id: TypeId) -> Enumerators<'_> {
        let start = self.enumerators.partition_point(|((of, _), _)| *of < id);
        let rest = self.enumerators.get(start..).unwrap_or_default();
        Enumerators {
            rest: rest.iter(),
            id,
        }
    }
}

/// The identifiers of an enum's enumerators, to be looked up in order.
#[derive(Debug)]
pub(super) struct Enumerators<'n> {
    rest: std::slice::Iter<'n, ((TypeId, usize), String)>,
    id: TypeId,
}

impl<'n> Enumerators<'n> {
    /// The identifier of the `i`-th enumerator, whose BTF name is `name`.
    pub(super) fn of(&mut self, i: usize, name: &'n str) -> &'n str {
        match self.rest.as_slice().first() {
            Some((of, _)) if *of == (self.id, i) => {
                self.rest.next().map_or(name, |(_, renamed)| renamed)
            }
            _ => name,
        }
    }
}
