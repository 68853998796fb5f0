//! One look at what C gives a name, for what has to be known before the first definition is ordered.

use btf_layout::{Btf, Kind, TypeId};

/// What one look at the declared types tells.
#[derive(Debug, Default)]
pub(super) struct Survey {
    /// Structs, unions, enums and typedefs with a definition of their own, and forward declarations; by id.
    pub(super) roots: Vec<TypeId>,
    /// Enums that have enumerators but no name, by id.
    pub(super) anonymous_enums: Vec<TypeId>,
    /// Integers and floats, by id.
    pub(super) scalars: Vec<TypeId>,
    /// `__builtin_va_list`, which the compiler brings along; then its typedefs.
    va_lists: Vec<TypeId>,
    /// Number of the former.
    builtins: usize,
}

impl Survey {
    pub(super) fn new(btf: &Btf<'_>) -> Self {
        let mut survey = Survey::default();
        for id in btf.declared() {
            let is_named = btf.is_named(id);
            match btf.kind(id) {
                Kind::Int(_) | Kind::Float(_) => survey.scalars.push(id),
                Kind::Struct(_) | Kind::Union(_) | Kind::Fwd { .. } if is_named => {
                    survey.roots.push(id);
                }
                Kind::Enum(decl) if decl.is_empty() => {}
                Kind::Enum(_) if is_named => survey.roots.push(id),
                Kind::Enum(_) => survey.anonymous_enums.push(id),
                Kind::Typedef(_) => {
                    if btf.name(id) == "__builtin_va_list" {
                        survey.va_lists.push(id);
                    }
                    survey.roots.push(id);
                }
                Kind::Void
                | Kind::Ptr(_)
                | Kind::Array(_)
                | Kind::Struct(_)
                | Kind::Union(_)
                | Kind::Fwd { .. }
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
        survey.builtins = survey.va_lists.len();
        survey.find_va_lists(btf);
        survey
    }

    /// Adds the typedefs of `__builtin_va_list`, and theirs.
    fn find_va_lists(&mut self, btf: &Btf<'_>) {
        let mut known = 0;
        while known < self.va_lists.len() {
            known = self.va_lists.len();
            for id in &self.roots {
                let Kind::Typedef(target) = btf.kind(*id) else {
                    continue;
                };
                if self.is_va_list(btf.unqualified(target)) && !self.is_va_list(*id) {
                    self.va_lists.push(*id);
                }
            }
        }
    }

    /// Whether `id` is `__builtin_va_list` or a typedef of it.
    pub(super) fn is_va_list(&self, id: TypeId) -> bool {
        self.va_lists.contains(&id)
    }

    /// Whether `id` is a typedef that every compiler brings along.
    pub(super) fn is_builtin(&self, id: TypeId) -> bool {
        self.va_lists
            .iter()
            .take(self.builtins)
            .any(|builtin| *builtin == id)
    }
}
