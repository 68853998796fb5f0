//! What libbpf makes of `.BTF`, where it reads the records in another way than our own verification, or writes into them.

use super::elf::Headers;
use super::error::ImageError;
use super::strings::Room;
use super::symbols::Symbol;
use btf_layout::{Btf, Endian, Kind, SectionVar, TypeId};
use object::elf;
use std::collections::{BTreeMap, BTreeSet};

/// `BTF_VAR_STATIC`, `BTF_VAR_GLOBAL_EXTERN`
const STATIC: u32 = 0;
const EXTERN: u32 = 2;

/// Checks the records, then the variables of all sections.
pub(super) fn check(headers: &Headers<'_>, blob: &[u8], btf: &Btf<'_>) -> Result<(), ImageError> {
    if btf.endian() != Endian::Little {
        let section = headers.section(".BTF");
        let wrong =
            section.map(|section| section.wrong("it is of another byte order than the file"));
        return wrong.map_or(Ok(()), Err);
    }
    let mut room = Room::of(blob.len());
    for id in btf.ids() {
        record(blob, btf, id)?;
        room.take(btf.name(id))?;
    }
    sections(headers, btf)
}

/// libbpf 1.7 counts members with 16 bits and kinds with 5, where the format now has 24 and 7: what it takes for another record
/// has not been verified.
fn record(blob: &[u8], btf: &Btf<'_>, id: TypeId) -> Result<(), ImageError> {
    /// Offset of `info` in `struct btf_type`, and its bits that libbpf does not read.
    const INFO: usize = 4;
    const UNREAD: u32 = 0x60ff_0000;
    let word = btf
        .entry_offset(id)
        .and_then(|at| blob.get(at as usize + INFO..)?.first_chunk());
    match word {
        Some(word) if u32::from_le_bytes(*word) & UNREAD == 0 => Ok(()),
        _ => Err(ImageError::Type {
            id,
            problem: "it has more parts than libbpf can count",
        }),
    }
}

/// Variables and functions that are not of this object: their places are libbpf's matter.
pub(super) fn is_of_externs(section: &str) -> bool {
    matches!(section, ".ksyms" | ".kconfig")
}

fn sections(headers: &Headers<'_>, btf: &Btf<'_>) -> Result<(), ImageError> {
    let variables = headers
        .symbols
        .iter()
        .filter(|symbol| symbol.kind == elf::STT_OBJECT && symbol.is_global);
    let places: BTreeMap<&str, &Symbol<'_>> = variables
        .rev()
        .map(|symbol| (symbol.name, symbol))
        .collect();
    let mut seen = BTreeSet::new();
    for id in btf.ids() {
        let Kind::Datasec(datasec) = btf.kind(id) else {
            continue;
        };
        let name = btf.name(id);
        if !seen.insert(name) {
            let problem = "there is another section of that name";
            return Err(ImageError::Type { id, problem });
        }
        let is_placed = datasec.size.0 != 0;
        let mut vars = datasec.vars();
        vars.try_for_each(|entry| variable(headers, btf, &places, name, is_placed, entry))?;
    }
    Ok(())
}

/// A variable of a `DATASEC` lies in its section, wherever libbpf has its place from: the record, or in an object that was not
/// linked the symbol of its name.
fn variable(
    headers: &Headers<'_>,
    btf: &Btf<'_>,
    places: &BTreeMap<&str, &Symbol<'_>>,
    section: &str,
    is_placed: bool,
    entry: SectionVar,
) -> Result<(), ImageError> {
    let name = btf.name(entry.var);
    let wrong = |problem| {
        Err(ImageError::Variable {
            section: section.to_owned(),
            variable: name.to_owned(),
            problem,
        })
    };
    let Kind::Var { ty, linkage } = btf.kind(entry.var) else {
        // libbpf writes to it as if it were a variable.
        return match section {
            ".ksyms" => Ok(()),
            _ => wrong("is a function"),
        };
    };
    if is_of_externs(section) || linkage == EXTERN {
        return Ok(());
    }
    let Some(home) = headers.section(section) else {
        return Ok(());
    };
    let size = btf.size(ty).unwrap_or_default().0.max(entry.size);
    let offset = if is_placed || linkage == STATIC {
        u64::from(entry.offset)
    } else {
        match places.get(name) {
            None => return wrong("has no symbol"),
            Some(symbol) if symbol.section != home.index => return wrong("is in another section"),
            Some(symbol) => symbol.offset,
        }
    };
    match offset.checked_add(u64::from(size)) {
        Some(end) if end <= home.size => Ok(()),
        _ => wrong("ends past the end of the section"),
    }
}
