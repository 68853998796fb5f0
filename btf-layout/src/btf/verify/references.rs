//! Names, references and sizes: what can be said of a type without a look at what it refers to, but for its kind.

use crate::btf::flaws::Flaws;
use crate::btf::kind::{BtfKind, Kind};
use crate::btf::scalar::{EnumRows, Int};
use crate::btf::types::Btf;
use crate::error::{Problem, TypeError};
use crate::units::{Bits, Bytes, TypeId};

/// Checks every name and every reference of `btf`'s own types. What is wrong with a type, but not with its entry, is no error: the
/// result has it.
pub(crate) fn references(btf: &Btf<'_>) -> Result<Flaws, Box<TypeError>> {
    let mut flaws = Flaws::default();
    for id in btf.own_ids() {
        let Some(head) = btf.head(id) else {
            continue;
        };
        let check = Check { btf, id };
        match check.names([head.name]).and_then(|()| check.entry()) {
            Ok(()) => {}
            Err(wrong) if wrong.entry => return Err(btf.error(id, wrong.member, wrong.problem)),
            Err(wrong) => flaws.note(id, wrong.member, wrong.problem),
        }
    }
    Ok(flaws)
}

/// The integers of size 0 among `btf`'s own types, but for those with a flaw.
pub(crate) fn units(btf: &Btf<'_>, flaws: &Flaws) -> Vec<TypeId> {
    let is_unit = |id: &TypeId| btf.btf_kind(*id) == BtfKind::Int && btf.target(*id) == TypeId(0);
    let own = btf.own_ids().filter(is_unit);
    own.filter(|id| flaws.get(*id).is_none()).collect()
}

/// What is wrong.
struct Wrong {
    /// Whether the entry is no type, so that libbpf would refuse the section; else no layout can be made of the type.
    entry: bool,
    /// The position of the member or parameter that it is about.
    member: Option<usize>,
    problem: Problem,
}

/// What every check of an entry returns: as long as all is well, nothing but a null pointer.
type Judged = Result<(), Box<Wrong>>;

#[cold]
fn wrong_entry(member: Option<usize>, problem: Problem) -> Box<Wrong> {
    Box::new(Wrong {
        entry: true,
        member,
        problem,
    })
}

#[cold]
fn wrong_type(member: Option<usize>, problem: Problem) -> Box<Wrong> {
    Box::new(Wrong {
        entry: false,
        member,
        problem,
    })
}

/// What is wrong first: with the entry if anything is, else with the type.
fn first(checks: impl IntoIterator<Item = Judged>) -> Judged {
    let mut found = Ok(());
    for check in checks {
        match &check {
            Ok(()) => {}
            Err(wrong) if wrong.entry => return check,
            Err(_) => found = found.and(check),
        }
    }
    found
}

/// The checks of one entry.
#[derive(Clone, Copy)]
struct Check<'b> {
    btf: &'b Btf<'b>,
    id: TypeId,
}

