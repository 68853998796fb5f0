//! Structs and unions.

use super::accessors::{accessors, has_any};
use super::form::Fill;
use super::members::{Member, members};
use super::types::Types;
use btf_layout::{Bytes, Record, Slot};

impl<'b> Types<'_, 'b> {
    /// A struct or union with all that belongs to it: definition, assertions and traits, methods.
    pub(super) fn record_item(&mut self, name: &str, record: &Record) {
        let layout = self.layout;
        let members = members(layout, record);
        self.definition(name, record, &members);
        self.completion(name, record, &members);
        if has_any(layout.btf(), record, &members) {
            let accessors = accessors(layout, record, &members, 0);
            self.methods(name, record, &accessors);
        }
    }

    /// `pub struct NAME { ... }`. The arms of a union are not `pub`: whoever wrote a small one into a new union would leave
    /// its other bytes without a value.
    fn definition(&mut self, name: &str, record: &Record, members: &[Member<'b>]) {
        self.without_bytes(record);
        self.out.line("#[repr(C, packed)]");
        let (word, visible) = match record.union {
            true => ("pub union ", ""),
            false => ("pub struct ", "pub "),
        };
        if members.is_empty() && !record.union {
            self.out.begin().push_all([word, name, " {}"]).end();
            return;
        }
        self.out.begin().push_all([word, name, " {"]).end();
        self.out.indent();
        if members.is_empty() {
            // There are no unions without arms in Rust.
            self.out.line("__pad0: [u8; 0],");
        }
        for member in members {
            self.out.begin().push_all([visible, &member.name, ": "]);
            let before = member.slot.offset();
            let shifted = record.union && before > Bytes(0);
            if shifted {
                // An arm that does not start where its union does.
                self.out.push("libbpf_wasm::Behind<").number(before.0);
                self.out.push(", ");
            }
            match member.slot {
                Slot::Field(field) => {
                    let ty = self.type_text(field.ty);
                    self.out.push(&ty);
                }
                Slot::Bits(_) | Slot::Pad(_) | Slot::Empty(_) | Slot::Opaque(_) => {
                    let size = member.slot.size();
                    self.out.push("[u8; ").number(size.0).push("]");
                }
            }
            self.out.push(if shifted { ">,\n" } else { ",\n" });
        }
        self.out.dedent();
        self.out.line("}");
    }

    /// A line about the members that have no bytes, and so no field.
    fn without_bytes(&mut self, record: &Record) {
        let names: Vec<_> = self
            .layout
            .slots(record)
            .filter_map(|slot| match slot {
                Slot::Empty(empty) => Some(format!("`{}`", empty.name.escape_default())),
                Slot::Field(_) | Slot::Bits(_) | Slot::Pad(_) | Slot::Opaque(_) => None,
            })
            .collect();
        if !names.is_empty() {
            let names = names.join(", ");
            self.out.line(&format!("/// Without bytes: {names}."));
        }
    }

    /// What asserts size and offsets, and implements the traits.
    fn completion(&mut self, name: &str, record: &Record, members: &[Member<'b>]) {
        let mut digits = itoa::Buffer::new();
        self.out.line("libbpf_wasm::plain! {");
        self.out.indent();
        let mut fill = Fill::begin(&mut self.out, self.depth + 1);
        fill.word(
            &mut self.out,
            [if record.union { "union" } else { "struct" }],
        );
        fill.word(&mut self.out, [name]);
        let shown = |member: &&Member<'b>| !matches!(member.slot, Slot::Pad(_));
        let mut rest = members
            .iter()
            .filter(shown)
            .filter(|_| !record.union)
            .peekable();
        let semicolon = if rest.peek().is_some() { ";" } else { "" };
        fill.word(&mut self.out, [digits.format(record.size.0), semicolon]);
        while let Some(member) = rest.next() {
            fill.word(&mut self.out, [&member.name]);
            let comma = if rest.peek().is_some() { "," } else { "" };
            let offset = digits.format(member.slot.offset().0);
            fill.word(&mut self.out, [offset, comma]);
        }
        self.out.end();
        self.out.dedent();
        self.out.line("}");
    }
}
