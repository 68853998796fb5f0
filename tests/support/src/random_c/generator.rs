//! Chooses random C types.

use super::{
    Body, ENUMS, INTS, LARGEST, Member, POINTERS, Record, Shape, Type, Unit, What, walk_members,
};
use fastrand::Rng;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::rc::Rc;

/// What one member may take of a struct.
const LARGE: usize = LARGEST / 4;
/// How many values a struct may have.
const MOST_LEAVES: usize = 160;

pub struct Generator {
    pub rng: Rng,
    pub unit: Unit,
    /// Named types that can be used again.
    pub known: Vec<Type>,
    /// Number of structs to make.
    pub count: usize,
    /// Number of the last name.
    pub number: usize,
    /// Names of members in the struct at hand.
    pub members: BTreeSet<String>,
    /// How many anonymous structs and unions the member at hand is in.
    pub anonymous: usize,
}

impl Generator {
    pub fn fresh(&mut self) -> usize {
        self.number += 1;
        self.number
    }

    fn chance(&mut self, percent: u32) -> bool {
        self.rng.u32(..100) < percent
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        *self.rng.choice(of).expect("something to choose from")
    }

    fn alignment(&mut self) -> usize {
        2 << self.rng.usize(..6)
    }

    /// Declares `ty` as an item of its own, and uses it by `spelling` from now on.
    pub fn define(&mut self, name: &str, ty: Type, spelling: &str) {
        let text = format!("{};\n", ty.before.trim_end());
        self.unit.items.push((name.to_owned(), text));
        self.known.push(ty.called(spelling));
    }

    pub fn typedef(&mut self) {
        self.members.clear();
        let mut ty = self.ty(1);
        let name = format!("t{}", self.fresh());
        let mut text = format!("typedef {}", ty.declare(&name));
        if self.chance(15) {
            let align = self.alignment();
            let _ = write!(text, " __attribute__((aligned({align})))");
            ty.ragged = true;
            ty.align = ty.align.max(align);
        }
        self.unit.items.push((name.clone(), format!("{text};\n")));
        self.known.push(ty.called(&name));
    }

    /// A named struct or union: an item, and something to read.
    pub fn record_item(&mut self) {
        self.members.clear();
        let union = self.chance(20);
        let (keyword, tag) = match union {
            true => ("union", format!("u{}", self.fresh())),
            false => ("struct", format!("s{}", self.fresh())),
        };
        let name = format!("{keyword} {tag}");
        let mut body = self.body(3, 10);
        let mut flexible = None;
        if !union && self.chance(15) {
            flexible = Some(self.flexible(&mut body));
        }
        let ty = self.close(&name, body);
        let mut record = Record {
            name: name.clone(),
            leaves: Vec::new(),
            types: Vec::new(),
            flexible: flexible.clone(),
        };
        if let Shape::Record(union, members) = &ty.shape {
            walk_members(members, "p->", &[], *union, &mut record);
        }
        self.unit.records.push(record);
        let mut text = format!("{};\n", ty.before.trim_end());
        if self.chance(10) {
            let align = self.alignment() / 2;
            text = format!(
                "#pragma pack(push, {})\n{text}#pragma pack(pop)\n",
                align.min(16)
            );
        }
        if self.chance(20) {
            let _ = writeln!(text, "typedef {name} {tag};");
        }
        self.unit.items.push((tag, text));
        if flexible.is_none() && ty.size < LARGE && ty.leaves < MOST_LEAVES / 3 {
            self.known.push(ty.called(&name));
        }
    }

    /// Adds a flexible array; returns its path.
    fn flexible(&mut self, body: &mut Body) -> String {
        let elem = match self.ty(1) {
            ty if ty.ragged || ty.leaves > 8 => self.scalar(),
            ty => ty,
        };
        let name = self.member_name(&elem);
        let array = elem.array(2);
        let open = Type {
            dims: array.dims.replacen("[2]", "[]", 1),
            ..array
        };
        let path = format!("p->{name}");
        body.add(name, open, "");
        path
    }

