//! Another reading of BTF, to hold ours against: bpftool decodes the records (`-j btf dump file X format raw`), and the

//! arithmetic is done here anew. It shares no code with btf-layout.

mod read;
pub mod rust;
mod values;

use std::collections::BTreeSet;

/// All types of a BTF section; the id of a type is its index.
#[derive(Debug)]
pub struct Oracle {
    types: Vec<Type>,
}

/// A type as bpftool reads it.
#[derive(Debug)]
struct Type {
    name: String,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    /// Without bytes: `void`, functions, forward declarations, tags, ...
    Sizeless,
    Scalar(Scalar),
    Enum(Enum),
    Array {
        of: usize,
        len: u64,
    },
    Record {
        union: bool,
        size: u64,
        rows: Vec<Row>,
    },
    Typedef(usize),
    /// A qualifier or type tag.
    Qualifier(usize),
}

/// A type that is one value.
#[derive(Clone, Copy, Debug)]
pub enum Scalar {
    Int(Int),
    Float(u64),
    Pointer,
}

/// An integer: `bits` bits of `size` bytes, from bit `first` on.
#[derive(Clone, Copy, Debug)]
pub struct Int {
    pub size: u64,
    pub first: u64,
    pub bits: u64,
    pub signed: bool,
    pub bool: bool,
    /// Plain `char`, whose sign is the compiler's choice.
    pub char: bool,
}

#[derive(Debug)]
struct Enum {
    size: u64,
    signed: bool,
    values: Vec<(String, i128)>,
}

/// A member as stored.
#[derive(Debug)]
struct Row {
    name: String,
    ty: usize,
    bit: u64,
    /// 0 for all but the bitfields of newer encodings.
    width: u64,
}

/// A type that a header has to define: a named struct, union or enum, or a typedef, with a size.
#[derive(Clone, Copy, Debug)]
pub struct Definition<'a> {
    pub id: usize,
    /// `struct`, `union` or `enum`; empty for a typedef.
    pub word: &'static str,
    pub name: &'a str,
    pub size: u64,
    /// Dimensions of a typedef's array; [`Oracle::members`] are those of its first element.
    pub dimensions: usize,
}

/// A member with a name, reached from a definition.
#[derive(Clone, Debug)]
pub struct Member<'a> {
    /// The struct or union that has it, perhaps an anonymous one inside the definition.
    pub owner: usize,
    /// Its type.
    pub ty: usize,
    /// Names from the definition to it.
    pub path: Vec<Step<'a>>,
    pub place: Place,
}

/// One name of a [`Member::path`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step<'a> {
    pub name: &'a str,
    /// Dimensions of an array whose first element the next step goes into.
    pub dimensions: usize,
}

/// Where a member lies, from the start of the definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Bytes {
        offset: u64,
        size: u64,
    },
    Bits {
        first: u64,
        width: u64,
        signed: bool,
    },
}

impl Oracle {
    /// Ids of all types.
    pub fn ids(&self) -> std::ops::Range<usize> {
        1..self.types.len()
    }

    /// The name of a type; empty if it has none.
    pub fn name(&self, id: usize) -> &str {
        &self.types[id].name
    }

