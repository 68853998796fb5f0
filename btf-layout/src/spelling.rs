//! How much text every type takes where it is written down: a name ends it, what has no name is spelled out in place.
//!
//! One pass proves that this text is finite, and not out of proportion to the section: twenty unnamed structs that each hold
//! the one before twice are a million members, however small the section is.

use crate::btf::Btf;
use crate::error::{Problem, TypeError};
use crate::kind::Kind;
use crate::record::number;
use crate::units::TypeId;
use crate::validate::{self, Checked, Site};

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
    pub(crate) fn measure(btf: &Btf<'_>, bytes: usize) -> Checked<Self> {
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

/// The spelling of type `id`, whose parts are being added. It holds 2^32 parts of 2^32 bytes.
#[derive(Clone, Copy)]
struct Sum {
    id: TypeId,
    text: u64,
    depth: u8,
}

impl Sum {
    /// Adds a part one level deeper; [`Walk::bounded`] has kept that below the marks.
    #[inline]
    fn add(&mut self, part: Spelling) {
        self.text += u64::from(part.text);
        self.depth = self.depth.max(part.depth.saturating_add(1));
    }
}

impl<'b> Walk<'b> {
    fn run(btf: &'b Btf<'b>, limit: u32, longest: Option<u32>) -> Checked<Spellings> {
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
        let mut total = Sum {
            id: TypeId::VOID,
            text: 0,
            depth: 0,
        };
        for id in btf.own_ids() {
            total.id = id;
            if btf.number(id) == number::FUNC {
                // Every other record of a kernel is a function, and part of nothing: that takes no entry.
                total.text += u64::from(walk.line_of(id));
                walk.add_full(&mut total, btf.target(id), 1)?;
            } else {
                walk.add_full(&mut total, id, 0)?;
            }
            walk.in_limit(&total)?;
        }
        Ok(Spellings(walk.table))
    }

    /// Adds type `id` to `whole`, which uses it `level` deep below the root of the walk.
    fn add(&mut self, whole: &mut Sum, id: TypeId, level: u32) -> Checked {
        let named = match self.btf.number(id) {
            number::INT | number::FLOAT | number::FWD | number::VOID | number::TYPEDEF => true,
            number::STRUCT | number::UNION | number::ENUM | number::ENUM64 => self.btf.is_named(id),
            _ => false,
        };
        if !named {
            return self.add_full(whole, id, level);
        }
        let text = self.line_of(id);
        whole.add(self.bounded(id, level, Spelling { text, depth: 0 })?);
        self.in_limit(whole)
    }

    /// Like [`Walk::add`], in full even if it has a name.
    #[inline]
    fn add_full(&mut self, whole: &mut Sum, id: TypeId, level: u32) -> Checked {
        if self.known(id).depth >= OPEN {
            self.measure(id, level)?;
        }
        whole.add(self.bounded(id, level, self.known(id))?);
        Ok(())
    }

    /// What the table says about type `id`.
    #[inline]
    fn known(&self, id: TypeId) -> Spelling {
        match id.0.checked_sub(self.first) {
            Some(own) => self.table.get(own as usize).copied().unwrap_or_default(),
            None => self.btf.spelling(id),
        }
    }

    /// Enters type `id` and its parts into the table.
    #[inline(never)]
    fn measure(&mut self, id: TypeId, level: u32) -> Checked {
        if self.known(id).depth == OPEN {
            return Err(self.problem(id, Problem::Cycle));
        }
        self.bounded(id, level, Spelling::default())?;
        self.enter(id, 0, OPEN);
        let mut whole = Sum {
            id,
            text: u64::from(self.line_of(id)),
            depth: 0,
        };
        self.parts(id, &mut whole, level + 1)?;
        self.in_limit(&whole)?;
        let text = u32::try_from(whole.text).unwrap_or(u32::MAX);
        self.enter(id, text, whole.depth);
        Ok(())
    }

    fn enter(&mut self, id: TypeId, text: u32, depth: u8) {
        let own = id.0.checked_sub(self.first);
        if let Some(entry) = own.and_then(|own| self.table.get_mut(own as usize)) {
            *entry = Spelling { text, depth };
        }
    }

    /// Adds the parts of `id` to `whole`.
    fn parts(&mut self, id: TypeId, whole: &mut Sum, level: u32) -> Checked {
        let btf = self.btf;
        match btf.number(id) {
            number::PTR
            | number::TYPEDEF
            | number::VOLATILE
            | number::CONST
            | number::RESTRICT
            | number::TYPE_TAG
            | number::FUNC
            | number::VAR
            | number::DECL_TAG => self.add(whole, btf.target(id), level),
            number::STRUCT | number::UNION => self.members(whole, btf.rows(id), level),
            number::ENUM => self.lines(whole, btf.rows::<2>(id)),
            number::ENUM64 => self.lines(whole, btf.rows::<3>(id)),
            number::FUNC_PROTO => {
                self.add(whole, btf.target(id), level)?;
                btf.rows(id).try_for_each(|[name, ty]| {
                    self.add_line(whole, name)?;
                    self.add(whole, TypeId(ty), level)
                })
            }
            number::DATASEC => {
                let mut vars = btf.rows(id);
                vars.try_for_each(|[var, _, _]| self.add(whole, TypeId(var), level))
            }
            number::ARRAY => match btf.kind(id) {
                Kind::Array(array) => self.add(whole, array.elem, level),
                _ => Ok(()),
            },
            _ => Ok(()),
        }
    }

    /// Adds enumerators.
    fn lines<const N: usize>(
        &self,
        whole: &mut Sum,
        rows: impl Iterator<Item = [u32; N]>,
    ) -> Checked {
        let mut names = rows.filter_map(|row| row.first().copied());
        names.try_for_each(|name| self.add_line(whole, name))
    }

    fn members(
        &mut self,
        whole: &mut Sum,
        mut rows: impl Iterator<Item = [u32; 3]>,
        level: u32,
    ) -> Checked {
        rows.try_for_each(|[name, ty, _]| {
            self.add_line(whole, name)?;
            match self.lender(name, TypeId(ty)) {
                Some(inner) => self.add_full(whole, inner, level),
                None => self.add(whole, TypeId(ty), level),
            }
        })
    }

    /// The struct or union whose members a member of type `ty` lends to the one it stands in, whether that type has a name or
    /// not: the member itself has none.
    #[inline]
    fn lender(&self, name: u32, ty: TypeId) -> Option<TypeId> {
        if !self.btf.is_empty_name(name) {
            return None;
        }
        let inner = self.btf.resolved(ty);
        matches!(self.btf.number(inner), number::STRUCT | number::UNION).then_some(inner)
    }

    /// Adds a line with the name at `offset`. It looks at the limit each time: to find the end of a long name takes long.
    #[inline]
    fn add_line(&self, whole: &mut Sum, offset: u32) -> Checked {
        let name = || u32::try_from(self.btf.name_at(offset).len()).unwrap_or(u32::MAX);
        whole.text += u64::from(self.longest.unwrap_or_else(name).saturating_add(LINE));
        self.in_limit(whole)
    }

    /// A line with the name of `id`.
    #[inline]
    fn line_of(&self, id: TypeId) -> u32 {
        let name = || u32::try_from(self.btf.name(id).len()).unwrap_or(u32::MAX);
        self.longest.unwrap_or_else(name).saturating_add(LINE)
    }

    /// Fails if `whole` is too much text for the section.
    #[inline]
    fn in_limit(&self, whole: &Sum) -> Checked {
        if whole.text <= u64::from(self.limit) {
            return Ok(());
        }
        Err(self.problem(whole.id, Problem::TooLong(self.limit)))
    }

    /// `part`, unless that is too deep at this level.
    #[inline]
    fn bounded(&self, id: TypeId, level: u32, part: Spelling) -> Checked<Spelling> {
        if level + u32::from(part.depth) >= Btf::MAX_DEPTH {
            return Err(self.problem(id, Problem::TooDeep(Btf::MAX_DEPTH)));
        }
        Ok(part)
    }

    #[cold]
    fn problem(&self, id: TypeId, problem: Problem) -> Box<TypeError> {
        validate::error(self.btf, id, Site::Whole, problem)
    }
}
