//! Enums: integers with constants, since BPF code may put any number into one, and two enumerators may be equal.

use super::form::{Fill, line};
use super::ident::identifier;
use super::types::Types;
use crate::scope::Scope;
use btf_layout::{Enum, Kind, TypeId};

impl Types<'_, '_> {
    /// An enum, with its name or that of its typedef; without either, its constants.
    pub(super) fn enumeration(&mut self, id: TypeId) {
        let layout = self.layout;
        let Kind::Enum(decl) = layout.btf().kind(id) else {
            return;
        };
        let name = self.names.of(id).to_owned();
        if name.is_empty() {
            return self.constants(id, &decl);
        }
        let int = integer(&decl);
        let depth = self.depth;
        self.out
            .line("#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]");
        self.out.line("#[repr(transparent)]");
        let open = ["pub struct ", &name, "("];
        line(&mut self.out, depth, &open, &[&["pub ", int]], &[");"]);
        self.out.begin().push_all(["impl ", &name, " {"]).end();
        self.out.indent();
        let mut scope = Scope::with_capacity(decl.len());
        let mut names = Vec::with_capacity(decl.len());
        for (name, value) in decl.fitted() {
            let name = scope.claim(identifier(name));
            let mut digits = itoa::Buffer::new();
            let open = ["pub const ", &name, ": Self = Self("];
            let value = digits.format(value);
            line(&mut self.out, depth + 1, &open, &[&[value]], &[");"]);
            names.push(name);
        }
        self.out.dedent();
        self.out.line("}");
        self.out.line("libbpf_wasm::enumeration! {");
        self.out.indent();
        let mut fill = Fill::begin(&mut self.out, depth + 1);
        fill.word(&mut self.out, [&name]);
        fill.word(&mut self.out, [int, ";"]);
        for (i, name) in names.iter().enumerate() {
            let comma = if i + 1 < names.len() { "," } else { "" };
            fill.word(&mut self.out, [name, comma]);
        }
        self.out.end();
        self.out.dedent();
        self.out.line("}");
    }

    /// The constants of an enum that nothing names.
    fn constants(&mut self, id: TypeId, decl: &Enum<'_>) {
        let int = integer(decl);
        for (name, value) in self.names.constants(id).iter().zip(decl.fitted_values()) {
            self.out
                .begin()
                .push_all(["pub const ", name, ": ", int, " = "])
                .number(value)
                .push(";")
                .end();
        }
    }
}

/// The integer that carries an enum.
fn integer(decl: &Enum<'_>) -> &'static str {
    match (decl.size.0, decl.signed) {
        (1, true) => "i8",
        (1, false) => "u8",
        (2, true) => "i16",
        (2, false) => "u16",
        (4, true) => "i32",
        (4, false) => "u32",
        (_, true) => "i64",
        (_, false) => "u64",
    }
}
