//! The rules a BTF section has to keep, beyond records that lie inside it: names, references, sizes, member positions.
//!
//! They follow what the kernel's verifier and libbpf accept, and are laxer where real compilers are (member order, for one).

use crate::btf::Btf;
use crate::error::{Error, Problem, TypeError};
use crate::kind::{Composite, Int, Kind, Place};
use crate::units::{Bits, Bytes, TypeId};

/// The part of a type an error is about.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Site {
    /// The type as a whole.
    Whole,
    /// Its `i`-th member, parameter, enumerator or variable, and the offset of that one's name.
    Member(usize, u32),
}

/// An error about type `id`.
pub(crate) fn error(btf: &Btf<'_>, id: TypeId, site: Site, problem: Problem) -> Error {
    let member = match site {
        Site::Whole => None,
        Site::Member(i, name) => Some((i, btf.name_at(name).to_owned())),
    };
    type_error(btf, id, member, problem)
}

/// An error about the `i`-th member, called `name`, of type `id`.
pub(crate) fn member_error(
    btf: &Btf<'_>,
    id: TypeId,
    i: usize,
    name: &str,
    problem: Problem,
) -> Error {
    type_error(btf, id, Some((i, name.to_owned())), problem)
}

fn type_error(
    btf: &Btf<'_>,
    id: TypeId,
    member: Option<(usize, String)>,
    problem: Problem,
) -> Error {
    Error::Type(Box::new(TypeError {
        id,
        kind: btf.kind(id).word(),
        name: btf.name(id).to_owned(),
        member,
        problem,
    }))
}

/// Checks every name and every reference of `btf`'s own types.
pub(crate) fn references(btf: &Btf<'_>) -> Result<(), Error> {
    for id in btf.own_ids() {
        let check = Check { btf, id };
        let name = btf.head(id).map_or(0, |head| head.name);
        if !btf.has_name(name) {
            return Err(error(btf, id, Site::Whole, Problem::BadName(name)));
        }
        check.kind()?;
    }
    Ok(())
}

/// The checks of one type.
struct Check<'b> {
    btf: &'b Btf<'b>,
    id: TypeId,
}

