//! What BTF says of sections, held against the file: libbpf refuses to open an object in which the two differ.

use super::elf::Elf;
use super::error::ObjectError;
use super::index::Index;
use btf_layout::{Btf, Kind};

/// `BTF_VAR_STATIC`, `BTF_VAR_GLOBAL_EXTERN`: they need no symbol.
const STATIC: u32 = 0;
const EXTERN: u32 = 2;

/// Checks every section that the BTF describes, but for those of externs, which no file has.
pub(super) fn check<'a>(
    elf: &Elf<'a>,
    btf: &'a Btf<'a>,
    index: &Index<'a>,
) -> Result<(), ObjectError> {
    let wrong = btf.flawed().find(|id| is_declaration(&btf.stored(*id)));
    if let Some(flaw) = wrong.and_then(|id| btf.flaw(id)) {
        return Err(ObjectError::Declaration(Box::new(flaw)));
    }
    for id in btf.ids() {
        let name = btf.name(id);
        let Kind::Datasec(datasec) = btf.kind(id) else {
            continue;
        };
        if matches!(name, ".kconfig" | ".ksyms") {
            continue;
        }
        let wrong = |problem| {
            Err(ObjectError::Section {
                section: name.to_owned(),
                problem,
            })
        };
        // A linker has stated the size; a compiler leaves it to the file.
        if datasec.size.0 == 0 && elf.section(name).is_none_or(|section| section.size == 0) {
            return wrong("is described by the BTF, but not in the file");
        }
        for entry in datasec.vars() {
            let variable = btf.name(entry.var);
            let Kind::Var { linkage, .. } = btf.kind(entry.var) else {
                return wrong("has a function among its variables");
            };
            let needs_symbol = !matches!(linkage, STATIC | EXTERN);
            if needs_symbol && !index.has_variable(variable) {
                return Err(ObjectError::NoSymbol {
                    section: name.to_owned(),
                    variable: variable.to_owned(),
                });
            }
        }
    }
    Ok(())
}

/// Whether a record declares something that an object has, rather than being a type.
fn is_declaration(kind: &Kind<'_>) -> bool {
    match kind {
        Kind::Var { .. } | Kind::Datasec(_) => true,
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
        | Kind::Func { .. }
        | Kind::FuncProto(_)
        | Kind::Float(_)
        | Kind::DeclTag { .. }
        | Kind::TypeTag { .. } => false,
    }
}
