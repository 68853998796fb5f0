//! The order of a full dump: by kind and name, so that type ids, which change from build to build, hardly show.

use btf_layout::{Array, Btf, Kind, TypeId};
use std::cmp::Ordering;

/// What a type is sorted by.
struct Key<'b> {
    /// Of anonymous enums, enums, scalars, records, functions, the rest; a typedef goes with its target.
    rank: u8,
    /// The name at the end of the chain of typedefs, pointers and arrays.
    target: &'b str,
    name: &'b str,
    id: TypeId,
}

/// The longest chain that is followed; a typedef of pointers to itself, which BTF can state, has no end.
const MAX_CHAIN: u32 = 256;

/// `roots` in the order of a sorted dump.
pub(super) fn sorted(btf: &Btf<'_>, roots: Vec<TypeId>) -> Vec<TypeId> {
    let keys: Vec<_> = roots.iter().map(|id| Key::new(btf, *id)).collect();
    // Most differ early, so numbers are compared first and keys stay where they are.
    let mut order: Vec<_> = keys.iter().map(|key| (key.start(), key)).collect();
    order.sort_unstable_by(|(a_start, a), (b_start, b)| {
        let by_name = || (a.target, a.name).cmp(&(b.target, b.name));
        let by_content = || content(btf, a.id, b.id).then(a.id.cmp(&b.id));
        a_start
            .cmp(b_start)
            .then_with(by_name)
            .then_with(by_content)
    });
    order.iter().map(|(_, key)| key.id).collect()
}

impl<'b> Key<'b> {
    fn new(btf: &'b Btf<'_>, id: TypeId) -> Self {
        let mut end = id;
        for _ in 0..MAX_CHAIN {
            let kind = btf.kind(end);
            if let Some(inner) = kind.alias_of() {
                end = inner;
            } else if let Kind::Ptr(inner) | Kind::Array(Array { elem: inner, .. }) = kind {
                end = inner;
            } else {
                break;
            }
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
            Kind::Void
            | Kind::Ptr(_)
            | Kind::Array(_)
            | Kind::Fwd { .. }
            | Kind::Typedef(_)
            | Kind::Volatile(_)
            | Kind::Const(_)
            | Kind::Restrict(_)
            | Kind::TypeTag { .. }
            | Kind::Func { .. }
            | Kind::Var { .. }
            | Kind::Datasec(_)
            | Kind::DeclTag { .. } => (10, btf.name(end)),
        };
        Key {
            rank,
            target,
            name,
            id,
        }
    }

    /// The rank, and the first 15 bytes of the target's name.
    fn start(&self) -> u128 {
        let mut start = [0; 16];
        let bytes = std::iter::once(self.rank).chain(self.target.bytes());
        start
            .iter_mut()
            .zip(bytes)
            .for_each(|(to, byte)| *to = byte);
        u128::from_be_bytes(start)
    }
}

/// Two records of one name, by their members; two enums by their enumerators; records before enums before the rest.
fn content(btf: &Btf<'_>, a: TypeId, b: TypeId) -> Ordering {
    let class = |kind: &Kind<'_>| match kind.composite() {
        Some(_) => 0,
        None if matches!(kind, Kind::Enum(_)) => 1,
        None => 2,
    };
    let (a, b) = (btf.kind(a), btf.kind(b));
    let by_class = class(&a).cmp(&class(&b));
    by_class.then_with(|| match (a, b) {
        (Kind::Struct(a) | Kind::Union(a), Kind::Struct(b) | Kind::Union(b)) => {
            let names = a.members().map(|member| member.name);
            names
                .cmp(b.members().map(|member| member.name))
                .then(a.size.cmp(&b.size))
        }
        (Kind::Enum(a), Kind::Enum(b)) => a.enumerators().cmp(b.enumerators()),
        _ => Ordering::Equal,
    })
}
