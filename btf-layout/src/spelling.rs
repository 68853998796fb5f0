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

/// Whether a type of this kind has one part, to which its head refers.
#[inline]
fn is_wrapper(kind: u8) -> bool {
    let declares = matches!(
        kind,
        number::TYPEDEF | number::FUNC | number::VAR | number::DECL_TAG
    );
    kind == number::PTR || number::is_qualifier(kind) || declares
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
    table: Spellings,
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

/// A part of what a type is spelled as.
enum Part {
    /// A line with the name at this offset: of a member, a parameter or an enumerator.
    Line(u32),
    /// A type, in full if it has no name.
    Type(TypeId),
    /// A struct or union in full: it lends its members.
    Lent(TypeId),
}

/// Visits the parts of type `id`, in order.
#[inline]
fn each_part<E>(
    btf: &Btf<'_>,
    id: TypeId,
    mut visit: impl FnMut(Part) -> Result<(), E>,
) -> Result<(), E> {
    match btf.number(id) {
        kind if is_wrapper(kind) => visit(Part::Type(btf.target(id))),
        number::STRUCT | number::UNION => btf.rows(id).try_for_each(|[name, ty, _]| {
            visit(Part::Line(name))?;
            let ty = TypeId(ty);
            visit(lender(btf, name, ty).map_or(Part::Type(ty), Part::Lent))
        }),
        number::ENUM => btf
            .rows(id)
            .try_for_each(|[name, _]| visit(Part::Line(name))),
        number::ENUM64 => btf
            .rows(id)
            .try_for_each(|[name, _, _]| visit(Part::Line(name))),
        number::FUNC_PROTO => {
            visit(Part::Type(btf.target(id)))?;
            btf.rows(id).try_for_each(|[name, ty]| {
                visit(Part::Line(name))?;
                visit(Part::Type(TypeId(ty)))
            })
        }
        number::DATASEC => btf
            .rows(id)
            .try_for_each(|[var, _, _]| visit(Part::Type(TypeId(var)))),
        number::ARRAY => match btf.kind(id) {
            Kind::Array(array) => visit(Part::Type(array.elem)),
            _ => Ok(()),
        },
        _ => Ok(()),
    }
}

/// The struct or union whose members a member of type `ty` lends to the one it stands in, whether that type has a name or
/// not: the member itself has none.
#[inline]
fn lender(btf: &Btf<'_>, name: u32, ty: TypeId) -> Option<TypeId> {
    // Most members are numbers or pointers, which lend nothing.
    let is_simple = matches!(btf.number(ty), number::INT | number::PTR);
    if is_simple || !btf.is_empty_name(name) {
        return None;
    }
    let inner = btf.resolved(ty);
    matches!(btf.number(inner), number::STRUCT | number::UNION).then_some(inner)
}

impl<'b> Walk<'b> {
    fn run(btf: &'b Btf<'b>, limit: u32, longest: Option<u32>) -> Checked<Spellings> {
        let first = btf.first().0;
        let mut walk = Walk {
            btf,
            first,
            limit,
            longest,
            table: Spellings::with_len(btf.len() - first),
        };
        let mut total = Sum {
            id: TypeId::VOID,
            text: 0,
            depth: 0,
        };
        for id in btf.own_ids() {
            total.id = id;
            if starts(btf, id) {
                walk.add_full(&mut total, id, 0)?;
                walk.in_limit(&total)?;
            } else {
                walk.add_names(&mut total, id)?;
            }
        }
        walk.in_limit(&total)?;
        Ok(walk.table)
    }

    /// Adds the names that a function or a function type has itself.
    #[inline]
    fn add_names(&self, whole: &mut Sum, id: TypeId) -> Checked {
        let is_proto = self.btf.number(id) == number::FUNC_PROTO;
        if let Some(longest) = self.longest {
            let vlen = || self.btf.head(id).map_or(0, |head| head.vlen() as u64);
            let params = if is_proto { vlen() } else { 0 };
            whole.text += (u64::from(longest) + u64::from(LINE)) * (1 + params);
            return Ok(());
        }
        whole.text += u64::from(self.line_of(id));
        self.in_limit(whole)?;
        if !is_proto {
            return Ok(());
        }
        let mut rows = self.btf.rows::<2>(id);
        rows.try_for_each(|[name, _]| self.add_line(whole, name))
    }

    /// Adds type `id` to `whole`, which uses it `level` deep below the root of the walk.
    #[inline]
    fn add(&mut self, whole: &mut Sum, id: TypeId, level: u32) -> Checked {
        if !self.btf.is_word(id) {
            return self.add_full(whole, id, level);
        }
        let text = self.line_of(id);
        whole.add(self.bounded(id, level, Spelling { text, depth: 0 })?);
        self.in_limit(whole)
    }

    /// Like [`Walk::add`], in full even if it has a name.
    #[inline]
    fn add_full(&mut self, whole: &mut Sum, id: TypeId, level: u32) -> Checked {
        let known = self.known(id);
        let part = match known.is_known() {
            true => known,
            false => self.measure(id, level, known)?,
        };
        whole.add(self.bounded(id, level, part)?);
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
    fn measure(&mut self, id: TypeId, level: u32, known: Spelling) -> Checked<Spelling> {
        if known.depth == OPEN {
            return Err(self.problem(id, Problem::Cycle));
        }
        if let Some(whole) = self.at_once(id) {
            self.enter(id, whole);
            return Ok(whole);
        }
        self.bounded(id, level, Spelling::default())?;
        self.enter(
            id,
            Spelling {
                text: 0,
                depth: OPEN,
            },
        );
        let mut whole = Sum {
            id,
            text: u64::from(self.line_of(id)),
            depth: 0,
        };
        self.parts(id, &mut whole, level + 1)?;
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
    fn parts(&mut self, id: TypeId, whole: &mut Sum, level: u32) -> Checked {
        each_part(self.btf, id, |part| match part {
            Part::Line(name) => self.add_line(whole, name),
            Part::Type(ty) => self.add(whole, ty, level),
            Part::Lent(ty) => self.add_full(whole, ty, level),
        })
    }

    /// The spelling of type `id` if all its parts have names or are in the table already, and nothing is wrong with it: so it is
    /// with nearly all types.
    fn at_once(&self, id: TypeId) -> Option<Spelling> {
        let line = u64::from(self.longest?) + u64::from(LINE);
        let mut whole = Sum {
            id,
            text: line,
            depth: 0,
        };
        let known = each_part(self.btf, id, |part| {
            match part {
                Part::Line(_) => whole.text += line,
                Part::Type(ty) => whole.add(self.part(ty, line).ok_or(())?),
                Part::Lent(ty) => whole.add(self.measured(ty).ok_or(())?),
            }
            Ok::<(), ()>(())
        });
        known.ok()?;
        let text = u32::try_from(whole.text)
            .ok()
            .filter(|text| *text <= self.limit)?;
        let depth = whole.depth;
        (u32::from(depth) < Btf::MAX_DEPTH).then_some(Spelling { text, depth })
    }

    /// What a part of type `id` takes, if that is known; names take a line.
    #[inline]
    fn part(&self, id: TypeId, line: u64) -> Option<Spelling> {
        if !self.btf.is_word(id) {
            return self.measured(id);
        }
        let text = u32::try_from(line).ok()?;
        Some(Spelling { text, depth: 0 })
    }

    #[inline]
    fn measured(&self, id: TypeId) -> Option<Spelling> {
        Some(self.known(id)).filter(|spelling| spelling.is_known())
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
