//! How much text every type takes where it is written down: a name ends it, what has no name is spelled out in place.
//!
//! One pass proves that this text is finite, and not out of proportion to the section: twenty unnamed structs that each hold
//! the one before twice are a million members, however small the section is.

use crate::btf::Btf;
use crate::error::{Error, Problem};
use crate::kind::{Composite, EnumRows, Kind};
use crate::units::TypeId;
use crate::validate::{self, Site};

/// Text and depth of each of a section's own types, written out in full.
#[derive(Debug, Default)]
pub(crate) struct Spellings(Vec<Spelling>);

/// How much text a type is, roughly in bytes, and how deep what has no name is nested in it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Spelling {
    pub(crate) text: u32,
    depth: u8,
}

/// Bytes of a member, parameter or enumerator besides its names.
const LINE: u32 = 16;
/// Text that any section may have, in bytes, and the times it may be larger than the section. A kernel's is 6 times as large.
const ROOM: u64 = 16 << 20;
const PROPORTION: u64 = 64;

/// In the table of depths: not seen, or one line. Both marks are more than [`Btf::MAX_DEPTH`].
const UNSEEN: u8 = 0xff;
/// In the table of depths: on the path from the type being measured. Meeting it again is a cycle.
const OPEN: u8 = 0xfe;

impl Spellings {
    pub(crate) fn get(&self, own: u32) -> Option<Spelling> {
        self.0
            .get(own as usize)
            .copied()
            .filter(|spelling| spelling.depth != UNSEEN)
    }

    /// Measures every type of `btf`'s own section of `bytes` bytes, whose by-value nesting is known to be finite.
    pub(crate) fn measure(btf: &Btf<'_>, bytes: usize) -> Result<Self, Error> {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        let limit = bytes.saturating_mul(PROPORTION).saturating_add(ROOM);
        let limit = u32::try_from(limit).unwrap_or(u32::MAX);
        let longest = u32::try_from(btf.longest_name()).unwrap_or(u32::MAX);
        // Nearly all sections are small enough even if every name were as long as the longest, and that is quicker to find out.
        Walk::run(btf, limit, Some(longest)).or_else(|_| Walk::run(btf, limit, None))
    }
}

/// A depth-first walk. It recurses at most [`Btf::MAX_DEPTH`] deep.
struct Walk<'b> {
    btf: &'b Btf<'b>,
    first: u32,
    /// More text is too much for the section.
    limit: u32,
    /// The length to take for that of every name; `None`: each name's own.
    longest: Option<u32>,
    table: Vec<Spelling>,
}

impl<'b> Walk<'b> {
    fn run(btf: &'b Btf<'b>, limit: u32, longest: Option<u32>) -> Result<Spellings, Error> {
        let first = btf.first().0;
        let unseen = Spelling {
            text: 0,
            depth: UNSEEN,
        };
        let mut walk = Walk {
            btf,
            first,
            limit,
            longest,
            table: vec![unseen; (btf.len() - first) as usize],
        };
        let mut total = 0;
        for id in btf.own_ids() {
            let text = walk.full(id, 0)?.text;
            total = walk.sum(id, total, text)?;
        }
        Ok(Spellings(walk.table))
    }

    /// Type `id` where another type uses it, `level` deep below the root of the walk.
    #[inline]
    fn used(&mut self, id: TypeId, level: u32) -> Result<Spelling, Error> {
        let named = match self.btf.kind(id) {
            Kind::Int(_) | Kind::Float(_) | Kind::Fwd { .. } | Kind::Void | Kind::Typedef(_) => {
                true
            }
            Kind::Struct(_) | Kind::Union(_) | Kind::Enum(_) => self.btf.is_named(id),
            _ => false,
        };
        if named {
            return self.bounded(id, level, self.line_of(id));
        }
        self.full(id, level)
    }

    /// Type `id` in full, even if it has a name.
    fn full(&mut self, id: TypeId, level: u32) -> Result<Spelling, Error> {
        let Some(own) = id.0.checked_sub(self.first).map(|own| own as usize) else {
            return self.bounded(id, level, self.btf.spelling(id));
        };
        match self.table.get_mut(own) {
            Some(unseen) if unseen.depth == UNSEEN => unseen.depth = OPEN,
            Some(open) if open.depth == OPEN => return Err(self.problem(id, Problem::Cycle)),
            Some(known) => {
                let known = *known;
                return self.bounded(id, level, known);
            }
            None => return Ok(Spelling::default()),
        }
        self.bounded(id, level, Spelling::default())?;
        let full = self.parts(id, level + 1)?;
        if let Some(slot) = self.table.get_mut(own) {
            *slot = full;
        }
        Ok(full)
    }

