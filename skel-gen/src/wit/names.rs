//! The naming pass: which types of a layout are types in WIT, and what they are called, before the first is made.
//!
//! What was requested is named first, so that its name depends on nothing else. A struct, union or enum without a tag is
//! called like its first typedef, or `outer-member` like the first place that holds it, or `anon-` and its first member.

use super::error::WitError;
use super::kebab::{self, kebab};
use crate::names::WIT_PRIMITIVES;
use crate::names::foreign::comment;
use btf_layout::{Def, DefKind, Kind, Layout, TypeId};
use std::collections::{BTreeMap, BTreeSet};

/// What packages call something else. The second line: what has another meaning for wit-bindgen's backends as the name of a
/// type, `Result` of Rust for one. The third: what C's names of `result<u8, decode-error>` and the like are made of.
const RESERVED: &[&str] = &[
    "decode-error",
    "encode-error",
    "encode-problem",
    "kptr",
    "uint128",
    "int128", //
    "result",
    "option",
    "self",
    "guest",
    "vec",
    "string",
    "box",
    "types", //
    "u8",
    "u16",
    "u32",
    "u64",
    "s8",
    "s16",
    "s32",
    "s64",
    "f32",
    "f64",
    "bool",
    "char",
];

/// The WIT names of the types of a layout.
#[derive(Debug)]
pub(super) struct TypeNames {
    /// By type id; what is not here is no type of its own in WIT.
    names: BTreeMap<TypeId, String>,
    /// What else is in the interface.
    pub(super) scope: kebab::Names,
    /// The typedef of each struct, union or enum without a tag.
    typedefs: BTreeMap<TypeId, TypeId>,
}

/// Names under construction.
struct Settler<'l, 'b> {
    layout: &'l Layout<'b>,
    names: TypeNames,
    /// Structs whose members are their outer struct's.
    flattened: BTreeSet<TypeId>,
}

impl TypeNames {
    /// Settles all names.
    ///
    /// # Errors
    /// [`WitError::SameName`] if two types that were requested have one name.
    pub(super) fn settle(layout: &Layout<'_>) -> Result<Self, WitError> {
        let mut settler = Settler {
            layout,
            names: TypeNames {
                names: BTreeMap::new(),
                scope: kebab::Names::without(RESERVED),
                typedefs: BTreeMap::new(),
            },
            flattened: BTreeSet::new(),
        };
        settler.note_typedefs();
        settler.requested()?;
        let layout = settler.layout;
        let defs = || layout.defs().iter();
        for distance in kebab::DISTANCES {
            for def in defs().filter(|def| !matches!(def.kind, DefKind::Typedef(_))) {
                if kebab::distance(layout.btf().name(def.id)) == distance {
                    settler.tagged(def.id);
                }
            }
        }
        for distance in kebab::DISTANCES {
            for def in defs().filter(|def| matches!(def.kind, DefKind::Typedef(_))) {
                if kebab::distance(layout.btf().name(def.id)) == distance {
                    settler.typedef(def);
                }
            }
        }
        settler.anonymous();
        Ok(settler.names)
    }

    /// The name of type `id`, if it is a type in WIT.
    pub(super) fn of(&self, id: TypeId) -> Option<&str> {
        self.names.get(&id).map(String::as_str)
    }

    /// The typedef that `id`, which has no tag, is called like.
    pub(super) fn typedef(&self, id: TypeId) -> Option<TypeId> {
        self.typedefs.get(&id).copied()
    }
}

impl Settler<'_, '_> {
    fn claim(&mut self, id: TypeId, wish: String) {
        if !self.names.names.contains_key(&id) {
            let name = self.names.scope.claim(wish);
            self.names.names.insert(id, name);
        }
    }

    /// Finds what gets its name from a typedef.
    fn note_typedefs(&mut self) {
        let btf = self.layout.btf();
        for def in self.layout.defs() {
            if let DefKind::Typedef(target) = def.kind {
                let target = btf.unqualified(target);
                let has_tag = matches!(
                    btf.kind(target),
                    Kind::Struct(_) | Kind::Union(_) | Kind::Enum(_)
                );
                if has_tag && !btf.is_named(target) && self.layout.def(target).is_some() {
                    let first = self.names.typedefs.entry(target).or_insert(def.id);
                    *first = (*first).min(def.id);
                }
            }
        }
    }

    /// Names what was requested.
    fn requested(&mut self) -> Result<(), WitError> {
        let (layout, btf) = (self.layout, self.layout.btf());
        let mut known: BTreeMap<String, TypeId> = BTreeMap::new();
        for id in layout.requested().unwrap_or_default() {
            if layout.def(*id).is_none() || !btf.is_named(*id) {
                continue;
            }
            let name = kebab(btf.name(*id));
            let first = *known.entry(name.clone()).or_insert(*id);
            if btf.name(first) != btf.name(*id) {
                return Err(WitError::SameName {
                    first: c_name(layout, first),
                    second: c_name(layout, *id),
                    name,
                });
            }
            match layout.def(*id).map(|def| &def.kind) {
                Some(DefKind::Typedef(_)) | None => {}
                Some(_) => self.tagged(*id),
            }
        }
        for id in layout.requested().unwrap_or_default() {
            if let Some(def) = layout.def(*id) {
                self.typedef(def);
            }
        }
        Ok(())
    }

