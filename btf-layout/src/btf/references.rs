//! The rules a BTF section has to keep, beyond records that lie inside it: names, references, sizes, member positions.
//!
//! What a record must have to be one is what libbpf asks for: names and references that exist. What a type must have so that a
//! layout can be made of it follows the kernel's verifier, and is laxer where real compilers are (member order, for one).

use super::Btf;
use super::flaws::Flaws;
use super::kind::{Int, Kind, Place};
use super::record::{Head, number};
use crate::error::{Problem, TypeError};
use crate::units::{Bits, Bytes, TypeId};

/// What every check returns: as long as all is well, nothing but a null pointer.
pub(crate) type Checked<T = ()> = Result<T, Box<TypeError>>;

/// The part of a type an error is about.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Site {
    /// The type as a whole.
    Whole,
    /// Its `i`-th member, parameter, enumerator or variable, and the offset of that one's name.
    Member(usize, u32),
}

/// Checks every name and every reference of `btf`'s own records. What is wrong with a type, but not with its record, is no
/// error: the result has it.
pub(crate) fn records(btf: &Btf<'_>) -> Checked<Flaws> {
    let mut flaws = Flaws::default();
    for id in btf.own_ids() {
        let Some(head) = btf.head(id) else {
            continue;
        };
        let check = Check { btf, id };
        match check.names([head.name]).and_then(|()| check.record(head)) {
            Ok(()) => {}
            Err(wrong) if wrong.record => {
                return Err(btf.error_at(id, wrong.site, wrong.problem));
            }
            Err(wrong) => flaws.note(id, wrong.site, wrong.problem),
        }
    }
    Ok(flaws)
}

/// The integers of size 0 among `btf`'s own types, but for those with a flaw.
pub(crate) fn units(btf: &Btf<'_>, flaws: &Flaws) -> Vec<TypeId> {
    let has_no_size = |id: &TypeId| btf.number(*id) == number::INT && btf.target(*id).0 == 0;
    let ints = btf.declared().filter(has_no_size);
    let own = ints.filter(|id| *id >= btf.first());
    own.filter(|id| !flaws.has(*id)).collect()
}

/// What is wrong.
struct Wrong {
    /// Whether the record is none, so that libbpf would refuse the section; else no layout can be made of the type.
    record: bool,
    site: Site,
    problem: Problem,
}

/// What every check of a record returns: as long as all is well, nothing but a null pointer.
type Judged = Result<(), Box<Wrong>>;

#[cold]
fn wrong_record(site: Site, problem: Problem) -> Box<Wrong> {
    Box::new(Wrong {
        record: true,
        site,
        problem,
    })
}

#[cold]
fn wrong_type(site: Site, problem: Problem) -> Box<Wrong> {
    Box::new(Wrong {
        record: false,
        site,
        problem,
    })
}

/// What is wrong first: with the record if anything is, else with the type.
#[inline]
fn first(checks: impl IntoIterator<Item = Judged>) -> Judged {
    let mut found = Ok(());
    for check in checks {
        match &check {
            Ok(()) => {}
            Err(wrong) if wrong.record => return check,
            Err(_) => found = found.and(check),
        }
    }
    found
}

/// The checks of one record.
#[derive(Clone, Copy)]
struct Check<'b> {
    btf: &'b Btf<'b>,
    id: TypeId,
}

