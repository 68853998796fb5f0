//! The rules a BTF section has to keep, beyond records that lie inside it: names, references, sizes, member positions.
//!
//! They follow what the kernel's verifier and libbpf accept, and are laxer where real compilers are (member order, for one).

use crate::btf::Btf;
use crate::error::{Problem, TypeError};
use crate::kind::{Int, Kind, Place};
use crate::record::{Head, number};
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

/// An error about type `id`.
#[cold]
pub(crate) fn error(btf: &Btf<'_>, id: TypeId, site: Site, problem: Problem) -> Box<TypeError> {
    let member = match site {
        Site::Whole => None,
        Site::Member(i, name) => Some((i, btf.name_at(name).to_owned())),
    };
    Box::new(TypeError {
        id,
        kind: btf.kind(id).word(),
        name: btf.name(id).to_owned(),
        member,
        problem,
    })
}

/// Checks every name and every reference of `btf`'s own types.
pub(crate) fn references(btf: &Btf<'_>) -> Checked {
    for id in btf.own_ids() {
        if let Some(head) = btf.head(id) {
            let check = Check { btf, id };
            check.names([head.name])?;
            check.record(head)?;
        }
    }
    Ok(())
}

/// The checks of one type.
struct Check<'b> {
    btf: &'b Btf<'b>,
    id: TypeId,
}

impl Check<'_> {
    fn fail<T>(&self, site: Site, problem: Problem) -> Checked<T> {
        Err(error(self.btf, self.id, site, problem))
    }

    /// Checks all but the name of the record with this head.
    fn record(&self, head: Head) -> Checked {
        let (size, target) = (Bytes(head.size_or_type), TypeId(head.size_or_type));
        match head.kind() {
            number::FUNC => self.wants(target, "function type", &[number::FUNC_PROTO]),
            number::FUNC_PROTO => {
                if !self.is_value(target) {
                    return self.fail(Site::Whole, self.no_type(target));
                }
                self.named_types(self.rows(), |ty| self.is_value(ty))
            }
            number::PTR
            | number::TYPEDEF
            | number::VOLATILE
            | number::CONST
            | number::RESTRICT
            | number::TYPE_TAG
            | number::VAR => self.ty(target),
            number::STRUCT | number::UNION => {
                if size > Bytes::MAX {
                    let size = u64::from(size.0);
                    return self.fail(Site::Whole, Problem::BadSize(size));
                }
                self.named_types(self.rows().map(|[name, ty, _]| [name, ty]), |ty| {
                    self.btf.is_type(ty)
                })
            }
            number::ENUM | number::ENUM64 => {
                // clang gives a forward declaration no size.
                if head.vlen() > 0 || size != Bytes(0) {
                    self.size(size, &[1, 2, 4, 8])?;
                }
                match head.kind() {
                    number::ENUM => self.names(self.rows().map(|[name, _]| name)),
                    _ => self.names(self.rows().map(|[name, _, _]| name)),
                }
            }
            number::DATASEC => {
                let mut vars = self.rows().map(|[var, _, _]| TypeId(var));
                vars.try_for_each(|var| self.wants(var, "variable", &[number::VAR, number::FUNC]))
            }
            number::DECL_TAG => self.wants(target, "declaration", DECLARATIONS),
            number::FLOAT => self.size(size, &[2, 4, 8, 12, 16]),
            _ => match self.btf.kind(self.id) {
                Kind::Int(int) => self.int(int),
                Kind::Array(array) => self.ty(array.elem).and_then(|()| self.ty(array.index)),
                _ => Ok(()),
            },
        }
    }

    fn rows<const N: usize>(&self) -> impl Iterator<Item = [u32; N]> {
        self.btf.rows(self.id)
    }

    fn size(&self, size: Bytes, allowed: &[u32]) -> Checked {
        if allowed.contains(&size.0) {
            return Ok(());
        }
        self.fail(Site::Whole, Problem::BadSize(u64::from(size.0)))
    }

    fn int(&self, int: Int) -> Checked {
        self.size(int.size, &[1, 2, 4, 8, 16])?;
        let end = Bits(u64::from(int.offset) + u64::from(int.bits));
        if int.bits == 0 || end > int.size.bits() {
            let problem = Problem::BadIntBits {
                bits: int.bits,
                offset: int.offset,
                size: int.size.0,
            };
            return self.fail(Site::Whole, problem);
        }
        Ok(())
    }

    fn names(&self, offsets: impl IntoIterator<Item = u32>) -> Checked {
        match offsets
            .into_iter()
            .find(|offset| !self.btf.has_name(*offset))
        {
            None => Ok(()),
            Some(offset) => self.fail(Site::Whole, Problem::BadName(offset)),
        }
    }

    /// Members or parameters: name offsets and types, which have to be `fit`.
    fn named_types(
        &self,
        rows: impl Iterator<Item = [u32; 2]>,
        fit: impl Fn(TypeId) -> bool,
    ) -> Checked {
        let good = |name, ty| self.btf.has_name(name) && fit(TypeId(ty));
        match rows.enumerate().find(|(_, [name, ty])| !good(*name, *ty)) {
            None => Ok(()),
            Some((i, [name, _])) if !self.btf.has_name(name) => {
                self.fail(Site::Member(i, 0), Problem::BadName(name))
            }
            Some((i, [name, ty])) => self.fail(Site::Member(i, name), self.no_type(TypeId(ty))),
        }
    }

    /// Whether functions may take or return what is of type `ty`: no functions, which is the kernel's rule too.
    fn is_value(&self, ty: TypeId) -> bool {
        self.btf.is_type(ty) && self.btf.number(ty) != number::FUNC_PROTO
    }

    /// `target` must exist and be a type.
    fn ty(&self, target: TypeId) -> Checked {
        if self.btf.is_type(target) {
            return Ok(());
        }
        self.fail(Site::Whole, self.no_type(target))
    }

    /// Why `id` is no type, or not one that a function may take.
    fn no_type(&self, id: TypeId) -> Problem {
        if self.btf.is_type(id) {
            return Problem::Unsized(id);
        }
        if id.0 >= self.btf.len() {
            return Problem::Dangling(id);
        }
        Problem::NotAType(id, self.btf.kind(id).word())
    }

    /// `target` must exist and be of an allowed kind.
    fn wants(&self, target: TypeId, wanted: &'static str, allowed: &[u8]) -> Checked {
        if allowed.contains(&self.btf.number(target)) {
            return Ok(());
        }
        if target.0 >= self.btf.len() {
            return self.fail(Site::Whole, Problem::Dangling(target));
        }
        let kind = self.btf.kind(target).word();
        self.fail(Site::Whole, Problem::WrongKind(target, kind, wanted))
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
/// that it is a member of.
#[inline]
pub(crate) fn member(
    btf: &Btf<'_>,
    member: Place,
    size: Option<Bytes>,
    limit: Bytes,
) -> Result<(), Problem> {
    let size = size.ok_or(Problem::Unsized(member.ty))?;
    let width = match member.width {
        Some(width) => {
            let resolved = btf.kind(btf.resolved(member.ty));
            if width > size.bits() || !matches!(resolved, Kind::Int(_) | Kind::Enum(_)) {
                return Err(Problem::BadBitfield { width });
            }
            width
        }
        None if !member.offset.is_byte_aligned() => {
            return Err(Problem::Misaligned(member.offset));
        }
        None => size.bits(),
    };
    let (end, limit) = (Bits(member.offset.0 + width.0), limit.bits());
    if end > limit {
        return Err(Problem::PastEnd { end, limit });
    }
    Ok(())
}
