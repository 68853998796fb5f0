//! How much text every type takes where it is written down: a name ends it, what has no name is spelled out in place.
//!
//! One pass finds the types whose text has no end, and proves that all the others' is not out of proportion to the section:
//! twenty anonymous structs that each hold the one before twice are a million members, however small the section is.

use crate::btf::flaws::Flaws;
use crate::btf::kind::{BtfKind, Kind};
use crate::btf::tables::{Expansion, Text};
use crate::btf::types::Btf;
use crate::error::{Problem, TypeError};
use crate::units::TypeId;

/// Bytes of a member, parameter or enumerator besides its names.
const LINE: u32 = 16;
/// Text that any section may have, in bytes, and the times it may be larger than the section. A kernel's is 6 times as large.
const ROOM: u64 = 16 << 20;
const PROPORTION: u64 = 64;

/// Measures every type of `btf`'s own section of `bytes` bytes, whose by-value nesting is known to be finite. Those whose
/// text has no end, or is nested too deep, are noted in `flaws`.
///
/// # Errors
/// [`Problem::TooLong`] at the type with which the text is out of proportion.
pub(crate) fn expansions(
    btf: &Btf<'_>,
    bytes: usize,
    flaws: &mut Flaws,
) -> Result<Vec<Expansion>, Box<TypeError>> {
    let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
    let limit = bytes.saturating_mul(PROPORTION).saturating_add(ROOM);
    let limit = u32::try_from(limit).unwrap_or(u32::MAX);
    let longest = btf.longest_name().saturating_add(u64::from(LINE));
    let longest = u32::try_from(longest).unwrap_or(u32::MAX);
    // Nearly all sections are small enough even if every name were as long as the longest. To find the end of each name would take
    // a tenth of the time of a kernel's dump.
    let walk = Walk::run(btf, limit, Some(longest)).or_else(|_| Walk::run(btf, limit, None));
    let walk = walk.map_err(|id| btf.error(id, None, Problem::TooLong(limit)))?;
    for (id, problem) in walk.endless {
        flaws.note(id, None, problem);
    }
    Ok(walk.table)
}

/// A depth-first walk. It recurses at most [`Btf::MAX_DEPTH`] deep.
struct Walk<'b> {
    btf: &'b Btf<'b>,
    first: u32,
    /// More text is too much for the section.
    limit: u32,
    /// Bytes to take for every line; `None`: as many as its name makes them.
    longest: Option<u32>,
    /// Of the section's own types.
    table: Vec<Expansion>,
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

/// The text of type `id`, whose parts are being added.
struct Sum {
    id: TypeId,
    len: u64,
    depth: u8,
    limit: u32,
}

impl Sum {
    fn add(&mut self, len: u64) -> Measured {
        self.len = self.len.saturating_add(len);
        match self.len <= u64::from(self.limit) {
            true => Ok(()),
            false => Err(Stop::TooLong(self.id)),
        }
    }

    /// Adds a part one level deeper; [`bounded`] has kept that in range.
    fn part(&mut self, part: Text) -> Measured {
        self.depth = self.depth.max(part.depth.saturating_add(1));
        self.add(u64::from(part.len))
    }

    fn text(&self) -> Text {
        Text {
            len: u32::try_from(self.len).unwrap_or(u32::MAX),
            depth: self.depth,
        }
    }
}

impl<'b> Walk<'b> {
    /// Measures all types; fails with the one with which there is too much text.
    fn run(btf: &'b Btf<'b>, limit: u32, longest: Option<u32>) -> Result<Self, TypeId> {
        let first = btf.first().0;
        let mut walk = Walk {
            btf,
            first,
            limit,
            longest,
            table: vec![Expansion::New; (btf.len() - first) as usize],
            way: Vec::new(),
            endless: Vec::new(),
        };
        let mut total = walk.sum(TypeId::VOID);
        for id in btf.own_ids() {
            total.id = id;
            match walk.root(&mut total, id) {
                Ok(()) => {}
                Err(Stop::TooLong(id)) => return Err(id),
                Err(Stop::Deep) => walk.cut(id, Problem::TooDeep(Btf::MAX_DEPTH)),
            }
        }
        Ok(walk)
    }

    /// Adds `root` to `total`. Of functions and function types only the names: no type has parts that are functions, and function
    /// types are spelled where another type refers to them. If it goes too deep, so do the types on the way: each is measured on
    /// its own account.
    fn root(&mut self, total: &mut Sum, root: TypeId) -> Measured {
        if self.btf.btf_kind(root) == BtfKind::Func {
            return total.add(self.line(root));
        }
        if let Kind::FuncProto(proto) = self.btf.kind(root) {
            total.add(self.line(root))?;
            return self.lines(total, proto.len(), proto.params().map(|(name, _)| name));
        }
        let text = match self.full(root, 0) {
            Err(Stop::Deep) => {
                self.settle_deep(root)?;
                self.full(root, 0)?
            }
            other => other?,
        };
        total.part(text)
    }

    fn settle_deep(&mut self, root: TypeId) -> Measured {
        let mut roots = vec![root];
        while let Some(id) = roots.pop() {
            self.way.clear();
            match self.full(id, 0) {
                Ok(_) => {}
                Err(Stop::Deep) => {
                    self.cut(id, Problem::TooDeep(Btf::MAX_DEPTH));
                    // The deepest last, so that it is the next.
                    roots.extend(self.way.iter().rev().skip(1));
                }
                Err(Stop::TooLong(id)) => return Err(Stop::TooLong(id)),
            }
        }
        Ok(())
    }