impl Check<'_> {
    /// Checks all but the name of the record with this head.
    fn record(self, head: Head) -> Judged {
        let (size, target) = (Bytes(head.size_or_type), TypeId(head.size_or_type));
        match head.kind() {
            number::FUNC => match self.btf.number(target) {
                number::FUNC_PROTO => Ok(()),
                _ => {
                    let problem = self.not_wanted(target, "function type");
                    Err(wrong_record(Site::Whole, problem))
                }
            },
            number::FUNC_PROTO => {
                let result = match self.is_value(target) {
                    true => Ok(()),
                    false => Err(self.no_type(Site::Whole, target)),
                };
                first([
                    result,
                    self.named_types(self.rows(), |ty| self.is_value(ty)),
                ])
            }
            number::PTR
            | number::TYPEDEF
            | number::VOLATILE
            | number::CONST
            | number::RESTRICT
            | number::TYPE_TAG
            | number::VAR => self.ty(target),
            number::STRUCT | number::UNION => {
                let rows = self.rows().map(|[name, ty, _]| [name, ty]);
                let members = self.named_types(rows, |ty| self.btf.is_type(ty));
                first([self.at_most(size, Bytes::MAX), members])
            }
            number::ENUM | number::ENUM64 => {
                let names = match head.kind() {
                    number::ENUM => self.names(self.rows().map(|[name, _]| name)),
                    _ => self.names(self.rows().map(|[name, _, _]| name)),
                };
                // clang gives a forward declaration no size.
                if head.vlen() == 0 && size == Bytes(0) {
                    return names;
                }
                first([self.size(size, &[1, 2, 4, 8]), names])
            }
            number::DATASEC => {
                let vars = self.rows().map(|[var, _, _]| TypeId(var));
                first(vars.map(|var| self.wants(var, "variable", &[number::VAR, number::FUNC])))
            }
            number::DECL_TAG => self.wants(target, "declaration", DECLARATIONS),
            number::FLOAT => self.size(size, &[2, 4, 8, 12, 16]),
            _ => match self.btf.kind(self.id) {
                Kind::Int(int) => self.int(int),
                Kind::Array(array) => first([self.ty(array.elem), self.ty(array.index)]),
                _ => Ok(()),
            },
        }
    }

    fn rows<const N: usize>(&self) -> impl Iterator<Item = [u32; N]> + Clone + use<'_, N> {
        self.btf.rows(self.id)
    }

    fn size(self, size: Bytes, allowed: &[u32]) -> Judged {
        if allowed.contains(&size.0) {
            return Ok(());
        }
        let problem = Problem::BadSize(u64::from(size.0));
        Err(wrong_type(Site::Whole, problem))
    }

    fn at_most(self, size: Bytes, most: Bytes) -> Judged {
        if size <= most {
            return Ok(());
        }
        let problem = Problem::BadSize(u64::from(size.0));
        Err(wrong_type(Site::Whole, problem))
    }

    /// An integer of size 0 has no bits: it is a type without bytes.
    fn int(self, int: Int) -> Judged {
        let end = Bits(u64::from(int.offset) + u64::from(int.bits));
        if int.size == Bytes(0) && end == Bits(0) {
            return Ok(());
        }
        self.size(int.size, &[1, 2, 4, 8, 16])?;
        if int.bits == 0 || end > int.size.bits() {
            let problem = Problem::BadIntBits {
                bits: int.bits,
                offset: int.offset,
                size: int.size.0,
            };
            return Err(wrong_type(Site::Whole, problem));
        }
        Ok(())
    }

    fn names(self, offsets: impl IntoIterator<Item = u32>) -> Judged {
        match offsets
            .into_iter()
            .find(|offset| !self.btf.has_name(*offset))
        {
            None => Ok(()),
            Some(offset) => Err(wrong_record(Site::Whole, Problem::BadName(offset))),
        }
    }

    /// Members or parameters: name offsets and types, which have to be `fit`.
    fn named_types(
        self,
        rows: impl Iterator<Item = [u32; 2]> + Clone,
        fit: impl Fn(TypeId) -> bool,
    ) -> Judged {
        let bad = |[name, ty]: [u32; 2]| !(self.btf.has_name(name) && fit(TypeId(ty)));
        if !rows.clone().any(bad) {
            return Ok(());
        }
        let bad = rows.enumerate().filter(|(_, row)| bad(*row));
        first(bad.map(|(i, [name, ty])| {
            Err(match self.btf.has_name(name) {
                true => self.no_type(Site::Member(i, name), TypeId(ty)),
                false => wrong_record(Site::Member(i, 0), Problem::BadName(name)),
            })
        }))
    }

    /// Whether functions may take or return what is of type `ty`: no functions, which is the kernel's rule too.
    fn is_value(self, ty: TypeId) -> bool {
        self.btf.is_type(ty) && self.btf.number(ty) != number::FUNC_PROTO
    }

    /// `target` must exist and be a type.
    fn ty(self, target: TypeId) -> Judged {
        if self.btf.is_type(target) {
            return Ok(());
        }
        Err(self.no_type(Site::Whole, target))
    }

    /// Why `id` is no type, or not one that a function may take.
    fn no_type(self, site: Site, id: TypeId) -> Box<Wrong> {
        if self.btf.is_type(id) {
            return wrong_type(site, Problem::Unsized(id));
        }
        if id.0 >= self.btf.len() {
            return wrong_record(site, Problem::Dangling(id));
        }
        wrong_type(site, Problem::NotAType(id, self.btf.kind(id).word()))
    }

    /// `target` must exist and be of an allowed kind.
    fn wants(self, target: TypeId, wanted: &'static str, allowed: &[u8]) -> Judged {
        if allowed.contains(&self.btf.number(target)) {
            return Ok(());
        }
        match self.not_wanted(target, wanted) {
            problem @ Problem::Dangling(_) => Err(wrong_record(Site::Whole, problem)),
            problem => Err(wrong_type(Site::Whole, problem)),
        }
    }

    fn not_wanted(self, target: TypeId, wanted: &'static str) -> Problem {
        if target.0 >= self.btf.len() {
            return Problem::Dangling(target);
        }
        Problem::WrongKind(target, self.btf.kind(target).word(), wanted)
    }
}

/// What a tag can be attached to.
const DECLARATIONS: &[u8] = &[
    number::STRUCT,
    number::UNION,
    number::TYPEDEF,
    number::FUNC,
    number::VAR,
    number::ENUM,
    number::ENUM64,
    number::FWD,
];

/// Checks that a member, whose type is of this size, has a possible bitfield width and a place inside the struct or union
/// that it is a member of; returns the first bit behind it.
#[inline]
pub(crate) fn member(
    btf: &Btf<'_>,
    member: Place,
    size: Option<Bytes>,
    limit: Bytes,
) -> Result<Bits, Box<Problem>> {
    let Some(size) = size else {
        return wrong_member(Problem::Unsized(member.ty));
    };
    let width = match member.width {
        Some(width) => {
            let resolved = btf.kind(btf.resolved(member.ty));
            if width > size.bits() || !matches!(resolved, Kind::Int(_) | Kind::Enum(_)) {
                return wrong_member(Problem::BadBitfield { width });
            }
            width
        }
        None if !member.offset.is_byte_aligned() => {
            return wrong_member(Problem::Misaligned(member.offset));
        }
        None => size.bits(),
    };
    let (end, limit) = (Bits(member.offset.0 + width.0), limit.bits());
    if end > limit {
        return wrong_member(Problem::PastEnd { end, limit });
    }
    Ok(end)
}

#[cold]
fn wrong_member(problem: Problem) -> Result<Bits, Box<Problem>> {
    Err(Box::new(problem))
}
