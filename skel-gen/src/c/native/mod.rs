//! The native C header, `vmlinux.h`: BTF as BPF programs include it, with CO-RE's `preserve_access_index` on every record.
//!
//! [`NativePlan`] says what is declared in which order, and which padding a compiler has to be told of; this backend
//! writes it down the way bpftool does, so that sources written for its headers build from ours.

mod header;
mod plan;
mod record;
mod scalar;

use self::header::{Header, KfuncNames};
use self::plan::{Kfunc, NativePlan, NativeStep};
use super::declarator::declare;
use super::ident::identifier;
use super::names::{Names, Policy};
use crate::names::foreign;
use crate::text::Source;
use btf_layout::{Btf, Enum, Error, Kind, Roots, TypeId};
use std::collections::BTreeSet;

const PROLOGUE: &str = r#"#ifndef __VMLINUX_H__
#define __VMLINUX_H__

#if !defined(BPF_NO_PRESERVE_ACCESS_INDEX) && __has_attribute(preserve_access_index)
#pragma clang attribute push (__attribute__((preserve_access_index)), apply_to = record)
#endif

#ifndef __ksym
#define __ksym __attribute__((section(".ksyms")))
#endif

#ifndef __weak
#define __weak __attribute__((weak))
#endif

#ifndef __bpf_fastcall
#if __has_attribute(bpf_fastcall)
#define __bpf_fastcall __attribute__((bpf_fastcall))
#else
#define __bpf_fastcall
#endif
#endif

"#;

const EPILOGUE: &str = r"#if !defined(BPF_NO_PRESERVE_ACCESS_INDEX) && __has_attribute(preserve_access_index)
#pragma clang attribute pop
#endif

#endif /* __VMLINUX_H__ */
";

/// Renders what `roots` need as a native C header: `vmlinux.h`.
///
/// Every definition has the size and the member offsets of the BTF, on x86-64, arm64 and BPF alike. Roots that are all types come
/// `sorted` by kind and name or by type id, and bring the prototypes of the kernel functions along.
///
/// # Errors
/// [`Error::Type`] names a type that was requested and has a [`Btf::flaw`], or one with which the types become too long to be
/// written down.
pub fn native_header(btf: &Btf<'_>, roots: &Roots, sorted: bool) -> Result<String, Error> {
    let plan = NativePlan::new(btf, roots, sorted)?;
    let steps = plan.steps().to_vec();
    let kfuncs = KfuncNames::new(btf, plan.kfuncs());
    let mut header = Header {
        btf,
        plan,
        names: Names::settle(btf, Policy::Native),
        out: Source::new("\t"),
        scalars: Vec::new(),
        chain: Vec::new(),
        hidden: Vec::new(),
        spelled: BTreeSet::new(),
        params: 0,
        undefined: BTreeSet::new(),
        kfuncs,
    };
    header.out.push(PROLOGUE);
    header.left_out();
    header.scalars();
    header.note_undefined(&steps);
    for step in steps {
        match step {
            NativeStep::Forward(id) => header.forward(id),
            NativeStep::Define(id) => {
                header.define(id)?;
                header.undefined.remove(&id);
            }
        }
    }
    if *roots == Roots::All {
        header.kfuncs()?;
    }
    header.out.push(EPILOGUE);
    Ok(header.out.into_string())
}

impl<'b> Header<'b> {
    /// Finds the scalars that C does not know by their names, and defines those it does not know at all.
    fn scalars(&mut self) {
        let btf = self.btf;
        for id in self.plan.scalars() {
            if let Some(spelling) = scalar::spelling(btf.kind(*id), btf.name(*id)) {
                self.scalars.push((*id, spelling));
            }
        }
        let mut spellings: Vec<_> = self.scalars.iter().map(|(_, spelling)| *spelling).collect();
        spellings.sort_unstable();
        spellings.dedup();
        for definition in spellings.into_iter().filter_map(scalar::float_definition) {
            self.out.push(definition);
        }
    }

    /// A comment for each type that no layout can be made of.
    fn left_out(&mut self) {
        let btf = self.btf;
        for flaw in self.plan.left_out().iter().filter_map(|id| btf.flaw(*id)) {
            let text = flaw.to_string();
            self.out
                .push_all(["/* left out: ", &foreign::comment(&text), " */\n\n"]);
        }
    }

    fn forward(&mut self, id: TypeId) {
        self.out.push(super::declarator::keyword(self.btf, id));
        self.out.push(self.names.of(id)).push(";\n\n");
    }

    fn define(&mut self, id: TypeId) -> Result<(), Error> {
        let name = self.names.of(id).to_owned();
        let kind = self.btf.kind(id);
        if self.plan.cut().binary_search(&id).is_ok() {
            self.out
                .push_all(["/* ", &name, " needs itself: there it is void */\n"]);
        }
        // Words that C23 brings along by itself.
        let is_typedef = matches!(kind, Kind::Typedef(_));
        let is_logical =
            |decl: Enum<'_>| decl.names().all(|name| name == "true" || name == "false");
        let old =
            is_typedef && name == "bool" || matches!(kind, Kind::Enum(decl) if is_logical(decl));
        if old {
            self.out.push("#if __STDC_VERSION__ < 202311L\n");
        }
        match kind {
            Kind::Struct(_) | Kind::Union(_) => self.record(id, &name)?,
            Kind::Enum(decl) => {
                self.spelled.insert(id);
                self.enumeration(id, &decl, &name);
            }
            Kind::Typedef(target) => {
                self.kfuncs.declare(self.btf.name(id));
                self.out.push("typedef ");
                declare(self, target, &name, false)?;
            }
            Kind::Void
            | Kind::Int(_)
            | Kind::Ptr(_)
            | Kind::Array(_)
            | Kind::Fwd { .. }
            | Kind::Volatile(_)
            | Kind::Const(_)
            | Kind::Restrict(_)
            | Kind::TypeTag { .. }
            | Kind::Func { .. }
            | Kind::FuncProto(_)
            | Kind::Var { .. }
            | Kind::Datasec(_)
            | Kind::Float(_)
            | Kind::DeclTag { .. } => return Ok(()),
        }
        self.out.push(if old { ";\n#endif\n\n" } else { ";\n\n" });
        Ok(())
    }

    /// The prototypes of the kernel functions, but for those whose names other declarations have taken.
    fn kfuncs(&mut self) -> Result<(), Error> {
        self.out
            .push("\n/* BPF kfuncs */\n#ifndef BPF_NO_KFUNC_PROTOTYPES\n");
        for Kfunc { func, fastcall } in self.plan.kfuncs().to_vec() {
            let name = self.btf.name(func);
            if self.kfuncs.taken.has(name) || identifier(name) != name {
                continue;
            }
            self.out.push(if fastcall {
                "extern __bpf_fastcall "
            } else {
                "extern "
            });
            if let Kind::Func { proto, .. } = self.btf.kind(func) {
                declare(self, proto, name, false)?;
            }
            self.out.push(" __weak __ksym;\n");
        }
        self.out.push("#endif\n\n");
        Ok(())
    }
}
