//! Externs: what the object takes from the kernel, its configuration (`.kconfig`) or its symbols (`.ksyms`).

use super::elf::{Elf, Symbol};
use super::error::ObjectError;
use btf_layout::{Btf, Datasec, Kind, TypeId};
use std::collections::{BTreeMap, BTreeSet};

/// `BTF_VAR_GLOBAL_EXTERN`, `BTF_FUNC_EXTERN`.
const EXTERN: u32 = 2;

/// Checks that libbpf knows what each extern of the object is: it is in the BTF, in a section of externs, and of a type that
/// libbpf can fill; and that the file has a symbol for each extern of a section that it has one of.
pub(super) fn check<'a>(elf: &Elf<'a>, btf: &'a Btf<'a>) -> Result<(), ObjectError> {
    let symbols = elf.symbols.iter();
    let symbols = symbols.filter(|symbol| symbol.is_extern && !symbol.name.is_empty());
    let names: BTreeSet<&str> = symbols.clone().map(|symbol| symbol.name).collect();
    if names.is_empty() {
        return Ok(());
    }
    if elf.section(".BTF").is_none() {
        let first = symbols.map(|symbol| symbol.name).next().unwrap_or_default();
        return Err(ObjectError::NoBtf(format!("extern '{first}'")));
    }
    let declared = Declared::of(btf, &names);
    let mut used = BTreeMap::new();
    for symbol in symbols {
        let (section, datasec) = declared.section(btf, symbol)?;
        used.entry(btf.name(section)).or_insert(datasec);
    }
    for datasec in used.values() {
        let mut externs = datasec.vars().map(|entry| btf.name(entry.var));
        if let Some(name) = externs.find(|name| !names.contains(name)) {
            return wrong(name, "is in the BTF, but the file has no symbol for it");
        }
    }
    Ok(())
}

fn wrong<T>(name: &str, problem: impl Into<String>) -> Result<T, ObjectError> {
    Err(ObjectError::Extern {
        name: name.to_owned(),
        problem: problem.into(),
    })
}

/// What the BTF says of externs.
struct Declared<'a> {
    /// The first variable or function of each name.
    declarations: BTreeMap<&'a str, TypeId>,
    /// The first section that each is in.
    sections: BTreeMap<TypeId, (TypeId, Datasec<'a>)>,
}

impl<'a> Declared<'a> {
    /// Looks for those called one of `names`.
    fn of(btf: &'a Btf<'a>, names: &BTreeSet<&str>) -> Self {
        let mut declared = Declared {
            declarations: BTreeMap::new(),
            sections: BTreeMap::new(),
        };
        for id in btf.ids() {
            let kind = btf.kind(id);
            if matches!(kind, Kind::Var { .. } | Kind::Func { .. }) {
                let name = btf.name(id);
                if names.contains(name) {
                    declared.declarations.entry(name).or_insert(id);
                }
            }
            if let Kind::Datasec(datasec) = kind {
                for entry in datasec.vars() {
                    let section = (id, datasec);
                    declared.sections.entry(entry.var).or_insert(section);
                }
            }
        }
        declared
    }

    /// The section that an extern is in.
    fn section(
        &self,
        btf: &'a Btf<'a>,
        symbol: &Symbol<'_>,
    ) -> Result<(TypeId, Datasec<'a>), ObjectError> {
        let name = symbol.name;
        let Some(id) = self.declarations.get(name) else {
            return wrong(name, "is not in the BTF");
        };
        let kind = btf.kind(*id);
        let ty = if let Kind::Var {
            ty,
            linkage: EXTERN,
        } = kind
        {
            Some(ty)
        } else if let Kind::Func {
            linkage: EXTERN, ..
        } = kind
        {
            None
        } else {
            return wrong(name, "is not extern in the BTF");
        };
        let Some((section, datasec)) = self.sections.get(id) else {
            return wrong(
                name,
                "is in no section of the BTF: neither __kconfig nor __ksym",
            );
        };
        match (btf.name(*section), ty) {
            (".ksyms", _) => {}
            (".kconfig", None) => return wrong(name, "is a function in section '.kconfig'"),
            (".kconfig", Some(ty)) if !is_configured(btf, ty) => {
                return wrong(
                    name,
                    "is of a type that no configuration has: only bool, enum libbpf_tristate, integers and char arrays",
                );
            }
            (".kconfig", Some(_)) => {}
            (other, _) => {
                return wrong(
                    name,
                    format!("is in section '{other}', which is neither '.kconfig' nor '.ksyms'"),
                );
            }
        }
        Ok((*section, *datasec))
    }
}

/// Whether libbpf can fill a value of this type from the kernel's configuration.
fn is_configured(btf: &Btf<'_>, ty: TypeId) -> bool {
    let id = btf.resolved(ty);
    match btf.kind(id) {
        Kind::Int(int) if int.bool => int.size.0 == 1,
        Kind::Int(int) => matches!(int.size.0, 1 | 2 | 4 | 8),
        Kind::Enum(decl) => {
            btf.name(id) == "libbpf_tristate" && (decl.is_enum64() || decl.size.0 == 4)
        }
        Kind::Array(array) => {
            let elem = btf.resolved(array.elem);
            let is_char = matches!(btf.kind(elem), Kind::Int(int) if int.size.0 == 1 && !int.bool);
            array.len > 0 && is_char
        }
        Kind::Void
        | Kind::Ptr(_)
        | Kind::Struct(_)
        | Kind::Union(_)
        | Kind::Fwd { .. }
        | Kind::Typedef(_)
        | Kind::Volatile(_)
        | Kind::Const(_)
        | Kind::Restrict(_)
        | Kind::Func { .. }
        | Kind::FuncProto(_)
        | Kind::Var { .. }
        | Kind::Datasec(_)
        | Kind::Float(_)
        | Kind::DeclTag { .. }
        | Kind::TypeTag { .. } => false,
    }
}
