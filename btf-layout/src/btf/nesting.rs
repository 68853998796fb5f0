//! Proof that every type holds a finite number of others by value, each inside it; how deep they nest, and how large they are.

use super::Btf;
use super::flaws::Flaws;
use super::kind::{Composite, Kind};
use super::record::number;
use super::references::{self, Site};
use crate::error::Problem;
use crate::units::{Bits, Bytes, TypeId};

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
        size_of(*self.sizes.get(own as usize)?)
    }

    /// Whether one of the section's own types, which is a typedef, a qualified type or an array, has no bytes.
    pub(crate) fn lacks_bytes(&self, own: u32) -> bool {
        self.sizes.get(own as usize) == Some(&NO_BYTES)
    }

    /// Measures every type of `btf`'s own section. Those that hold themselves, or cannot hold what they hold, are noted in
    /// `flaws`; those that are known to have flaws are not measured.
    pub(crate) fn measure(btf: &Btf<'_>, flaws: &mut Flaws) -> Self {
        let first = btf.first().0;
        let mut walk = Walk {
            btf,
            first,
            depths: vec![UNSEEN; (btf.len() - first) as usize],
            sizes: vec![0; (btf.len() - first) as usize],
            way: Vec::new(),
            flaws,
        };
        for id in walk.flaws.ids().collect::<Vec<_>>() {
            walk.enter_depth(id, FLAWED);
        }
        for id in btf.own_ids() {
            if !is_leaf(btf.number(id)) {
                walk.settle(id);
            }
        }
        Extents {
            depths: walk.depths,
            sizes: walk.sizes,
        }
    }
}

/// In a table of depths, of which each is one more than it says: not seen, or holds nothing.
const UNSEEN: u8 = 0;
/// In a table of depths: on the path from the type being measured. Meeting it again is a cycle. More than [`Btf::MAX_DEPTH`].
const OPEN: u8 = 0xff;
/// In a table of depths: has a flaw. More than [`Btf::MAX_DEPTH`].
const FLAWED: u8 = 0xfe;

/// In a table of sizes: no size at all. More than [`Bytes::MAX`].
const UNSIZED: u32 = u32::MAX;
/// In a table of sizes: a type without bytes. More than [`Bytes::MAX`].
const NO_BYTES: u32 = u32::MAX - 1;

#[inline]
fn size_of(entry: u32) -> Option<Bytes> {
    (entry < NO_BYTES).then_some(Bytes(entry))
}

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
struct Walk<'w, 'b> {
    btf: &'b Btf<'b>,
    first: u32,
    depths: Vec<u8>,
    sizes: Vec<u32>,
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

type Measured<T> = Result<T, Stop>;

impl Walk<'_, '_> {
    /// Measures `root`, and if that goes too deep, what it holds: each type on the way on its own account.
    #[inline]
    fn settle(&mut self, root: TypeId) {
        if let Err(Stop::Deep) = self.visit(root, 0) {
            self.settle_deep(root);
        }
    }

    #[cold]
    fn settle_deep(&mut self, root: TypeId) {
        let mut roots = vec![root];
        while let Some(id) = roots.pop() {
            self.way.clear();
            if let Err(Stop::Deep) = self.visit(id, 0) {
                self.flaw(id, Site::Whole, Problem::TooDeep(Btf::MAX_DEPTH));
                // The deepest last, so that it is the next.
                roots.extend(self.way.iter().rev().skip(1));
            }
        }
    }

    /// Measures `id`, which is `level` deep below the root of the walk; returns its depth.
    fn visit(&mut self, id: TypeId, level: u32) -> Measured<u32> {
        match self.entry(id) {
            None => {
                let depth = self.btf.depth(id);
                return bounded(level, depth);
            }
            Some(UNSEEN) => {}
            Some(FLAWED) => return Err(Stop::Flaw),
            Some(OPEN) => {
                self.flaw(id, Site::Whole, Problem::Cycle);
                return Err(Stop::Flaw);
            }
            Some(entry) => return bounded(level, u32::from(entry) - 1),
        }
        bounded(level, 0)?;
        self.enter_depth(id, OPEN);
        let depth = match self.parts(id, level + 1) {
            Err(Stop::Deep) => {
                self.enter_depth(id, UNSEEN);
                self.way.push(id);
                return Err(Stop::Deep);
            }
            other => other?,
        };
        if self.entry(id) == Some(FLAWED) {
            return Err(Stop::Flaw);
        }
        self.enter_depth(id, u8::try_from(depth + 1).unwrap_or(OPEN));
        Ok(depth)
    }

