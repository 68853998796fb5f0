//! What forward declarations stand for.

use btf_layout::{Btf, Kind, TypeId};
use std::collections::BTreeMap;

/// The forward declarations of structs and unions, in id order, and what each stands for: the first definition of its name and
/// kind, or else the last declaration of them.
pub(crate) fn forwards(btf: &Btf<'_>) -> Vec<(TypeId, TypeId)> {
    let forwards: Vec<_> = btf
        .declared()
        .filter(|id| matches!(btf.kind(*id), Kind::Fwd { .. }))
        .collect();
    let key = |id| (btf.name(id), is_union(btf.kind(id)));
    let mut owners: BTreeMap<_, _> = forwards.iter().map(|id| (key(*id), *id)).collect();
    if owners.is_empty() {
        return Vec::new();
    }
    for id in btf.declared() {
        if btf.kind(id).composite().is_some()
            && let Some(owner) = owners.get_mut(&key(id))
            && matches!(btf.kind(*owner), Kind::Fwd { .. })
        {
            *owner = id;
        }
    }
    let owner = |id: TypeId| owners.get(&key(id)).copied().unwrap_or(id);
    forwards.into_iter().map(|id| (id, owner(id))).collect()
}

/// Whether a declaration or definition is that of a union.
fn is_union(kind: Kind<'_>) -> bool {
    matches!(kind, Kind::Union(_) | Kind::Fwd { union: true })
}
