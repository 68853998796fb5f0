//! Typedefs of pointers that lead back to them: C has `typedef void (*f)(f)` only, but BTF may have `typedef a *a`. An alias of
//! Rust cannot mention itself.

use btf_layout::{Btf, Kind, TypeId};

/// The typedefs that pointers and arrays lead back to, in id order.
pub(super) fn circular(btf: &Btf<'_>) -> Vec<TypeId> {
    // By type id: the number of the walk that came here first, from 1.
    let mut walks = vec![0_u32; btf.len() as usize];
    let mut circular = Vec::new();
    let typedefs = btf
        .declared()
        .filter(|id| matches!(btf.kind(*id), Kind::Typedef(_)));
    for (start, walk) in typedefs.zip(1..) {
        let mut at = Some(start);
        while let Some(id) = at {
            match walks.get_mut(id.index()) {
                Some(seen @ 0) => *seen = walk,
                Some(seen) if *seen == walk => {
                    collect(btf, id, &mut circular);
                    break;
                }
                _ => break,
            }
            at = next(btf, id);
        }
    }
    circular.sort_unstable();
    circular
}

/// Notes the typedefs of the circle that `start` is part of.
fn collect(btf: &Btf<'_>, start: TypeId, circular: &mut Vec<TypeId>) {
    let mut id = start;
    loop {
        if matches!(btf.kind(id), Kind::Typedef(_)) {
            circular.push(id);
        }
        match next(btf, id) {
            Some(next) if next != start => id = next,
            _ => return,
        }
    }
}

/// What a type is spelled with, as far as that is spelled out itself.
fn next(btf: &Btf<'_>, id: TypeId) -> Option<TypeId> {
    match btf.kind(id) {
        Kind::Ptr(to)
        | Kind::Typedef(to)
        | Kind::Const(to)
        | Kind::Volatile(to)
        | Kind::Restrict(to)
        | Kind::TypeTag { ty: to, .. } => Some(to),
        Kind::Array(array) => Some(array.elem),
        Kind::Void
        | Kind::Int(_)
        | Kind::Struct(_)
        | Kind::Union(_)
        | Kind::Enum(_)
        | Kind::Fwd { .. }
        | Kind::Func { .. }
        | Kind::FuncProto(_)
        | Kind::Var { .. }
        | Kind::Datasec(_)
        | Kind::Float(_)
        | Kind::DeclTag { .. } => None,
    }
}
