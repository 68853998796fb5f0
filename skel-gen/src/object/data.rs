//! Sections with global variables: where each variable really is.

use super::elf::Elf;
use super::error::ObjectError;
use super::index::Index;
use super::section::Section;
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
    /// Its `BTF_KIND_VAR`.
    pub var: TypeId,
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
    /// The kind of `section`, if libbpf makes a map of it, or keeps an arena's variables in it.
    pub(super) fn of(section: &Section<'_>) -> Option<Self> {
        let name = section.name;
        let is = |base: &str| {
            name.strip_prefix(base)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        if section.is_zeroed {
            return is(".bss").then_some(DataKind::Bss);
        }
        Some(match name {
            _ if !section.is_data => return None,
            _ if is(".rodata") => DataKind::Rodata,
            _ if is(".data") => DataKind::Data,
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
        let kind = DataKind::of(section);
        if let Some(kind) = kind.filter(|_| section.size > 0) {
            sections.push(data_section(btf, index, section, kind)?);
        }
    }
    if let Some(datasec) = index.datasec(".kconfig") {
        sections.extend(kconfig(btf, index, datasec)?);
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
        let Kind::Var { ty, linkage } = btf.kind(entry.var) else {
            continue;
        };
        let is_table = kind == DataKind::StructOps;
        if linkage != STATIC {
            let (variable, is_hidden) = variable(btf, index, section, entry.var, ty)?;
            // To libbpf, hidden is as good as static.
            variables.extend((is_table || !is_hidden).then_some(variable));
        } else if is_table {
            // These make maps even then; what has no symbol for others to see is where a linker said, or at the beginning.
            let offset = u64::from(entry.offset);
            variables.push(placed(btf, section, entry.var, ty, offset)?);
        }
    }
    if kind == DataKind::StructOps && datasec.is_none() {
        return Err(ObjectError::Section {
            section: section.name.to_owned(),
            problem: "is not described by the BTF",
        });
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

/// The variable `var` of type `ty`, placed by its symbol, and whether that is hidden.
pub(super) fn variable<'a>(
    btf: &'a Btf<'a>,
    index: &Index<'a>,
    section: &Section<'a>,
    var: TypeId,
    ty: TypeId,
) -> Result<(Variable<'a>, bool), ObjectError> {
    let name = btf.name(var);
    let Some(symbol) = index.symbol(section.index, name) else {
        return Err(ObjectError::NoSymbol {
            section: section.name.to_owned(),
            variable: name.to_owned(),
        });
    };
    let variable = placed(btf, section, var, ty, symbol.offset)?;
    Ok((variable, symbol.is_hidden))
}

/// The variable `var` of type `ty`, which begins at byte `offset` of its section.
fn placed<'a>(
    btf: &'a Btf<'a>,
    section: &Section<'a>,
    var: TypeId,
    ty: TypeId,
    offset: u64,
) -> Result<Variable<'a>, ObjectError> {
    let name = btf.name(var);
    let size = btf.size(ty).or_else(|| btf.stated_size(ty));
    let size = size.unwrap_or_default();
    let end = offset.checked_add(u64::from(size.0));
    let offset = match (u32::try_from(offset), end) {
        (Ok(offset), Some(end)) if end <= section.size => Bytes(offset),
        _ => {
            return Err(ObjectError::VariableOutOfSection {
                section: section.name.to_owned(),
                variable: name.to_owned(),
            });
        }
    };
    Ok(Variable {
        var,
        name,
        ty,
        offset,
        size,
    })
}

/// `.kconfig` is no section of the file: libbpf lays its externs out by alignment (largest first), size and name.
fn kconfig<'a>(
    btf: &'a Btf<'a>,
    index: &Index<'a>,
    datasec: Datasec<'a>,
) -> Result<Option<DataSection<'a>>, ObjectError> {
    let mut externs = Vec::new();
    for entry in datasec.vars() {
        let Kind::Var { ty, .. } = btf.kind(entry.var) else {
            continue;
        };
        let name = btf.name(entry.var);
        // The compiler may have dropped all uses of an extern, and with them its symbol.
        if index.symbol(0, name).is_none() {
            continue;
        }
        let size = btf.size(ty).unwrap_or_default();
        let order = (std::cmp::Reverse(alignment(btf, ty)), size, name);
        externs.push((order, entry.var, ty));
    }
    externs.sort_unstable();
    let mut end = 0_u32;
    let mut variables = Vec::new();
    for ((std::cmp::Reverse(align), size, name), var, ty) in externs {
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
            var,
            name,
            ty,
            offset: Bytes(offset),
            size,
        });
    }
    Ok((!variables.is_empty()).then_some(DataSection {
        name: ".kconfig",
        kind: DataKind::Kconfig,
        size: Bytes(end),
        file_offset: None,
        described: true,
        mmapable: true,
        variables,
    }))
}

/// Alignment of an extern in bytes. Externs of `.kconfig` are integers, enums and arrays of these.
fn alignment(btf: &Btf<'_>, ty: TypeId) -> u32 {
    let mut id = btf.resolved(ty);
    while let Kind::Array(array) = btf.kind(id) {
        id = btf.resolved(array.elem);
    }
    btf.size(id).map_or(1, |size| size.0.min(8))
}
