//! The naming pass: every type gets its Rust identifier before the first line is written.
//!
//! It covers the whole BTF section whatever the roots are, so that a type has the same name in every file made from it.

use super::circle::circular;
use super::ident::{LIBRARY, PRIMITIVES, bare, identifier, value_identifier};
use super::scalar::scalar;
use crate::model::forwards;
use crate::names::Scope;
use btf_layout::{Btf, Kind, Layout, TypeId};
use std::collections::BTreeMap;

/// The longest name that is made of others, in bytes.
const LONGEST: usize = 128;

/// The Rust identifiers of types, all in one namespace: those that differ from the BTF names, all others being equal to them.
#[derive(Debug)]
pub(super) struct Names<'b> {
    btf: &'b Btf<'b>,
    /// By type id.
    types: Vec<(TypeId, String)>,
    /// Typedefs that are no definitions of their own: their target has the same name. In id order.
    shared: Vec<TypeId>,
    /// Typedefs that need themselves, in id order.
    circular: Vec<TypeId>,
    /// Forward declarations and the definition that each stands for, in id order.
    forwards: Vec<(TypeId, TypeId)>,
    /// The constants of anonymous enums, by enum id and position; all of them.
    constants: BTreeMap<TypeId, Vec<String>>,
}

/// The member that names an anonymous struct or union: what has it, its name, and how many anonymous ones are before it.
#[derive(Clone, Copy, Debug)]
struct Owner<'b> {
    outer: TypeId,
    member: &'b str,
    anonymous: usize,
}

impl<'b> Names<'b> {
    /// Settles all names, in order of type id: tags, then forward declarations, typedefs, anonymous types, constants.
    pub(super) fn settle(layout: &Layout<'b>) -> Self {
        let btf = layout.btf();
        let mut scope = Scope::with_capacity(btf.len() as usize / 4);
        for word in PRIMITIVES.into_iter().chain(LIBRARY) {
            scope.claim(word);
        }
        let mut names = Names {
            btf,
            types: Vec::new(),
            shared: Vec::new(),
            circular: circular(btf),
            forwards: Vec::new(),
            constants: BTreeMap::new(),
        };
        let (mut records, mut typedefs, mut enums) = (Vec::new(), Vec::new(), Vec::new());
        for id in btf.declared() {
            let kind = btf.kind(id);
            if !kind.is_defined() {
                continue;
            }
            if matches!(kind, Kind::Typedef(_)) {
                typedefs.push(id);
                continue;
            }
            let name = btf.name(id);
            let is_enum = matches!(kind, Kind::Enum(_));
            if !is_enum {
                records.push(id);
            }
            if !name.is_empty() {
                let claimed = scope.claim(match is_enum {
                    true => value_identifier(name),
                    false => identifier(name),
                });
                names.note(id, name, &claimed);
            } else if is_enum && layout.enum_typedef(id).is_none() {
                enums.push(id);
            }
        }
        let mut settled = names.settle_forwards(&mut scope);
        names.types.append(&mut settled);
        names.sort();
        let mut aliases = names.settle_typedefs(layout, &typedefs, &mut scope);
        names.types.append(&mut aliases);
        names.sort();
        let mut anonymous = names.settle_anonymous(&records, &mut scope);
        names.types.append(&mut anonymous);
        names.sort();
        for id in enums {
            if let Kind::Enum(decl) = btf.kind(id) {
                let claimed = decl
                    .names()
                    .map(|name| scope.claim(value_identifier(name)).into_owned());
                names.constants.insert(id, claimed.collect());
            }
        }
        names
    }

    fn note(&mut self, id: TypeId, name: &str, claimed: &str) {
        if claimed != name {
            self.types.push((id, claimed.to_owned()));
        }
    }

    fn sort(&mut self) {
        self.types.sort_unstable_by_key(|(id, _)| *id);
    }

