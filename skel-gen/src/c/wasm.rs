//! The wasm32 C header: one packed definition for each definition of the layout, each with its size asserted.

use super::enums;
use super::member_scope::MemberScope;
use super::memory::Memory;
use super::names::{Names, Policy};
use super::spelling;
use crate::model::Integer;
use crate::names::foreign;
use crate::text::Source;
use btf_layout::{Bytes, Carrier, Def, DefKind, Kind, Layout, Record, TypeId};
use std::io::{self, Write};
use std::ops::Range;
use xxhash_rust::xxh3::{Xxh3, xxh3_64_with_seed};

/// Renders `layout` as a C header for wasm32 guests, usable from C11, C17, C23 and C++17.
///
/// The header includes what it uses and nothing else. Definitions that other generated headers may contain as well are
/// guarded one by one, by their own text without comments: the same type twice is no error, two types of one name are.
///
/// # Errors
/// Those of `out`, which needs no buffer of its own: it is given large pieces.
pub fn wasm_header(layout: &Layout<'_>, out: &mut (impl Write + ?Sized)) -> io::Result<()> {
    let mut header = Header::new(layout);
    let guard = guard(layout);
    header.head(&guard);
    for def in layout.defs() {
        header.def(def);
        if header.body.len() >= PIECE {
            out.write_all(header.body.as_bytes())?;
            header.body.clear();
        }
    }
    for part in ["\n#endif /* ", &guard, " */\n"] {
        header.body.push_str(part);
    }
    out.write_all(header.body.as_bytes())
}

/// How many bytes are handed out at a time.
const PIECE: usize = 64 << 10;

/// The include guard: made from all that decides what the header says, so that only equal headers share it.
fn guard(layout: &Layout<'_>) -> String {
    let mut hash = Xxh3::with_seed(layout.btf().digest());
    for def in layout.defs() {
        hash.update(&def.id.0.to_le_bytes());
    }
    format!("BTF_WASM32_{:016X}_H", hash.digest())
}

/// A header under construction.
pub(super) struct Header<'a, 'b> {
    pub(super) layout: &'a Layout<'b>,
    pub(super) names: Names<'b>,
    pub(super) memory: Memory,
    /// Finished definitions that are not handed out yet.
    body: String,
    /// The definition at hand.
    pub(super) out: Source,
    /// Where the definition at hand has comments.
    pub(super) comments: Vec<Range<usize>>,
    /// Text of anonymous structs written out because their typedefs could not be seen.
    pub(super) unveiled: u32,
}

impl<'a, 'b> Header<'a, 'b> {
    /// Settles the names of all types.
    pub(super) fn new(layout: &'a Layout<'b>) -> Self {
        Self::beside(layout, None)
    }

    /// [`Header::new`] where something that is no type in BTF has the tag `tag`.
    pub(super) fn beside(layout: &'a Layout<'b>, tag: Option<String>) -> Self {
        Header {
            layout,
            names: Names::settle_beside(layout.btf(), Policy::Wasm, tag),
            memory: Memory::new(layout.btf()),
            body: String::with_capacity(PIECE + PIECE / 4),
            out: Source::new("    "),
            comments: Vec::new(),
            unveiled: 0,
        }
    }

    /// All definitions of the layout.
    pub(super) fn definitions(&mut self) -> String {
        for def in self.layout.defs() {
            self.def(def);
        }
        std::mem::take(&mut self.body)
    }

    /// One definition of the layout, and its guard; empty if it has none.
    pub(super) fn definition(&mut self, def: &Def) -> (String, String) {
        self.def(def);
        let text = std::mem::take(&mut self.body);
        let guard = text.strip_prefix("\n#ifndef ");
        let guard = guard.and_then(|rest| rest.split('\n').next());
        (guard.unwrap_or_default().to_owned(), text)
    }

    /// `struct TAG { ... }` for something that is no type in BTF, and its size.
    pub(super) fn extra_struct(&mut self, tag: &str, record: &Record) -> String {
        self.out.push("struct ").push(tag).push(" ");
        self.record_body(
            record,
            &mut MemberScope::new(self.layout, record, tag, None),
        );
        self.out.push(";").end();
        self.put_assert("struct ", tag, record.size);
        self.take_out()
    }

