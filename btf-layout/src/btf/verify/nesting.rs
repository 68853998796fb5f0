//! Proof that every type holds a finite number of others by value, each inside it; how deep they nest, and how large they are.

use crate::btf::compound::{Composite, Place};
use crate::btf::flaws::Flaws;
use crate::btf::kind::{BtfKind, Kind};
use crate::btf::tables::{Extent, Nesting, Size};
use crate::btf::types::Btf;
use crate::error::Problem;
use crate::units::{Bits, Bytes, TypeId};

/// Measures every type of `btf`'s own section. Those that hold themselves, or cannot hold what they hold, are noted in
/// `flaws`; those that are known to have flaws are not measured.
pub(crate) fn extents(btf: &Btf<'_>, flaws: &mut Flaws) -> Vec<Extent> {
    let first = btf.first().0;
    let mut walk = Walk {
        btf,
        first,
        extents: vec![Extent::NEW; (btf.len() - first) as usize],
        way: Vec::new(),
        flaws,
    };
    for id in walk.flaws.ids().collect::<Vec<_>>() {
        walk.set_nesting(id, Nesting::Flawed);
    }
    btf.own_ids().for_each(|id| walk.settle(id));
    walk.extents
}

/// Whether a type of this kind may hold another by value.
#[inline]
fn holds(kind: BtfKind) -> bool {
    match kind {
        BtfKind::Array
        | BtfKind::Struct
        | BtfKind::Union
        | BtfKind::Typedef
        | BtfKind::Volatile
        | BtfKind::Const
        | BtfKind::Restrict
        | BtfKind::TypeTag => true,
        BtfKind::Void
        | BtfKind::Int
        | BtfKind::Ptr
        | BtfKind::Enum
        | BtfKind::Fwd
        | BtfKind::Func
        | BtfKind::FuncProto
        | BtfKind::Var
        | BtfKind::Datasec
        | BtfKind::Float
        | BtfKind::DeclTag
        | BtfKind::Enum64 => false,
    }
}

/// A depth-first walk. It recurses at most [`Btf::MAX_DEPTH`] deep.
struct Walk<'w, 'b> {
    btf: &'b Btf<'b>,
    first: u32,
    /// Of the section's own types.
    extents: Vec<Extent>,
    /// The types from one that lies too deep up to the root of the walk.
    way: Vec<TypeId>,
    flaws: &'w mut Flaws,
}

/// Why a type has not been measured.
enum Stop {
    /// It has a flaw.
    Flaw,
    /// It lies too deep below the root of the walk, which says nothing about itself.
    Deep,
}

/// How deep a type is, or why that is not known.
type Measured = Result<u8, Stop>;

impl Walk<'_, '_> {
    /// Measures `root`, and if that goes too deep, what it holds: each type on the way on its own account.
    fn settle(&mut self, root: TypeId) {
        let Err(Stop::Deep) = self.visit(root, 0) else {
            return;
        };
        let mut roots = vec![root];
        while let Some(id) = roots.pop() {
            self.way.clear();
            if let Err(Stop::Deep) = self.visit(id, 0) {
                self.flaw(id, None, Problem::TooDeep(Btf::MAX_DEPTH));
                // The deepest last, so that it is the next.
                roots.extend(self.way.iter().rev().skip(1));
            }
        }
    }

    /// Measures `id`, which is `level` deep below the root of the walk; returns its depth.
    fn visit(&mut self, id: TypeId, level: u32) -> Measured {
        match self.nesting(id) {
            Nesting::New => {}
            Nesting::Flawed => return Err(Stop::Flaw),
            Nesting::Open => return Err(self.flaw(id, None, Problem::Cycle)),
            Nesting::Depth(depth) => return bounded(level, depth),
        }
        bounded(level, 0)?;
        if !holds(self.btf.btf_kind(id)) {
            return Ok(0);
        }
        self.set_nesting(id, Nesting::Open);
        let depth = match self.parts(id, level + 1) {
            Err(Stop::Deep) => {
                self.set_nesting(id, Nesting::New);
                self.way.push(id);
                return Err(Stop::Deep);
            }
            other => other?,
        };
        // It may have turned out to hold itself.
        if self.nesting(id) == Nesting::Flawed {
            return Err(Stop::Flaw);
        }
        self.set_nesting(id, Nesting::Depth(depth));
        Ok(depth)
    }

