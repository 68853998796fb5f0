//! Values as Rust expressions: read from bytes, written to bytes.

use super::model::{Field, Form, ItemKind, Package, Place, Shape};
use super::text::integer;

/// Expressions for the values of a package. Bytes are slices that begin where the value does.
#[derive(Clone, Copy, Debug)]
pub(super) struct Values<'p>(pub(super) &'p Package);

impl Values<'_> {
    /// The type of a value, as wit-bindgen's Rust backend spells it; types of the package are in `wit`.
    pub(super) fn ty(&self, shape: &Shape) -> String {
        match shape {
            Shape::Int { size, signed } => {
                let sign = if *signed { 'i' } else { 'u' };
                format!("{sign}{}", size * 8)
            }
            Shape::Bit => "bool".to_owned(),
            Shape::Wide { signed: false } => "wit::Uint128".to_owned(),
            Shape::Wide { signed: true } => "wit::Int128".to_owned(),
            Shape::Float { size } => format!("f{}", size * 8),
            Shape::Pointer => "u64".to_owned(),
            Shape::Bytes(len) if self.is_fixed(*len) => format!("[u8; {len}]"),
            Shape::Bytes(_) => "Vec<u8>".to_owned(),
            Shape::Text(_) => "String".to_owned(),
            Shape::Array {
                elem, len, form, ..
            } => {
                let elem = self.ty(elem);
                match form {
                    Form::List => format!("Vec<{elem}>"),
                    Form::Fixed => format!("[{elem}; {len}]"),
                    Form::Tuple => format!("({})", format!("{elem}, ").repeat(*len as usize)),
                }
            }
            Shape::NoElements(elem) => format!("Vec<{}>", self.ty(elem)),
            Shape::Item(at) => match self.0.item(*at) {
                Some(item) => format!("wit::{}", pascal(item.value_name())),
                None => String::new(),
            },
        }
    }

    pub(super) fn is_fixed(&self, len: u32) -> bool {
        self.0.options.arrays.is_fixed(len)
    }

    /// The value at the beginning of the slice `b`.
    pub(super) fn read(&self, shape: &Shape, b: &str) -> String {
        let shape = self.0.resolved(shape);
        if let Some(function) = self.function("read", shape) {
            return format!("{function}({b})");
        }
        match shape {
            Shape::Bytes(len) if self.is_fixed(*len) => format!("take::<{len}>({b})"),
            Shape::Bytes(len) => format!("take_bytes({b}, {len})"),
            Shape::Text(len) => format!("take_text({b}, {len})"),
            Shape::Array {
                elem,
                stride,
                len,
                form,
            } => match form {
                Form::List => format!("take_list({b}, {len}, {stride}, {})", self.reader(elem)),
                Form::Fixed => format!(
                    "take_array::<_, {len}>({b}, {stride}, {})",
                    self.reader(elem)
                ),
                Form::Tuple => {
                    let elem = |i| self.read(elem, &format!("&b[{i} * {stride}..]"));
                    let elems: Vec<_> = (0..*len).map(elem).collect();
                    format!("{{ let b = {b}; ({},) }}", elems.join(", "))
                }
            },
            Shape::Int { .. }
            | Shape::Bit
            | Shape::Wide { .. }
            | Shape::Float { .. }
            | Shape::Pointer
            | Shape::NoElements(_)
            | Shape::Item(_) => "Vec::new()".to_owned(),
        }
    }

    /// A function from a slice to a value.
    pub(super) fn reader(&self, shape: &Shape) -> String {
        let function = self.function("read", self.0.resolved(shape));
        function.unwrap_or_else(|| format!("|b| {}", self.read(shape, "b")))
    }

    /// What writes the value that `v` refers to at the beginning of the slice `b`, which is 0; of type `Encoded`.
    pub(super) fn write(&self, shape: &Shape, v: &str, b: &str, member: &str) -> String {
        let shape = self.0.resolved(shape);
        if let Some(function) = self.function("write", shape) {
            return format!("{function}({v}, {b})");
        }
        match shape {
            Shape::Bytes(len) => format!("put_bytes({v}, {len}, {b}, {member})"),
            Shape::Text(len) => format!("put_text({v}, {len}, {b}, {member})"),
            Shape::Array {
                elem,
                stride,
                len,
                form,
            } => match form {
                Form::List | Form::Fixed => {
                    let write = self.writer(elem, member);
                    format!("put_list({v}, {len}, {stride}, {b}, {member}, {write})")
                }
                Form::Tuple => {
                    let elem = |i| {
                        let (v, b) = (format!("&v.{i}"), format!("&mut b[{i} * {stride}..]"));
                        format!("{}?; ", self.write(elem, &v, &b, member))
                    };
                    let elems: String = (0..*len).map(elem).collect();
                    format!(
                        "(|| -> Encoded {{ let (v, b): (_, &mut [u8]) = ({v}, {b}); {elems}Ok(()) }})()"
                    )
                }
            },
            Shape::Int { .. }
            | Shape::Bit
            | Shape::Wide { .. }
            | Shape::Float { .. }
            | Shape::Pointer
            | Shape::NoElements(_)
            | Shape::Item(_) => format!("counted(({v}).len(), 0, {member})"),
        }
    }

    /// A function that writes a value into a slice.
    pub(super) fn writer(&self, shape: &Shape, member: &str) -> String {
        let function = self.function("write", self.0.resolved(shape));
        function.unwrap_or_else(|| format!("|v, b| {}", self.write(shape, "v", "b", member)))
    }

    /// The function for values that have one: numbers, and types with a name.
    fn function(&self, verb: &str, shape: &Shape) -> Option<String> {
        Some(match shape {
            Shape::Int { size, signed } => format!("{verb}_{}", integer(*size, *signed)),
            Shape::Float { size } => format!("{verb}_f{}", size * 8),
            Shape::Pointer => format!("{verb}_u64"),
            Shape::Wide { signed: false } => format!("{verb}_uint128"),
            Shape::Wide { signed: true } => format!("{verb}_int128"),
            Shape::Item(at) => {
                let item = self.0.item(*at)?;
                if matches!(item.kind, ItemKind::Empty) {
                    return None;
                }
                format!("{verb}_type_{}", snake(&item.name))
            }
            Shape::Bit
            | Shape::Bytes(_)
            | Shape::Text(_)
            | Shape::Array { .. }
            | Shape::NoElements(_) => return None,
        })
    }

    /// The value of a field of a record that begins with the slice `b`.
    pub(super) fn read_field(&self, field: &Field) -> String {
        let (first, width, signed) = match field.place {
            Place::Bytes { offset, .. } => {
                return self.read(&field.shape, &format!("&b[{offset}..]"));
            }
            Place::Bits {
                first,
                width,
                signed,
            } => (first, width, signed),
        };
        let bits = match signed {
            true => format!("take_signed_bits(b, {first}, {width})"),
            false => format!("take_bits(b, {first}, {width})"),
        };
        let shape = self.0.resolved(&field.shape);
        match shape {
            Shape::Bit => format!("{bits} != 0"),
            Shape::Wide { signed } => format!("{} {bits} as u128)", wide(*signed)),
            Shape::Item(at) => match self.0.item(*at) {
                Some(item) => {
                    let raw = self.raw(*at);
                    format!("type_{}_of({bits} as {raw})", snake(&item.name))
                }
                None => String::new(),
            },
            Shape::Int { .. }
            | Shape::Float { .. }
            | Shape::Pointer
            | Shape::Bytes(_)
            | Shape::Text(_)
            | Shape::Array { .. }
            | Shape::NoElements(_) => format!("{bits} as {}", self.ty(shape)),
        }
    }

    /// What writes the field of the record `v` into the record that begins with the slice `b`; of type `Encoded`.
    pub(super) fn write_field(&self, field: &Field, member: &str) -> String {
        let v = format!("v.{}", ident(&field.name));
        let (first, width, signed) = match field.place {
            Place::Bytes { offset, .. } => {
                let (v, b) = (format!("&{v}"), format!("&mut b[{offset}..]"));
                return self.write(&field.shape, &v, &b, member);
            }
            Place::Bits {
                first,
                width,
                signed,
            } => (first, width, signed),
        };
        let number = match self.0.resolved(&field.shape) {
            Shape::Wide { .. } => format!("({v}.hi as u128) << 64 | {v}.lo as u128"),
            Shape::Item(at) => {
                let name = self.0.item(*at).map_or("", |item| &item.name);
                format!("type_{}_raw(&{v}) as i128 as u128", snake(name))
            }
            Shape::Bit => format!("u128::from({v})"),
            Shape::Int { .. }
            | Shape::Float { .. }
            | Shape::Pointer
            | Shape::Bytes(_)
            | Shape::Text(_)
            | Shape::Array { .. }
            | Shape::NoElements(_) => format!("{v} as i128 as u128"),
        };
        // A signed number of 128 bits that was put together is extended already.
        format!("put_bits({number}, {signed}, {first}, {width}, b, {member})")
    }

    /// The integer that carries the enum `at`.
    pub(super) fn raw(&self, at: usize) -> String {
        let (size, signed) = self.0.raw(at);
        self.ty(&Shape::Int { size, signed })
    }
}

