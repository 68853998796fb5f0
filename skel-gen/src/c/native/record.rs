//! Structs, unions and enums: the bodies of definitions, anonymous types where they are used.

use super::header::{Header, promoted};
use super::plan::{NativeItem, NativeRecord};
use super::scalar;
use crate::c::declarator::{Speller, Step, declare, keyword};
use crate::c::enums::{self, Underlying};
use crate::c::ident::{identifier, identifier_or_empty};
use crate::c::member_scope::pad_number;
use crate::c::names::Names;
use crate::model::Integer;
use crate::names::Scope;
use crate::text::Source;
use btf_layout::{Btf, Bytes, Enum, Error, Kind, Member, TypeId};
use std::borrow::Cow;

/// The member names of one struct as C sees it: those of its anonymous structs and unions stand beside its own.
#[derive(Debug, Default)]
pub(super) struct Members<'b> {
    scope: Scope<'b>,
    /// Number of the next padding.
    pad: u64,
    /// Names that the anonymous members around the current one promote when they end.
    promoted: Vec<Cow<'b, str>>,
    /// Whether some have been promoted already, which hide typedefs.
    hides: bool,
    /// Number of anonymous members around the current one.
    depth: u32,
}

impl<'b> Members<'b> {
    /// The identifier of a member.
    fn name(&mut self, name: &'b str) -> Cow<'b, str> {
        match name.is_empty() {
            true => self.scope.claim("__anon"),
            false => self.scope.claim(identifier(name)),
        }
    }
}

impl<'b> Header<'b> {
    /// `struct { members }`, its tag written after the keyword if it has one.
    pub(super) fn record(&mut self, id: TypeId, tag: &str) -> Result<(), Error> {
        let record = self.plan.record(id)?;
        let members = record.items.iter().filter_map(|item| {
            let NativeItem::Member(member) = item else {
                return None;
            };
            Some(*member)
        });
        let mut members = Members {
            pad: first_pad(self.btf, members),
            ..Members::default()
        };
        self.out.push(keyword(self.btf, id)).push(tag);
        self.out.push(if tag.is_empty() { "" } else { " " });
        let hidden = self.hidden.len();
        self.body(&record, &mut members)?;
        self.hidden.truncate(hidden);
        Ok(())
    }

    fn body(&mut self, record: &NativeRecord<'b>, members: &mut Members<'b>) -> Result<(), Error> {
        self.out.push("{");
        if !record.items.is_empty() {
            self.out.end();
            self.out.indent();
            record
                .items
                .iter()
                .try_for_each(|item| self.item(*item, members))?;
            self.out.dedent();
            self.out.begin();
        }
        self.out.push("}");
        if record.packed {
            self.out.push(" __attribute__((packed))");
        }
        Ok(())
    }

    fn item(&mut self, item: NativeItem<'b>, members: &mut Members<'b>) -> Result<(), Error> {
        if matches!(item, NativeItem::Close { .. }) {
            self.out.dedent();
        }
        self.out.begin();
        match item {
            NativeItem::Empty(name) => {
                let name = identifier_or_empty(name);
                self.out.push_all(["/* ", &name, ": no bytes */\n"]);
                return Ok(());
            }
            NativeItem::Open => {
                members.depth += 1;
                self.out.push("struct {").end();
                self.out.indent();
                return Ok(());
            }
            NativeItem::Close { packed } => {
                members.depth -= 1;
                self.hide(members);
                self.out.push("}");
                let attribute = " __attribute__((packed))";
                self.out.push(if packed { attribute } else { "" });
            }
            NativeItem::Member(member) => self.member(member, members)?,
            NativeItem::Filler { width, unit } => {
                let ty = match unit {
                    Bytes(8) => "long",
                    Bytes(4) => "int",
                    Bytes(2) => "short",
                    _ => "char",
                };
                self.out.push(ty).push(": ").number(width.0);
            }
            NativeItem::Bytes(size) => {
                let name = format!("__pad{}", members.pad);
                self.out.push("char ").push(&name);
                self.out.push("[").number(size.0).push("]");
                members.pad += 1;
                if members.depth > 0 {
                    members.promoted.push(Cow::Owned(name));
                }
            }
        }
        self.out.push(";").end();
        Ok(())
    }

    fn member(&mut self, member: Member<'b>, members: &mut Members<'b>) -> Result<(), Error> {
        if let Some(inner) = promoted(self.btf, &member) {
            self.out.push(keyword(self.btf, inner));
            let record = self.plan.record(inner)?;
            members.depth += 1;
            self.body(&record, members)?;
            members.depth -= 1;
            self.hide(members);
            return Ok(());
        }
        let width = member.place.width;
        let name = if member.name.is_empty() && width.is_some() {
            Cow::Borrowed("")
        } else {
            members.name(member.name)
        };
        declare(self, member.place.ty, &name, true)?;
        if let Some(width) = width {
            self.out.push(": ").number(width.0);
        }
        if members.depth > 0 {
            members.promoted.push(name);
        }
        Ok(())
    }

