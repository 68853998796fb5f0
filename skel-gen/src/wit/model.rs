//! A WIT package as data: types under their names, and where each part lies in the bytes of BPF.

use btf_layout::{Bits, Bytes, TypeId};

/// What a user may choose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// What becomes of arrays.
    pub arrays: Arrays,
    /// Whether arrays of `char` are `string`, up to their first NUL; else they are their bytes.
    pub strings: bool,
}

/// What becomes of arrays that have a length; those that have none are always `list<T>`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Arrays {
    /// `list<T>`: every wit-bindgen backend takes it; the length is checked when a value is encoded.
    #[default]
    List,
    /// `list<T, N>`: needs a component model feature that validators leave off.
    Fixed,
    /// `tuple<T, ...>` up to [`Arrays::WIDEST_TUPLE`] elements, and `list<T>` beyond. Characters are a list.
    Tuple,
}

impl Arrays {
    /// The most elements a tuple is given: Rust's own traits end there.
    pub const WIDEST_TUPLE: u32 = 12;
    /// The most elements of tuples in tuples, lists between them or not, as in arrays of several dimensions: it bounds the length
    /// of the text.
    pub const MOST_LEAVES: u32 = 144;
    /// The most dimensions that lists and tuples are given. What has more, as no source does, is its bytes: compilers take minutes
    /// for lists in lists, and some fail.
    pub const MOST_DIMENSIONS: u32 = 8;

    /// What an array is that has `len` elements, and `leaves` numbers and the like when tuples are looked into.
    pub(super) fn form(self, len: u32, leaves: u32) -> Form {
        match self {
            Arrays::Fixed if len > 0 => Form::Fixed,
            Arrays::Tuple
                if (1..=Self::WIDEST_TUPLE).contains(&len) && leaves <= Self::MOST_LEAVES =>
            {
                Form::Tuple
            }
            Arrays::List | Arrays::Fixed | Arrays::Tuple => Form::List,
        }
    }

    /// Whether `len` bytes have their length in their type.
    pub(super) fn is_fixed(self, len: u32) -> bool {
        self.form(len, len) == Form::Fixed
    }
}

/// What one array is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `list<T>`.
    List,
    /// `list<T, N>`.
    Fixed,
    /// `tuple<T, ...>`.
    Tuple,
}

/// A package `bpf:NAME@0.1.0` with one interface, `types`.
#[derive(Clone, Debug)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// What was chosen for it.
    pub options: Options,
    /// Its types; each stands after those it holds.
    pub items: Vec<Item>,
    /// Why other types are not among them: no layout can be made of them. A line each.
    pub left_out: Vec<String>,
    /// Whether some type holds a pointer.
    pub has_pointers: bool,
    /// Whether some type holds an unsigned, and a signed, 128-bit integer.
    pub has_wide: [bool; 2],
}

impl Package {
    /// `shape` without the typedefs around it.
    pub fn resolved<'s>(&'s self, mut shape: &'s Shape) -> &'s Shape {
        while let Shape::Item(at) = shape
            && let Some(ItemKind::Alias(target)) = self.items.get(*at).map(|item| &item.kind)
        {
            shape = target;
        }
        shape
    }

    /// Whether some function deals in 128-bit integers: unsigned, and signed ones.
    pub(super) fn uses_wide(&self) -> [bool; 2] {
        let mut uses = [false; 2];
        for item in self.items.iter().filter(|item| item.used) {
            item.kind.shapes(&mut |shape| {
                if let Shape::Wide { signed } = shape.innermost() {
                    let [unsigned, negative] = &mut uses;
                    *(if *signed { negative } else { unsigned }) = true;
                }
            });
        }
        uses
    }