    /// Notes that type `id` cannot be written out. Whatever mentions it writes a word. Of a type of the base, what mentions it is
    /// cut.
    #[cold]
    fn cut(&mut self, id: TypeId, problem: Problem) {
        if id.0 >= self.first {
            self.endless.push((id, problem));
            let text = Text {
                len: LINE,
                depth: 0,
            };
            self.enter(id, Expansion::Known(text));
        }
    }

    /// The text of type `id`, which is used `level` deep below the root of the walk: its name, if it has one.
    fn mention(&mut self, id: TypeId, level: u32) -> Measured<Text> {
        if !self.btf.is_word(id) {
            return self.full(id, level);
        }
        let len = u32::try_from(self.line(id)).unwrap_or(u32::MAX);
        bounded(level, Text { len, depth: 0 })
    }

    /// Like [`Walk::mention`], in full even if it has a name.
    fn full(&mut self, id: TypeId, level: u32) -> Measured<Text> {
        match self.known(id) {
            Expansion::Known(text) => return bounded(level, text),
            Expansion::Open => {
                self.cut(id, Problem::Cycle);
                return Ok(Text {
                    len: LINE,
                    depth: 0,
                });
            }
            Expansion::New => {}
        }
        bounded(level, Text { len: 0, depth: 0 })?;
        self.enter(id, Expansion::Open);
        let mut sum = self.sum(id);
        let added = self.parts(id, &mut sum, level + 1);
        let known = self.known(id);
        if added.is_err() {
            self.way.push(id);
        }
        // It has been cut on the way, if it is known by now.
        match (added, known) {
            (Ok(()), Expansion::Known(text)) => Ok(text),
            (Ok(()), Expansion::New | Expansion::Open) => {
                self.enter(id, Expansion::Known(sum.text()));
                bounded(level, sum.text())
            }
            (Err(stop), Expansion::Known(_)) => Err(stop),
            (Err(stop), Expansion::New | Expansion::Open) => {
                self.enter(id, Expansion::New);
                Err(stop)
            }
        }
    }

    /// Adds the parts of `id` to `sum`.
    fn parts(&mut self, id: TypeId, sum: &mut Sum, level: u32) -> Measured {
        sum.add(self.line(id))?;
        match self.btf.kind(id) {
            Kind::Struct(composite) | Kind::Union(composite) => {
                self.lines(
                    sum,
                    composite.len(),
                    composite.members().map(|member| member.name),
                )?;
                for (named, ty) in composite.parts() {
                    let promoted = if named {
                        None
                    } else {
                        self.btf.promoted("", ty)
                    };
                    sum.part(match promoted {
                        Some(inner) => self.full(inner, level)?,
                        None => self.mention(ty, level)?,
                    })?;
                }
                Ok(())
            }
            Kind::Enum(decl) => self.lines(sum, decl.len(), decl.names()),
            Kind::FuncProto(proto) => {
                self.lines(sum, proto.len(), proto.params().map(|(name, _)| name))?;
                sum.part(self.mention(proto.result, level)?)?;
                for ty in proto.types() {
                    sum.part(self.mention(ty, level)?)?;
                }
                Ok(())
            }
            Kind::Datasec(section) => {
                for entry in section.vars() {
                    sum.part(self.mention(entry.var, level)?)?;
                }
                Ok(())
            }
            Kind::Array(array) => sum.part(self.mention(array.elem, level)?),
            Kind::Ptr(ty)
            | Kind::Typedef(ty)
            | Kind::Volatile(ty)
            | Kind::Const(ty)
            | Kind::Restrict(ty)
            | Kind::TypeTag { ty, .. }
            | Kind::Func { proto: ty, .. }
            | Kind::Var { ty, .. }
            | Kind::DeclTag { target: ty, .. } => sum.part(self.mention(ty, level)?),
            Kind::Void | Kind::Int(_) | Kind::Fwd { .. } | Kind::Float(_) => Ok(()),
        }
    }

    /// Bytes of a line with the name of type `id`.
    fn line(&self, id: TypeId) -> u64 {
        self.longest
            .map_or_else(|| line(self.btf.name(id)), u64::from)
    }

    /// Adds a line for each of `len` names. The limit is looked at each time, since to find the end of a long name takes long.
    fn lines<'n>(
        &self,
        sum: &mut Sum,
        len: usize,
        mut names: impl Iterator<Item = &'n str>,
    ) -> Measured {
        match self.longest {
            Some(longest) => sum.add(u64::from(longest).saturating_mul(len as u64)),
            None => names.try_for_each(|name| sum.add(line(name))),
        }
    }

    fn sum(&self, id: TypeId) -> Sum {
        Sum {
            id,
            len: 0,
            depth: 0,
            limit: self.limit,
        }
    }

    /// What the table says about type `id`.
    fn known(&self, id: TypeId) -> Expansion {
        let own = id.0.checked_sub(self.first);
        match own.and_then(|own| self.table.get(own as usize)) {
            Some(expansion) => *expansion,
            None => self.btf.expansion(id),
        }
    }

    /// Enters a type of the section itself; of a base's there is a table already.
    fn enter(&mut self, id: TypeId, expansion: Expansion) {
        let own = id.0.checked_sub(self.first);
        if let Some(entry) = own.and_then(|own| self.table.get_mut(own as usize)) {
            *entry = expansion;
        }
    }
}

/// Bytes of a line with this name.
fn line(name: &str) -> u64 {
    name.len() as u64 + u64::from(LINE)
}

/// `text`, unless that is too deep at this level.
fn bounded(level: u32, text: Text) -> Measured<Text> {
    if level + u32::from(text.depth) >= Btf::MAX_DEPTH {
        return Err(Stop::Deep);
    }
    Ok(text)
}
