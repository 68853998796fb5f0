//! What C text mentions: the named types a definition refers to, through everything that is spelled out in place.

use super::survey::Survey;
use btf_layout::{Btf, Composite, Kind, TypeId};

/// A named type that is mentioned.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ref {
    pub(super) id: TypeId,
    /// Whether the type must be complete there: it is held by value, or is the element of an array.
    pub(super) strong: bool,
    /// Whether it is mentioned through a pointer or in a function type, where `void` could stand for it.
    pub(super) indirect: bool,
}

impl Ref {
    /// A type that is held by value.
    pub(super) fn held(id: TypeId) -> Self {
        Ref {
            id,
            strong: true,
            indirect: false,
        }
    }
}

/// Finds what definitions mention.
#[derive(Debug)]
pub(super) struct Refs<'s, 'b> {
    btf: &'b Btf<'b>,
    survey: &'s Survey,
    /// A stack of lists: the mentions of each definition that is being ordered.
    pub(super) found: Vec<Ref>,
    /// By type id: anonymous enums that are defined where they are mentioned.
    inlined: Vec<bool>,
}

/// Where a type is mentioned.
#[derive(Clone, Copy, Debug)]
struct At {
    strong: bool,
    indirect: bool,
    /// Whether it is part of a parameter list, which is a scope of its own.
    param: bool,
}

impl<'s, 'b> Refs<'s, 'b> {
    pub(super) fn new(btf: &'b Btf<'b>, survey: &'s Survey) -> Self {
        Refs {
            btf,
            survey,
            found: Vec::new(),
            inlined: vec![false; btf.len() as usize],
        }
    }

    /// Appends what the definition of `root` mentions.
    pub(super) fn of_definition(&mut self, root: TypeId) {
        let at = At {
            strong: false,
            indirect: false,
            param: false,
        };
        let kind = self.btf.kind(root);
        if let Some(composite) = kind.composite() {
            self.members(&composite, at);
        } else if let Kind::Typedef(target) = kind {
            self.visit(target, at);
        }
    }

    /// Appends what a mention of `id` by value mentions.
    pub(super) fn of_mention(&mut self, id: TypeId) {
        let at = At {
            strong: true,
            indirect: false,
            param: true,
        };
        self.visit(id, at);
    }

    /// Whether a definition spells out the anonymous enum `id`.
    pub(super) fn is_inlined(&self, id: TypeId) -> bool {
        self.inlined.get(id.index()).is_some_and(|inlined| *inlined)
    }

    /// An anonymous member is spelled out, even if its type has a name: with `struct s;`, members are promoted only in Microsoft's
    /// dialect.
    fn members(&mut self, composite: &Composite<'b>, at: At) {
        let inner = At { strong: true, ..at };
        for member in composite.members() {
            let promoted = self.btf.promoted(member.name, member.place.ty);
            match promoted.and_then(|id| self.btf.kind(id).composite()) {
                Some(composite) => self.members(&composite, inner),
                None => self.visit(member.place.ty, inner),
            }
        }
    }

    /// Follows one mention to the names it ends at. How far that goes was measured when the BTF was validated.
    fn visit(&mut self, mut id: TypeId, mut at: At) {
        loop {
            match self.btf.kind(id) {
                Kind::Volatile(inner)
                | Kind::Const(inner)
                | Kind::Restrict(inner)
                | Kind::TypeTag { ty: inner, .. } => id = inner,
                Kind::Ptr(to) => (id, at.strong, at.indirect) = (to, false, true),
                Kind::Array(array) => (id, at.strong) = (array.elem, true),
                Kind::FuncProto(proto) => {
                    let param = At {
                        strong: false,
                        indirect: true,
                        param: true,
                    };
                    self.visit(proto.result, param);
                    return proto.params().for_each(|(_, ty)| self.visit(ty, param));
                }
                Kind::Struct(_) | Kind::Union(_) if self.btf.is_named(id) => {
                    return self.note(id, at);
                }
                Kind::Struct(composite) | Kind::Union(composite) => {
                    return self.members(&composite, at);
                }
                Kind::Enum(decl) if decl.is_empty() => return,
                Kind::Enum(_) => return self.enumeration(id, at),
                Kind::Typedef(target) if at.strong && self.survey.is_va_list(id) => id = target,
                Kind::Typedef(target) => {
                    self.note(id, at);
                    if at.strong {
                        self.complete(target, at);
                    }
                    return;
                }
                Kind::Fwd { .. } if self.btf.is_named(id) => {
                    return self.note(
                        id,
                        At {
                            strong: false,
                            ..at
                        },
                    );
                }
                Kind::Void
                | Kind::Fwd { .. }
                | Kind::Int(_)
                | Kind::Func { .. }
                | Kind::Var { .. }
                | Kind::Datasec(_)
                | Kind::Float(_)
                | Kind::DeclTag { .. } => return,
            }
        }
    }

    /// A typedef held by value needs its target's definition, if that has one of its own.
    fn complete(&mut self, target: TypeId, at: At) {
        let mut id = self.btf.resolved(target);
        while let Kind::Array(array) = self.btf.kind(id) {
            id = self.btf.resolved(array.elem);
        }
        if matches!(self.btf.kind(id), Kind::Struct(_) | Kind::Union(_)) && self.btf.is_named(id) {
            self.note(id, at);
        }
    }

    /// C has no forward declarations of enums. An anonymous one is defined where it is mentioned.
    fn enumeration(&mut self, id: TypeId, at: At) {
        if self.btf.is_named(id) {
            self.note(id, At { strong: true, ..at });
        } else if let (false, Some(inlined)) = (at.param, self.inlined.get_mut(id.index())) {
            *inlined = true;
        }
    }

    fn note(&mut self, id: TypeId, at: At) {
        let At {
            strong, indirect, ..
        } = at;
        self.found.push(Ref {
            id,
            strong,
            indirect,
        });
    }
}
