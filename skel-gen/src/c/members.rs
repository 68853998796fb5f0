//! Members: the body of a struct or union, and the declaration of anything by its carrier.

use super::comment::spell;
use super::member_scope::MemberScope;
use super::memory::Declaration;
use super::spelling;
use super::wasm::{Header, keyword};
use crate::model::Integer;
use crate::names::legal_or_empty;
use btf_layout::{BitSlot, BitUnit, Bytes, Carrier, Field, Kind, Opaque, Record, Slot, TypeId};

/// A type without what is written after the name.
#[derive(Debug)]
struct Peeled {
    id: TypeId,
    carrier: Option<Carrier>,
    dimensions: Vec<u32>,
    /// Whether a typedef was taken off.
    unveiled: bool,
}

impl<'b> Header<'_, 'b> {
    /// `{ members } __attribute__((packed))`.
    pub(super) fn record_body(&mut self, record: &Record, scope: &mut MemberScope<'_, 'b>) {
        let layout = self.layout;
        self.out.push("{").end();
        self.out.indent();
        let mut slots = layout.slots(record);
        if record.size == Bytes(0) && slots.all(|slot| matches!(slot, Slot::Empty(_))) {
            // C gives an empty struct no bytes, C++ gives it one.
            self.pad(Bytes(0), scope);
        }
        for slot in layout.slots(record) {
            match slot {
                Slot::Field(field) if !record.union || field.offset == Bytes(0) => {
                    self.member(&field, scope);
                }
                Slot::Pad(pad) => self.pad(pad.size, scope),
                Slot::Bits(unit) if !record.union || !self.is_late(&unit) => {
                    self.unit(&unit, record.union, scope);
                }
                Slot::Empty(empty) => self.empty(empty.name),
                Slot::Opaque(opaque) => self.opaque(&opaque, scope),
                Slot::Field(_) | Slot::Bits(_) => self.late_arm(&slot, scope),
            }
        }
        self.out.dedent();
        self.out.begin().push("} __attribute__((packed))");
    }

    /// A member that is not a bitfield; the members that it promotes if it is anonymous.
    #[inline(always)] // into the loop that goes through a kernel's eighty thousand
    fn member(&mut self, field: &Field<'b>, scope: &mut MemberScope<'_, 'b>) {
        match self.layout.promoted(field) {
            Some(inner) => {
                self.out.begin().push(keyword(inner));
                scope.depth += 1;
                self.record_body(inner, scope);
                scope.depth -= 1;
                self.out.push(";").end();
            }
            None => self.field(field, scope),
        }
    }

    /// A line about a member that has no bytes.
    #[cold]
    fn empty(&mut self, name: &str) {
        let start = self.out.len();
        let name = legal_or_empty(name);
        self.out.begin().push_all(["/* ", &name, ": no bytes */\n"]);
        self.comments.push(start..self.out.len());
    }

    /// A variable of unknown type: its bytes.
    #[cold]
    fn opaque(&mut self, opaque: &Opaque<'b>, scope: &mut MemberScope<'_, 'b>) {
        let name = scope.member(opaque.name);
        self.out.begin().push_all(["unsigned char ", &name, "["]);
        self.out.number(opaque.size.0).push("];").end();
    }

    /// Whether the bitfields of an arm have something before them in their union.
    fn is_late(&self, unit: &BitUnit) -> bool {
        let first = self.layout.bits(unit).first();
        unit.offset > Bytes(0) || matches!(first, Some(BitSlot::Filler { .. }))
    }

    /// An arm after padding: an anonymous struct of both, so that its member is the union's.
    #[cold]
    fn late_arm(&mut self, arm: &Slot<'b>, scope: &mut MemberScope<'_, 'b>) {
        self.out.begin().push("struct {").end();
        self.out.indent();
        scope.depth += 1;
        if arm.offset() > Bytes(0) {
            self.pad(arm.offset(), scope);
        }
        match arm {
            Slot::Bits(unit) => self.unit(unit, false, scope),
            Slot::Field(field) => self.member(field, scope),
            Slot::Pad(_) | Slot::Empty(_) | Slot::Opaque(_) => {}
        }
        scope.depth -= 1;
        self.out.dedent();
        self.out.begin().push("} __attribute__((packed));").end();
    }

    /// One member. Most have a type that another had before, and differ in the name alone.
    #[inline(always)] // as above
    fn field(&mut self, field: &Field<'b>, scope: &mut MemberScope<'_, 'b>) {
        self.out.begin();
        let seen = |known: &Declaration<'_>| known.alias.is_none_or(|alias| !scope.hides(alias));
        if let Some(known) = self.memory.get(field.ty).filter(seen) {
            let name = scope.member(field.name);
            self.out.push_all([known.before, &name, known.after]);
            if known.comment > 1 {
                let end = self.out.len() - 1;
                self.comments.push(end + 1 - known.comment..end);
            }
            return;
        }
        let peeled = self.peel(field.ty, Some(scope));
        let typical = !peeled.unveiled && !self.is_body(peeled.carrier);
        let is_alias = matches!(peeled.carrier, Some(Carrier::Typedef(_)));
        let name = scope.member(field.name);
        let start = self.out.len();
        let middle = self.declare(peeled, &name, Some(scope)) + 1;
        if typical {
            let end = self.out.len();
            let comment = self.comments.last();
            let comment = comment.filter(|comment| comment.end == end - 1);
            let text = |range| self.out.as_str().get(range).unwrap_or_default();
            let declaration = Declaration {
                before: text(start..middle),
                after: text(middle + name.len()..end),
                comment: comment.map_or(1, |comment| end - comment.start),
                alias: is_alias.then_some(text(start..middle - 1)),
            };
            self.memory.put(field.ty, declaration);
        }
    }

    fn pad(&mut self, size: Bytes, scope: &mut MemberScope<'_, 'b>) {
        let number = scope.pad();
        self.out.begin().push("char __pad").number(number);
        self.out.push("[").number(size.0).push("];").end();
    }

    /// The bitfields of a unit. In a packed struct they lie bit after bit, so fillers keep each at its place; a
    /// union's arm needs none.
    fn unit(&mut self, unit: &BitUnit, union: bool, scope: &mut MemberScope<'_, 'b>) {
        let layout = self.layout;
        for bit in layout.bits(unit) {
            match bit {
                BitSlot::Filler { .. } if union => continue,
                BitSlot::Filler { width, .. } => {
                    self.out.begin().push("unsigned char : ").number(width.0);
                }
                BitSlot::Field(field) => {
                    self.out.begin();
                    let peeled = self.peel(field.ty, Some(scope));
                    self.specifier(peeled.id, peeled.carrier);
                    let name = scope.member(field.name);
                    self.out
                        .push(" ")
                        .push(&name)
                        .push(" : ")
                        .number(field.width.0);
                }
            }
            self.out.push(";").end();
        }
    }

    /// `TYPE NAME[DIMENSIONS];`, with the pointee of a pointer after it.
    pub(super) fn declaration(&mut self, id: TypeId, name: &str) {
        let peeled = self.peel(id, None);
        self.declare(peeled, name, None);
    }

    /// Takes off what `id` can be declared without: qualifiers, dimensions, and typedefs that cannot be seen from `scope`.
    fn peel(&mut self, mut id: TypeId, scope: Option<&MemberScope<'_, 'b>>) -> Peeled {
        let layout = self.layout;
        let (mut dimensions, mut unveiled) = (Vec::new(), false);
        let carrier = loop {
            id = layout.btf().unqualified(id);
            let carrier = layout.carrier(id);
            match carrier {
                Some(Carrier::Array(array)) => {
                    dimensions.push(array.len);
                    id = array.elem;
                }
                Some(Carrier::Typedef(typedef))
                    if scope.is_some_and(|scope| scope.hides(self.names.of(typedef))) =>
                {
                    unveiled = true;
                    let kind = layout.btf().kind(id);
                    if let Kind::Enum(decl) = kind {
                        break Some(Carrier::Int(decl.as_int()));
                    }
                    match kind.alias_of() {
                        Some(target) if self.may_unveil(target) => id = target,
                        Some(_) | None => break carrier,
                    }
                }
                _ => break carrier,
            }
        };
        Peeled {
            id,
            carrier,
            dimensions,
            unveiled,
        }
    }

    /// Whether `target` may be written out where its typedef cannot be seen. Of structs without a name only so much, or the
    /// header would be as long as the file's author likes.
    fn may_unveil(&mut self, target: TypeId) -> bool {
        const MOST: u32 = 1 << 20;
        let btf = self.layout.btf();
        let id = btf.unqualified(target);
        if matches!(btf.kind(id), Kind::Struct(_) | Kind::Union(_)) && !btf.is_named(id) {
            self.unveiled = self.unveiled.saturating_add(btf.text_len(id));
        }
        self.unveiled <= MOST
    }

    /// Whether a carrier is a struct or union without a name, which is written out.
    pub(super) fn is_body(&self, carrier: Option<Carrier>) -> bool {
        matches!(carrier, Some(Carrier::Record(id)) if !self.layout.btf().is_named(id))
    }

    /// Writes a declaration; returns where the space before the name is.
    fn declare(
        &mut self,
        peeled: Peeled,
        name: &str,
        scope: Option<&MemberScope<'_, 'b>>,
    ) -> usize {
        let layout = self.layout;
        let Peeled {
            id,
            carrier,
            mut dimensions,
            ..
        } = peeled;
        match carrier {
            Some(Carrier::Record(id)) if !layout.btf().is_named(id) => {
                if let Some(record) = layout.record(id) {
                    self.out.push(keyword(record));
                    let mut inner = MemberScope::new(layout, record, "", scope);
                    self.record_body(record, &mut inner);
                }
            }
            Some(Carrier::Float(size)) if spelling::float(size).is_none() => {
                self.out.push("unsigned char");
                dimensions.push(size.0);
            }
            _ => self.specifier(id, carrier),
        }
        let middle = self.out.len();
        self.out.push(" ").push(name);
        for len in dimensions {
            self.out.push("[").number(len).push("]");
        }
        self.out.push(";");
        if matches!(carrier, Some(Carrier::Pointer(_))) {
            let start = self.out.len();
            self.out.push(" /* ");
            spell(&mut self.out, layout.btf(), &self.names, id);
            self.out.push(" */");
            self.comments.push(start..self.out.len());
        }
        self.out.end();
        middle
    }

    /// The C type of a carrier that is one word or two: no array, no anonymous struct.
    fn specifier(&mut self, id: TypeId, carrier: Option<Carrier>) {
        let btf = self.layout.btf();
        match carrier {
            Some(Carrier::Int(int)) => {
                let spelling = spelling::integer(Integer::of(int, || btf.name(btf.resolved(id))));
                self.out.push(spelling);
            }
            Some(Carrier::Pointer(_)) => {
                self.out.push("uint64_t");
            }
            Some(Carrier::Float(size)) => {
                self.out.push(spelling::float(size).unwrap_or_default());
            }
            Some(Carrier::Typedef(id)) => {
                self.out.push(self.names.of(id));
            }
            Some(Carrier::Enum(id)) => {
                self.out.push("enum ").push(self.names.of(id));
            }
            Some(Carrier::Record(id)) => {
                let word = self.layout.record(id).map_or("", keyword);
                self.out.push(word).push(self.names.of(id));
            }
            Some(Carrier::Array(_)) | None => {}
        }
    }
}