    /// Names a struct, union or enum that has a tag.
    fn tagged(&mut self, id: TypeId) {
        let name = self.layout.btf().name(id);
        if !name.is_empty() {
            self.claim(id, kebab(name));
        }
    }

    /// Names a typedef, or what it is the name of. A typedef that says nothing is none: of a struct of its name, of an integer
    /// called so in WIT, of an array.
    fn typedef(&mut self, def: &Def) {
        let DefKind::Typedef(target) = def.kind else {
            return;
        };
        let btf = self.layout.btf();
        let (target, name) = (btf.unqualified(target), btf.name(def.id));
        if self.names.typedefs.get(&target) == Some(&def.id) {
            return self.claim(target, kebab(name));
        }
        let same = btf.name(target) == name && self.layout.def(target).is_some();
        let array = matches!(btf.kind(btf.resolved(target)), Kind::Array(_));
        if !same && !array && !WIT_PRIMITIVES.contains(kebab(name).as_str()) {
            self.claim(def.id, kebab(name));
        }
    }

    /// Names what has neither tag nor typedef: from the last definition to the first, so that what holds it has its name.
    fn anonymous(&mut self) {
        let layout = self.layout;
        for def in layout.defs().iter().rev() {
            if matches!(def.kind, DefKind::Typedef(_)) {
                continue;
            }
            if self.names.of(def.id).is_none() && !self.flattened.contains(&def.id) {
                let first = first_name(layout, def.id);
                self.claim(def.id, format!("anon-{}", kebab(first)));
            }
            if let DefKind::Record(record) = &def.kind {
                for slot in layout.slots(record) {
                    if let btf_layout::Slot::Field(field) = slot {
                        let promoted = layout.promoted(&field).is_some();
                        if promoted && layout.is_flattened(field.ty) && !record.union {
                            self.flattened.insert(layout.btf().unqualified(field.ty));
                        }
                    }
                }
                if self.names.of(def.id).is_some() {
                    self.members(def.id, record);
                }
            }
        }
    }

    /// Names what the members of a record hold.
    fn members(&mut self, id: TypeId, record: &btf_layout::Record) {
        let (layout, btf) = (self.layout, self.layout.btf());
        let outer = self.names.of(id).unwrap_or_default().to_owned();
        let mut anonymous = 0_u32;
        for member in layout.flat_members(record) {
            let wish = match member.name {
                "" => {
                    anonymous += 1;
                    format!("{outer}-{}", part_name(anonymous))
                }
                name => format!("{outer}-{}", kebab(name)),
            };
            let mut ty = btf.unqualified(member.ty);
            while let Kind::Array(array) = btf.kind(ty) {
                ty = btf.unqualified(array.elem);
            }
            let holder = matches!(
                btf.kind(ty),
                Kind::Struct(_) | Kind::Union(_) | Kind::Enum(_)
            );
            if holder && layout.def(ty).is_some() && self.names.of(ty).is_none() {
                self.claim(ty, wish);
            }
        }
    }
}

/// What the `number`th member without a name is called, from 1.
pub(super) fn part_name(number: u32) -> String {
    format!("part{number}")
}

/// The first name inside a struct, union or enum.
fn first_name<'l>(layout: &'l Layout<'_>, id: TypeId) -> &'l str {
    let btf = layout.btf();
    let kind = btf.kind(id);
    if let Kind::Enum(decl) = kind {
        return decl.names().next().unwrap_or_default();
    }
    let members = kind
        .composite()
        .into_iter()
        .flat_map(|composite| composite.members());
    let mut names = members.map(|member| member.name);
    names.find(|name| !name.is_empty()).unwrap_or_default()
}

/// A name of C for people, in documentation and in string literals of any language: in ASCII, and what a comment may hold.
pub(super) fn for_people(name: &str) -> String {
    comment(&name.escape_default().to_string()).into_owned()
}

/// The type as C says it, for people: `struct event`, `pid_t`.
pub(super) fn c_name(layout: &Layout<'_>, id: TypeId) -> String {
    let btf = layout.btf();
    let name = match btf.name(id) {
        "" => "(anonymous)".into(),
        name => for_people(name),
    };
    match btf.kind(id) {
        Kind::Typedef(_) | Kind::Int(_) | Kind::Float(_) => name,
        Kind::Void => "void".to_owned(),
        kind @ (Kind::Ptr(_)
        | Kind::Array(_)
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
        | Kind::DeclTag { .. }) => {
            format!("{} {name}", kind.word())
        }
    }
}
