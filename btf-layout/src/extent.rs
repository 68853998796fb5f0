//! Proof that every type holds a finite number of others by value, each inside it; how deep they nest, and how large they are.

use crate::btf::Btf;
use crate::error::{Problem, TypeError};
use crate::kind::Kind;
use crate::record::number;
use crate::units::{Bytes, TypeId};
use crate::validate::{self, Checked, Site};

/// Depth by value of each of a section's own types; 0 for those that hold nothing. Pointers and functions hold nothing.
/// And the size of those that have another type's bytes: typedefs, qualified types and arrays.
#[derive(Debug, Default)]
pub(crate) struct Extents {
    depths: Vec<u8>,
    sizes: Vec<u32>,
}

impl Extents {
    pub(crate) fn depth(&self, own: u32) -> u32 {
        let entry = self.depths.get(own as usize).copied();
        u32::from(entry.unwrap_or_default().saturating_sub(1))
    }

    /// The size of one of the section's own types, which is a typedef, a qualified type or an array; `None` if it has none.
    #[inline]
    pub(crate) fn size(&self, own: u32) -> Option<Bytes> {
        let size = self.sizes.get(own as usize)?;
        (*size != UNSIZED).then_some(Bytes(*size))
    }

    /// Measures every type of `btf`'s own section. A type that holds itself is an error.
    pub(crate) fn measure(btf: &Btf<'_>) -> Checked<Self> {
        let first = btf.first().0;
        let mut walk = Walk {
            btf,
            first,
            depths: vec![UNSEEN; (btf.len() - first) as usize],
            sizes: vec![0; (btf.len() - first) as usize],
        };
        for id in btf.own_ids() {
            if !is_leaf(btf.number(id)) {
                walk.visit(id, 0)?;
            }
        }
        Ok(Extents {
            depths: walk.depths,
            sizes: walk.sizes,
        })
    }
}

/// In a table of depths, of which each is one more than it says: not seen, or holds nothing.
const UNSEEN: u8 = 0;
/// In a table of depths: on the path from the type being measured. Meeting it again is a cycle. More than [`Btf::MAX_DEPTH`].
const OPEN: u8 = 0xff;

/// In a table of sizes: no size at all. More than [`Bytes::MAX`].
const UNSIZED: u32 = u32::MAX;

/// Whether a type of this kind holds nothing, as most do.
#[inline]
fn is_leaf(kind: u8) -> bool {
    !matches!(
        kind,
        number::STRUCT
            | number::UNION
            | number::ARRAY
            | number::TYPEDEF
            | number::VOLATILE
            | number::CONST
            | number::RESTRICT
            | number::TYPE_TAG
    )
}

/// A depth-first walk. It recurses at most [`Btf::MAX_DEPTH`] deep.
struct Walk<'b> {
    btf: &'b Btf<'b>,
    first: u32,
    depths: Vec<u8>,
    sizes: Vec<u32>,
}

impl Walk<'_> {
    /// Measures `id`, which is `level` deep below the root of the walk; returns its depth.
    fn visit(&mut self, id: TypeId, level: u32) -> Checked<u32> {
        let Some(own) = id.0.checked_sub(self.first).map(|own| own as usize) else {
            let depth = self.btf.depth(id);
            return self.bounded(id, level, depth);
        };
        match self.depths.get_mut(own) {
            Some(unseen) if *unseen == UNSEEN => *unseen = OPEN,
            Some(open) if *open == OPEN => return Err(self.problem(id, Problem::Cycle)),
            Some(entry) => {
                let depth = u32::from(*entry) - 1;
                return self.bounded(id, level, depth);
            }
            None => return Ok(0),
        }
        self.bounded(id, level, 0)?;
        let depth = self.parts(id, level + 1)?;
        if let Some(slot) = self.depths.get_mut(own) {
            *slot = u8::try_from(depth + 1).unwrap_or(OPEN);
        }
        Ok(depth)
    }

    /// `depth`, unless that is too much at this level.
    fn bounded(&self, id: TypeId, level: u32, depth: u32) -> Checked<u32> {
        if level + depth >= Btf::MAX_DEPTH {
            return Err(self.problem(id, Problem::TooDeep(Btf::MAX_DEPTH)));
        }
        Ok(depth)
    }

    /// Visits what `id` holds; returns how deep that is.
    fn parts(&mut self, id: TypeId, level: u32) -> Checked<u32> {
        match self.btf.kind(id) {
            Kind::Struct(composite) | Kind::Union(composite) => {
                let mut depth = 0;
                for (i, row) in composite.tail.rows().enumerate() {
                    let [name, ty, _] = row;
                    depth = depth.max(self.part(TypeId(ty), level)?);
                    let place = self.btf.normalized(composite.place(row));
                    validate::member(self.btf, place, self.size(place.ty), composite.size)
                        .map_err(|problem| {
                            validate::error(self.btf, id, Site::Member(i, name), problem)
                        })?;
                }
                Ok(depth)
            }
            Kind::Array(array) => {
                let depth = self.part(array.elem, level)?;
                let size = self.array_size(id, array.elem, array.len)?;
                self.enter_size(id, Some(size));
                Ok(depth)
            }
            Kind::Typedef(ty)
            | Kind::Volatile(ty)
            | Kind::Const(ty)
            | Kind::Restrict(ty)
            | Kind::TypeTag { ty, .. } => {
                let depth = self.part(ty, level)?;
                self.enter_size(id, self.size(ty));
                Ok(depth)
            }
            Kind::Void
            | Kind::Int(_)
            | Kind::Ptr(_)
            | Kind::FuncProto(_)
            | Kind::Enum(_)
            | Kind::Fwd { .. }
            | Kind::Func { .. }
            | Kind::Var { .. }
            | Kind::Datasec(_)
            | Kind::Float(_)
            | Kind::DeclTag { .. } => Ok(0),
        }
    }

    /// Visits a part of type `ty`; returns how deep what holds it is on its account.
    #[inline]
    fn part(&mut self, ty: TypeId, level: u32) -> Checked<u32> {
        let below = if is_leaf(self.btf.number(ty)) {
            self.bounded(ty, level, 0)?
        } else {
            self.visit(ty, level)?
        };
        Ok(below + 1)
    }

    /// The size of a type that has been visited.
    fn size(&self, id: TypeId) -> Option<Bytes> {
        match id.0.checked_sub(self.first) {
            Some(own) if self.btf.borrows_size(id) => {
                let size = self.sizes.get(own as usize)?;
                (*size != UNSIZED).then_some(Bytes(*size))
            }
            _ => self.btf.size(id),
        }
    }

    fn enter_size(&mut self, id: TypeId, size: Option<Bytes>) {
        let own = id.0.checked_sub(self.first);
        if let Some(entry) = own.and_then(|own| self.sizes.get_mut(own as usize)) {
            *entry = size.map_or(UNSIZED, |size| size.0);
        }
    }

    /// An array needs elements with a size, and a size of its own that wasm32 can hold. Only once its element is known to be
    /// finite can either be asked.
    fn array_size(&self, id: TypeId, elem: TypeId, len: u32) -> Checked<Bytes> {
        let Some(size) = self.size(elem) else {
            return Err(self.problem(id, Problem::Unsized(elem)));
        };
        let size = u64::from(size.0) * u64::from(len);
        match u32::try_from(size) {
            Ok(size) if size <= Bytes::MAX.0 => Ok(Bytes(size)),
            _ => Err(self.problem(id, Problem::BadSize(size))),
        }
    }

    fn problem(&self, id: TypeId, problem: Problem) -> Box<TypeError> {
        validate::error(self.btf, id, Site::Whole, problem)
    }
}