    /// What a header has to define, in id order.
    pub fn definitions(&self) -> impl Iterator<Item = Definition<'_>> {
        let named = self.ids().filter(|id| !self.name(*id).is_empty());
        named.filter_map(|id| {
            let word = self.word(id)?;
            let (name, size) = (self.name(id), self.size(id)?);
            let dimensions = match self.types[id].kind {
                Kind::Typedef(target) => self.element(target).1,
                _ => 0,
            };
            Some(Definition {
                id,
                word,
                name,
                size,
                dimensions,
            })
        })
    }

    /// C's word for a type that can be defined, as in [`Definition::word`].
    pub fn word(&self, id: usize) -> Option<&'static str> {
        match &self.types[id].kind {
            Kind::Record { union: false, .. } => Some("struct"),
            Kind::Record { union: true, .. } => Some("union"),
            Kind::Enum(of) if !of.values.is_empty() => Some("enum"),
            Kind::Typedef(_) => Some(""),
            _ => None,
        }
    }

    /// All structs and unions that have a named member of their own.
    pub fn records(&self) -> impl Iterator<Item = usize> {
        let has_named = |id: &usize| match &self.types[*id].kind {
            Kind::Record { rows, .. } => rows.iter().any(|row| !self.is_transparent(row)),
            _ => false,
        };
        self.ids().filter(has_named)
    }

    /// Names and values of an enum; none of any other type.
    pub fn enumerators(&self, id: usize) -> &[(String, i128)] {
        match &self.types[id].kind {
            Kind::Enum(of) => &of.values,
            _ => &[],
        }
    }

    /// The scalar behind qualifiers and typedefs.
    pub fn scalar(&self, id: usize) -> Option<Scalar> {
        match self.types[self.resolved(id)].kind {
            Kind::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// Whether values are signed, of named enums and of typedefs of integers that C has a sign for.
    pub fn sign(&self, id: usize) -> Option<bool> {
        match &self.types[id].kind {
            Kind::Enum(of) if !self.name(id).is_empty() => Some(of.signed),
            Kind::Typedef(_) => match self.scalar(id)? {
                Scalar::Int(int) => Some(int.signed).filter(|_| !int.bool && !int.char),
                Scalar::Float(_) | Scalar::Pointer => None,
            },
            _ => None,
        }
    }

    /// Size in bytes, of types that have one.
    pub fn size(&self, id: usize) -> Option<u64> {
        match &self.types[id].kind {
            Kind::Sizeless => None,
            Kind::Enum(of) => Some(of.size).filter(|size| *size > 0),
            Kind::Scalar(Scalar::Pointer) => Some(8),
            Kind::Scalar(Scalar::Int(Int { size, .. }) | Scalar::Float(size))
            | Kind::Record { size, .. } => Some(*size),
            Kind::Array { of, len } => Some(self.size(*of)? * len),
            Kind::Typedef(of) | Kind::Qualifier(of) => self.size(*of),
        }
    }

    /// Behind qualifiers and typedefs.
    pub fn resolved(&self, mut id: usize) -> usize {
        while let Kind::Qualifier(of) | Kind::Typedef(of) = self.types[id].kind {
            id = of;
        }
        id
    }

    /// Behind qualifiers and arrays, and how many arrays.
    fn element(&self, mut id: usize) -> (usize, usize) {
        let mut dimensions = 0;
        loop {
            id = match self.types[id].kind {
                Kind::Qualifier(of) => of,
                Kind::Array { of, .. } => {
                    dimensions += 1;
                    of
                }
                _ => return (id, dimensions),
            };
        }
    }

    /// Whether a declaration with this type has to spell out members.
    fn is_spelled_out(&self, id: usize) -> bool {
        matches!(self.types[id].kind, Kind::Record { .. }) && self.name(id).is_empty()
    }

    /// The types whose bytes, named or not, are spelled out in a typedef or a named struct or union: those are never unreachable.
    pub fn held(&self) -> BTreeSet<usize> {
        let named = self.ids().filter(|id| !self.name(*id).is_empty());
        let parts = named.flat_map(|id| match &self.types[id].kind {
            Kind::Typedef(of) => vec![*of],
            Kind::Record { rows, .. } => rows.iter().map(|row| row.ty).collect(),
            _ => Vec::new(),
        });
        parts.map(|part| self.element(part).0).collect()
    }

    /// Whether the members of `row`'s type count as members of what `row` stands in.
    fn is_transparent(&self, row: &Row) -> bool {
        row.name.is_empty() && matches!(self.types[self.resolved(row.ty)].kind, Kind::Record { .. })
    }

    /// The members that the definition of `id` spells out, whatever the depth.
    pub fn members(&self, id: usize) -> Vec<Member<'_>> {
        let mut members = Vec::new();
        let body = match self.types[id].kind {
            Kind::Typedef(target) => {
                Some(self.element(target).0).filter(|id| self.is_spelled_out(*id))
            }
            _ => Some(id),
        };
        if let Some(body) = body {
            self.collect(body, 0, &mut Vec::new(), &mut members);
        }
        members
    }

    fn collect<'a>(
        &'a self,
        owner: usize,
        start: u64,
        path: &mut Vec<Step<'a>>,
        into: &mut Vec<Member<'a>>,
    ) {
        let Kind::Record { rows, .. } = &self.types[owner].kind else {
            return;
        };
        for row in rows {
            let bit = start + row.bit;
            if self.is_transparent(row) {
                self.collect(self.resolved(row.ty), bit, path, into);
                continue;
            }
            let (inner, dimensions) = self.element(row.ty);
            path.push(Step {
                name: &row.name,
                dimensions: 0,
            });
            let place = self.place(row, bit);
            into.push(Member {
                owner,
                ty: row.ty,
                path: path.clone(),
                place,
            });
            path.pop();
            if self.is_spelled_out(inner) {
                path.push(Step {
                    name: &row.name,
                    dimensions,
                });
                self.collect(inner, bit, path, into);
                path.pop();
            }
        }
    }

    /// Where the member `row` lies if bit `bit` is its first.
    fn place(&self, row: &Row, bit: u64) -> Place {
        let signed = match &self.types[self.resolved(row.ty)].kind {
            Kind::Scalar(Scalar::Int(int))
                if row.width == 0 && (int.first != 0 || int.bits != int.size * 8) =>
            {
                // The old encoding: the integer type is a bitfield.
                return Place::Bits {
                    first: bit + int.first,
                    width: int.bits,
                    signed: int.signed,
                };
            }
            Kind::Scalar(Scalar::Int(int)) => int.signed,
            Kind::Enum(of) => of.signed,
            _ => false,
        };
        if row.width > 0 {
            return Place::Bits {
                first: bit,
                width: row.width,
                signed,
            };
        }
        assert_eq!(
            bit % 8,
            0,
            "{}: a member that is no bitfield starts with a byte",
            row.name
        );
        let size = self.size(row.ty).expect("a member has a size");
        Place::Bytes {
            offset: bit / 8,
            size,
        }
    }
}