    /// Visits what `id` holds; returns how deep that is. A flaw has been noted.
    fn parts(&mut self, id: TypeId, level: u32) -> Measured {
        match self.btf.kind(id) {
            Kind::Struct(composite) | Kind::Union(composite) => self.members(id, &composite, level),
            Kind::Array(array) => {
                let depth = self.part(id, None, array.elem, level)?;
                match self.array_size(array.elem, array.len) {
                    Ok(size) => self.set_size(id, size),
                    Err(problem) => return Err(self.flaw(id, None, problem)),
                }
                Ok(depth)
            }
            Kind::Typedef(ty)
            | Kind::Volatile(ty)
            | Kind::Const(ty)
            | Kind::Restrict(ty)
            | Kind::TypeTag { ty, .. } => {
                let depth = self.part(id, None, ty, level)?;
                self.set_size(id, self.size(ty));
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

    /// Visits the members of a struct or union, and checks where they lie.
    fn members(&mut self, id: TypeId, composite: &Composite<'_>, level: u32) -> Measured {
        let (mut depth, mut last, mut in_order) = (0, Bits(0), true);
        for (i, place) in composite.places().enumerate() {
            depth = depth.max(self.part(id, Some(i), place.ty, level)?);
            let place = self.btf.normalized(place);
            let size = self.size(place.ty);
            match member_end(self.btf, place, size, composite.size) {
                Ok(end) if size != Size::NoBytes => {
                    in_order &= place.offset >= last;
                    last = end;
                }
                Ok(_) => {}
                Err(problem) => return Err(self.flaw(id, Some(i), problem)),
            }
        }
        if !in_order && !composite.union {
            self.no_overlap(id, composite)?;
        }
        Ok(depth)
    }

    /// Checks that no two members of a struct share bits, which are not in order of their offset.
    fn no_overlap(&mut self, id: TypeId, composite: &Composite<'_>) -> Result<(), Stop> {
        let places = composite.places().enumerate();
        let mut members: Vec<_> = places
            .filter_map(|(i, place)| {
                let place = self.btf.normalized(place);
                let size = self.size(place.ty).bytes()?;
                let end = place.offset.0 + place.width.unwrap_or(size.bits()).0;
                Some((place.offset, Bits(end), i))
            })
            .collect();
        members.sort_by_key(|(start, ..)| *start);
        let mut last = Bits(0);
        for (start, end, i) in members {
            if start < last {
                let problem = Problem::Overlap { start, end: last };
                return Err(self.flaw(id, Some(i), problem));
            }
            last = end;
        }
        Ok(())
    }

    /// Visits type `ty`, which is a part of `id`; returns how deep `id` is on its account.
    fn part(&mut self, id: TypeId, member: Option<usize>, ty: TypeId, level: u32) -> Measured {
        match self.visit(ty, level) {
            Ok(below) => Ok(below + 1),
            Err(Stop::Flaw) => {
                self.flaws.note_held(id, member, ty);
                self.set_nesting(id, Nesting::Flawed);
                Err(Stop::Flaw)
            }
            Err(Stop::Deep) => Err(Stop::Deep),
        }
    }

    /// The size of a type that has been visited.
    fn size(&self, id: TypeId) -> Size {
        match self.extents.get(self.own(id)) {
            Some(extent) => self.btf.size_by(id, |_| extent.size),
            None => self.btf.value_size(id),
        }
    }

    fn set_size(&mut self, id: TypeId, size: Size) {
        let own = self.own(id);
        if let Some(extent) = self.extents.get_mut(own) {
            extent.size = size;
        }
    }

    fn nesting(&self, id: TypeId) -> Nesting {
        match self.extents.get(self.own(id)) {
            Some(extent) => extent.nesting,
            None if self.btf.is_flawed(id) => Nesting::Flawed,
            None => Nesting::Depth(self.btf.depth(id)),
        }
    }

    fn set_nesting(&mut self, id: TypeId, nesting: Nesting) {
        let own = self.own(id);
        if let Some(extent) = self.extents.get_mut(own) {
            extent.nesting = nesting;
        }
    }

    /// Position in the table; past its end for the base's types.
    fn own(&self, id: TypeId) -> usize {
        id.0.checked_sub(self.first)
            .map_or(usize::MAX, |own| own as usize)
    }

    /// An array needs elements with a size, and a size of its own that wasm32 can hold. Only once its element is known to be
    /// finite is either known.
    fn array_size(&self, elem: TypeId, len: u32) -> Result<Size, Problem> {
        let elem_size = match self.size(elem) {
            Size::Bytes(size) => size,
            Size::NoBytes => return Ok(Size::NoBytes),
            Size::Unsized => return Err(Problem::Unsized(elem)),
        };
        let size = u64::from(elem_size.0) * u64::from(len);
        match u32::try_from(size) {
            Ok(size) if size <= Bytes::MAX.0 => Ok(Size::Bytes(Bytes(size))),
            _ => Err(Problem::BadSize(size)),
        }
    }

    /// Notes a flaw of type `id`.
    #[cold]
    fn flaw(&mut self, id: TypeId, member: Option<usize>, problem: Problem) -> Stop {
        self.flaws.note(id, member, problem);
        self.set_nesting(id, Nesting::Flawed);
        Stop::Flaw
    }
}

/// `depth`, unless that is too much at this level.
fn bounded(level: u32, depth: u8) -> Measured {
    if level + u32::from(depth) >= Btf::MAX_DEPTH {
        return Err(Stop::Deep);
    }
    Ok(depth)
}

/// Checks that a member, whose type is of this size, has a possible bitfield width and a place inside the struct or union
/// that it is a member of; returns the first bit after it.
fn member_end(btf: &Btf<'_>, member: Place, size: Size, limit: Bytes) -> Result<Bits, Problem> {
    let size = match size {
        Size::Bytes(size) => size,
        // It has a place nevertheless, but shares it with whatever is there.
        Size::NoBytes => Bytes(0),
        Size::Unsized => return Err(Problem::Unsized(member.ty)),
    };
    let width = match member.width {
        Some(width) => {
            let resolved = btf.kind(btf.resolved(member.ty));
            if width > size.bits() || !matches!(resolved, Kind::Int(_) | Kind::Enum(_)) {
                return Err(Problem::BadBitfield { width });
            }
            width
        }
        None if !member.offset.is_byte_aligned() => return Err(Problem::Misaligned(member.offset)),
        None => size.bits(),
    };
    let (end, limit) = (Bits(member.offset.0 + width.0), limit.bits());
    if end > limit {
        return Err(Problem::PastEnd { end, limit });
    }
    Ok(end)
}
