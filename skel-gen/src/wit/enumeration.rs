//! What an enum is in WIT.

use super::kebab::Names;
use super::model::{Case, Enumeration, ItemKind};
use super::names::for_people;
use btf_layout::Enum;
use std::collections::BTreeMap;

/// The most flags that validators take.
const MOST_FLAGS: usize = 32;
/// An enum of fewer single bits is more likely to count: 0, 1, 2.
const LEAST_FLAGS: usize = 3;

/// An enum: single bits are flags, all others are cases. Enumerators of one value share a case.
pub(super) fn enumeration(decl: &Enum<'_>) -> ItemKind {
    let mut positions: BTreeMap<i128, usize> = BTreeMap::new();
    let mut cases: Vec<Case> = Vec::new();
    for (name, value) in decl.fitted() {
        let at = *positions.entry(value).or_insert(cases.len());
        match cases.get_mut(at) {
            Some(case) => case.c_names.push(for_people(name)),
            None => cases.push(Case {
                name: name.to_owned(),
                c_names: vec![for_people(name)],
                value,
            }),
        }
    }
    let bits = cases.iter().filter(|case| case.value != 0);
    let single = bits
        .clone()
        .all(|case| u64::try_from(case.value).is_ok_and(u64::is_power_of_two));
    let flags = single && (LEAST_FLAGS..=MOST_FLAGS).contains(&bits.count());
    let mut zeroes = Vec::new();
    if flags {
        for case in cases.extract_if(.., |case| case.value == 0) {
            zeroes.extend(case.c_names);
        }
    }
    // A case called so would be a keyword that Rust cannot escape.
    let wishes: Vec<&str> = cases.iter().map(|case| case.name.as_str()).collect();
    let names = Names::without(&["self"]).claim_all(&wishes);
    for (case, name) in cases.iter_mut().zip(names) {
        case.name = name;
    }
    let decl = Enumeration {
        or_raw: String::new(),
        signed: decl.signed,
        cases,
        zeroes,
    };
    match flags {
        true => ItemKind::Flags(decl),
        false => ItemKind::Enum(decl),
    }
}