    /// From here to the end of the record, clang takes the names that were promoted to it for members.
    fn hide(&mut self, members: &mut Members<'b>) {
        if !members.hides {
            self.hidden.push(Scope::default());
            members.hides = true;
        }
        if let Some(hidden) = self.hidden.last_mut() {
            members.promoted.drain(..).for_each(|name| hidden.add(name));
        }
    }

    /// `enum { enumerators }`, its tag written after the keyword if it has one.
    pub(super) fn enumeration(&mut self, id: TypeId, decl: &Enum<'b>, tag: &str) {
        let underlying = Underlying::of(decl);
        self.out.push("enum ").push(tag);
        match underlying.ty {
            Some(ty) => {
                self.out
                    .push("\n#ifdef __clang__\n: ")
                    .push(ty)
                    .push("\n#endif\n{")
                    .end();
            }
            None => self.out.push(if tag.is_empty() { "{" } else { " {" }).end(),
        }
        self.out.indent();
        let mut names = self.names.enumerators(id);
        for (i, (name, value)) in decl.fitted().enumerate() {
            self.kfuncs.declare(name);
            let name = names.of(i, name);
            self.out.begin().push(name).push(" = ");
            enums::literal(&mut self.out, value);
            self.out.push(",").end();
        }
        self.out.dedent();
        self.out.begin().push("}").push(underlying.attribute);
    }
}

/// One more than the largest `N` of a member called `__padN`, which the padding must not be called; else 0.
fn first_pad<'b>(btf: &Btf<'b>, members: impl Iterator<Item = Member<'b>>) -> u64 {
    let of_member = |member: Member<'b>| match promoted(btf, &member).map(|inner| btf.kind(inner)) {
        Some(Kind::Struct(inner) | Kind::Union(inner)) => first_pad(btf, inner.members()),
        _ => pad_number(member.name),
    };
    members.map(of_member).max().unwrap_or(0)
}

impl<'b> Speller<'b> for Header<'b> {
    fn btf(&self) -> &'b Btf<'b> {
        self.btf
    }

    fn names(&self) -> &Names<'b> {
        &self.names
    }

    fn out(&mut self) -> &mut Source {
        &mut self.out
    }

    fn chain(&mut self) -> &mut Vec<Step<'b>> {
        &mut self.chain
    }

    fn in_place(&self, id: TypeId) -> TypeId {
        self.plan.in_place(id)
    }

    fn is_open(&self, id: TypeId) -> bool {
        self.has_cycles() && self.is_undefined(id)
    }

    fn has_cycles(&self) -> bool {
        !self.plan.cut().is_empty()
    }

    fn is_hidden(&self, id: TypeId) -> bool {
        if self.hidden.is_empty() {
            return false;
        }
        let name = self.names.of(id);
        self.hidden.iter().any(|scope| scope.has(name))
    }

    fn params(&mut self, step: i32) {
        self.params += step;
    }

    fn base(&mut self, id: TypeId) -> Result<(), Error> {
        let btf = self.btf;
        match btf.kind(id) {
            Kind::Struct(_) | Kind::Union(_) if !btf.is_named(id) => return self.record(id, ""),
            Kind::Enum(decl) if decl.is_empty() => {
                self.out
                    .push(scalar::integer(Integer::sized(decl.size, decl.signed)));
            }
            Kind::Enum(decl) if !btf.is_named(id) => {
                // Defined once; in parameters, whose scope ends with them, not at all.
                if self.params == 0 && self.spelled.insert(id) {
                    self.enumeration(id, &decl, "");
                } else {
                    self.out
                        .push(scalar::integer(Integer::sized(decl.size, decl.signed)));
                }
            }
            Kind::Int(_) | Kind::Float(_) => {
                let known = self.scalars.binary_search_by_key(&id, |(of, _)| *of).ok();
                let known = known.and_then(|at| self.scalars.get(at));
                self.out
                    .push(known.map_or_else(|| btf.name(id), |(_, spelling)| spelling));
            }
            Kind::Fwd { .. } if btf.is_named(id) => {
                self.out.push(keyword(btf, id)).push(self.names.of(id));
            }
            Kind::Void | Kind::Fwd { .. } => {
                self.out.push("void");
            }
            Kind::Ptr(_)
            | Kind::Array(_)
            | Kind::Struct(_)
            | Kind::Union(_)
            | Kind::Enum(_)
            | Kind::Typedef(_)
            | Kind::Volatile(_)
            | Kind::Const(_)
            | Kind::Restrict(_)
            | Kind::TypeTag { .. }
            | Kind::Func { .. }
            | Kind::FuncProto(_)
            | Kind::Var { .. }
            | Kind::Datasec(_)
            | Kind::DeclTag { .. } => {
                self.out.push(keyword(btf, id)).push(self.names.of(id));
            }
        }
        Ok(())
    }
}
