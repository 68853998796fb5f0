//! What generated Rust has to say about the oracle's types: names and fields by the documented rules (README, "Rust types"),

//! not from our output.

use super::{Int, Kind, Oracle, Place, Scalar};
use std::collections::{BTreeMap, BTreeSet};

/// Identifiers of types and constants.
#[derive(Debug)]
pub struct RustNames {
    types: BTreeMap<usize, String>,
    /// Of enums that nothing names.
    pub constants: Vec<(String, i128)>,
}

/// A field or bitfield, reached from a definition through fields alone.
#[derive(Clone, Debug)]
pub struct RustField {
    /// The fields on the way to it.
    pub parents: Vec<String>,
    pub name: String,
    pub place: Place,
    /// Size of its type.
    pub size: u64,
}

const KEYWORDS: &str = "as async await break const continue crate do dyn else enum extern false final fn for gen if impl in let \
    loop macro match mod move mut override priv pub ref return self Self static struct super trait true try type typeof unsafe \
    unsized use virtual where while yield abstract become box";
const TAKEN: &str = "bool char f128 f16 f32 f64 i128 i16 i32 i64 i8 isize str u128 u16 u32 u64 u8 usize Bool Func Ptr Void \
    libbpf_wasm";

/// The type called `tag` that is the first to be called so.
pub fn first_called(tag: &str) -> String {
    let mut taken = TAKEN.split_whitespace().map(str::to_owned).collect();
    claim(&mut taken, &identifier(tag))
}

/// `name` as Rust writes it.
pub fn identifier(name: &str) -> String {
    let mut name = name.replace(|c: char| !c.is_ascii_alphanumeric() && c != '_', "_");
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        name.insert(0, '_');
    }
    match name.as_str() {
        "_" | "self" | "Self" | "super" | "crate" => name + "_",
        word if KEYWORDS.split_whitespace().any(|keyword| keyword == word) => format!("r#{name}"),
        _ => name,
    }
}

fn claim(taken: &mut BTreeSet<String>, wish: &str) -> String {
    let numbered = (2..).map(|n| format!("{wish}___{n}"));
    let mut candidates = std::iter::once(wish.to_owned()).chain(numbered);
    candidates
        .find(|candidate| taken.insert(candidate.clone()))
        .expect("numbers do not end")
}

impl Oracle {
    /// Names everything that has a definition.
    pub fn rust_names(&self) -> RustNames {
        let mut taken: BTreeSet<String> = TAKEN.split_whitespace().map(str::to_owned).collect();
        let mut types = BTreeMap::new();
        for id in self.ids() {
            let tagged = matches!(self.word(id), Some("struct" | "union" | "enum"));
            if tagged && !self.name(id).is_empty() {
                types.insert(id, claim(&mut taken, &identifier(self.name(id))));
            }
        }
        for id in self.ids() {
            if !matches!(self.types[id].kind, Kind::Typedef(_)) || self.word(id) != Some("") {
                continue;
            }
            let Kind::Typedef(mut target) = self.types[id].kind else {
                continue;
            };
            while let Kind::Qualifier(of) = self.types[target].kind {
                target = of;
            }
            let wish = identifier(self.name(id));
            let scalar = self.scalar(id).and_then(spelling);
            let name = match () {
                () if self.name(target) == self.name(id) && types.contains_key(&target) => {
                    types[&target].clone()
                }
                () if scalar == Some(self.name(id)) => wish,
                () if scalar == Some("Bool") && self.name(id) == "bool" => "Bool".to_owned(),
                () => claim(&mut taken, &wish),
            };
            let anonymous = matches!(self.types[target].kind, Kind::Record { .. } | Kind::Enum(_))
                && self.name(target).is_empty();
            if anonymous {
                types.entry(target).or_insert(name.clone());
            }
            types.insert(id, name);
        }
        let mut constants = Vec::new();
        for id in self.ids().filter(|id| !types.contains_key(id)) {
            for (name, value) in self.enumerators(id) {
                constants.push((claim(&mut taken, &identifier(name)), *value));
            }
        }
        RustNames { types, constants }
    }

    /// The fields of a struct or union, and of all that are spelled out in it, but for arrays of such.
    pub fn rust_fields(&self, id: usize) -> Vec<RustField> {
        let mut fields = Vec::new();
        let resolved = self.resolved(id);
        self.collect_fields(resolved, 0, &mut Vec::new(), &mut fields);
        fields
    }

    fn collect_fields(
        &self,
        owner: usize,
        start: u64,
        parents: &mut Vec<String>,
        into: &mut Vec<RustField>,
    ) {
        let Kind::Record { rows, union, .. } = &self.types[owner].kind else {
            return;
        };
        let ours = |name: &str| {
            let digits = ["__anon", "__bits", "__pad"]
                .iter()
                .find_map(|p| name.strip_prefix(p));
            digits.and_then(|digits| digits.parse::<u32>().ok())
        };
        let first = rows.iter().filter_map(|row| ours(&row.name)).max();
        let mut anonymous = first.map_or(0, |number| number + 1);
        let mut taken = BTreeSet::new();
        for row in rows {
            let bit = start + row.bit;
            let place = self.place(row, bit);
            let name = match (row.name.as_str(), place) {
                ("", Place::Bytes { .. }) => {
                    anonymous += 1;
                    format!("__anon{}", anonymous - 1)
                }
                (name, Place::Bytes { .. }) => claim(&mut taken, &identifier(name)),
                (name, Place::Bits { .. }) => identifier(name),
            };
            // An arm that does not start where its union does is the value of a field that begins with padding.
            let shifted = *union && row.bit >= 8 && matches!(place, Place::Bytes { .. });
            let depth = parents.len();
            let name = if shifted {
                parents.push(name);
                "value".to_owned()
            } else {
                name
            };
            into.push(RustField {
                parents: parents.clone(),
                name: name.clone(),
                place,
                size: self.size(row.ty).expect("a member has a size"),
            });
            let (inner, dimensions) = self.element(row.ty);
            let part = self.is_transparent(row);
            if part || (dimensions == 0 && self.is_spelled_out(inner)) {
                parents.push(name);
                self.collect_fields(self.resolved(row.ty), bit, parents, into);
            }
            parents.truncate(depth);
        }
    }
}

impl RustNames {
    /// The identifier of a definition.
    pub fn of(&self, id: usize) -> &str {
        &self.types[&id]
    }

    /// The identifier of a type, if anything names it.
    pub fn get(&self, id: usize) -> Option<&str> {
        self.types.get(&id).map(String::as_str)
    }
}

fn spelling(scalar: Scalar) -> Option<&'static str> {
    let int = match scalar {
        Scalar::Pointer => return None,
        Scalar::Float(4) => return Some("f32"),
        Scalar::Float(8) => return Some("f64"),
        Scalar::Float(_) => return None,
        Scalar::Int(int) => int,
    };
    Some(match int {
        Int {
            size: 1,
            bool: true,
            ..
        } => "Bool",
        Int {
            size: 1,
            char: true,
            ..
        }
        | Int {
            size: 1,
            signed: true,
            ..
        } => "i8",
        Int { size: 1, .. } => "u8",
        Int {
            size: 2,
            signed: true,
            ..
        } => "i16",
        Int { size: 2, .. } => "u16",
        Int {
            size: 4,
            signed: true,
            ..
        } => "i32",
        Int { size: 4, .. } => "u32",
        Int {
            size: 8,
            signed: true,
            ..
        } => "i64",
        Int { size: 8, .. } => "u64",
        Int { signed: true, .. } => "i128",
        Int { .. } => "u128",
    })
}
