//! The C identifiers that a generated header should use: from BTF by the documented rules (DESIGN.md 3.10), not from our output.

use super::oracle::{Oracle, Scalar};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// Identifiers by type id, and of the enumerators of each enum.
#[derive(Debug)]
pub struct CNames {
    /// Whether C++ is to be obeyed as well.
    cpp: bool,
    reserved: BTreeMap<String, Reserved>,
    types: Vec<String>,
    enumerators: BTreeMap<usize, Vec<String>>,
}

/// What `reserved.txt` says about a name.
#[derive(Debug, Default)]
struct Reserved {
    /// A keyword or macro.
    word: bool,
    tag: bool,
    ordinary: bool,
    /// The canonical type of a typedef.
    typedef: Option<String>,
}

impl CNames {
    /// The names of a header that stands beside wasi-libc's, in C and C++.
    pub fn beside_libc(oracle: &Oracle) -> Self {
        Self::settle(oracle, reserved(), true)
    }

    /// The names of a header that stands alone, in C.
    pub fn alone(oracle: &Oracle) -> Self {
        Self::settle(oracle, BTreeMap::new(), false)
    }

    fn settle(oracle: &Oracle, reserved: BTreeMap<String, Reserved>, cpp: bool) -> Self {
        let mut names = CNames {
            cpp,
            reserved,
            types: oracle.ids().map(|id| oracle.name(id).to_owned()).collect(),
            enumerators: BTreeMap::new(),
        };
        names.types.insert(0, String::new());
        let mut tags = BTreeSet::new();
        for id in oracle.ids() {
            let tagged = matches!(oracle.word(id), Some("struct" | "union" | "enum"));
            if tagged && !oracle.name(id).is_empty() {
                let wish =
                    names.suffixed(oracle.name(id), |r| r.word || r.tag || r.typedef.is_some());
                names.types[id] = claim(&mut tags, wish);
            }
        }
        let mut ordinary = BTreeSet::new();
        for id in oracle.ids().filter(|id| oracle.word(*id) == Some("")) {
            names.types[id] = names.typedef(oracle, id, &tags, &mut ordinary);
        }
        for id in oracle.ids() {
            let values = oracle.enumerators(id).iter();
            let wishes = values.map(|(name, _)| {
                names.suffixed(name, |r| r.word || r.ordinary || r.typedef.is_some())
            });
            let settled = wishes.map(|wish| claim(&mut ordinary, wish)).collect();
            names.enumerators.insert(id, settled);
        }
        names
    }

    /// The identifier of a type.
    pub fn of(&self, id: usize) -> &str {
        &self.types[id]
    }

    /// The identifiers of the enumerators of enum `id`.
    pub fn enumerators(&self, id: usize) -> &[String] {
        &self.enumerators[&id]
    }

    /// The identifier of a member; of one that is anonymous and promotes none, as the tag of an enum in Rust.
    pub fn member(&self, name: &str) -> String {
        if name.is_empty() {
            return "__anon".to_owned();
        }
        self.suffixed(name, |reserved| reserved.word)
    }

    fn typedef(
        &self,
        oracle: &Oracle,
        id: usize,
        tags: &BTreeSet<String>,
        ordinary: &mut BTreeSet<String>,
    ) -> String {
        let name = oracle.name(id);
        let canonical = oracle.scalar(id).and_then(canonical);
        if self.cpp && name == "bool" && canonical == Some("_Bool") {
            return name.to_owned();
        }
        // A typedef that is libc's as well is no conflict.
        let differs = |of: &str| canonical != Some(of);
        let wish = self.suffixed(name, |r| {
            r.word || r.tag || r.ordinary || r.typedef.as_deref().is_some_and(differs)
        });
        // C++: a typedef may share the name of a tag only if it names that very type.
        let target = oracle.resolved(id);
        let names_its_tag = oracle.word(target).is_some() && self.types[target] == wish;
        if self.cpp && tags.contains(&wish) && !names_its_tag {
            ordinary.insert(wish.clone());
        }
        claim(ordinary, wish)
    }

    /// `name` as an identifier, with the suffix if `taken` says so of the reserved name.
    fn suffixed(&self, name: &str, taken: impl Fn(&Reserved) -> bool) -> String {
        let mut name = name.replace(|c: char| !c.is_ascii_alphanumeric() && c != '_', "_");
        if name.starts_with(|c: char| c.is_ascii_digit()) {
            name.insert(0, '_');
        }
        if self.reserved.get(&name).is_some_and(taken) {
            name.push_str("___bpf");
        }
        name
    }
}

fn claim(taken: &mut BTreeSet<String>, wish: String) -> String {
    let numbered = (2..).map(|n| format!("{wish}___{n}"));
    let mut candidates = std::iter::once(wish.clone()).chain(numbered);
    candidates
        .find(|candidate| taken.insert(candidate.clone()))
        .expect("numbers do not end")
}

/// The type a scalar of BTF has on wasm32, in the words of `reserved.txt`.
fn canonical(scalar: Scalar) -> Option<&'static str> {
    let int = match scalar {
        Scalar::Pointer => return Some("unsigned long long"),
        Scalar::Float(4) => return Some("float"),
        Scalar::Float(8) => return Some("double"),
        Scalar::Float(_) => return None,
        Scalar::Int(int) => int,
    };
    let (signed, unsigned) = match int.size {
        1 if int.bool => return Some("_Bool"),
        1 if int.char => return Some("char"),
        1 => ("signed char", "unsigned char"),
        2 => ("short", "unsigned short"),
        4 => ("int", "unsigned int"),
        8 => ("long long", "unsigned long long"),
        _ => ("__int128", "unsigned __int128"),
    };
    Some(if int.signed { signed } else { unsigned })
}

fn reserved() -> BTreeMap<String, Reserved> {
    let file = super::tests_dir().join("../skel-gen/src/names/reserved.txt");
    let text = fs::read_to_string(file).expect("the list of reserved names");
    let mut table = BTreeMap::<String, Reserved>::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let words: Vec<&str> = line.splitn(3, ' ').collect();
        let entry = table.entry(words[1].to_owned()).or_default();
        match words[0] {
            "keyword" | "macro" => entry.word = true,
            "tag" => entry.tag = true,
            "ordinary" => entry.ordinary = true,
            "typedef" => entry.typedef = Some(words[2].to_owned()),
            other => panic!("reserved.txt: {other}"),
        }
    }
    table
}
