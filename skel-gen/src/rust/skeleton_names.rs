//! The identifiers of a skeleton.

use super::ident::identifier;
use crate::model::Skeleton;
use crate::names::{Scope, legal};
use crate::object::{Map, MapOrigin};
use proc_macro2::Ident;

/// The identifiers of a skeleton, each unique where it stands.
pub(super) struct Idents {
    /// What the names of all types begin with: `Bootstrap`.
    pub(super) prefix: String,
    /// The module that holds all: `bootstrap_skel`.
    pub(super) module: Ident,
    /// A field for each map.
    pub(super) maps: Vec<Ident>,
    /// A field for each program.
    pub(super) programs: Vec<Ident>,
    /// For each shown section its type, and two methods.
    pub(super) sections: Vec<SectionIdents>,
    /// For each table of functions two methods; `None` for other maps.
    pub(super) tables: Vec<Option<Accessors>>,
}

/// The identifiers of a section.
pub(super) struct SectionIdents {
    pub(super) ty: Ident,
    pub(super) accessors: Accessors,
}

/// The methods that give something to be read and to be changed.
pub(super) struct Accessors {
    pub(super) get: Ident,
    pub(super) get_mut: Ident,
}

impl Idents {
    pub(super) fn settle(skeleton: &Skeleton<'_>) -> Self {
        let object = &skeleton.object;
        let prefix = type_prefix(&object.name);
        let mut types = Scope::default();
        for name in ["Skel", "Maps", "Progs"] {
            types.claim(format!("{prefix}{name}"));
        }
        let mut methods = Scope::default();
        for name in [
            "attach",
            "elf_bytes",
            "flush",
            "load",
            "open",
            "open_and_load",
            "sync",
        ] {
            methods.claim(name);
        }
        let sections = skeleton.sections.iter().map(|section| {
            let name = legal(&skeleton.member_of(section)).into_owned();
            SectionIdents {
                ty: ident(&types.claim(format!("{prefix}{}", camel(&name)))),
                accessors: Accessors::claim(&mut methods, &name),
            }
        });
        let mut of_tables = Scope::default();
        let table = |map: &Map<'_>| match map.origin {
            MapOrigin::StructOps { variable, .. } => {
                Some(Accessors::claim(&mut of_tables, variable))
            }
            MapOrigin::Source | MapOrigin::Section(_) => None,
        };
        Idents {
            module: ident(&format!("{}_skel", legal(stem(&object.name)))),
            sections: sections.collect(),
            maps: fields(object.maps.iter().map(Map::member)),
            programs: fields(
                object
                    .programs
                    .iter()
                    .map(|program| program.name.to_owned()),
            ),
            tables: object.maps.iter().map(table).collect(),
            prefix,
        }
    }

    /// The name of a type: `BootstrapMaps`.
    pub(super) fn ty(&self, suffix: &str) -> Ident {
        ident(&format!("{}{suffix}", self.prefix))
    }

    /// The name of a type of an open object: `OpenBootstrapMaps`.
    pub(super) fn open_ty(&self, suffix: &str) -> Ident {
        ident(&format!("Open{}{suffix}", self.prefix))
    }
}

impl Accessors {
    fn claim(scope: &mut Scope<'_>, name: &str) -> Self {
        let name = legal(name).into_owned();
        let get = scope.claim(name.clone());
        let get_mut = scope.claim(format!("{name}_mut"));
        Accessors {
            get: ident(&get),
            get_mut: ident(&get_mut),
        }
    }
}

/// A field for each name.
fn fields(names: impl Iterator<Item = String>) -> Vec<Ident> {
    let mut scope = Scope::default();
    names
        .map(|name| ident(&scope.claim(legal(&name).into_owned())))
        .collect()
}

/// A name as an identifier.
fn ident(name: &str) -> Ident {
    super::ident::ident(&identifier(name))
}

/// What the names of all types begin with, from the name bpftool gives the object: `bootstrap_bpf` is `Bootstrap`, whose file was
/// `bootstrap.bpf.o`.
fn type_prefix(object: &str) -> String {
    match camel(stem(object)) {
        prefix if prefix.is_empty() => "Bpf".to_owned(),
        prefix => legal(&prefix).into_owned(),
    }
}

/// The name of an object without what bpftool makes of `.bpf`.
fn stem(object: &str) -> &str {
    let stem = object.strip_suffix("_bpf");
    stem.filter(|stem| !stem.is_empty()).unwrap_or(object)
}

/// `data_named` is `DataNamed`.
fn camel(name: &str) -> String {
    let parts = name.split(|c: char| !c.is_ascii_alphanumeric());
    let mut camel = String::with_capacity(name.len());
    for part in parts.filter(|part| !part.is_empty()) {
        // Two numbers must not run together: `a_1_2` is not `a_12`.
        let digits = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
        if digits(camel.chars().last()) && digits(part.chars().next()) {
            camel.push('_');
        }
        let (first, rest) = part.split_at(1);
        camel.push_str(&first.to_ascii_uppercase());
        camel.push_str(rest);
    }
    camel
}

#[cfg(test)]
mod tests {
    use super::{camel, ident, legal, type_prefix};

    #[test]
    fn types_are_called_after_the_file() {
        assert_eq!(type_prefix("bootstrap_bpf"), "Bootstrap");
        assert_eq!(type_prefix("9p_trace_bpf"), "_9pTrace");
        assert_eq!(type_prefix("_bpf"), "Bpf");
        assert_eq!(type_prefix("___"), "Bpf");
        assert_eq!(type_prefix("tc_v6_4"), "TcV6_4");
        assert_eq!(camel("rodata_str1_1"), "RodataStr1_1");
    }

    #[test]
    fn keywords_are_escaped() {
        assert_eq!(ident("type").to_string(), "r#type");
        assert_eq!(ident("gen").to_string(), "r#gen");
        assert_eq!(ident("self").to_string(), "self_");
        assert_eq!(ident(&legal("9.x")).to_string(), "_9_x");
        assert_eq!(ident("rb").to_string(), "rb");
    }
}
