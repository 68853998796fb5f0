//! wit-parser takes every package, and no member is missing from it.

use crate::{all_objects, dump, parsed};
use std::collections::BTreeMap;
use std::path::Path;
use test_support::oracle::{Oracle, Place};
use test_support::{skip, types::kernel_types};
use wit_parser::{Resolve, TypeDef, TypeDefKind};

#[test]
fn every_object_is_taken_in_every_form() {
    if !test_support::can_compile() {
        return;
    }
    for object in all_objects() {
        for arrays in ["list", "fixed", "tuple"] {
            for words in [&["arrays", arrays][..], &["arrays", arrays, "strings"]] {
                let text = dump(&object, words);
                let (resolve, package) = parsed(&text);
                assert_eq!(text, dump(&object, words), "the same input");
                let interface = resolve.packages[package].interfaces["types"];
                let interface = &resolve.interfaces[interface];
                // What no function deals in is left out by some backends.
                let types = interface.types.len() > 3;
                assert_eq!(types, !interface.functions.is_empty(), "{text}");
                assert_eq!(resolve.packages[package].worlds.len(), 2);
            }
        }
    }
}

#[test]
fn no_member_is_missing() {
    if !test_support::can_compile() {
        return;
    }
    let mut compared = 0;
    for object in all_objects() {
        let Some(oracle) = Oracle::read(&object) else {
            return skip("bpftool is not installed");
        };
        let (resolve, _) = parsed(&dump(&object, &[]));
        compared += compare(&oracle, &resolve, &object);
    }
    println!("{compared} members compared");
    assert!(compared > 400, "only {compared} members");
}

#[test]
fn no_member_of_a_kernel_is_missing() {
    let file = match kernel_types() {
        Ok(file) => file,
        Err(reason) => return skip(reason),
    };
    let Some(oracle) = Oracle::read(file) else {
        return skip("bpftool is not installed");
    };
    let (resolve, _) = parsed(&dump(file, &[]));
    let compared = compare(&oracle, &resolve, file);
    println!("{compared} members compared");
    assert!(compared > 30_000, "only {compared} members");
}

/// Compares the members of all structs that have a tag, and the arms of such unions; how many there are.
fn compare(oracle: &Oracle, resolve: &Resolve, file: &Path) -> usize {
    // By what the documentation begins with; types of one name and size in any order.
    let mut types: BTreeMap<String, Vec<&TypeDef>> = BTreeMap::new();
    for (_, ty) in resolve.types.iter() {
        let docs = ty.docs.contents.as_deref().unwrap_or_default();
        let line = docs.lines().next().unwrap_or_default();
        let end = line.find(" byte").unwrap_or(0);
        types.entry(line[..end].to_owned()).or_default().push(ty);
    }
    let mut compared = 0;
    for definition in oracle.definitions() {
        let (word, name, size) = (definition.word, definition.name, definition.size);
        let head = match word {
            "struct" | "union" => format!("`{word} {name}`, {size}"),
            "enum" => format!("Values of `enum {name}`, {size}"),
            _ => continue,
        };
        let found = types.get(&head).map_or(&[][..], Vec::as_slice);
        match word {
            "enum" => {
                // Single bits are documented as such.
                let head = head.replace("Values of", "Bits of");
                let found = found.iter().chain(types.get(&head).into_iter().flatten());
                let values = enumerators(oracle, definition.id);
                let has = found
                    .clone()
                    .any(|ty| values.iter().all(|line| has_line(ty, line)));
                assert!(has, "{}: {head}: {values:?}", file.display());
                compared += values.len();
            }
            "struct" => {
                let lines = members(oracle, definition.id);
                let has = found.iter().any(|ty| fields(ty) == lines);
                assert!(
                    has,
                    "{}: {head}:\n{lines:#?}\n{:#?}",
                    file.display(),
                    found.iter().map(|ty| fields(ty)).collect::<Vec<_>>()
                );
                compared += lines.len();
            }
            _ => assert!(!found.is_empty(), "{}: {head}", file.display()),
        }
    }
    compared
}

/// How each enumerator is documented.
fn enumerators(oracle: &Oracle, id: usize) -> Vec<String> {
    let values = oracle.enumerators(id).iter();
    values.map(|(name, _)| format!("`{name}`")).collect()
}

/// Whether a type or one of its cases is documented so.
fn has_line(ty: &TypeDef, line: &str) -> bool {
    let has = |docs: &wit_parser::Docs| docs.contents.as_deref().unwrap_or_default().contains(line);
    has(&ty.docs)
        || match &ty.kind {
            TypeDefKind::Enum(of) => of.cases.iter().any(|case| has(&case.docs)),
            TypeDefKind::Flags(of) => of.flags.iter().any(|flag| has(&flag.docs)),
            _ => false,
        }
}

/// The members of a struct as fields are documented, sorted; those inside an anonymous union are after its functions.
fn members(oracle: &Oracle, id: usize) -> Vec<String> {
    let members = oracle.outer_members(id).into_iter();
    let lines = members.map(|(name, place)| {
        let name = match name {
            "" => "No name".to_owned(),
            name => format!("`{name}`"),
        };
        match place {
            Place::Bytes { offset, size } => format!("{name}: offset {offset}, size {size}"),
            Place::Bits { first, width, .. } => {
                let bits = if width == 1 { "bit" } else { "bits" };
                format!("{name}: bit {first}, {width} {bits}")
            }
        }
    });
    let mut lines: Vec<_> = lines.collect();
    lines.sort();
    lines
}

/// The fields of a record as they are documented, sorted.
fn fields(ty: &TypeDef) -> Vec<String> {
    let TypeDefKind::Record(record) = &ty.kind else {
        return Vec::new();
    };
    let lines = record.fields.iter().map(|field| {
        let docs = field.docs.contents.as_deref().unwrap_or_default();
        let line = docs.trim_end().trim_end_matches('.');
        line.split(';').next().unwrap_or_default().to_owned()
    });
    let mut lines: Vec<_> = lines.collect();
    lines.sort();
    lines
}
