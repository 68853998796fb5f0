//! What has to be declared for a set of roots, in which order, as C for 64-bit targets: x86-64, arm64, BPF.
//!
//! ```text
//! Btf + Roots -> NativePlan            the declarations, each after those it needs
//! NativePlan  -> NativeRecord          packed or not; members and the padding C text has to state
//! ```
//!
//! Offsets are the BTF's own here, unlike in a [`btf_layout::Layout`]: the compiler that reads the text lays out again, by rules
//! that are known, and the plan says what it must read to arrive where the BTF is.

mod compiler;
mod form;
mod item;
mod kfuncs;
mod late_arm;
mod order;
mod refs;
mod sort;
mod survey;
#[cfg(test)]
mod tests;

pub(super) use self::item::{NativeItem, NativeRecord};
pub(super) use self::kfuncs::Kfunc;
pub(super) use self::order::NativeStep;

use self::form::Forms;
use self::order::Order;
use self::survey::Survey;
use btf_layout::{Btf, Error, Kind, Roots, TypeId};
use std::collections::BTreeSet;

/// The C definitions that a set of roots needs on a 64-bit target, each after those that C wants to see before it.
#[derive(Debug)]
pub(crate) struct NativePlan<'b> {
    btf: &'b Btf<'b>,
    forms: Forms<'b>,
    survey: Survey,
    steps: Vec<NativeStep>,
    cut: Vec<TypeId>,
    left_out: Vec<TypeId>,
    kfuncs: Vec<Kfunc>,
}

impl<'b> NativePlan<'b> {
    /// Orders what `roots` need: every type that is held by value or mentioned by a typedef or enum name; what is only pointed
    /// to is declared, not defined.
    ///
    /// Roots that are all types come `sorted` by kind and name, so that two builds of one kernel give nearly the same text, or
    /// by type id. They bring the kernel functions along.
    ///
    /// # Errors
    /// [`Error::Type`] names a type that was requested by its id or for its values and has a [`Btf::flaw`], or one with which the
    /// types become too long to be written down.
    pub(crate) fn new(btf: &'b Btf<'b>, roots: &Roots, sorted: bool) -> Result<Self, Error> {
        roots.check(btf)?;
        let survey = Survey::new(btf);
        let mut order = Order::new(btf, &survey);
        let (mut steps, mut kfuncs) = (Vec::new(), Vec::new());
        match roots {
            Roots::All => {
                let arrange = |ids| if sorted { sort::sorted(btf, ids) } else { ids };
                let all = arrange(survey.roots.clone());
                all.into_iter().for_each(|id| order.complete(id));
                let alone = arrange(order.anonymous_enums().collect());
                steps.extend(alone.into_iter().map(NativeStep::Define));
                kfuncs = kfuncs::of(btf);
            }
            Roots::Except(ids) => {
                let others: BTreeSet<_> = ids.iter().collect();
                let roots = survey.roots.iter().filter(|id| !others.contains(id));
                roots.for_each(|id| order.complete(*id));
            }
            Roots::Only(ids) => ids.iter().for_each(|id| order.requested(*id)),
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

    /// The declarations, in order.
    pub(crate) fn steps(&self) -> &[NativeStep] {
        &self.steps
    }

    /// The types whose definitions mention themselves where C has no words for it, `typedef void (*f)(f)` for one: each such
    /// mention has to be `void`. By id.
    pub(crate) fn cut(&self) -> &[TypeId] {
        &self.cut
    }

    /// The structs, unions, enums and typedefs that would have a definition here if a layout could be made of them;
    /// [`Btf::flaw`] says why not. By id.
    pub(crate) fn left_out(&self) -> &[TypeId] {
        &self.left_out
    }

    /// All integers and floats of the BTF, by id.
    pub(crate) fn scalars(&self) -> &[TypeId] {
        &self.survey.scalars
    }

    /// The kernel functions BPF programs can call, by name.
    pub(crate) fn kfuncs(&self) -> &[Kfunc] {
        &self.kfuncs
    }

    /// The C form of the struct or union `id`; without items for any other type.
    ///
    /// # Errors
    /// [`Error::Type`] names a struct whose members overlap; such have a [`Btf::flaw`].
    pub(crate) fn record(&mut self, id: TypeId) -> Result<NativeRecord<'b>, Error> {
        self.forms.record(id)
    }

    /// What a value of type `id` is where `__builtin_va_list`, whose layout is the compiler's, will not do: the target of that
    /// typedef, or of a typedef of it.
    pub(crate) fn in_place(&self, mut id: TypeId) -> TypeId {
        while self.survey.is_va_list(id) {
            let Kind::Typedef(target) = self.btf.kind(id) else {
                break;
            };
            id = self.btf.unqualified(target);
        }
        id
    }
}

/// The types without a definition if everything is requested; what was requested itself has one.
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
