//! Values as C statements: read from bytes, written to bytes.

use super::model::{Field, Form, Item, ItemKind, Package, Place, Shape};
use super::rust_values::snake;
use crate::text::Source;

/// Statements for the values of a package. `v` is an lvalue, `b` an expression of the first byte.
#[derive(Clone, Debug)]
pub(super) struct CValues<'p> {
    pub(super) package: &'p Package,
    /// What the names of the interface begin with in C.
    pub(super) prefix: String,
}

impl CValues<'_> {
    /// The type of a value, as wit-bindgen's C backend spells it.
    pub(super) fn ty(&self, shape: &Shape) -> String {
        match shape {
            Shape::Int { size, signed } => integer(*size, *signed),
            Shape::Bit => "bool".to_owned(),
            Shape::Float { size: 4 } => "float".to_owned(),
            Shape::Float { .. } => "double".to_owned(),
            Shape::Wide { .. }
            | Shape::Pointer
            | Shape::Bytes(_)
            | Shape::Text(_)
            | Shape::Array { .. }
            | Shape::NoElements(_)
            | Shape::Item(_) => format!("{}_t", self.stem(shape)),
        }
    }

    /// The name of a type with parts, without `_t`.
    pub(super) fn stem(&self, shape: &Shape) -> String {
        let (encoded, own) = self.encoded(shape);
        match own {
            true => format!("{}{encoded}", self.prefix),
            false => format!("decoder_{encoded}"),
        }
    }

    /// The name that wit-bindgen gives a type, and whether the interface's own types are in it.
    fn encoded(&self, shape: &Shape) -> (String, bool) {
        match shape {
            Shape::Int { size, signed } => (super::text::integer(*size, *signed).to_owned(), false),
            Shape::Bit => ("bool".to_owned(), false),
            Shape::Float { size } => (format!("f{}", size * 8), false),
            Shape::Wide { signed: false } => ("uint128".to_owned(), true),
            Shape::Wide { signed: true } => ("int128".to_owned(), true),
            Shape::Pointer => ("kptr".to_owned(), true),
            Shape::Text(_) => ("string".to_owned(), false),
            Shape::Bytes(_) => ("list_u8".to_owned(), false),
            Shape::NoElements(elem) => self.list_of(elem),
            Shape::Array {
                elem, len, form, ..
            } => match form {
                Form::List | Form::Fixed => self.list_of(elem),
                Form::Tuple => {
                    let (elem, own) = self.encoded(elem);
                    let elems = format!("_{elem}").repeat(*len as usize);
                    (format!("tuple{len}{elems}"), own)
                }
            },
            Shape::Item(at) => {
                let name = self.package.item(*at).map_or("", Item::value_name);
                (snake(name), true)
            }
        }
    }

    fn list_of(&self, elem: &Shape) -> (String, bool) {
        let (elem, own) = self.encoded(elem);
        (format!("list_{elem}"), own)
    }

    /// Whether a value is passed by itself, not by a pointer.
    pub(super) fn is_scalar(&self, shape: &Shape) -> bool {
        matches!(
            self.package.resolved(shape),
            Shape::Int { .. } | Shape::Bit | Shape::Float { .. } | Shape::Pointer
        )
    }

    /// Whether a value owns memory.
    pub(super) fn owns(&self, shape: &Shape) -> bool {
        match self.package.resolved(shape) {
            Shape::Bytes(_) | Shape::Text(_) | Shape::NoElements(_) => true,
            Shape::Array { elem, form, .. } => *form != Form::Tuple || self.owns(elem),
            Shape::Item(at) => self.package.item(*at).is_some_and(|item| item.owns),
            Shape::Int { .. }
            | Shape::Bit
            | Shape::Wide { .. }
            | Shape::Float { .. }
            | Shape::Pointer => false,
        }
    }

    /// Reads a value.
    pub(super) fn read(&self, out: &mut Source, shape: &Shape, v: &str, b: &str, depth: u32) {
        let shape = self.package.resolved(shape);
        let mut line = |text: String| out.line(&text);
        match shape {
            Shape::Int { size, signed } => {
                line(format!(
                    "{v} = ({})get({b}, {size});",
                    integer(*size, *signed)
                ));
            }
            Shape::Bit => {}
            Shape::Pointer => line(format!("{v} = get({b}, 8);")),
            Shape::Float { size } => line(format!("memcpy(&{v}, {b}, {size});")),
            Shape::Wide { signed } => {
                line(format!("{v}.lo = get({b}, 8);"));
                line(format!(
                    "{v}.hi = ({})get({b} + 8, 8);",
                    integer(8, *signed)
                ));
            }
            Shape::Bytes(len) => {
                line(format!("{v}.ptr = get_bytes({b}, {len});"));
                line(format!("{v}.len = {len};"));
            }
            Shape::Text(len) => line(format!("get_text(&{v}, {b}, {len});")),
            Shape::Array {
                elem,
                stride,
                len,
                form: Form::Tuple,
            } => {
                for (v, b) in tuple(v, b, *len, *stride) {
                    self.read(out, elem, &v, &b, depth);
                }
            }
            Shape::Array {
                elem, stride, len, ..
            } => {
                let len = len.to_string();
                self.read_list(out, elem, v, b, (&len, *stride), depth);
            }
            Shape::NoElements(_) => line(format!("{v}.ptr = NULL, {v}.len = 0;")),
            Shape::Item(at) => match self.package.item(*at) {
                Some(item) if matches!(item.kind, ItemKind::Empty) => {
                    line(format!("{v}.ptr = NULL, {v}.len = 0;"));
                }
                Some(item) => line(format!("read_type_{}(&{v}, {b});", snake(&item.name))),
                None => {}
            },
        }
    }

    /// Reads a list of as many elements as the expression says, each so many bytes after the one before.
    pub(super) fn read_list(
        &self,
        out: &mut Source,
        elem: &Shape,
        v: &str,
        b: &str,
        (len, stride): (&str, u32),
        depth: u32,
    ) {
        let i = format!("i{depth}");
        out.line(&format!("{v}.len = {len};"));
        out.line(&format!("{v}.ptr = room({len}, sizeof *{v}.ptr);"));
        out.line(&format!("for (size_t {i} = 0; {i} < {len}; {i}++) {{"));
        out.indent();
        let (v, b) = (format!("{v}.ptr[{i}]"), format!("{b} + {i} * {stride}"));
        self.read(out, elem, &v, &b, depth + 1);
        out.dedent();
        out.line("}");
    }

    /// Writes a value into bytes that are 0, or returns `false`.
    pub(super) fn write(
        &self,
        out: &mut Source,
        shape: &Shape,
        (v, b): (&str, &str),
        member: &str,
        depth: u32,
    ) {
        let shape = self.package.resolved(shape);
        match shape {
            Shape::Int { size, .. } => {
                out.line(&format!("put({b}, {size}, (uint64_t){v});"));
            }
            Shape::Bit => {}
            Shape::Pointer => out.line(&format!("put({b}, 8, {v});")),
            Shape::Float { size } => out.line(&format!("memcpy({b}, &{v}, {size});")),
            Shape::Wide { .. } => {
                out.line(&format!("put({b}, 8, {v}.lo);"));
                out.line(&format!("put({b} + 8, 8, (uint64_t){v}.hi);"));
            }
            Shape::Bytes(len) => {
                counted(out, v, &len.to_string(), member);
                if *len > 0 {
                    out.line(&format!("memcpy({b}, {v}.ptr, {len});"));
                }
            }
            Shape::Text(len) => {
                out.line(&format!(
                    "if ({v}.len > {len} || ({v}.len && memchr({v}.ptr, 0, {v}.len)))"
                ));
                out.line(&format!(
                    "\treturn refused(err, {member}, PROBLEM_TEXT, {len}, {v}.len);"
                ));
                out.line(&format!("if ({v}.len)"));
                out.line(&format!("\tmemcpy({b}, {v}.ptr, {v}.len);"));
            }
            Shape::Array {
                elem,
                stride,
                len,
                form: Form::Tuple,
            } => {
                for (v, b) in tuple(v, b, *len, *stride) {
                    self.write(out, elem, (&v, &b), member, depth);
                }
            }
            Shape::Array {
                elem, stride, len, ..
            } => {
                counted(out, v, &len.to_string(), member);
                self.write_list(out, elem, (v, b), *stride, member, depth);
            }
            Shape::NoElements(_) => counted(out, v, "0", member),
            Shape::Item(at) => match self.package.item(*at) {
                Some(item) if matches!(item.kind, ItemKind::Empty) => counted(out, v, "0", member),
                Some(item) => {
                    let name = snake(&item.name);
                    out.line(&format!("if (!write_type_{name}(&{v}, {b}, err))"));
                    out.line("\treturn false;");
                }
                None => {}
            },
        }
    }

    /// Writes all elements of a list, each so many bytes after the one before.
    pub(super) fn write_list(
        &self,
        out: &mut Source,
        elem: &Shape,
        (v, b): (&str, &str),
        stride: u32,
        member: &str,
        depth: u32,
    ) {
        let i = format!("i{depth}");
        out.line(&format!("for (size_t {i} = 0; {i} < {v}.len; {i}++) {{"));
        out.indent();
        let (v, b) = (format!("{v}.ptr[{i}]"), format!("{b} + {i} * {stride}"));
        self.write(out, elem, (&v, &b), member, depth + 1);
        out.dedent();
        out.line("}");
    }

    /// Reads a field of the record that begins at `b`.
    pub(super) fn read_field(&self, out: &mut Source, field: &Field, v: &str) {
        let (first, width, signed) = match field.place {
            Place::Bytes { offset, .. } => {
                return self.read(out, &field.shape, v, &format!("b + {offset}"), 0);
            }
            Place::Bits {
                first,
                width,
                signed,
            } => (first, width, signed),
        };
        let get = if signed {
            "get_signed_bits"
        } else {
            "get_bits"
        };
        let bits = format!("{get}(b, {first}, {width})");
        let shape = self.package.resolved(&field.shape);
        match shape {
            Shape::Wide { signed } => {
                out.line(&format!("{v}.lo = (uint64_t){bits};"));
                out.line(&format!(
                    "{v}.hi = ({})({bits} >> 64);",
                    integer(8, *signed)
                ));
            }
            Shape::Item(at) => {
                let name = self.package.item(*at).map_or("", |item| &item.name);
                let raw = self.raw(*at);
                out.line(&format!("type_{}_of(&{v}, ({raw}){bits});", snake(name)));
            }
            Shape::Int { .. }
            | Shape::Bit
            | Shape::Float { .. }
            | Shape::Pointer
            | Shape::Bytes(_)
            | Shape::Text(_)
            | Shape::Array { .. }
            | Shape::NoElements(_) => {
                out.line(&format!("{v} = ({}){bits};", self.ty(shape)));
            }
        }
    }

    /// Writes a field into the record that begins at `b`, or returns `false`.
    pub(super) fn write_field(&self, out: &mut Source, field: &Field, v: &str, member: &str) {
        let (first, width, signed) = match field.place {
            Place::Bytes { offset, .. } => {
                let b = format!("b + {offset}");
                return self.write(out, &field.shape, (v, &b), member, 0);
            }
            Place::Bits {
                first,
                width,
                signed,
            } => (first, width, signed),
        };
        let shape = self.package.resolved(&field.shape);
        let value = match shape {
            Shape::Wide { .. } => format!("(unsigned __int128){v}.hi << 64 | {v}.lo"),
            Shape::Item(at) => {
                let name = self.package.item(*at).map_or("", |item| &item.name);
                format!("(__int128)type_{}_raw(&{v})", snake(name))
            }
            Shape::Int { .. }
            | Shape::Bit
            | Shape::Float { .. }
            | Shape::Pointer
            | Shape::Bytes(_)
            | Shape::Text(_)
            | Shape::Array { .. }
            | Shape::NoElements(_) => format!("(__int128){v}"),
        };
        let low = match matches!(shape, Shape::Wide { .. }) {
            true => format!("{v}.lo"),
            false => format!("(uint64_t)({value})"),
        };
        out.line(&format!(
            "if (!put_bits(b, {first}, {width}, {signed}, {value}))"
        ));
        out.line(&format!(
            "\treturn refused(err, {member}, PROBLEM_RANGE, {width}, {low});"
        ));
    }

    /// The integer that carries the enum `at`.
    pub(super) fn raw(&self, at: usize) -> String {
        let (size, signed) = self.package.raw(at);
        integer(size, signed)
    }
}