impl Check<'_> {
    fn fail<T>(&self, site: Site, problem: Problem) -> Result<T, Error> {
        Err(error(self.btf, self.id, site, problem))
    }

    fn kind(&self) -> Result<(), Error> {
        match self.btf.kind(self.id) {
            Kind::Void | Kind::Fwd { .. } => Ok(()),
            Kind::Int(int) => self.int(int),
            Kind::Float(size) => self.size(size, &[2, 4, 8, 12, 16]),
            Kind::Ptr(ty)
            | Kind::Typedef(ty)
            | Kind::Volatile(ty)
            | Kind::Const(ty)
            | Kind::Restrict(ty)
            | Kind::TypeTag { ty, .. }
            | Kind::Var { ty, .. } => self.ty(Site::Whole, ty),
            Kind::Array(array) => {
                self.ty(Site::Whole, array.elem)?;
                self.ty(Site::Whole, array.index)
            }
            Kind::Struct(composite) | Kind::Union(composite) => {
                if composite.size > Bytes::MAX {
                    let size = u64::from(composite.size.0);
                    return self.fail(Site::Whole, Problem::BadSize(size));
                }
                let rows = composite.tail.rows();
                self.named_types(rows.map(|[name, ty, _]| (name, TypeId(ty))))
            }
            Kind::Enum(decl) => {
                // clang gives a forward declaration no size.
                if !decl.is_empty() || decl.size != Bytes(0) {
                    self.size(decl.size, &[1, 2, 4, 8])?;
                }
                match decl.values {
                    crate::kind::EnumRows::Narrow(rows) => {
                        self.names(rows.rows().map(|[name, _]| name))
                    }
                    crate::kind::EnumRows::Wide(rows) => {
                        self.names(rows.rows().map(|[name, _, _]| name))
                    }
                }
            }
            Kind::Func { proto, .. } => self.wants(proto, "function type", |kind| {
                matches!(kind, Kind::FuncProto(_))
            }),
            Kind::FuncProto(proto) => {
                self.ty(Site::Whole, proto.result)?;
                self.named_types(proto.tail.rows().map(|[name, ty]| (name, TypeId(ty))))
            }
            Kind::Datasec(section) => section.vars().try_for_each(|entry| {
                self.wants(entry.var, "variable", |kind| {
                    matches!(kind, Kind::Var { .. } | Kind::Func { .. })
                })
            }),
            Kind::DeclTag { target, .. } => self.wants(target, "declaration", |kind| {
                matches!(
                    kind,
                    Kind::Struct(_)
                        | Kind::Union(_)
                        | Kind::Typedef(_)
                        | Kind::Func { .. }
                        | Kind::Var { .. }
                        | Kind::Enum(_)
                        | Kind::Fwd { .. }
                )
            }),
        }
    }

    fn size(&self, size: Bytes, allowed: &[u32]) -> Result<(), Error> {
        if allowed.contains(&size.0) {
            return Ok(());
        }
        self.fail(Site::Whole, Problem::BadSize(u64::from(size.0)))
    }

    fn int(&self, int: Int) -> Result<(), Error> {
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

    fn names(&self, mut offsets: impl Iterator<Item = u32>) -> Result<(), Error> {
        match offsets.find(|offset| !self.btf.has_name(*offset)) {
            None => Ok(()),
            Some(offset) => self.fail(Site::Whole, Problem::BadName(offset)),
        }
    }

    /// Members or parameters: name offsets and types.
    fn named_types(&self, rows: impl Iterator<Item = (u32, TypeId)>) -> Result<(), Error> {
        let good = |(name, ty): &(u32, TypeId)| self.btf.has_name(*name) && self.btf.is_type(*ty);
        match rows.enumerate().find(|(_, row)| !good(row)) {
            None => Ok(()),
            Some((i, (name, _))) if !self.btf.has_name(name) => {
                self.fail(Site::Member(i, 0), Problem::BadName(name))
            }
            Some((i, (name, ty))) => self.fail(Site::Member(i, name), self.no_type(ty)),
        }
    }

    /// `target` must exist and be a type.
    fn ty(&self, site: Site, target: TypeId) -> Result<(), Error> {
        if self.btf.is_type(target) {
            return Ok(());
        }
        self.fail(site, self.no_type(target))
    }

    /// Why `id` is no type.
    fn no_type(&self, id: TypeId) -> Problem {
        if id.0 >= self.btf.len() {
            return Problem::Dangling(id);
        }
        Problem::NotAType(id, self.btf.kind(id).word())
    }

    /// `target` must exist and be of a kind that `allowed` says yes to.
    fn wants(
        &self,
        target: TypeId,
        wanted: &'static str,
        allowed: impl Fn(&Kind<'_>) -> bool,
    ) -> Result<(), Error> {
        if target.0 >= self.btf.len() {
            return self.fail(Site::Whole, Problem::Dangling(target));
        }
        let kind = self.btf.kind(target);
        if allowed(&kind) {
            return Ok(());
        }
        self.fail(Site::Whole, Problem::WrongKind(target, kind.word(), wanted))
    }
}

/// Checks that every member of `btf`'s own structs and unions has a size, a possible bitfield width and a place inside its type.
pub(crate) fn members(btf: &Btf<'_>) -> Result<(), Error> {
    for id in btf.declared().filter(|id| *id >= btf.first()) {
        if let Kind::Struct(composite) | Kind::Union(composite) = btf.kind(id) {
            for (i, row) in composite.tail.rows().enumerate() {
                let [name, ..] = row;
                member_fits(btf, &composite, composite.place(row))
                    .map_err(|problem| error(btf, id, Site::Member(i, name), problem))?;
            }
        }
    }
    Ok(())
}

fn member_fits(btf: &Btf<'_>, composite: &Composite<'_>, place: Place) -> Result<(), Problem> {
    let member = btf.normalized(place);
    let size = btf.size(member.ty).ok_or(Problem::Unsized(member.ty))?;
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
    let (end, limit) = (Bits(member.offset.0 + width.0), composite.size.bits());
    if end > limit {
        return Err(Problem::PastEnd { end, limit });
    }
    Ok(())
}