/// The beginning of a call that makes a 128-bit integer of two words.
fn wide(signed: bool) -> &'static str {
    match signed {
        true => "int128(",
        false => "uint128(",
    }
}

/// `foo-bar` as `FooBar`: types and cases in Rust.
pub(super) fn pascal(name: &str) -> String {
    let words = name.split('-').flat_map(|word| {
        let first = word.chars().take(1).map(|char| char.to_ascii_uppercase());
        first.chain(word.chars().skip(1))
    });
    words.collect()
}

/// `foo-bar` as `foo_bar`.
pub(super) fn snake(name: &str) -> String {
    name.replace('-', "_")
}

/// `foo-bar` as `FOO_BAR`.
pub(super) fn shouted(name: &str) -> String {
    snake(name).to_ascii_uppercase()
}

/// The words that wit-bindgen's Rust backend puts an underscore behind, as names of fields and functions.
const KEYWORDS: &[&str] = &[
    "as", "break", "const", "continue", "crate", "else", "enum", "extern", "false", "fn", "for",
    "if", "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub", "ref", "return",
    "self", "static", "struct", "super", "trait", "true", "type", "unsafe", "use", "where",
    "while", "async", "await", "dyn", "abstract", "become", "box", "do", "final", "macro",
    "override", "priv", "typeof", "unsized", "virtual", "yield", "try",
];

/// A field's or function's name in Rust.
pub(super) fn ident(name: &str) -> String {
    match KEYWORDS.contains(&name) {
        true => format!("{name}_"),
        false => snake(name),
    }
}
