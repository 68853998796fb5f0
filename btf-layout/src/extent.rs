//! Size and nesting depth of every type, measured in one pass that also proves that both are finite.

use crate::btf::Btf;
use crate::error::{Error, Problem};
use crate::kind::Kind;
use crate::units::{Bytes, TypeId};
use crate::validate::{self, Site};

/// What a type reaches: the two ways in which a type can be infinite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// What it holds by value; pointers and functions end this way.
    Value,
    /// What has to be spelled out in place to write it down; names end this way, pointers do not.
    Spelling,
}

/// Size and depths of each of a section's own types.
#[derive(Debug, Default)]
pub(crate) struct Extents {
    /// Sizes in bytes, or [`UNSIZED`].
    sizes: Vec<u32>,
    /// Depths by value.
    value: Vec<u8>,
    /// Depths of spelling.
    spelling: Vec<u8>,
}

impl Extents {
    pub(crate) fn size(&self, own: u32) -> Option<Bytes> {
        self.sizes.get(own as usize).copied().and_then(unpack)
    }

    pub(crate) fn depth(&self, own: u32, reach: Reach) -> u32 {
        let depths = match reach {
            Reach::Value => &self.value,
            Reach::Spelling => &self.spelling,
        };
        depths
            .get(own as usize)
            .map_or(0, |depth| u32::from(*depth))
    }

    /// Measures every type of `btf`'s own section. Both reaches are finite in C, so a cycle of either is an error.
    pub(crate) fn measure(btf: &Btf<'_>) -> Result<Self, Error> {
        let (value, sizes) = Walk::new(btf, Reach::Value).run()?;
        let (spelling, _) = Walk::new(btf, Reach::Spelling).run()?;
        Ok(Extents {
            sizes,
            value,
            spelling,
        })
    }
}

/// In the table of depths: not seen yet.
const UNSEEN: u8 = 0xff;
/// In the table of depths: on the path from the type being measured. Meeting it again is a cycle.
const OPEN: u8 = 0xfe;
/// In the table of sizes: no size. More than [`Bytes::MAX`].
const UNSIZED: u32 = u32::MAX;

fn unpack(size: u32) -> Option<Bytes> {
    (size != UNSIZED).then_some(Bytes(size))
}

/// A depth-first walk. It recurses at most [`Btf::MAX_DEPTH`] deep.
struct Walk<'b> {
    btf: &'b Btf<'b>,
    reach: Reach,
    first: u32,
    depths: Vec<u8>,
    sizes: Vec<u32>,
}

impl<'b> Walk<'b> {
    fn new(btf: &'b Btf<'b>, reach: Reach) -> Self {
        let first = btf.first().0;
        Walk {
            btf,
            reach,
            first,
            depths: vec![UNSEEN; (btf.len() - first) as usize],
            sizes: match reach {
                Reach::Value => vec![UNSIZED; (btf.len() - first) as usize],
                Reach::Spelling => Vec::new(),
            },
        }
    }

    fn run(mut self) -> Result<(Vec<u8>, Vec<u32>), Error> {
        // Most types end here; a walk is for the others.
        for (own, id) in self.btf.own_ids().enumerate() {
            if self.is_leaf(id) {
                self.finish(own, id, 0)?;
            }
        }
        for id in self.btf.own_ids() {
            self.visit(id, 0)?;
        }
        Ok((self.depths, self.sizes))
    }

    /// Measures `id`, which is `level` deep below the root of the walk; returns its depth.
    fn visit(&mut self, id: TypeId, level: u32) -> Result<u32, Error> {
        let Some(own) = id.0.checked_sub(self.first).map(|own| own as usize) else {
            let depth = self.btf.depth(id, self.reach);
            return self.bounded(id, level, depth);
        };
        match self.depths.get_mut(own) {
            Some(unseen) if *unseen == UNSEEN => *unseen = OPEN,
            Some(open) if *open == OPEN => return Err(self.problem(id, Problem::Cycle)),
            Some(depth) => {
                let depth = u32::from(*depth);
                return self.bounded(id, level, depth);
            }
            None => return Ok(0),
        }
        self.bounded(id, level, 0)?;
        let depth = self.parts(id, level + 1)?;
        self.finish(own, id, depth)?;
        Ok(depth)
    }

    /// Whether `id` reaches nothing.
    fn is_leaf(&self, id: TypeId) -> bool {
        let spelling = self.reach == Reach::Spelling;
        match self.btf.kind(id) {
            Kind::Struct(_) | Kind::Union(_) => spelling && self.btf.is_named(id),
            Kind::Array(_)
            | Kind::Volatile(_)
            | Kind::Const(_)
            | Kind::Restrict(_)
            | Kind::TypeTag { .. } => false,
            Kind::Typedef(_) => spelling,
            Kind::Ptr(_) | Kind::FuncProto(_) => !spelling,
            Kind::Void
            | Kind::Int(_)
            | Kind::Enum(_)
            | Kind::Fwd { .. }
            | Kind::Func { .. }
            | Kind::Var { .. }
            | Kind::Datasec(_)
            | Kind::Float(_)
            | Kind::DeclTag { .. } => true,
        }
    }