    /// `typedef TYPE NAME;` and its size.
    pub(super) fn extra_typedef(&mut self, name: &str, id: TypeId) -> String {
        self.out.push("typedef ");
        self.declaration(id, name);
        self.assert_size("", name, id);
        self.take_out()
    }

    /// `TYPE *NAME;`, where `id` is a struct.
    pub(super) fn extra_pointer(&mut self, name: &str, id: TypeId) -> String {
        self.declaration(id, &format!("*{name}"));
        self.take_out()
    }

    fn take_out(&mut self) -> String {
        let text = self.out.as_str().to_owned();
        self.out.clear();
        self.comments.clear();
        text
    }

    /// Comment, guard and includes.
    fn head(&mut self, guard: &str) {
        let layout = self.layout;
        let asserts = layout.defs().iter().any(|def| match def.kind {
            DefKind::Record(_) => true,
            DefKind::Enum => layout.btf().is_named(def.id),
            DefKind::Typedef(_) => !self.names.is_builtin(def.id),
        });
        let version = env!("CARGO_PKG_VERSION");
        for line in [
            "/* Generated by bpftool-wasm ",
            version,
            " from BTF: BPF's types as wasm32 sees them. Do not edit. */\n#ifndef ",
            guard,
            "\n#define ",
            guard,
            "\n\n",
        ] {
            self.body.push_str(line);
        }
        for (used, include) in [
            (asserts, "#include <assert.h>\n"),
            (layout.has_bools(), "#include <stdbool.h>\n"),
            (layout.has_pointers(), "#include <stdint.h>\n"),
        ] {
            self.body.push_str(if used { include } else { "" });
        }
        self.left_out();
    }

    /// A comment for each type that no layout can be made of.
    fn left_out(&mut self) {
        let btf = self.layout.btf();
        for flaw in self.layout.left_out().iter().filter_map(|id| btf.flaw(*id)) {
            self.body.push_str("\n/* left out: ");
            self.body.push_str(&foreign::comment(&flaw.to_string()));
            self.body.push_str(" */\n");
        }
    }

    /// Renders one definition. Anonymous structs and unions are rendered where they are used.
    fn def(&mut self, def: &Def) {
        let name = self.names.kept(def.id);
        let named = !name.is_empty();
        match &def.kind {
            DefKind::Record(record) if named => {
                let word = keyword(record);
                self.out.push(word).push(&name).push(" ");
                let mut scope = MemberScope::new(self.layout, record, &name, None);
                self.record_body(record, &mut scope);
                self.out.push(";").end();
                self.put_assert(word, &name, record.size);
                self.flush_guarded(word.trim_end(), &name);
            }
            DefKind::Enum if named => {
                self.out.push("enum ").push(&name).push(" ");
                self.enum_body(def.id);
                self.out.push(";").end();
                self.assert_size("enum ", &name, def.id);
                self.flush_guarded("enum", &name);
            }
            DefKind::Enum if self.layout.enum_typedef(def.id).is_none() => {
                self.out.push("enum ");
                self.enum_body(def.id);
                self.out.push(";").end();
                self.flush_guarded("enum", "anonymous");
            }
            DefKind::Typedef(target) => self.typedef(def.id, &name, *target),
            DefKind::Record(_) | DefKind::Enum => {}
        }
    }

    fn typedef(&mut self, id: TypeId, name: &str, target: TypeId) {
        if self.names.is_builtin(id) {
            return;
        }
        let inner = self.layout.btf().unqualified(target);
        self.out.push("typedef ");
        let names_enum = self.layout.enum_typedef(inner) == Some(id);
        if names_enum {
            self.out.push("enum ");
            self.enum_body(inner);
            self.out.push(" ").push(name).push(";").end();
        } else {
            self.declaration(target, name);
        }
        self.assert_size("", name, id);
        if names_enum || self.has_body(inner) {
            self.flush_guarded("typedef", name);
        } else {
            self.flush();
        }
    }