    /// Size and sign of the integer that carries the enum `at`.
    pub(super) fn raw(&self, at: usize) -> (u32, bool) {
        let of_item = |item: &Item| match &item.kind {
            ItemKind::Enum(decl) => Some((item.size.0, decl.signed)),
            ItemKind::Flags(_) => Some((item.size.0, false)),
            ItemKind::Record { .. }
            | ItemKind::Empty
            | ItemKind::Union { .. }
            | ItemKind::Alias(_) => None,
        };
        self.item(at).and_then(of_item).unwrap_or((4, false))
    }

    /// The type that a [`Shape::Item`] means.
    pub fn item(&self, at: usize) -> Option<&Item> {
        self.items.get(at)
    }
}

/// A type.
#[derive(Clone, Debug)]
pub struct Item {
    /// Its BTF type.
    pub id: TypeId,
    /// Its WIT name, without the `%` of keywords.
    pub name: String,
    /// Its C name: `struct event`.
    pub c_name: String,
    /// Size of its bytes.
    pub size: Bytes,
    /// What it is.
    pub kind: ItemKind,
    /// The C names of its members that have no bytes, and so no field.
    pub empty: Vec<String>,
    /// The functions for its bytes, if it has any.
    pub codec: Option<Codec>,
    /// Whether some function deals in it: backends may leave out types that none does.
    pub used: bool,
    /// Whether a value owns memory: lists and strings do.
    pub owns: bool,
}

impl Item {
    /// The name of the type of its values: of an enum, the one that holds any number.
    pub(super) fn value_name(&self) -> &str {
        match &self.kind {
            ItemKind::Enum(decl) | ItemKind::Flags(decl) => &decl.or_raw,
            ItemKind::Record { .. }
            | ItemKind::Empty
            | ItemKind::Union { .. }
            | ItemKind::Alias(_) => &self.name,
        }
    }

    /// The flexible array at its end, and the field that it is.
    pub(super) fn tail(&self) -> Option<(&Tail, &Field)> {
        let ItemKind::Record { fields, tail, .. } = &self.kind else {
            return None;
        };
        let tail = tail.as_ref()?;
        Some((tail, fields.get(tail.field)?))
    }
}

/// Names of the functions that turn bytes into a value and back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Codec {
    /// `decode-x`.
    pub decode: String,
    /// `encode-x`.
    pub encode: String,
}

impl Item {
    /// One of its members, by the names in C: `struct event.pid`.
    pub(super) fn member(&self, field: &Field) -> String {
        let name = match field.c_name.as_str() {
            "" => &field.name,
            name => name,
        };
        format!("{}.{name}", self.c_name)
    }
}

/// What an [`Item`] is.
#[derive(Clone, Debug)]
pub enum ItemKind {
    /// `record`.
    Record {
        /// Its fields, at least one.
        fields: Vec<Field>,
        /// The flexible array at its end, if it has one.
        tail: Option<Tail>,
        /// Its alignment in the canonical ABI, if its layout there is that of its bytes.
        canonical: Option<u32>,
        /// Whether some of its bits belong to no field.
        padded: bool,
    },
    /// A struct without members. WIT has no empty records: `list<u8>`, always empty.
    Empty,
    /// A union: a record with its bytes, and functions for its views.
    Union {
        /// The arms.
        views: Vec<View>,
    },
    /// An enum whose values are cases, beside any other number.
    Enum(Enumeration),
    /// An enum whose values are single bits, beside any other bits.
    Flags(Enumeration),
    /// Another name for a type.
    Alias(Shape),
}

impl ItemKind {
    /// Calls `visit` with the shape of each part.
    pub(super) fn shapes<'s>(&'s self, visit: &mut impl FnMut(&'s Shape)) {
        match self {
            ItemKind::Record { fields, .. } => {
                fields.iter().for_each(|field| visit(&field.shape));
            }
            ItemKind::Union { views } => views.iter().for_each(|view| visit(&view.field.shape)),
            ItemKind::Alias(target) => visit(target),
            ItemKind::Empty | ItemKind::Enum(_) | ItemKind::Flags(_) => {}
        }
    }
}