    /// What `id` and its parts take together.
    fn parts(&mut self, id: TypeId, level: u32) -> Result<Spelling, Error> {
        let mut whole = self.line_of(id);
        match self.btf.kind(id) {
            Kind::Ptr(ty)
            | Kind::Typedef(ty)
            | Kind::Volatile(ty)
            | Kind::Const(ty)
            | Kind::Restrict(ty)
            | Kind::TypeTag { ty, .. }
            | Kind::Func { proto: ty, .. }
            | Kind::Var { ty, .. }
            | Kind::DeclTag { target: ty, .. } => self.add(id, &mut whole, ty, level)?,
            Kind::Array(array) => self.add(id, &mut whole, array.elem, level)?,
            Kind::Struct(composite) | Kind::Union(composite) => {
                self.members(id, &mut whole, &composite, level)?;
            }
            Kind::Enum(decl) => match decl.values {
                EnumRows::Narrow(rows) => {
                    rows.rows()
                        .try_for_each(|[name, _]| self.add_line(id, &mut whole, name))?;
                }
                EnumRows::Wide(rows) => {
                    rows.rows()
                        .try_for_each(|[name, ..]| self.add_line(id, &mut whole, name))?;
                }
            },
            Kind::FuncProto(proto) => {
                self.add(id, &mut whole, proto.result, level)?;
                for [name, ty] in proto.tail.rows() {
                    self.add_line(id, &mut whole, name)?;
                    self.add(id, &mut whole, TypeId(ty), level)?;
                }
            }
            Kind::Datasec(section) => {
                section
                    .vars()
                    .try_for_each(|entry| self.add(id, &mut whole, entry.var, level))?;
            }
            Kind::Void | Kind::Int(_) | Kind::Fwd { .. } | Kind::Float(_) => {}
        }
        Ok(whole)
    }

    fn members(
        &mut self,
        id: TypeId,
        whole: &mut Spelling,
        composite: &Composite<'_>,
        level: u32,
    ) -> Result<(), Error> {
        for [name, ty, _] in composite.tail.rows() {
            self.add_line(id, whole, name)?;
            let inner = self.btf.resolved(TypeId(ty));
            let lends = self.btf.is_empty_name(name)
                && matches!(self.btf.kind(inner), Kind::Struct(_) | Kind::Union(_));
            if lends {
                // A member without a name lends its own members, whether its type has a name or not.
                let part = self.full(inner, level)?;
                self.join(id, whole, part)?;
            } else {
                self.add(id, whole, TypeId(ty), level)?;
            }
        }
        Ok(())
    }

    /// Adds the use of type `part` to `whole`, the text of `id`.
    #[inline]
    fn add(
        &mut self,
        id: TypeId,
        whole: &mut Spelling,
        part: TypeId,
        level: u32,
    ) -> Result<(), Error> {
        let part = self.used(part, level)?;
        self.join(id, whole, part)
    }

    /// Adds a member, parameter or enumerator without its type.
    #[inline]
    fn add_line(&self, id: TypeId, whole: &mut Spelling, name: u32) -> Result<(), Error> {
        whole.text = self.sum(id, whole.text, self.line(name))?;
        Ok(())
    }

    #[inline]
    fn join(&self, id: TypeId, whole: &mut Spelling, part: Spelling) -> Result<(), Error> {
        whole.text = self.sum(id, whole.text, part.text)?;
        // `bounded` keeps this below the marks.
        whole.depth = whole.depth.max(part.depth.saturating_add(1));
        Ok(())
    }

    /// A line with the name at `offset`.
    #[inline]
    fn line(&self, offset: u32) -> u32 {
        let name = || u32::try_from(self.btf.name_at(offset).len()).unwrap_or(u32::MAX);
        self.longest.unwrap_or_else(name).saturating_add(LINE)
    }

    /// A line with the name of `id`.
    #[inline]
    fn line_of(&self, id: TypeId) -> Spelling {
        Spelling {
            text: self.line(self.btf.head(id).map_or(0, |head| head.name)),
            depth: 0,
        }
    }

    /// `text` and `more` together, unless that is too much.
    #[inline]
    fn sum(&self, id: TypeId, text: u32, more: u32) -> Result<u32, Error> {
        match text.checked_add(more) {
            Some(sum) if sum <= self.limit => Ok(sum),
            _ => Err(self.problem(id, Problem::TooLong(self.limit))),
        }
    }

    /// `part`, unless that is too deep at this level.
    fn bounded(&self, id: TypeId, level: u32, part: Spelling) -> Result<Spelling, Error> {
        if level + u32::from(part.depth) >= Btf::MAX_DEPTH {
            return Err(self.problem(id, Problem::TooDeep(Btf::MAX_DEPTH)));
        }
        Ok(part)
    }

    fn problem(&self, id: TypeId, problem: Problem) -> Error {
        validate::error(self.btf, id, Site::Whole, problem)
    }
}
