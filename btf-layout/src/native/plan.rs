//! From roots to a [`NativePlan`]: which definitions are needed, in which order.

use super::form::{Forms, NativeRecord};
use super::kfuncs::{self, Kfunc};
use super::order::Order;
use super::sort;
use super::survey::Survey;
use crate::btf::Btf;
use crate::btf::Kind;
use crate::error::Error;
use crate::layout::Roots;
use crate::units::TypeId;
use std::collections::BTreeSet;

/// The C definitions that a set of roots needs on a 64-bit target, each behind those that C wants to see before it.
#[derive(Debug)]
pub struct NativePlan<'b> {
    btf: &'b Btf<'b>,
    forms: Forms<'b>,
    survey: Survey,
    steps: Vec<NativeStep>,
    cut: Vec<TypeId>,
    left_out: Vec<TypeId>,
    kfuncs: Vec<Kfunc>,
}

/// A top-level declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NativeStep {
    /// The name of a struct or union whose definition comes later or not at all.
    Forward(TypeId),
    /// A struct, union, enum or typedef. A nameless enum is among them only if no definition spells it out.
    Define(TypeId),
}

impl<'b> NativePlan<'b> {
    /// Orders what `roots` need: every type that is held by value or mentioned by a typedef or enum name; what is only pointed
    /// to is declared, not defined.
    ///
    /// Roots that are all types come `sorted` by kind and name, so that two builds of one kernel give nearly the same text, or
    /// by type id. They bring the kernel functions along.
    ///
    /// # Errors
    /// [`Error::Type`] names a type that was asked for by its id or for its values and has a [`Btf::flaw`], or one with which the
    /// types become too long to be written down.
    pub fn new(btf: &'b Btf<'b>, roots: &Roots, sorted: bool) -> Result<Self, Error> {
        roots.check(btf)?;
        let survey = Survey::new(btf);
        let mut order = Order::new(btf, &survey);
        let (mut steps, mut kfuncs) = (Vec::new(), Vec::new());
        match roots {
            Roots::All => {
                let arrange = |ids| if sorted { sort::sorted(btf, ids) } else { ids };
                let all = arrange(survey.roots.clone());
                all.into_iter().for_each(|id| order.complete(id));
                let alone = arrange(order.nameless_enums().collect());
                steps.extend(alone.into_iter().map(NativeStep::Define));
                kfuncs = kfuncs::of(btf);
            }
            Roots::Except(ids) => {
                let others: BTreeSet<_> = ids.iter().collect();
                let roots = survey.roots.iter().filter(|id| !others.contains(id));
                roots.for_each(|id| order.complete(*id));
            }
            Roots::Only(ids) => ids.iter().for_each(|id| order.asked(*id)),
            Roots::Values(ids) => ids.iter().for_each(|id| order.value(*id)),
        }
        steps.append(&mut order.steps);
        let mut cut = order.cut;
        cut.sort_unstable();
        cut.dedup();
        Ok(NativePlan {
            btf,
            forms: Forms::new(btf),
            survey,
            steps,
            cut,
            left_out: left_out(btf, roots),
            kfuncs,
        })
    }

    /// The BTF that was planned.
    pub fn btf(&self) -> &'b Btf<'b> {
        self.btf
    }

    /// The declarations, in order.
    pub fn steps(&self) -> &[NativeStep] {
        &self.steps
    }

    /// The types whose definitions mention themselves where C has no words for it, `typedef void (*f)(f)` for one: each such
    /// mention has to be `void`. By id.
    pub fn cut(&self) -> &[TypeId] {
        &self.cut
    }

    /// The structs, unions, enums and typedefs that would have a definition here if a layout could be made of them;
    /// [`Btf::flaw`] says why not. By id.
    pub fn left_out(&self) -> &[TypeId] {
        &self.left_out
    }

    /// All integers and floats of the BTF, by id.
    pub fn scalars(&self) -> &[TypeId] {
        &self.survey.scalars
    }

    /// The kernel functions BPF programs can call, by name.
    pub fn kfuncs(&self) -> &[Kfunc] {
        &self.kfuncs
    }

    /// The C form of the struct or union `id`; without items for any other type.
    ///
    /// # Errors
    /// [`Error::Type`] names a struct whose members overlap; such have a [`Btf::flaw`].
    pub fn record(&mut self, id: TypeId) -> Result<NativeRecord<'b>, Error> {
        self.forms.record(id)
    }

    /// What a value of type `id` is where `__builtin_va_list`, whose layout is the compiler's, will not do: the target of that
    /// typedef, or of a typedef of it.
    pub fn in_place(&self, mut id: TypeId) -> TypeId {
        while self.survey.is_va_list(id) {
            let Kind::Typedef(target) = self.btf.kind(id) else {
                break;
            };
            id = self.btf.unqualified(target);
        }
        id
    }
}

/// The types without a definition if everything is asked for; what was asked for itself has one.
fn left_out(btf: &Btf<'_>, roots: &Roots) -> Vec<TypeId> {
    let others = match roots {
        Roots::All => &[][..],
        Roots::Except(ids) => ids,
        Roots::Only(_) | Roots::Values(_) => return Vec::new(),
    };
    let flawed = btf.flawed().filter(|id| !others.contains(id));
    flawed
        .filter(|id| btf.stored(*id).is_definition())
        .collect()
}
