//! Qualifiers of a C declaration.

use btf_layout::{Btf, Kind, TypeId};

/// Qualifiers of a pointer or a base type.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Qualifiers {
    constant: bool,
    volatile: bool,
    restrict: bool,
}

impl Qualifiers {
    /// Takes in what `kind` says, if it is a qualifier; the type that it qualifies.
    pub(super) fn take_in(&mut self, btf: &Btf<'_>, kind: Kind<'_>) -> Option<TypeId> {
        match kind {
            Kind::Const(inner) => {
                self.constant = true;
                Some(inner)
            }
            Kind::Volatile(inner) => {
                self.volatile = true;
                Some(inner)
            }
            Kind::Restrict(inner) => {
                self.restrict = may_be_restricted(btf, inner);
                Some(inner)
            }
            Kind::Void
            | Kind::Int(_)
            | Kind::Ptr(_)
            | Kind::Array(_)
            | Kind::Struct(_)
            | Kind::Union(_)
            | Kind::Enum(_)
            | Kind::Fwd { .. }
            | Kind::Typedef(_)
            | Kind::TypeTag { .. }
            | Kind::Func { .. }
            | Kind::FuncProto(_)
            | Kind::Var { .. }
            | Kind::Datasec(_)
            | Kind::Float(_)
            | Kind::DeclTag { .. } => None,
        }
    }

    /// The words of the language, in the order in which they are written.
    pub(super) fn words(self) -> impl Iterator<Item = &'static str> {
        let words = [
            (self.constant, "const"),
            (self.volatile, "volatile"),
            (self.restrict, "restrict"),
        ];
        words
            .into_iter()
            .filter_map(|(set, word)| set.then_some(word))
    }
}

/// `restrict` is for pointers, but not for those to functions.
fn may_be_restricted(btf: &Btf<'_>, id: TypeId) -> bool {
    let Kind::Ptr(to) = btf.kind(btf.resolved(id)) else {
        return false;
    };
    !matches!(btf.kind(btf.resolved(to)), Kind::FuncProto(_))
}