impl Check<'_> {
    /// Checks all but the name of the entry.
    fn entry(self) -> Judged {
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
            | Kind::Var { ty, .. } => self.ty(ty),
            Kind::Array(array) => first([self.ty(array.elem), self.ty(array.index)]),
            Kind::Struct(composite) | Kind::Union(composite) => {
                let size = match composite.size <= Bytes::MAX {
                    true => Ok(()),
                    false => Err(bad_size(composite.size)),
                };
                let rows = composite.tail.rows().map(|[name, ty, _]| [name, ty]);
                first([size, self.named_types(rows, |ty| self.btf.is_type(ty))])
            }
            Kind::Enum(decl) => {
                let names = match decl.rows {
                    EnumRows::Narrow(tail) => self.names(tail.rows().map(|[name, _]| name)),
                    EnumRows::Wide(tail) => self.names(tail.rows().map(|[name, _, _]| name)),
                };
                // clang gives a forward declaration no size.
                if decl.is_empty() && decl.size == Bytes(0) {
                    return names;
                }
                first([self.size(decl.size, &[1, 2, 4, 8]), names])
            }
            Kind::Func { proto, .. } => match self.btf.btf_kind(proto) == BtfKind::FuncProto {
                true => Ok(()),
                false => Err(wrong_entry(None, self.not_wanted(proto, "function type"))),
            },
            Kind::FuncProto(proto) => {
                let result = match self.is_value(proto.result) {
                    true => Ok(()),
                    false => Err(self.no_type(None, proto.result)),
                };
                let params = self.named_types(proto.tail.rows(), |ty| self.is_value(ty));
                first([result, params])
            }
            Kind::Datasec(section) => {
                let allowed = &[BtfKind::Var, BtfKind::Func];
                let vars = section.vars();
                first(vars.map(|entry| self.wants(entry.var, "variable", allowed)))
            }
            Kind::DeclTag { target, .. } => self.wants(target, "declaration", DECLARATIONS),
        }
    }

    fn size(self, size: Bytes, allowed: &[u32]) -> Judged {
        match allowed.contains(&size.0) {
            true => Ok(()),
            false => Err(bad_size(size)),
        }
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
            return Err(wrong_type(None, problem));
        }
        Ok(())
    }

    fn names(self, offsets: impl IntoIterator<Item = u32>) -> Judged {
        let mut offsets = offsets.into_iter();
        match offsets.find(|offset| !self.btf.has_name(*offset)) {
            None => Ok(()),
            Some(offset) => Err(wrong_entry(None, Problem::BadName(offset))),
        }
    }

    /// Members or parameters: name offsets and types, which have to be `fit`.
    fn named_types(
        self,
        rows: impl Iterator<Item = [u32; 2]>,
        fit: impl Fn(TypeId) -> bool,
    ) -> Judged {
        first(rows.enumerate().map(|(i, [name, ty])| {
            if !self.btf.has_name(name) {
                return Err(wrong_entry(Some(i), Problem::BadName(name)));
            }
            match fit(TypeId(ty)) {
                true => Ok(()),
                false => Err(self.no_type(Some(i), TypeId(ty))),
            }
        }))
    }

    /// Whether functions may take or return what is of type `ty`: no functions, which is the kernel's rule too.
    fn is_value(self, ty: TypeId) -> bool {
        self.btf.is_type(ty) && self.btf.btf_kind(ty) != BtfKind::FuncProto
    }

    /// `target` must exist and be a type.
    fn ty(self, target: TypeId) -> Judged {
        match self.btf.is_type(target) {
            true => Ok(()),
            false => Err(self.no_type(None, target)),
        }
    }

    /// Why `id` is no type, or not one that a function may take.
    fn no_type(self, member: Option<usize>, id: TypeId) -> Box<Wrong> {
        if self.btf.is_type(id) {
            return wrong_type(member, Problem::Unsized(id));
        }
        if id.0 >= self.btf.len() {
            return wrong_entry(member, Problem::Dangling(id));
        }
        wrong_type(member, Problem::NotAType(id, self.btf.kind(id).word()))
    }

    /// `target` must exist and be of an allowed kind.
    fn wants(self, target: TypeId, wanted: &'static str, allowed: &[BtfKind]) -> Judged {
        if allowed.contains(&self.btf.btf_kind(target)) {
            return Ok(());
        }
        let problem = self.not_wanted(target, wanted);
        Err(match matches!(problem, Problem::Dangling(_)) {
            true => wrong_entry(None, problem),
            false => wrong_type(None, problem),
        })
    }

    fn not_wanted(self, target: TypeId, wanted: &'static str) -> Problem {
        if target.0 >= self.btf.len() {
            return Problem::Dangling(target);
        }
        Problem::WrongKind(target, self.btf.kind(target).word(), wanted)
    }
}

#[cold]
fn bad_size(size: Bytes) -> Box<Wrong> {
    wrong_type(None, Problem::BadSize(u64::from(size.0)))
}

/// What a tag can be attached to.
const DECLARATIONS: &[BtfKind] = &[
    BtfKind::Struct,
    BtfKind::Union,
    BtfKind::Typedef,
    BtfKind::Func,
    BtfKind::Var,
    BtfKind::Enum,
    BtfKind::Enum64,
    BtfKind::Fwd,
];
