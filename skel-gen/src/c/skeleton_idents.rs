//! The identifiers of a C skeleton.

use super::ident::{flavoured, unreserved};
use crate::model::Skeleton;
use crate::names::{CPP, Scope, legal};
use std::collections::BTreeSet;

/// An identifier of a skeleton.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ident {
    /// As it is declared: the name, or the macro that stands for a name which C++ does not allow.
    pub(super) spelled: String,
    /// What names are made of: `bootstrap__open`.
    pub(super) part: String,
}

/// The identifiers of a skeleton, each unique in its struct.
#[derive(Debug)]
pub(super) struct Idents {
    /// The skeleton's own.
    pub(super) name: Ident,
    /// One for each map.
    pub(super) maps: Vec<Ident>,
    /// One for each program.
    pub(super) programs: Vec<Ident>,
    /// One for each shown section.
    pub(super) sections: Vec<Ident>,
}

impl Idents {
    pub(super) fn settle(skeleton: &Skeleton<'_>) -> Self {
        let object = &skeleton.object;
        let settle = |names: Vec<String>, taken: &[&'static str]| {
            let mut scope = Scope::default();
            taken.iter().for_each(|name| {
                scope.claim(*name);
            });
            let claim = |name: String| Ident::new(&scope.claim(plain(&name)));
            names.into_iter().map(claim).collect()
        };
        let programs = object.programs.iter().map(|p| p.name.to_owned());
        let sections = skeleton.sections.iter();
        // Beside the sections the struct has these members.
        let members = ["skeleton", "obj", "maps", "progs", "links", "struct_ops"];
        Idents {
            name: Ident::new(&plain(&object.name)),
            maps: settle(object.maps.iter().map(|map| map.member()).collect(), &[]),
            programs: settle(programs.collect(), &[]),
            sections: settle(
                sections
                    .map(|section| skeleton.member_of(section))
                    .collect(),
                &members,
            ),
        }
    }

    /// The words of C++ that are names here, each once.
    pub(super) fn cpp_words(&self) -> BTreeSet<&str> {
        let parts = [&self.maps, &self.programs, &self.sections];
        let idents = parts.into_iter().flatten().chain([&self.name]);
        idents
            .filter(|ident| CPP.contains(ident.part.as_str()))
            .map(|ident| ident.part.as_str())
            .collect()
    }
}

impl Ident {
    fn new(name: &str) -> Self {
        Ident {
            spelled: match CPP.contains(name) {
                true => macro_of(name),
                false => name.to_owned(),
            },
            part: name.to_owned(),
        }
    }
}

/// A name as an identifier of C that no macro or keyword changes.
fn plain(name: &str) -> String {
    let legal = legal(name);
    match CPP.contains(legal.as_ref()) {
        true => legal.into_owned(),
        false => unreserved(name).into_owned(),
    }
}

/// The macro for a word of C++.
fn macro_of(word: &str) -> String {
    format!("BPF_WASM_NAME_{word}")
}

/// Lines that define the macro for a word of C++: the word itself, but not where that means something else.
pub(super) fn word_macro(word: &str) -> [String; 9] {
    let (name, safe) = (macro_of(word), flavoured(word));
    [
        format!("#ifndef {name}"),
        "#ifdef __cplusplus".to_owned(),
        format!("#define {name} {safe}"),
        format!("#elif defined({word})"),
        format!("#define {name} {safe}"),
        "#else".to_owned(),
        format!("#define {name} {word}"),
        "#endif".to_owned(),
        "#endif".to_owned(),
    ]
}