    /// A type for a member; `depth` is how deep structs may be nested in it.
    fn ty(&mut self, depth: usize) -> Type {
        let mut ty = match self.rng.u32(..100) {
            0..=39 => self.scalar(),
            40..=51 => self.pointer(),
            52..=69 => self.array(depth),
            70..=84 => self.known().unwrap_or_else(|| self.scalar()),
            85..=88 => self.enumeration(""),
            _ if depth > 0 => self.inline_record(depth - 1),
            _ => self.scalar(),
        };
        if self.chance(8) {
            let qualifiers = self.pick(&["const ", "volatile ", "const volatile "]);
            ty.before.insert_str(0, qualifiers);
            // A qualified array is no array of the same type.
            ty.name = ty.name.filter(|_| !matches!(ty.shape, Shape::Array(..)));
        }
        ty
    }

    fn scalar(&mut self) -> Type {
        match self.rng.u32(..12) {
            0 => Type::scalar("float", What::Float, 4, 0),
            1 => Type::scalar("double", What::Double, 8, 0),
            _ => self.int(),
        }
    }

    fn int(&mut self) -> Type {
        let (name, bits) = self.pick(&INTS);
        let what = if bits == 1 { What::Bool } else { What::Int };
        Type::scalar(name, what, bits.div_ceil(8) as usize, bits)
    }

    fn known(&mut self) -> Option<Type> {
        self.rng.choice(&self.known).cloned()
    }

    fn array(&mut self, depth: usize) -> Type {
        let elem = match self.ty(depth) {
            ty if ty.ragged => self.scalar(),
            ty => ty,
        };
        elem.array(self.pick(&[0, 1, 2, 2, 3, 3, 4, 5, 7, 16]))
    }

    fn pointer(&mut self) -> Type {
        let known = self
            .known()
            .filter(|ty| !matches!(ty.shape, Shape::Array(..)));
        let later = format!("struct s{}", self.rng.usize(..self.count * 2) + 1);
        let (before, after) = self.pick(&POINTERS);
        let base = match self.rng.u32(..8) {
            0 => "void",
            1 => "struct { int a; char b[3]; }",
            // In a parameter list it would be another struct, of that list alone.
            2 if !after.contains('B') => &later,
            3 => "unsigned long",
            _ => known
                .as_ref()
                .and_then(|ty| ty.name.as_deref())
                .unwrap_or("char"),
        };
        let base = match (base, after) {
            ("void", ")[3]") => "int",
            (base, ")(int, B *)") if base.contains('{') => "int",
            _ => base,
        };
        Type {
            before: before.replace('B', base),
            after: after.replace('B', base),
            ..Type::scalar("", What::Pointer, 8, 0)
        }
    }

    /// An enum: named, or to be spelled out where it is used.
    pub fn enumeration(&mut self, name: &str) -> Type {
        let (kind, attribute, low, high) = self.pick(&ENUMS);
        let number = self.fresh();
        let mut enumerators = Vec::new();
        let mut text = format!("enum {name}{kind} {{ ");
        for i in 0..=self.rng.usize(1..5) {
            // The first two fix the size and the sign.
            let value = match i {
                0 => low,
                1 => high,
                _ => self.rng.i128(low..=high),
            };
            let enumerator = format!("E{number}_{i}");
            let _ = match value {
                v if v == i128::from(i64::MIN) => write!(text, "{enumerator} = {} - 1, ", v + 1),
                v if v > i128::from(i64::MAX) => write!(text, "{enumerator} = {v}ULL, "),
                v => write!(text, "{enumerator} = {v}, "),
            };
            enumerators.push(enumerator);
        }
        let bits = (high - low).ilog2() + 1;
        Type {
            before: format!("{text}}} {attribute}"),
            enumerators: Rc::new(enumerators),
            ..Type::scalar("", What::Int, bits.div_ceil(8) as usize, bits)
        }
    }

    /// A struct or union that is spelled out where it is used.
    fn inline_record(&mut self, depth: usize) -> Type {
        let keyword = if self.chance(35) { "union" } else { "struct" };
        let body = self.body(depth, 5);
        self.close(keyword, body)
    }

    /// Random members.
    fn body(&mut self, depth: usize, most: usize) -> Body {
        let mut body = Body::default();
        let members = if self.chance(3) {
            0
        } else {
            self.rng.usize(1..=most)
        };
        for _ in 0..members {
            match self.rng.u32(..10) {
                0..=2 => {
                    for _ in 0..self.rng.usize(1..6) {
                        self.bitfield(&mut body);
                    }
                }
                3 if depth > 0 => {
                    self.anonymous += 1;
                    let inner = self.inline_record(depth - 1);
                    self.anonymous -= 1;
                    if body.has_room(&inner) {
                        body.add(String::new(), inner, "");
                    }
                }
                _ => self.plain(&mut body, depth),
            }
        }
        body
    }

