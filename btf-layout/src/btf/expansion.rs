//! How much text every type takes where it is written down: a name ends it, what has no name is spelled out in place.
//!
//! One pass finds the types whose text has no end, and proves that all the others' is not out of proportion to the section:
//! twenty unnamed structs that each hold the one before twice are a million members, however small the section is.

use super::Btf;
use super::flaws::Flaws;
use super::parts::{Part, each_part};
use super::record::number;
use super::references::Site;
use crate::error::{Problem, TypeError};
use crate::units::TypeId;

/// Text and depth of each of a section's own types, written out in full.
#[derive(Debug, Default)]
pub(crate) struct Spellings {
    /// 0 for types that were not measured: of most of a kernel's records no memory is touched.
    texts: Vec<u32>,
    depths: Vec<u8>,
}

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

/// As depth of a type without text: it is on the path from the type being measured. Meeting it again is a cycle.
const OPEN: u8 = 0xff;

impl Spelling {
    /// Whether it has been measured: nothing has no text.
    fn is_known(self) -> bool {
        self.text > 0
    }
}

/// Whether the walk starts at type `id`. Two of three records of a kernel are functions and their types: no type has parts that
/// are functions, and function types are spelled where another type refers to them, which no function type does.
#[inline]
fn starts(btf: &Btf<'_>, id: TypeId) -> bool {
    !matches!(btf.number(id), number::FUNC | number::FUNC_PROTO)
}

impl Spellings {
    /// No type of `len` measured.
    fn with_len(len: u32) -> Self {
        Spellings {
            texts: vec![0; len as usize],
            depths: vec![0; len as usize],
        }
    }

    /// What is known about one of the section's own types.
    #[inline]
    pub(crate) fn get(&self, own: u32) -> Spelling {
        Spelling {
            text: self.texts.get(own as usize).copied().unwrap_or_default(),
            depth: self.depths.get(own as usize).copied().unwrap_or_default(),
        }
    }

    fn put(&mut self, own: u32, spelling: Spelling) {
        if let Some(text) = self.texts.get_mut(own as usize) {
            *text = spelling.text;
        }
        if let Some(depth) = self.depths.get_mut(own as usize) {
            *depth = spelling.depth;
        }
    }

    /// Measures every type of `btf`'s own section of `bytes` bytes, whose by-value nesting is known to be finite. Those whose
    /// text has no end, or is nested too deep, are noted in `flaws`.
    ///
    /// # Errors
    /// [`Problem::TooLong`] at the type with which the text is out of proportion.
    pub(crate) fn measure(
        btf: &Btf<'_>,
        bytes: usize,
        flaws: &mut Flaws,
    ) -> Result<Self, Box<TypeError>> {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        let limit = bytes.saturating_mul(PROPORTION).saturating_add(ROOM);
        let limit = u32::try_from(limit).unwrap_or(u32::MAX);
        let (table, endless) = Walk::run(btf, limit)
            .map_err(|id| btf.error_at(id, Site::Whole, Problem::TooLong(limit)))?;
        for (id, problem) in endless {
            flaws.note(id, Site::Whole, problem);
        }
        Ok(table)
    }
}

/// A depth-first walk. It recurses at most [`Btf::MAX_DEPTH`] deep.
struct Walk<'b> {
    btf: &'b Btf<'b>,
    first: u32,
    /// More text is too much for the section.
    limit: u32,
    table: Spellings,
    /// The types from one that lies too deep up to the root of the walk.
    way: Vec<TypeId>,
    /// The types whose text has no end, or is nested too deep.
    endless: Vec<(TypeId, Problem)>,
}

/// Why a walk goes no further.
enum Stop {
    /// With this type there is too much text for the section.
    TooLong(TypeId),
    /// A type lies too deep below the root of the walk, which says nothing about itself.
    Deep,
}