/// A field of a record.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its WIT name.
    pub name: String,
    /// Its C name; empty for an anonymous union.
    pub c_name: String,
    /// Where it lies.
    pub place: Place,
    /// What it holds.
    pub shape: Shape,
    /// What it points to, in C, if it is a pointer.
    pub pointee: Option<String>,
}

/// Where a field lies in its record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Whole bytes.
    Bytes {
        /// First byte.
        offset: Bytes,
        /// Number of bytes.
        size: Bytes,
    },
    /// A bitfield.
    Bits {
        /// First bit.
        first: Bits,
        /// Number of bits.
        width: Bits,
        /// Whether the highest is a sign.
        signed: bool,
    },
}

/// A flexible array that ends a record: the elements after it.
#[derive(Clone, Debug)]
pub struct Tail {
    /// Which field it is.
    pub field: usize,
    /// First byte of the first element.
    pub offset: Bytes,
    /// Size of an element, not 0.
    pub stride: Bytes,
    /// An element.
    pub elem: Shape,
}

/// An arm of a union.
#[derive(Clone, Debug)]
pub struct View {
    /// The arm.
    pub field: Field,
    /// The function that looks at the union as this arm: `x-as-arm`.
    pub get: String,
    /// The function that makes the union of this arm, all other bytes 0: `x-from-arm`.
    pub make: String,
}

/// An enum.
#[derive(Clone, Debug)]
pub struct Enumeration {
    /// Name of the type that holds any number: `x-or-raw`.
    pub or_raw: String,
    /// Whether the number is signed.
    pub signed: bool,
    /// Distinct values, in order of declaration.
    pub cases: Vec<Case>,
    /// What has no case in flags: enumerators of value 0.
    pub zeroes: Vec<String>,
}

/// A case of an enum, or a flag.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its WIT name.
    pub name: String,
    /// The enumerators that have the value, in C.
    pub c_names: Vec<String>,
    /// The value.
    pub value: i128,
}

/// What a value is in WIT, and how it is made from bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// An integer of 1, 2, 4 or 8 bytes.
    Int {
        /// Bytes that carry it; in a bitfield, the least that do.
        size: u32,
        /// Whether it is signed.
        signed: bool,
    },
    /// A bitfield of one bit that is a boolean. A whole `bool` is a `u8`, since not every byte is a boolean.
    Bit,
    /// A 128-bit integer.
    Wide {
        /// Whether it is signed.
        signed: bool,
    },
    /// A number of 4 or 8 bytes.
    Float {
        /// Its bytes.
        size: u32,
    },
    /// A 64-bit address in kernel memory.
    Pointer,
    /// Bytes as they are: an array of bytes or characters, or a number that WIT does not have.
    Bytes(u32),
    /// An array of characters as text.
    Text(u32),
    /// An array.
    Array {
        /// Its elements.
        elem: Box<Shape>,
        /// Size of an element, not 0.
        stride: u32,
        /// Number of elements, not 0.
        len: u32,
        /// How they are written.
        form: Form,
    },
    /// An array without bytes: a list that is always empty, unless it is a [`Tail`].
    NoElements(Box<Shape>),
    /// A type with a name, by its position in [`Package::items`].
    Item(usize),
}

impl Shape {
    /// The elements, if it is an array that is written one by one.
    pub(super) fn elem(&self) -> Option<&Shape> {
        match self {
            Shape::Array { elem, .. } | Shape::NoElements(elem) => Some(elem),
            Shape::Int { .. }
            | Shape::Bit
            | Shape::Wide { .. }
            | Shape::Float { .. }
            | Shape::Pointer
            | Shape::Bytes(_)
            | Shape::Text(_)
            | Shape::Item(_) => None,
        }
    }

    /// The elements of the innermost array.
    pub(super) fn innermost(&self) -> &Shape {
        std::iter::successors(Some(self), |shape| shape.elem())
            .last()
            .unwrap_or(self)
    }
}
