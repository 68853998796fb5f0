//! A native header under construction, and what stands in it already.

use super::plan::{Kfunc, NativePlan, NativeStep};
use crate::c::declarator::{Speller, Step};
use crate::c::names::Names;
use crate::names::Scope;
use crate::text::Source;
use btf_layout::{Btf, Composite, Kind, Member, TypeId};
use std::collections::BTreeSet;

/// A header under construction.
pub(super) struct Header<'b> {
    pub(super) btf: &'b Btf<'b>,
    pub(super) plan: NativePlan<'b>,
    pub(super) names: Names<'b>,
    pub(super) out: Source,
    /// The scalars whose names are not C, and what is, by id.
    pub(super) scalars: Vec<(TypeId, &'static str)>,
    pub(super) chain: Vec<Step<'b>>,
    /// For each record around the current place to which anonymous parts have promoted members: the names of these.
    pub(super) hidden: Vec<Scope<'b>>,
    /// The anonymous enums that are defined.
    pub(super) spelled: BTreeSet<TypeId>,
    /// Number of parameter lists around the current place.
    pub(super) params: i32,
    /// If some definition needs itself: those that do not stand in the text yet.
    pub(super) undefined: BTreeSet<TypeId>,
    pub(super) kfuncs: KfuncNames<'b>,
}

impl<'b> Header<'b> {
    /// Notes what `steps` define, if some definition needs itself.
    pub(super) fn note_undefined(&mut self, steps: &[NativeStep]) {
        if self.plan.cut().is_empty() {
            return;
        }
        let defined = steps.iter().filter_map(|step| match step {
            NativeStep::Define(id) => Some(*id),
            NativeStep::Forward(_) => None,
        });
        self.undefined = defined.collect();
    }

    /// Whether type `id` cannot be named or spelled out yet where C wants to have seen it: a typedef, an array of structs, or
    /// an anonymous struct that holds one.
    pub(super) fn is_undefined(&self, id: TypeId) -> bool {
        match self.btf.kind(id) {
            Kind::Typedef(_) => self.undefined.contains(&id),
            Kind::Array(array) => self.holds_undefined(array.elem),
            Kind::Struct(record) | Kind::Union(record) if !self.btf.is_named(id) => {
                self.has_undefined(&record)
            }
            Kind::Void
            | Kind::Int(_)
            | Kind::Ptr(_)
            | Kind::Struct(_)
            | Kind::Union(_)
            | Kind::Enum(_)
            | Kind::Fwd { .. }
            | Kind::Volatile(_)
            | Kind::Const(_)
            | Kind::Restrict(_)
            | Kind::TypeTag { .. }
            | Kind::Func { .. }
            | Kind::FuncProto(_)
            | Kind::Var { .. }
            | Kind::Datasec(_)
            | Kind::Float(_)
            | Kind::DeclTag { .. } => false,
        }
    }

    /// Whether a struct or union that is spelled out holds what does not stand in the text yet. Anonymous members are spelled out
    /// even if their types have names.
    fn has_undefined(&self, record: &Composite<'b>) -> bool {
        record.members().any(|member| {
            let inner = promoted(self.btf, &member).map(|inner| self.btf.kind(inner));
            match inner {
                Some(Kind::Struct(inner) | Kind::Union(inner)) => self.has_undefined(&inner),
                _ => self.holds_undefined(member.place.ty),
            }
        })
    }

    /// Whether a value of type `id` is, or consists of, what cannot be named here.
    fn holds_undefined(&self, mut id: TypeId) -> bool {
        loop {
            let kind = self.btf.kind(id);
            if matches!(kind, Kind::Typedef(_))
                && (self.undefined.contains(&id) || self.is_hidden(id))
            {
                return true;
            }
            if kind.composite().is_some() && self.btf.is_named(id) {
                return self.undefined.contains(&id);
            }
            if let Kind::Array(array) = kind {
                id = array.elem;
            } else if let Some(inner) = kind.alias_of() {
                id = inner;
            } else {
                return self.is_undefined(id);
            }
        }
    }
}

/// The struct or union whose members an anonymous member promotes to the one that holds it.
pub(super) fn promoted(btf: &Btf<'_>, member: &Member<'_>) -> Option<TypeId> {
    let is_bits = member.place.width.is_some();
    btf.promoted(member.name, member.place.ty)
        .filter(|_| !is_bits)
}

/// The names of kernel functions, and which of them a typedef or enumerator has taken.
#[derive(Debug)]
pub(super) struct KfuncNames<'b> {
    names: Scope<'b>,
    pub(super) taken: Scope<'b>,
}

impl<'b> KfuncNames<'b> {
    pub(super) fn new(btf: &'b Btf<'b>, kfuncs: &[Kfunc]) -> Self {
        let mut names = Scope::with_capacity(kfuncs.len());
        for kfunc in kfuncs {
            names.claim(btf.name(kfunc.func));
        }
        KfuncNames {
            names,
            taken: Scope::default(),
        }
    }

    /// Notes that `name` is declared as something else.
    pub(super) fn declare(&mut self, name: &'b str) {
        if self.names.has(name) {
            self.taken.claim(name);
        }
    }
}