type Measured<T = ()> = Result<T, Stop>;

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
    /// Measures all types; fails with the one with which there is too much text.
    fn run(btf: &'b Btf<'b>, limit: u32) -> Result<(Spellings, Vec<(TypeId, Problem)>), TypeId> {
        let first = btf.first().0;
        let mut walk = Walk {
            btf,
            first,
            limit,
            table: Spellings::with_len(btf.len() - first),
            way: Vec::new(),
            endless: Vec::new(),
        };
        let mut total = Sum {
            id: TypeId::VOID,
            text: 0,
            depth: 0,
        };
        for id in btf.own_ids() {
            total.id = id;
            let added = match starts(btf, id) {
                true => walk.settle(&mut total, id),
                false => walk.add_names(&mut total, id),
            };
            match added.and_then(|()| walk.in_limit(&total)) {
                Ok(()) => {}
                Err(Stop::TooLong(id)) => return Err(id),
                Err(Stop::Deep) => walk.cut(id, Problem::TooDeep(Btf::MAX_DEPTH)),
            }
        }
        Ok((walk.table, walk.endless))
    }

    /// Adds `root` to `total`. If that goes too deep, so do the types on the way: each is measured on its own account.
    #[inline]
    fn settle(&mut self, total: &mut Sum, root: TypeId) -> Measured {
        match self.add_full(total, root, 0) {
            Err(Stop::Deep) => self.settle_deep(total, root),
            other => other,
        }
    }

    #[cold]
    fn settle_deep(&mut self, total: &mut Sum, root: TypeId) -> Measured {
        let mut roots = vec![root];
        while let Some(id) = roots.pop() {
            if self.known(id).is_known() {
                continue;
            }
            self.way.clear();
            match self.measure(id, 0, self.known(id)) {
                Ok(_) => {}
                Err(Stop::Deep) => {
                    self.cut(id, Problem::TooDeep(Btf::MAX_DEPTH));
                    // The deepest last, so that it is the next.
                    roots.extend(self.way.iter().rev().skip(1));
                }
                Err(Stop::TooLong(id)) => return Err(Stop::TooLong(id)),
            }
        }
        self.add_full(total, root, 0)
    }

    /// Notes that type `id` cannot be written out. Whatever mentions it writes a word.
    #[cold]
    fn cut(&mut self, id: TypeId, problem: Problem) {
        if id.0 < self.first {
            // The base's: what mentions it is cut.
            return;
        }
        self.endless.push((id, problem));
        let text = LINE;
        self.enter(id, Spelling { text, depth: 0 });
    }

    /// Adds the names that a function or a function type has itself.
    #[inline]
    fn add_names(&self, whole: &mut Sum, id: TypeId) -> Measured {
        whole.text += u64::from(self.line_of(id));
        self.in_limit(whole)?;
        if self.btf.number(id) != number::FUNC_PROTO {
            return Ok(());
        }
        let mut rows = self.btf.rows::<2>(id);
        rows.try_for_each(|[name, _]| self.add_line(whole, name))
    }

    /// Adds type `id` to `whole`, which uses it `level` deep below the root of the walk.
    #[inline]
    fn add(&mut self, whole: &mut Sum, id: TypeId, level: u32) -> Measured {
        if !self.btf.is_word(id) {
            return self.add_full(whole, id, level);
        }
        let text = self.line_of(id);
        whole.add(bounded(level, Spelling { text, depth: 0 })?);
        self.in_limit(whole)
    }

    /// Like [`Walk::add`], in full even if it has a name.
    #[inline]
    fn add_full(&mut self, whole: &mut Sum, id: TypeId, level: u32) -> Measured {
        let known = self.known(id);
        let part = match known.is_known() {
            true => known,
            false => self.measure(id, level, known)?,
        };
        whole.add(bounded(level, part)?);
        Ok(())
    }

    /// What the table says about type `id`.
    #[inline]
    fn known(&self, id: TypeId) -> Spelling {
        match id.0.checked_sub(self.first) {
            Some(own) => self.table.get(own),
            None => self.btf.spelling(id),
        }
    }

    /// Enters type `id` and its parts into the table.
    #[inline(never)]
    fn measure(&mut self, id: TypeId, level: u32, known: Spelling) -> Measured<Spelling> {
        if known.depth == OPEN {
            self.cut(id, Problem::Cycle);
            return Ok(self.known(id));
        }
        bounded(level, Spelling::default())?;
        let open = Spelling {
            text: 0,
            depth: OPEN,
        };
        self.enter(id, open);
        let mut whole = Sum {
            id,
            text: u64::from(self.line_of(id)),
            depth: 0,
        };
        let added = self.parts(id, &mut whole, level + 1);
        // Known only if it has been cut on the way.
        let known = self.known(id);
        if let Err(stop) = added {
            if !known.is_known() {
                self.enter(id, Spelling::default());
            }
            self.way.push(id);
            return Err(stop);
        }
        if known.is_known() {
            return Ok(known);
        }
        self.in_limit(&whole)?;
        let text = u32::try_from(whole.text).unwrap_or(u32::MAX);
        let depth = whole.depth;
        self.enter(id, Spelling { text, depth });
        Ok(Spelling { text, depth })
    }

    /// Enters a type of the section itself; of a base's there is a table already.
    fn enter(&mut self, id: TypeId, spelling: Spelling) {
        if let Some(own) = id.0.checked_sub(self.first) {
            self.table.put(own, spelling);
        }
    }

    /// Adds the parts of `id` to `whole`.
    fn parts(&mut self, id: TypeId, whole: &mut Sum, level: u32) -> Measured {
        each_part(self.btf, id, |part| match part {
            Part::Line(name) => self.add_line(whole, name),
            Part::Type(ty) => self.add(whole, ty, level),
            Part::Lent(ty) => self.add_full(whole, ty, level),
        })
    }

    /// Adds a line with the name at `offset`. It looks at the limit each time: to find the end of a long name takes long.
    #[inline]
    fn add_line(&self, whole: &mut Sum, offset: u32) -> Measured {
        whole.text += u64::from(line(self.btf.name_at(offset)));
        self.in_limit(whole)
    }

    /// A line with the name of `id`.
    #[inline]
    fn line_of(&self, id: TypeId) -> u32 {
        line(self.btf.name(id))
    }

    /// Fails if `whole` is too much text for the section.
    #[inline]
    fn in_limit(&self, whole: &Sum) -> Measured {
        if whole.text <= u64::from(self.limit) {
            return Ok(());
        }
        Err(Stop::TooLong(whole.id))
    }
}

/// Bytes of a line with this name.
fn line(name: &str) -> u32 {
    let len = u32::try_from(name.len()).unwrap_or(u32::MAX);
    len.saturating_add(LINE)
}

/// `part`, unless that is too deep at this level.
#[inline]
fn bounded(level: u32, part: Spelling) -> Measured<Spelling> {
    if level + u32::from(part.depth) >= Btf::MAX_DEPTH {
        return Err(Stop::Deep);
    }
    Ok(part)
}
