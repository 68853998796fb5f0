//! Random C types as BPF programs may declare them, and the path to every scalar in them.
//!

//! The same paths name the same values in the C source and in a header generated from its BTF.

mod generator;
pub mod rust;

use fastrand::Rng;
use generator::Generator;
use std::collections::BTreeSet;
use std::rc::Rc;

/// Upper bound of the size of a struct, two elements of a flexible array included.
pub const LARGEST: usize = 6000;

/// What is at the end of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// An integer of any size, an enum, or a bitfield of such.
    Int,
    /// A `_Bool` that has a byte of its own.
    Bool,
    /// A bitfield of `_Bool`.
    Bit,
    Float,
    Double,
    Pointer,
    /// Something without bytes: it has only a place.
    Place,
    /// An enumerator.
    Constant,
}

/// A value in a struct.
#[derive(Clone, Debug)]
pub struct Leaf {
    /// C expression, from a pointer `p` to the struct.
    pub path: String,
    pub what: What,
    /// The same step by step; empty for enumerators.
    pub hops: Vec<Hop>,
}

/// A step of a [`Leaf`]'s path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hop {
    /// To a member.
    Member {
        name: String,
        /// Whether it is reached by methods in Rust: it is a bitfield, an arm of a union, or a member of an anonymous part.
        method: bool,
        /// Whether it is a struct or union.
        record: bool,
    },
    /// To an element.
    Element {
        i: usize,
        /// Whether it is a plain `char`, an unsigned byte in Rust.
        text: bool,
    },
}

/// A struct or union, and all there is to read in it.
#[derive(Debug)]
pub struct Record {
    /// `struct s1` or `union u1`.
    pub name: String,
    pub leaves: Vec<Leaf>,
    /// Paths, and the name that the type there has in the source.
    pub types: Vec<(String, String)>,
    /// The path of a flexible array, if it ends with one.
    pub flexible: Option<String>,
}

/// A translation unit of random types.
#[derive(Debug, Default)]
pub struct Unit {
    /// Names and texts of the declarations, in order.
    items: Vec<(String, String)>,
    pub records: Vec<Record>,
}

impl Unit {
    /// Makes a unit with `count` structs and unions.
    pub fn random(seed: u64, count: usize) -> Self {
        let mut generator = Generator {
            rng: Rng::with_seed(seed),
            unit: Unit::default(),
            known: Vec::new(),
            count,
            number: 0,
            members: BTreeSet::new(),
            anonymous: 0,
        };
        while generator.unit.records.len() < count {
            match generator.rng.u32(..6) {
                0 => generator.typedef(),
                1 => {
                    let name = format!("e{}", generator.fresh());
                    let text = generator.enumeration(&name);
                    generator.define(&name, text, &format!("enum {name}"));
                }
                _ => generator.record_item(),
            }
        }
        generator.unit
    }

    /// The C source.
    pub fn source(&self) -> String {
        self.items.iter().map(|(_, text)| text.as_str()).collect()
    }

    /// The part of the source that `record` needs by name.
    pub fn source_of(&self, record: &Record) -> String {
        let mut wanted = BTreeSet::from([record.name.split(' ').next_back().unwrap_or_default()]);
        let mut texts = Vec::new();
        for (name, text) in self.items.iter().rev() {
            if wanted.contains(name.as_str()) {
                texts.push(text.as_str());
                wanted.extend(text.split(|c: char| !c.is_alphanumeric() && c != '_'));
            }
        }
        texts.into_iter().rev().collect()
    }
}

#[derive(Clone, Debug)]
enum Shape {
    Scalar(What),
    Array(usize, Rc<Type>),
    /// A struct, or a union.
    Record(bool, Rc<Vec<Member>>),
}

/// A C type: `BEFORE name DIMS AFTER` declares a thing of it.
#[derive(Clone, Debug)]
struct Type {
    before: String,
    dims: String,
    after: String,
    /// Its name, if it has one: `struct s1`, `enum e2`, `t3`.
    name: Option<String>,
    shape: Shape,
    enumerators: Rc<Vec<String>>,
    /// Upper bounds.
    size: usize,
    align: usize,
    leaves: usize,
    /// Width of the widest bitfield that may have this type.
    bits: u32,
    /// Its size may be no multiple of its alignment: C has no arrays of it.
    ragged: bool,
}

#[derive(Debug)]
struct Member {
    /// Empty for an anonymous struct or union.
    name: String,
    ty: Type,
    bitfield: bool,
}

/// The members of a struct, as far as they are there.
#[derive(Debug, Default)]
struct Body {
    text: String,
    members: Vec<Member>,
    size: usize,
    align: usize,
    leaves: usize,
}

const INTS: [(&str, u32); 14] = [
    ("char", 8),
    ("signed char", 8),
    ("unsigned char", 8),
    ("short", 16),
    ("unsigned short", 16),
    ("int", 32),
    ("unsigned int", 32),
    ("long", 64),
    ("unsigned long", 64),
    ("long long", 64),
    ("unsigned long long", 64),
    ("_Bool", 1),
    ("__int128", 128),
    ("unsigned __int128", 128),
];

const PACKED: &str = "__attribute__((packed)) ";

