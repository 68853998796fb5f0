//! What reads and writes each type of a package, in C.

use super::c_codec::CCodec;
use super::c_values::{ident, literal};
use super::model::{Case, Enumeration, Field, Item, ItemKind, Place, Shape};
use super::rust_values::snake;

impl CCodec<'_> {
    /// The functions that read and write a type.
    pub(super) fn item(&mut self, at: usize, item: &Item) {
        let (ty, name) = (self.values.ty(&Shape::Item(at)), snake(&item.name));
        let read = format!("PRIVATE void read_type_{name}({ty} *v, const uint8_t *b)");
        let write =
            format!("PRIVATE bool write_type_{name}(const {ty} *v, uint8_t *b, encode_error *err)");
        match &item.kind {
            ItemKind::Record { .. } => self.record(item, &ty, &read, &write),
            ItemKind::Union { .. } => {
                let raw = Shape::Bytes(item.size.0);
                self.function(&read, |codec| {
                    codec.line("(void)b;");
                    codec.values.read(&mut codec.out, &raw, "v->raw", "b", 0);
                });
                self.function(&write, |codec| {
                    let member = literal(&item.c_name);
                    codec.line("(void)b;");
                    codec
                        .values
                        .write(&mut codec.out, &raw, ("v->raw", "b"), &member, 0);
                    codec.line("return true;");
                });
            }
            ItemKind::Enum(decl) => {
                self.enumeration(at, &ty, &name, decl);
                self.carried(at, &name, &read, &write);
            }
            ItemKind::Flags(decl) => {
                self.flags(at, &ty, &name, decl);
                self.carried(at, &name, &read, &write);
            }
            ItemKind::Empty | ItemKind::Alias(_) => {}
        }
    }

    fn record(&mut self, item: &Item, ty: &str, read: &str, write: &str) {
        let ItemKind::Record {
            fields,
            canonical,
            padded,
            ..
        } = &item.kind
        else {
            return;
        };
        let size = item.size;
        if canonical.is_some() {
            self.same_layout(item, ty, fields);
        }
        self.function(read, |codec| match canonical {
            Some(_) => codec.line(&format!("memcpy(v, b, {size});")),
            None => {
                for field in fields {
                    let v = format!("v->{}", ident(&field.name));
                    codec.values.read_field(&mut codec.out, field, &v);
                }
            }
        });
        self.function(write, |codec| {
            codec.line("(void)err;");
            // What is in the padding of a value is nobody's business.
            if canonical.is_some() && !padded {
                codec.line(&format!("memcpy(b, v, {size});"));
            } else {
                for field in fields {
                    let v = format!("v->{}", ident(&field.name));
                    let member = literal(&item.member(field));
                    codec.values.write_field(&mut codec.out, field, &v, &member);
                }
            }
            codec.line("return true;");
        });
    }

    /// Asserts what one copy needs.
    fn same_layout(&mut self, item: &Item, ty: &str, fields: &[Field]) {
        let size = item.size;
        self.line("");
        self.line(&format!(
            "_Static_assert(sizeof({ty}) == {size}, {});",
            literal(&item.c_name)
        ));
        for field in fields {
            if let Place::Bytes { offset, .. } = field.place {
                let (name, member) = (ident(&field.name), literal(&item.member(field)));
                self.line(&format!(
                    "_Static_assert(offsetof({ty}, {name}) == {offset}, {member});"
                ));
            }
        }
    }

    fn enumeration(&mut self, at: usize, ty: &str, name: &str, decl: &Enumeration) {
        let raw = self.values.raw(at);
        let wide = if decl.signed { "int64_t" } else { "uint64_t" };
        self.function(
            &format!("PRIVATE void type_{name}_of({ty} *v, {raw} raw)"),
            |codec| {
                codec.line("v->tag = 0;");
                codec.line(&format!("switch (({wide})raw) {{"));
                for (i, case) in decl.cases.iter().enumerate() {
                    codec.line(&format!("case {}:", number(case, decl.signed)));
                    codec.line(&format!("\tv->val.known = {i};"));
                    codec.line("\treturn;");
                }
                codec.line("}");
                codec.line("v->tag = 1;");
                codec.line("v->val.other = raw;");
            },
        );
        self.function(
            &format!("PRIVATE {raw} type_{name}_raw(const {ty} *v)"),
            |codec| {
                codec.line("if (v->tag)");
                codec.line("\treturn v->val.other;");
                codec.line("switch (v->val.known) {");
                for (i, case) in decl.cases.iter().enumerate() {
                    codec.line(&format!("case {i}:"));
                    codec.line(&format!("\treturn ({raw}){};", number(case, decl.signed)));
                }
                codec.line("}");
                codec.line("abort();");
            },
        );
    }

    fn flags(&mut self, at: usize, ty: &str, name: &str, decl: &Enumeration) {
        let raw = self.values.raw(at);
        self.function(
            &format!("PRIVATE void type_{name}_of({ty} *v, {raw} raw)"),
            |codec| {
                codec.line("v->known = 0;");
                codec.line("v->rest = raw;");
                for (i, case) in decl.cases.iter().enumerate() {
                    let bit = number(case, false);
                    codec.line(&format!("if (raw & {bit})"));
                    codec.line(&format!(
                        "\tv->known |= UINT32_C(1) << {i}, v->rest &= ({raw})~{bit};"
                    ));
                }
            },
        );
        self.function(
            &format!("PRIVATE {raw} type_{name}_raw(const {ty} *v)"),
            |codec| {
                codec.line(&format!("{raw} raw = v->rest;"));
                codec.line("");
                for (i, case) in decl.cases.iter().enumerate() {
                    codec.line(&format!("if (v->known & UINT32_C(1) << {i})"));
                    codec.line(&format!("\traw |= {};", number(case, false)));
                }
                codec.line("return raw;");
            },
        );
    }

    /// What reads and writes an enum as the integer that carries it.
    fn carried(&mut self, at: usize, name: &str, read: &str, write: &str) {
        let raw = self.values.raw(at);
        let size = self.package.item(at).map_or(4, |item| item.size.0);
        self.function(read, |codec| {
            codec.line(&format!("type_{name}_of(v, ({raw})get(b, {size}));"));
        });
        self.function(write, |codec| {
            codec.line("(void)err;");
            codec.line(&format!("put(b, {size}, (uint64_t)type_{name}_raw(v));"));
            codec.line("return true;");
        });
    }
}

/// A value as a C constant of 64 bits.
fn number(case: &Case, signed: bool) -> String {
    match (signed, i64::try_from(case.value)) {
        (true, Ok(i64::MIN)) => "(-INT64_MAX - 1)".to_owned(),
        (true, _) => format!("INT64_C({})", case.value),
        (false, _) => format!("UINT64_C({})", case.value),
    }
}