/// Returns `false` unless a list has as many elements.
fn counted(out: &mut Source, v: &str, len: &str, member: &str) {
    out.line(&format!("if ({v}.len != {len})"));
    out.line(&format!(
        "\treturn refused(err, {member}, PROBLEM_LENGTH, {len}, {v}.len);"
    ));
}

/// The integer of a size in bytes.
fn integer(size: u32, signed: bool) -> String {
    let sign = if signed { "" } else { "u" };
    format!("{sign}int{}_t", size * 8)
}

/// The words that wit-bindgen's C backend adds an underscore to, as names of members.
const KEYWORDS: &str = " alignas alignof and and_eq asm atomic_cancel atomic_commit atomic_noexcept auto bitand bitor bool \
    break case catch char char8_t char16_t char32_t class compl concept const consteval constexpr constinit const_cast \
    continue co_await co_return co_yield decltype default delete do double dynamic_cast else enum explicit export extern \
    false float for friend goto if inline int long mutable namespace new noexcept not not_eq nullptr operator or or_eq \
    private protected public reflexpr register reinterpret_cast requires return short signed sizeof static static_assert \
    static_cast struct switch synchronized template this thread_local throw true try typedef typeid typename union unsigned \
    using virtual void volatile wchar_t while xor xor_eq ret err stdin stdout stderr ";

/// A field's name in C.
pub(super) fn ident(name: &str) -> String {
    match KEYWORDS.contains(&format!(" {name} ")) {
        true => format!("{name}_"),
        false => snake(name),
    }
}

/// The elements of the tuple `v`, and where each lies in the bytes `b`.
fn tuple(v: &str, b: &str, len: u32, stride: u32) -> impl Iterator<Item = (String, String)> {
    (0..len).map(move |i| (format!("{v}.f{i}"), format!("{b} + {i} * {stride}")))
}

/// A string literal: names have been escaped, only their quotes are left.
pub(super) fn literal(text: &str) -> String {
    format!("{text:?}")
}