    /// Whether declaring something of type `id` spells out a struct or union.
    fn has_body(&self, id: TypeId) -> bool {
        let mut carrier = self.layout.carrier(id);
        while let Some(Carrier::Array(array)) = carrier {
            carrier = self.layout.carrier(array.elem);
        }
        self.is_body(carrier)
    }

    /// Ends a definition that C allows any number of times.
    fn flush(&mut self) {
        self.body.push('\n');
        self.body.push_str(self.out.as_str());
        self.out.clear();
        self.comments.clear();
    }

    /// Ends a definition that C allows only once: it is guarded by its own text.
    fn flush_guarded(&mut self, kind: &str, name: &str) {
        // 32 bits tell apart what one C namespace holds under one name: two or three layouts at most.
        let hash = hex(self.hash());
        let hash = str::from_utf8(&hash).unwrap_or_default();
        let text = self.out.as_str();
        self.body.reserve(text.len() + 2 * (name.len() + 48));
        for part in [
            "\n#ifndef BTF_",
            kind,
            "_",
            name,
            "_",
            hash,
            "\n#define BTF_",
            kind,
            "_",
            name,
            "_",
            hash,
            "\n",
            text,
            "#endif\n",
        ] {
            self.body.push_str(part);
        }
        self.out.clear();
        self.comments.clear();
    }

    /// Hash of the definition at hand without its comments: compilers spell one pointee in several ways (`long`, `long int`).
    fn hash(&self) -> u64 {
        let text = self.out.as_str().as_bytes();
        let (mut hash, mut from) = (0, 0);
        for comment in &self.comments {
            hash = xxh3_64_with_seed(text.get(from..comment.start).unwrap_or_default(), hash);
            from = comment.end;
        }
        xxh3_64_with_seed(text.get(from..).unwrap_or_default(), hash)
    }

    /// Asserts the size of `KEYWORD NAME`; the keyword ends with a space if there is one.
    fn assert_size(&mut self, keyword: &str, name: &str, id: TypeId) {
        if let Some(size) = self.layout.btf().size(id) {
            self.put_assert(keyword, name, size);
        }
    }

    fn put_assert(&mut self, keyword: &str, name: &str, size: Bytes) {
        let mut digits = itoa::Buffer::new();
        let size = digits.format(size.0);
        self.out.push_all([
            "static_assert(sizeof(",
            keyword,
            name,
            ") == ",
            size,
            ", \"Size of ",
            name,
            " is not ",
            size,
            "\");\n",
        ]);
    }

    /// `{ enumerators }`, after the type that carries the values if C would choose another. (`mode` attributes would fix
    /// the size as well, but clang makes such enums signed whatever their values.)
    fn enum_body(&mut self, id: TypeId) {
        let Kind::Enum(decl) = self.layout.btf().kind(id) else {
            return;
        };
        let negative = decl.fitted_values().any(|value| value < 0);
        if decl.size.0 != 4 || decl.signed != negative {
            let carrier = spelling::integer(Integer::sized(decl.size, decl.signed));
            self.out.push(": ").push(carrier).push(" ");
        }
        self.out.push("{").end();
        let mut names = self.names.enumerators(id);
        for (i, (name, value)) in decl.fitted().enumerate() {
            let name = names.of(i, name);
            self.out.push_all(["    ", name, " = "]);
            enums::literal(&mut self.out, value);
            self.out.push(",\n");
        }
        self.out.push("}");
    }
}

/// The upper half of `hash` as hexadecimal digits.
fn hex(hash: u64) -> [u8; 8] {
    let mut rest = hash;
    [(); 8].map(|()| {
        rest = rest.rotate_left(4);
        let [low, ..] = rest.to_le_bytes();
        let digit = low % 16;
        digit + if digit < 10 { b'0' } else { b'a' - 10 }
    })
}

/// `struct` or `union`, and a space.
pub(super) fn keyword(record: &Record) -> &'static str {
    if record.union { "union " } else { "struct " }
}