    /// Names the forward declarations: like the definition of that name, if it is of the same kind.
    fn settle_forwards(&mut self, scope: &mut Scope<'b>) -> Vec<(TypeId, String)> {
        let btf = self.btf;
        let mut settled: Vec<(TypeId, String)> = Vec::new();
        let mut claimed: BTreeMap<TypeId, String> = BTreeMap::new();
        for (id, owner) in forwards(btf) {
            let name = btf.name(id);
            if !matches!(btf.kind(owner), Kind::Fwd { .. }) {
                self.forwards.push((id, owner));
                continue;
            }
            let wish = match name {
                "" => format!("anon_{owner}").into(),
                _ => identifier(name),
            };
            let known = claimed
                .entry(owner)
                .or_insert_with(|| scope.claim(wish).into_owned());
            if known != name {
                settled.push((id, known.clone()));
            }
        }
        settled
    }

    /// Names the typedefs, and what has its name from one.
    fn settle_typedefs(
        &mut self,
        layout: &Layout<'b>,
        typedefs: &[TypeId],
        scope: &mut Scope<'b>,
    ) -> Vec<(TypeId, String)> {
        let btf = self.btf;
        let mut settled: Vec<(TypeId, String)> = Vec::new();
        // Structs and unions that have been named by a typedef.
        let mut named = BTreeMap::new();
        for id in typedefs {
            let name = btf.name(*id);
            let wish = identifier(name);
            let target = btf.unqualified(btf.kind(*id).alias_of().unwrap_or(*id));
            let kind = btf.kind(target);
            let names_record = matches!(kind, Kind::Struct(_) | Kind::Union(_))
                && !btf.is_named(target)
                && !named.contains_key(&target);
            let names_enum = layout.enum_typedef(target) == Some(*id);
            if names_record || names_enum {
                let claimed = scope.claim(match names_enum {
                    true => value_identifier(name),
                    false => wish,
                });
                let claimed = claimed.into_owned();
                named.insert(target, ());
                settled.push((target, claimed.clone()));
                self.shared.push(*id);
                if claimed != name {
                    settled.push((*id, claimed));
                }
                continue;
            }
            if has_tag(btf, target) && btf.name(target) == name {
                self.shared.push(*id);
                let shared = self.of(self.definition(target));
                if shared != name {
                    settled.push((*id, shared.to_owned()));
                }
                continue;
            }
            let scalar = scalar(btf, *id);
            if scalar == Some(name) || scalar == Some("Bool") && name == "bool" {
                self.shared.push(*id);
                if name == "bool" {
                    settled.push((*id, "Bool".to_owned()));
                }
                continue;
            }
            let claimed = scope.claim(wish);
            if claimed != name {
                settled.push((*id, claimed.into_owned()));
            }
        }
        settled
    }

    /// Names the structs and unions that are still anonymous by the first member or variable that has one as its type.
    fn settle_anonymous(&self, records: &[TypeId], scope: &mut Scope<'b>) -> Vec<(TypeId, String)> {
        let btf = self.btf;
        let open: Vec<TypeId> = records
            .iter()
            .copied()
            .filter(|id| !btf.is_named(*id) && self.of(*id).is_empty())
            .collect();
        if open.is_empty() {
            return Vec::new();
        }
        let owners = self.owners(records, &open);
        let mut variables = BTreeMap::new();
        if open.iter().any(|id| !owners.contains_key(id)) {
            for id in btf.ids() {
                if let Kind::Var { ty, .. } = btf.kind(id) {
                    variables.entry(element(btf, ty)).or_insert(btf.name(id));
                }
            }
        }
        let mut made: BTreeMap<TypeId, String> = BTreeMap::new();
        for id in &open {
            let mut chain = vec![*id];
            // By-value nesting ends, and validation has bounded its depth.
            while let Some(last) = chain.last().copied() {
                let owner = owners.get(&last);
                let outer = owner.map(|owner| owner.outer);
                let ready = outer.is_none_or(|outer| made.contains_key(&outer) || self.has(outer));
                if !ready {
                    chain.extend(outer);
                    continue;
                }
                chain.pop();
                if made.contains_key(&last) {
                    continue;
                }
                let wish = match (owner, variables.get(&last)) {
                    (Some(owner), _) => {
                        let outer = made.get(&owner.outer).map(String::as_str);
                        owner.wish(outer.unwrap_or(self.of(owner.outer)))
                    }
                    (None, Some(variable)) => format!("{}__type", identifier(variable)),
                    (None, None) => String::new(),
                };
                let wish = match wish.len() {
                    1..=LONGEST => bare(&wish).to_owned(),
                    _ => format!("anon_{last}"),
                };
                made.insert(last, scope.claim(wish).into_owned());
            }
        }
        made.into_iter().collect()
    }

