//! The parts of which the text of a type consists.

use super::Btf;
use super::kind::Kind;
use super::record::number;
use crate::units::TypeId;

/// A part of what a type is spelled as.
pub(crate) enum Part {
    /// A line with the name at this offset: of a member, a parameter or an enumerator.
    Line(u32),
    /// A type, in full if it has no name.
    Type(TypeId),
    /// A struct or union in full: it lends its members.
    Lent(TypeId),
}

/// Visits the parts of type `id`, in order.
#[inline]
pub(crate) fn each_part<E>(
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

/// Whether a type of this kind has one part, to which its head refers.
#[inline]
fn is_wrapper(kind: u8) -> bool {
    let declares = matches!(
        kind,
        number::TYPEDEF | number::FUNC | number::VAR | number::DECL_TAG
    );
    kind == number::PTR || number::is_qualifier(kind) || declares
}