    /// Visits what `id` holds; returns how deep that is. A flaw has been noted.
    fn parts(&mut self, id: TypeId, level: u32) -> Measured<u32> {
        match self.btf.kind(id) {
            Kind::Struct(composite) | Kind::Union(composite) => self.members(id, &composite, level),
            Kind::Array(array) => {
                let depth = self.part(id, Site::Whole, array.elem, level)?;
                match self.array_size(array.elem, array.len) {
                    Ok(size) => self.enter_size(id, size),
                    Err(problem) => return Err(self.flaw(id, Site::Whole, problem)),
                }
                Ok(depth)
            }
            Kind::Typedef(ty)
            | Kind::Volatile(ty)
            | Kind::Const(ty)
            | Kind::Restrict(ty)
            | Kind::TypeTag { ty, .. } => {
                let depth = self.part(id, Site::Whole, ty, level)?;
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

    /// Visits the members of a struct or union, and checks where they lie.
    #[inline(always)] // so that most of a kernel's walk is one function
    fn members(&mut self, id: TypeId, composite: &Composite<'_>, level: u32) -> Measured<u32> {
        let (mut depth, mut last, mut in_order) = (0, Bits(0), true);
        for (i, row) in composite.tail.rows().enumerate() {
            let [name, ty, _] = row;
            let site = Site::Member(i, name);
            depth = depth.max(self.part(id, site, TypeId(ty), level)?);
            let place = self.btf.normalized(composite.place(row));
            let size = self.size(place.ty);
            // What has no bytes has a place nevertheless, but shares it with whatever is there.
            let held = if size == NO_BYTES {
                Some(Bytes(0))
            } else {
                size_of(size)
            };
            match references::member(self.btf, place, held, composite.size) {
                Ok(end) if size != NO_BYTES => {
                    in_order &= place.offset >= last;
                    last = end;
                }
                Ok(_) => {}
                Err(problem) => return Err(self.flaw(id, site, *problem)),
            }
        }
        if !in_order && self.btf.number(id) == number::STRUCT {
            self.no_overlap(id, composite)?;
        }
        Ok(depth)
    }

    /// Checks that no two members of a struct share bits, which are not in order of their offset.
    #[cold]
    fn no_overlap(&mut self, id: TypeId, composite: &Composite<'_>) -> Measured<()> {
        let members = composite.tail.rows().enumerate();
        let mut members: Vec<_> = members
            .filter_map(|(i, row)| {
                let [name, ..] = row;
                let place = self.btf.normalized(composite.place(row));
                let size = size_of(self.size(place.ty))?;
                let end = place.offset.0 + place.width.unwrap_or(size.bits()).0;
                Some((place.offset, Bits(end), Site::Member(i, name)))
            })
            .collect();
        members.sort_by_key(|(start, ..)| *start);
        let mut last = Bits(0);
        for (start, end, site) in members {
            if start < last {
                let problem = Problem::Overlap { start, end: last };
                return Err(self.flaw(id, site, problem));
            }
            last = end;
        }
        Ok(())
    }

    /// Visits type `ty`, which is a part of `id`; returns how deep `id` is on its account.
    #[inline(always)] // as above
    fn part(&mut self, id: TypeId, site: Site, ty: TypeId, level: u32) -> Measured<u32> {
        // Nearly no file has any flaws.
        let flawed = match ty.0 >= self.first {
            true => self.flaws.len() > 0 && self.entry(ty) == Some(FLAWED),
            false => self.btf.is_flawed(ty),
        };
        let below = match flawed {
            true => Err(Stop::Flaw),
            false if is_leaf(self.btf.number(ty)) => bounded(level, 0),
            false => self.visit(ty, level),
        };
        match below {
            Ok(below) => Ok(below + 1),
            Err(Stop::Flaw) => Err(self.holds_flaw(id, site, ty)),
            Err(Stop::Deep) => Err(Stop::Deep),
        }
    }

    /// The size of a type that has been visited, as the table has it.
    #[inline(always)] // as above
    fn size(&self, id: TypeId) -> u32 {
        match id.0.checked_sub(self.first) {
            Some(own) if self.btf.borrows_size(id) => {
                self.sizes.get(own as usize).copied().unwrap_or(UNSIZED)
            }
            _ => match self.btf.size(id) {
                Some(size) => size.0,
                None if self.btf.has_no_bytes(id) => NO_BYTES,
                None => UNSIZED,
            },
        }
    }

    fn enter_size(&mut self, id: TypeId, size: u32) {
        let own = id.0.checked_sub(self.first);
        if let Some(entry) = own.and_then(|own| self.sizes.get_mut(own as usize)) {
            *entry = size;
        }
    }

    /// What the table of depths says about one of the section's own types.
    #[inline]
    fn entry(&self, id: TypeId) -> Option<u8> {
        let own = id.0.checked_sub(self.first)?;
        self.depths.get(own as usize).copied()
    }

    fn enter_depth(&mut self, id: TypeId, depth: u8) {
        let own = id.0.checked_sub(self.first);
        if let Some(entry) = own.and_then(|own| self.depths.get_mut(own as usize)) {
            *entry = depth;
        }
    }

    /// An array needs elements with a size, and a size of its own that wasm32 can hold. Only once its element is known to be
    /// finite can either be asked.
    fn array_size(&self, elem: TypeId, len: u32) -> Result<u32, Problem> {
        let size = self.size(elem);
        if size == NO_BYTES {
            return Ok(NO_BYTES);
        }
        let size = size_of(size).ok_or(Problem::Unsized(elem))?;
        let size = u64::from(size.0) * u64::from(len);
        match u32::try_from(size) {
            Ok(size) if size <= Bytes::MAX.0 => Ok(size),
            _ => Err(Problem::BadSize(size)),
        }
    }

    /// Notes that type `id` holds type `held`, which has a flaw.
    #[cold]
    fn holds_flaw(&mut self, id: TypeId, site: Site, held: TypeId) -> Stop {
        self.flaws.note_held(id, site, held);
        self.enter_depth(id, FLAWED);
        Stop::Flaw
    }

    /// Notes a flaw of type `id`.
    #[cold]
    fn flaw(&mut self, id: TypeId, site: Site, problem: Problem) -> Stop {
        self.flaws.note(id, site, problem);
        self.enter_depth(id, FLAWED);
        Stop::Flaw
    }
}

/// `depth`, unless that is too much at this level.
#[inline]
fn bounded(level: u32, depth: u32) -> Measured<u32> {
    if level + depth >= Btf::MAX_DEPTH {
        return Err(Stop::Deep);
    }
    Ok(depth)
}