    /// The first member of each of the types `open`, in order of type id.
    fn owners(&self, records: &[TypeId], open: &[TypeId]) -> BTreeMap<TypeId, Owner<'b>> {
        let btf = self.btf;
        let mut is_open = vec![false; btf.len() as usize];
        for id in open {
            if let Some(is_open) = is_open.get_mut(id.index()) {
                *is_open = true;
            }
        }
        let is_open = |ty| {
            let id = element(btf, ty);
            is_open.get(id.index()).copied().unwrap_or(false)
        };
        let mut owners = BTreeMap::new();
        for outer in records {
            let (Kind::Struct(composite) | Kind::Union(composite)) = btf.kind(*outer) else {
                continue;
            };
            // Most have no such member, and their names need not be looked up.
            if !composite.types().any(is_open) {
                continue;
            }
            let mut anonymous = 0;
            for member in composite.members() {
                if is_open(member.place.ty) {
                    owners
                        .entry(element(btf, member.place.ty))
                        .or_insert(Owner {
                            outer: *outer,
                            member: member.name,
                            anonymous,
                        });
                }
                anonymous += usize::from(member.name.is_empty() && member.place.width.is_none());
            }
        }
        owners
    }

    fn has(&self, id: TypeId) -> bool {
        !self.of(id).is_empty()
    }

    /// Whether typedef `id` has no definition of its own: it is called like its target.
    pub(super) fn is_shared(&self, id: TypeId) -> bool {
        self.shared.binary_search(&id).is_ok()
    }

    /// Whether typedef `id` needs itself, so that nothing can point to it by its name.
    pub(super) fn is_circular(&self, id: TypeId) -> bool {
        self.circular.binary_search(&id).is_ok()
    }

    /// What defines type `id`: another type, if it is a forward declaration.
    pub(super) fn definition(&self, id: TypeId) -> TypeId {
        match self.forwards.binary_search_by_key(&id, |(of, _)| *of) {
            Ok(at) => self
                .forwards
                .get(at)
                .map_or(id, |(_, definition)| *definition),
            Err(_) => id,
        }
    }

    /// The identifier of type `id`; empty for anonymous enums without a typedef.
    pub(super) fn of(&self, id: TypeId) -> &str {
        match self.types.binary_search_by_key(&id, |(of, _)| *of) {
            Ok(at) => self.types.get(at).map_or("", |(_, name)| name),
            Err(_) => self.btf.name(id),
        }
    }

    /// The constants of enum `id`, which is anonymous.
    pub(super) fn constants(&self, id: TypeId) -> &[String] {
        self.constants.get(&id).map_or(&[], Vec::as_slice)
    }
}

impl Owner<'_> {
    /// The name for what is this member of `outer`.
    fn wish(&self, outer: &str) -> String {
        match self.member {
            "" => format!("{outer}__anon{}", self.anonymous),
            member => format!("{outer}__{}", bare(&identifier(member))),
        }
    }
}

/// Whether type `id` is a struct, union or enum that has a name.
fn has_tag(btf: &Btf<'_>, id: TypeId) -> bool {
    let kind = btf.kind(id);
    let is_defined = kind.is_defined() && !matches!(kind, Kind::Typedef(_));
    (is_defined || matches!(kind, Kind::Fwd { .. })) && btf.is_named(id)
}

/// The type under qualifiers and arrays.
fn element(btf: &Btf<'_>, mut id: TypeId) -> TypeId {
    id = btf.unqualified(id);
    while let Kind::Array(array) = btf.kind(id) {
        id = btf.unqualified(array.elem);
    }
    id
}
