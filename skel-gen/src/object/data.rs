//! Sections with global variables: where each variable really is.

use super::elf::{Elf, Section};
use super::error::ObjectError;
use super::index::Index;
use btf_layout::{Btf, Bytes, Datasec, Kind, TypeId};

/// What a data section is to libbpf.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DataKind {
    /// `.rodata`, `.rodata.*`: constants, frozen by load.
    Rodata,
    /// `.data`, `.data.*`: initialised variables.
    Data,
    /// `.bss`, `.bss.*`: zeroed variables, without bytes in the file.
    Bss,
    /// `.kconfig`: what the kernel was configured with; libbpf fills it at load.
    Kconfig,
    /// `.struct_ops`, `.struct_ops.link`: tables of functions for the kernel, one map each.
    StructOps,
    /// `.addr_space.1`: variables in the arena.
    Arena,
}

/// A section with global variables.
#[derive(Clone, Debug)]
pub struct DataSection<'a> {
    /// Its name: `.rodata`.
    pub name: &'a str,
    /// What it is.
    pub kind: DataKind,
    /// Its size in bytes.
    pub size: Bytes,
    /// First byte in the file; `None` for [`DataKind::Bss`] and [`DataKind::Kconfig`].
    pub file_offset: Option<u32>,
    /// Whether BTF describes it; the compiler's own sections (`.rodata.str1.1`) it does not.
    pub described: bool,
    /// Whether the kernel map can be memory-mapped: it has a variable that is not static.
    pub mmapable: bool,
    /// Its variables that are not static, in order of their offset.
    pub variables: Vec<Variable<'a>>,
}

/// A global variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Variable<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its type.
    pub ty: TypeId,
    /// First byte in its section, from the symbol table: BTF does not know it before linking.
    pub offset: Bytes,
    /// Its size.
    pub size: Bytes,
}

/// `BTF_VAR_STATIC`.
const STATIC: u32 = 0;

impl DataKind {
    /// The kind of the section called `name`, if libbpf makes a map of it.
    fn of(name: &str, zeroed: bool) -> Option<Self> {
        let is = |base: &str| {
            name.strip_prefix(base)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        Some(match name {
            _ if is(".rodata") && !zeroed => DataKind::Rodata,
            _ if is(".data") && !zeroed => DataKind::Data,
            _ if is(".bss") && zeroed => DataKind::Bss,
            ".struct_ops" | ".struct_ops.link" | "?.struct_ops" | "?.struct_ops.link" => {
                DataKind::StructOps
            }
            ".addr_space.1" => DataKind::Arena,
            _ => return None,
        })
    }
}

/// Finds the data sections, in the order libbpf makes their maps: by section index, `.kconfig` last.
pub(super) fn collect<'a>(
    elf: &Elf<'a>,
    btf: &'a Btf<'a>,
    index: &Index<'a>,
) -> Result<Vec<DataSection<'a>>, ObjectError> {
    let mut sections = Vec::new();
    for section in &elf.sections {
        let kind = DataKind::of(section.name, section.is_zeroed);
        if let Some(kind) = kind.filter(|_| section.size > 0) {
            sections.push(data_section(btf, index, section, kind)?);
        }
    }
    if let Some(datasec) = index.datasec(".kconfig") {
        sections.push(kconfig(btf, datasec)?);
    }
    Ok(sections)
}

fn data_section<'a>(
    btf: &'a Btf<'a>,
    index: &Index<'a>,
    section: &Section<'a>,
    kind: DataKind,
) -> Result<DataSection<'a>, ObjectError> {
    let too_large = || ObjectError::SectionOutOfFile(section.name.to_owned());
    let size = u32::try_from(section.size)
        .map(Bytes)
        .map_err(|_| too_large())?;
    if size > Bytes::MAX {
        return Err(too_large());
    }
    let file_offset = u32::try_from(section.offset).map_err(|_| too_large())?;
    let datasec = index.datasec(section.name);
    let mut variables = Vec::new();
    for entry in datasec.iter().flat_map(Datasec::vars) {
        match btf.kind(entry.var) {
            Kind::Var { ty, linkage } if linkage != STATIC => {
                variables.push(variable(btf, index, section, btf.name(entry.var), ty)?);
            }
            _ => {}
        }
    }
    variables.sort_by_key(|variable| variable.offset);
    Ok(DataSection {
        name: section.name,
        kind,
        size,
        file_offset: (!section.is_zeroed).then_some(file_offset),
        described: datasec.is_some(),
        mmapable: !variables.is_empty(),
        variables,
    })
}

/// The variable `name`, placed by its symbol.
fn variable<'a>(
    btf: &'a Btf<'a>,
    index: &Index<'a>,
    section: &Section<'a>,
    name: &'a str,
    ty: TypeId,
) -> Result<Variable<'a>, ObjectError> {
    let place = || (section.name.to_owned(), name.to_owned());
    let Some(start) = index.symbol(section.index, name) else {
        let (section, variable) = place();
        return Err(ObjectError::NoSymbol { section, variable });
    };
    let size = btf.size(ty).unwrap_or_default();
    let end = start.checked_add(u64::from(size.0));
    match (u32::try_from(start), end) {
        (Ok(offset), Some(end)) if end <= section.size => Ok(Variable {
            name,
            ty,
            offset: Bytes(offset),
            size,
        }),
        _ => {
            let (section, variable) = place();
            Err(ObjectError::VariableOutOfSection { section, variable })
        }
    }
}

/// `.kconfig` is no section of the file: libbpf lays its externs out by alignment (largest first), size and name.
fn kconfig<'a>(btf: &'a Btf<'a>, datasec: Datasec<'a>) -> Result<DataSection<'a>, ObjectError> {
    let mut externs = Vec::new();
    for entry in datasec.vars() {
        let Kind::Var { ty, .. } = btf.kind(entry.var) else {
            continue;
        };
        let name = btf.name(entry.var);
        let size = btf.size(ty).unwrap_or_default();
        externs.push((std::cmp::Reverse(alignment(btf, ty)), size, name, ty));
    }
    externs.sort_unstable();
    let mut end = 0_u32;
    let mut variables = Vec::new();
    for (std::cmp::Reverse(align), size, name, ty) in externs {
        let offset = end.checked_next_multiple_of(align.max(1));
        let past = || ObjectError::VariableOutOfSection {
            section: ".kconfig".to_owned(),
            variable: name.to_owned(),
        };
        let offset = offset.ok_or_else(past)?;
        end = offset
            .checked_add(size.0)
            .filter(|end| *end <= Bytes::MAX.0)
            .ok_or_else(past)?;
        variables.push(Variable {
            name,
            ty,
            offset: Bytes(offset),
            size,
        });
    }
    Ok(DataSection {
        name: ".kconfig",
        kind: DataKind::Kconfig,
        size: Bytes(end),
        file_offset: None,
        described: true,
        mmapable: true,
        variables,
    })
}

/// Alignment of an extern in bytes. Externs of `.kconfig` are integers, enums and arrays of these.
fn alignment(btf: &Btf<'_>, ty: TypeId) -> u32 {
    let mut id = btf.resolved(ty);
    while let Kind::Array(array) = btf.kind(id) {
        id = btf.resolved(array.elem);
    }
    btf.size(id).map_or(1, |size| size.0.min(8))
}