    /// Notes that `id`, which is at `own` in the tables, is `depth` deep, and how large it is.
    fn finish(&mut self, own: usize, id: TypeId, depth: u32) -> Result<(), Error> {
        if self.reach == Reach::Value {
            let size = self.size_of(id)?;
            if let (Some(slot), Some(size)) = (self.sizes.get_mut(own), size) {
                *slot = size.0;
            }
        }
        if let Some(slot) = self.depths.get_mut(own) {
            // Less than `MAX_DEPTH`, so neither of the marks.
            *slot = u8::try_from(depth).unwrap_or(UNSEEN);
        }
        Ok(())
    }

    /// `depth`, unless that is too much at this level.
    fn bounded(&self, id: TypeId, level: u32, depth: u32) -> Result<u32, Error> {
        if level + depth >= Btf::MAX_DEPTH {
            return Err(self.problem(id, Problem::TooDeep(Btf::MAX_DEPTH)));
        }
        Ok(depth)
    }

    /// Visits what `id` reaches; returns how deep that is.
    fn parts(&mut self, id: TypeId, level: u32) -> Result<u32, Error> {
        let spelling = self.reach == Reach::Spelling;
        let mut depth = 0;
        let mut part = |walk: &mut Self, ty: TypeId| {
            depth = depth.max(walk.visit(ty, level)? + 1);
            Ok(())
        };
        match self.btf.kind(id) {
            Kind::Struct(_) | Kind::Union(_) if spelling && self.btf.is_named(id) => {}
            Kind::Struct(composite) | Kind::Union(composite) => {
                let mut rows = composite.tail.rows();
                rows.try_for_each(|[_, ty, _]| part(self, TypeId(ty)))?;
            }
            Kind::Array(array) => part(self, array.elem)?,
            Kind::Volatile(ty)
            | Kind::Const(ty)
            | Kind::Restrict(ty)
            | Kind::TypeTag { ty, .. } => {
                part(self, ty)?;
            }
            Kind::Typedef(ty) if !spelling => part(self, ty)?,
            Kind::Ptr(ty) if spelling => part(self, ty)?,
            Kind::FuncProto(proto) if spelling => {
                part(self, proto.result)?;
                let mut rows = proto.tail.rows();
                rows.try_for_each(|[_, ty]| part(self, TypeId(ty)))?;
            }
            Kind::Ptr(_)
            | Kind::FuncProto(_)
            | Kind::Typedef(_)
            | Kind::Void
            | Kind::Int(_)
            | Kind::Enum(_)
            | Kind::Fwd { .. }
            | Kind::Func { .. }
            | Kind::Var { .. }
            | Kind::Datasec(_)
            | Kind::Float(_)
            | Kind::DeclTag { .. } => {}
        }
        Ok(depth)
    }

    fn problem(&self, id: TypeId, problem: Problem) -> Error {
        validate::error(self.btf, id, Site::Whole, problem)
    }

    /// Size of `id`, whose parts are measured.
    fn size_of(&self, id: TypeId) -> Result<Option<Bytes>, Error> {
        let part = |id: TypeId| match id.0.checked_sub(self.first) {
            None => self.btf.size(id),
            Some(own) => self.sizes.get(own as usize).copied().and_then(unpack),
        };
        let size = match self.btf.kind(id) {
            Kind::Int(int) => int.size,
            Kind::Ptr(_) => Btf::POINTER,
            Kind::Struct(composite) | Kind::Union(composite) => composite.size,
            Kind::Enum(decl) if decl.size == Bytes(0) => return Ok(None),
            Kind::Enum(decl) => decl.size,
            Kind::Float(size) => size,
            Kind::Array(array) => {
                let Some(elem) = part(array.elem) else {
                    return Err(self.problem(id, Problem::Unsized(array.elem)));
                };
                let size = u64::from(elem.0) * u64::from(array.len);
                match u32::try_from(size) {
                    Ok(size) => Bytes(size),
                    Err(_) => return Err(self.problem(id, Problem::BadSize(size))),
                }
            }
            Kind::Typedef(ty)
            | Kind::Volatile(ty)
            | Kind::Const(ty)
            | Kind::Restrict(ty)
            | Kind::TypeTag { ty, .. } => return Ok(part(ty)),
            Kind::Void
            | Kind::Fwd { .. }
            | Kind::Func { .. }
            | Kind::FuncProto(_)
            | Kind::Var { .. }
            | Kind::Datasec(_)
            | Kind::DeclTag { .. } => return Ok(None),
        };
        if size > Bytes::MAX {
            return Err(self.problem(id, Problem::BadSize(u64::from(size.0))));
        }
        Ok(Some(size))
    }
}
