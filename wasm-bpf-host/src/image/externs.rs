//! What an object takes from the kernel: its variables and functions (`.ksyms`), and what it was configured with (`.kconfig`).

use super::elf::Headers;
use super::error::ImageError;
use super::types::is_of_externs;
use btf_layout::{Btf, Kind, TypeId};
use std::collections::BTreeMap;

/// Something that an object takes from the kernel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extern {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: ExternKind,
}

/// What an extern is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExternKind {
    /// A value of the kernel's configuration, which libbpf reads from a file.
    Kconfig,
    /// A variable of the kernel, or its address.
    Variable,
    /// A function of the kernel.
    Function,
}

/// Bytes that all values of the configuration may have together.
const MAX_KCONFIG: u32 = 1 << 20;
/// The type whose values say how something was configured; libbpf writes 4 bytes to whatever has that name.
const TRISTATE: &str = "libbpf_tristate";
const TRISTATE_SIZE: u32 = 4;

/// Finds and checks them: for libbpf they are the symbols that are not defined, each with a type of its name in a section of
/// that kind.
pub(super) fn read(headers: &Headers<'_>, btf: &Btf<'_>) -> Result<Vec<Extern>, ImageError> {
    let mut types: BTreeMap<&str, TypeId> = BTreeMap::new();
    let mut homes: BTreeMap<TypeId, TypeId> = BTreeMap::new();
    for id in btf.ids() {
        match btf.kind(id) {
            Kind::Var { .. } | Kind::Func { .. } => _ = types.entry(btf.name(id)).or_insert(id),
            Kind::Datasec(datasec) => {
                for entry in datasec.vars() {
                    homes.entry(entry.var).or_insert(id);
                }
            }
            Kind::Void
            | Kind::Int(_)
            | Kind::Ptr(_)
            | Kind::Array(_)
            | Kind::Struct(_)
            | Kind::Union(_)
            | Kind::Enum(_)
            | Kind::Fwd { .. }
            | Kind::Typedef(_)
            | Kind::Volatile(_)
            | Kind::Const(_)
            | Kind::Restrict(_)
            | Kind::FuncProto(_)
            | Kind::Float(_)
            | Kind::DeclTag { .. }
            | Kind::TypeTag { .. } => {}
        }
    }
    let mut left = MAX_KCONFIG;
    let mut externs = Vec::new();
    let symbols = headers.symbols.iter().filter(|symbol| symbol.is_extern());
    for name in symbols
        .map(|symbol| symbol.name)
        .filter(|name| !name.is_empty())
    {
        let wrong = |problem| ImageError::Extern {
            name: name.to_owned(),
            problem,
        };
        let id = types.get(name).ok_or_else(|| wrong("has no type"))?;
        let home = homes.get(id).map(|home| btf.name(*home));
        let home = home.filter(|home| is_of_externs(home));
        let home = home.ok_or_else(|| wrong("is neither in '.ksyms' nor in '.kconfig'"))?;
        let kind = match (btf.kind(*id), home) {
            (Kind::Var { ty, .. }, ".kconfig") => {
                let size = kconfig_size(btf, ty).map_err(wrong)?;
                // Each begins at a multiple of at most 8.
                let taken = size.checked_add(8).and_then(|size| left.checked_sub(size));
                left = taken.ok_or_else(|| wrong("does not fit the space of '.kconfig'"))?;
                ExternKind::Kconfig
            }
            (Kind::Var { .. }, _) => ExternKind::Variable,
            (_, ".ksyms") => ExternKind::Function,
            _ => return Err(wrong("is a function in '.kconfig'")),
        };
        externs.push(Extern {
            name: name.to_owned(),
            kind,
        });
    }
    Ok(externs)
}

/// Bytes that libbpf writes for a value of this type.
fn kconfig_size(btf: &Btf<'_>, ty: TypeId) -> Result<u32, &'static str> {
    let size = btf.size(ty).map_or(0, |size| size.0);
    if size == 0 {
        return Err("has a type without bytes");
    }
    let resolved = btf.resolved(ty);
    if matches!(btf.kind(resolved), Kind::Enum(_))
        && btf.name(resolved) == TRISTATE
        && size < TRISTATE_SIZE
    {
        return Err("has less than the 4 bytes that libbpf writes");
    }
    Ok(size)
}
