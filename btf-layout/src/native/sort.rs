//! The order of a full dump: by kind and name, so that type ids, which change from build to build, hardly show.

use crate::btf::Btf;
use crate::kind::Kind;
use crate::units::TypeId;
use std::cmp::Ordering;

/// What a type is sorted by.
struct Key<'b> {
    /// The rank, and the first 15 bytes of `target`, as a number, which is quick to compare. The ranks are those of nameless
    /// enums, enums, scalars, records, functions, the rest; a typedef goes with its target.
    start: u128,
    /// The name at the end of the chain of typedefs, pointers and arrays.
    target: &'b str,
    name: &'b str,
    id: TypeId,
}

/// The longest chain that is followed; a typedef of pointers to itself, which BTF can state, has no end.
const MAX_CHAIN: u32 = 256;

/// `roots` in the order of a sorted dump.
pub(super) fn sorted(btf: &Btf<'_>, roots: Vec<TypeId>) -> Vec<TypeId> {
    let mut keys: Vec<_> = roots.iter().map(|id| Key::new(btf, *id)).collect();
    keys.sort_unstable_by(|a, b| {
        let by_start = a.start.cmp(&b.start);
        if by_start != Ordering::Equal {
            return by_start;
        }
        let by_name = (a.target, a.name).cmp(&(b.target, b.name));
        by_name
            .then_with(|| content(btf, a.id, b.id))
            .then(a.id.cmp(&b.id))
    });
    keys.iter().map(|key| key.id).collect()
}

impl<'b> Key<'b> {
    fn new(btf: &'b Btf<'_>, id: TypeId) -> Self {
        let mut end = id;
        for _ in 0..MAX_CHAIN {
            end = match btf.kind(end) {
                Kind::Typedef(inner)
                | Kind::Ptr(inner)
                | Kind::Volatile(inner)
                | Kind::Const(inner)
                | Kind::Restrict(inner)
                | Kind::TypeTag { ty: inner, .. } => inner,
                Kind::Array(array) => array.elem,
                _ => break,
            };
        }
        let name = btf.name(id);
        let (rank, target) = match btf.kind(end) {
            Kind::Enum(decl) if name.is_empty() => {
                (0, decl.enumerators().next().map_or("", |(name, _)| name))
            }
            Kind::Enum(_) => (1, btf.name(end)),
            Kind::Int(_) | Kind::Float(_) => (2, btf.name(end)),
            Kind::Struct(_) | Kind::Union(_) => (3, btf.name(end)),
            Kind::FuncProto(_) => (4, ""),
            _ => (10, btf.name(end)),
        };
        let mut start = [0; 16];
        let bytes = std::iter::once(rank).chain(target.bytes());
        start
            .iter_mut()
            .zip(bytes)
            .for_each(|(to, byte)| *to = byte);
        Key {
            start: u128::from_be_bytes(start),
            target,
            name,
            id,
        }
    }
}

/// Two records of one name, by their members; two enums by their enumerators.
fn content(btf: &Btf<'_>, a: TypeId, b: TypeId) -> Ordering {
    match (btf.kind(a), btf.kind(b)) {
        (Kind::Struct(a) | Kind::Union(a), Kind::Struct(b) | Kind::Union(b)) => {
            let names = a.members().map(|member| member.name);
            names
                .cmp(b.members().map(|member| member.name))
                .then(a.size.cmp(&b.size))
        }
        (Kind::Enum(a), Kind::Enum(b)) => a.enumerators().cmp(b.enumerators()),
        _ => Ordering::Equal,
    }
}