    fn plain(&mut self, body: &mut Body, depth: usize) {
        let mut ty = self.ty(depth);
        if !body.has_room(&ty) {
            ty = self.scalar();
        }
        let name = self.member_name(&ty);
        let attributes = match self.rng.u32(..100) {
            0..=7 => " __attribute__((packed))".to_owned(),
            8..=17 => {
                let align = self.alignment();
                ty.align = ty.align.max(align);
                format!(" __attribute__((aligned({align})))")
            }
            _ => String::new(),
        };
        body.add(name, ty, &attributes);
    }

    fn bitfield(&mut self, body: &mut Body) {
        let known = self.known().filter(|ty| ty.bits > 0 && self.rng.bool());
        let mut ty = known.unwrap_or_else(|| self.int());
        let width = if self.chance(15) {
            ty.bits
        } else {
            self.rng.u32(1..=ty.bits)
        };
        match self.rng.u32(..100) {
            0..=9 => return body.filler(&ty, 0),
            10..=19 => return body.filler(&ty, width),
            20..=24 => ty.before.insert_str(0, "volatile "),
            _ => {}
        }
        let name = self.member_name(&ty);
        let mut suffix = format!(" : {width}");
        if self.chance(5) {
            suffix.push_str(" __attribute__((packed))");
        } else if self.chance(5) {
            let align = self.alignment();
            ty.align = ty.align.max(align);
            let _ = write!(suffix, " __attribute__((aligned({align})))");
        }
        body.add(name, ty, &suffix);
    }

    /// A name no other member of the struct has. It may look like padding, or be that of the member's typedef, but not in
    /// an anonymous struct: there clang would take the name for no type any more, in what follows.
    fn member_name(&mut self, ty: &Type) -> String {
        let number = self.members.len();
        let typedef = ty
            .name
            .as_ref()
            .filter(|name| !name.contains(' ') && self.anonymous == 0);
        let mut name = match (self.rng.u32(..100), typedef) {
            (0..=2, _) => format!("__pad{number}"),
            (3..=14, Some(typedef)) => typedef.clone(),
            _ => format!("m{number}"),
        };
        if !self.members.insert(name.clone()) {
            name = format!("m{number}");
            self.members.insert(name.clone());
        }
        name
    }

    /// The struct or union with this body.
    fn close(&mut self, head: &str, body: Body) -> Type {
        let align = self.alignment();
        let (attributes, align) = match self.rng.u32(..100) {
            0..=17 => (" __attribute__((packed))".to_owned(), body.align),
            18..=27 => (
                format!(" __attribute__((aligned({align})))"),
                body.align.max(align),
            ),
            28..=35 => (
                format!(" __attribute__((packed, aligned({align})))"),
                body.align.max(align),
            ),
            _ => (String::new(), body.align),
        };
        Type {
            before: format!("{head} {{\n{}}}{attributes} ", body.text),
            dims: String::new(),
            after: String::new(),
            name: None,
            size: body.size + align,
            align,
            leaves: body.leaves.max(1),
            shape: Shape::Record(head.starts_with("union"), Rc::new(body.members)),
            enumerators: Rc::default(),
            bits: 0,
            ragged: false,
        }
    }
}

impl Body {
    fn has_room(&self, ty: &Type) -> bool {
        self.size + ty.size < LARGE && self.leaves + ty.leaves < MOST_LEAVES
    }

    fn filler(&mut self, ty: &Type, width: u32) {
        let _ = writeln!(self.text, "    {}: {width};", ty.before);
        self.size += 2 * ty.align;
    }

    /// Adds a member; `suffix` holds its attributes, and its width if it is a bitfield.
    fn add(&mut self, name: String, ty: Type, suffix: &str) {
        let declaration = format!("{}{suffix}", ty.declare(&name).trim_end());
        let _ = writeln!(self.text, "    {};", declaration.replace('\n', "\n    "));
        self.size += ty.size + ty.align;
        self.align = self.align.max(ty.align);
        self.leaves += ty.leaves;
        let bitfield = suffix.starts_with(" :");
        self.members.push(Member { name, ty, bitfield });
    }
}