/// What brings clang to choose the type of an enum, and the range of its values.
const ENUMS: [(&str, &str, i128, i128); 14] = [
    ("", "", 0, u32::MAX as i128),
    ("", "", i32::MIN as i128, i32::MAX as i128),
    ("", PACKED, 0, u8::MAX as i128),
    ("", PACKED, i8::MIN as i128, i8::MAX as i128),
    ("", PACKED, 0, u16::MAX as i128),
    ("", PACKED, i16::MIN as i128, i16::MAX as i128),
    ("", "", 0, u64::MAX as i128),
    ("", "", i64::MIN as i128, i64::MAX as i128),
    (" : unsigned char", "", 0, u8::MAX as i128),
    (" : short", "", i16::MIN as i128, i16::MAX as i128),
    (" : unsigned long", "", 0, u64::MAX as i128),
    (" : signed char", "", 0, i8::MAX as i128),
    (" : int", "", 0, i32::MAX as i128),
    (" : long long", "", i64::MIN as i128, i64::MAX as i128),
];

/// Declarators of pointers, around the name of a type.
const POINTERS: [(&str, &str); 9] = [
    ("B *", ""),
    ("const B *", ""),
    ("B **", ""),
    ("B *const ", ""),
    ("B *volatile *", ""),
    ("void (*", ")(int, B *)"),
    ("B *(*", ")(void)"),
    ("int (**", ")(const char *, ...)"),
    ("B *(*", ")[3]"),
];

impl Type {
    fn scalar(before: &str, what: What, size: usize, bits: u32) -> Self {
        Type {
            before: format!("{before} "),
            dims: String::new(),
            after: String::new(),
            name: None,
            shape: Shape::Scalar(what),
            enumerators: Rc::default(),
            size,
            align: size,
            leaves: 1,
            bits,
            ragged: false,
        }
    }

    fn array(self, len: usize) -> Self {
        Type {
            before: self.before.clone(),
            dims: format!("[{len}]{}", self.dims),
            after: self.after.clone(),
            name: None,
            size: self.size * len,
            leaves: (self.leaves * looked_at(len).len()).max(1),
            bits: 0,
            shape: Shape::Array(len, Rc::new(self.clone())),
            ..self
        }
    }

    /// The same type by its name.
    fn called(&self, name: &str) -> Self {
        Type {
            before: format!("{name} "),
            dims: String::new(),
            after: String::new(),
            name: Some(name.to_owned()),
            ..self.clone()
        }
    }

    fn declare(&self, name: &str) -> String {
        format!("{}{name}{}{}", self.before, self.dims, self.after)
    }

    /// Adds what can be read at `path`.
    fn walk(&self, path: &str, hops: &[Hop], out: &mut Record) {
        if let Some(name) = &self.name {
            out.types.push((path.to_owned(), name.clone()));
        }
        let leaf = |what| Leaf {
            path: path.to_owned(),
            what,
            hops: hops.to_vec(),
        };
        match &self.shape {
            Shape::Scalar(what) => {
                out.leaves.push(leaf(*what));
                self.constants(out);
            }
            Shape::Array(0, _) => out.leaves.push(leaf(What::Place)),
            Shape::Array(len, elem) => {
                for i in looked_at(*len) {
                    let text = elem.is_plain_char();
                    let hops = [hops, &[Hop::Element { i, text }]].concat();
                    elem.walk(&format!("{path}[{i}]"), &hops, out);
                }
            }
            Shape::Record(union, members) => {
                if members.is_empty() {
                    out.leaves.push(leaf(What::Place));
                }
                walk_members(members, &format!("{path}."), hops, *union, out);
            }
        }
    }

    fn is_plain_char(&self) -> bool {
        let words = self.before.split_whitespace();
        let named = words.filter(|word| !matches!(*word, "const" | "volatile"));
        self.name.is_none() && named.eq(["char"])
    }

    fn constants(&self, out: &mut Record) {
        for name in self.enumerators.iter() {
            if !out.leaves.iter().any(|leaf| leaf.path == *name) {
                out.leaves.push(Leaf {
                    path: name.clone(),
                    what: What::Constant,
                    hops: Vec::new(),
                });
            }
        }
    }
}

/// Adds what can be read of `members`; `prefix` ends with `.` or `->`, and `method` says that only methods reach them in Rust.
fn walk_members(members: &[Member], prefix: &str, hops: &[Hop], method: bool, out: &mut Record) {
    for Member { name, ty, bitfield } in members {
        let hop = Hop::Member {
            name: name.clone(),
            method: method || *bitfield,
            record: matches!(ty.shape, Shape::Record(..)),
        };
        let inner_hops = [hops, &[hop]].concat();
        match (&ty.shape, name.as_str()) {
            (Shape::Record(_, inner), "") => walk_members(inner, prefix, hops, true, out),
            (Shape::Scalar(what), _) if *bitfield => {
                let what = if *what == What::Bool {
                    What::Bit
                } else {
                    *what
                };
                out.leaves.push(Leaf {
                    path: format!("{prefix}{name}"),
                    what,
                    hops: inner_hops,
                });
                ty.constants(out);
            }
            _ => ty.walk(&format!("{prefix}{name}"), &inner_hops, out),
        }
    }
}

/// The elements of an array that are read: all of a short one.
fn looked_at(len: usize) -> Vec<usize> {
    match len {
        0..=4 => (0..len).collect(),
        _ => vec![0, 1, len - 1],
    }
}
