//! C declarations: `int (*name[4])(struct file *)`. The chain of types from the name to the base is walked once; then the base, the
//! declarator's left side and its right side are written straight to the text.

use super::ident::identifier_or_empty;
use super::names::{Names, Policy};
use super::qualifiers::Qualifiers;
use super::type_tag::attribute;
use crate::names::legal_or_empty;
use crate::text::Source;
use btf_layout::{Btf, Error, FuncProto, Kind, TypeId};
use std::ops::Range;

/// What writes declarations, and how it spells the types they are made of.
pub(super) trait Speller<'b> {
    /// The BTF declarations are made from.
    fn btf(&self) -> &'b Btf<'b>;

    /// The identifiers of types.
    fn names(&self) -> &Names<'b>;

    /// Where the text goes.
    fn out(&mut self) -> &mut Source;

    /// The steps of unfinished declarators, empty between declarations.
    fn chain(&mut self) -> &mut Vec<Step<'b>>;

    /// Writes the type at the end of a chain; an anonymous one in whatever way there is.
    fn base(&mut self, id: TypeId) -> Result<(), Error>;

    /// What a value of typedef `id` is, if another type than the typedef has to be written.
    fn in_place(&self, id: TypeId) -> TypeId {
        id
    }

    /// Whether typedef `id` cannot be named here, so that what it stands for has to be written.
    fn is_hidden(&self, _id: TypeId) -> bool {
        false
    }

    /// Whether C would have to have seen more of type `id`, a typedef, an array or an anonymous struct, than it has here. `void`
    /// stands for it, or what it stands for itself if that is held.
    fn is_open(&self, _id: TypeId) -> bool {
        false
    }

    /// Whether some typedef needs itself. Then only a value's own typedef is written out where it is hidden, since others might
    /// have no end.
    fn has_cycles(&self) -> bool {
        false
    }

    /// Called in front of (+1) and after (-1) the parameters of a function.
    fn params(&mut self, _step: i32) {}
}

/// A link between a name and its base type.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step<'b> {
    Pointer(Qualifiers),
    Array(u32),
    Function(FuncProto<'b>),
    /// A type tag of what follows.
    Tag(TypeId),
}

/// Parameter lists longer than this are written without names.
const MAX_NAMED_PARAMS: usize = 64;

/// Writes the declaration of `name`, which may be empty, with type `id`; `value` if it declares a member.
///
/// It ends, since validated BTF has no endless chain of anonymous types.
pub(super) fn declare<'b>(
    speller: &mut impl Speller<'b>,
    id: TypeId,
    name: &str,
    value: bool,
) -> Result<(), Error> {
    declare_as(speller, id, name, value, true)
}

/// [`declare`]; `held` unless it declares a parameter.
fn declare_as<'b>(
    speller: &mut impl Speller<'b>,
    id: TypeId,
    name: &str,
    value: bool,
    held: bool,
) -> Result<(), Error> {
    let start = speller.chain().len();
    let (base, qualifiers) = unchain(speller, id, value, held);
    // Tags at the end are those of the base.
    let mut end = speller.chain().len();
    while let Some(Step::Tag(tag)) = last(speller, start..end) {
        let tag = attribute(speller.btf(), tag);
        speller.out().push(&tag);
        end -= 1;
    }
    for word in qualifiers.words() {
        speller.out().push(word).push(" ");
    }
    speller.base(base)?;
    if end > start || !name.is_empty() {
        speller.out().push(" ");
    }
    let word = left(speller, start..end);
    if word && !name.is_empty() {
        speller.out().push(" ");
    }
    speller.out().push(name);
    right(speller, start..end)?;
    speller.chain().truncate(start);
    Ok(())
}

/// Whether `void` is all that C can say of type `id`, whose kind this is.
fn is_void_here<'b>(speller: &impl Speller<'b>, id: TypeId, kind: Kind<'_>, held: bool) -> bool {
    match kind {
        Kind::Void => true,
        Kind::Fwd { .. } => !speller.btf().is_named(id),
        // C has no arrays of what has no bytes.
        Kind::Array(_) => speller.is_open(id) || speller.btf().has_no_bytes(id),
        Kind::Typedef(_) => !held && is_nothing(speller, id),
        Kind::Struct(_) | Kind::Union(_) => !held && speller.is_open(id),
        Kind::Int(_)
        | Kind::Ptr(_)
        | Kind::Enum(_)
        | Kind::Volatile(_)
        | Kind::Const(_)
        | Kind::Restrict(_)
        | Kind::TypeTag { .. }
        | Kind::Func { .. }
        | Kind::FuncProto(_)
        | Kind::Var { .. }
        | Kind::Datasec(_)
        | Kind::Float(_)
        | Kind::DeclTag { .. } => false,
    }
}

/// Pushes the steps from `id` on; returns the base they end at and its qualifiers. What is met is `held` as long as it is what
/// is declared, or part of it, not what a pointer leads to.
fn unchain<'b>(
    speller: &mut impl Speller<'b>,
    mut id: TypeId,
    mut value: bool,
    mut held: bool,
) -> (TypeId, Qualifiers) {
    let btf = speller.btf();
    let start = speller.chain().len();
    let mut qualifiers = Qualifiers::default();
    loop {
        let kind = btf.kind(id);
        if let Some(inner) = unwrap(speller, &mut qualifiers, id, kind) {
            id = inner;
            continue;
        }
        if is_void_here(speller, id, kind, held) {
            id = TypeId::VOID;
            break;
        }
        let step = match kind {
            Kind::Ptr(to) => {
                (id, value, held) = (to, false, false);
                Step::Pointer(std::mem::take(&mut qualifiers))
            }
            // The qualifiers of an array are those of its elements.
            Kind::Array(array) => {
                (id, value) = (array.elem, true);
                Step::Array(array.len)
            }
            Kind::FuncProto(proto) => {
                qualifiers = Qualifiers::default();
                (id, value, held) = (result(btf, &proto), false, false);
                Step::Function(proto)
            }
            Kind::Typedef(target) => match replaced(speller, id, target, value) {
                Some(other) => {
                    id = other;
                    continue;
                }
                None => break,
            },
            Kind::Void
            | Kind::Int(_)
            | Kind::Struct(_)
            | Kind::Union(_)
            | Kind::Enum(_)
            | Kind::Fwd { .. }
            | Kind::Volatile(_)
            | Kind::Const(_)
            | Kind::Restrict(_)
            | Kind::TypeTag { .. }
            | Kind::Func { .. }
            | Kind::Var { .. }
            | Kind::Datasec(_)
            | Kind::Float(_)
            | Kind::DeclTag { .. } => break,
        };
        speller.chain().push(step);
    }
    let end = speller.chain().len();
    if matches!(last(speller, start..end), Some(Step::Function(_))) {
        // Those of a result mean nothing.
        qualifiers = Qualifiers::default();
    }
    (id, qualifiers)
}

/// The type inside a qualifier, which is noted, or inside a type tag, which native headers write.
fn unwrap<'b>(
    speller: &mut impl Speller<'b>,
    qualifiers: &mut Qualifiers,
    id: TypeId,
    kind: Kind<'_>,
) -> Option<TypeId> {
    let Kind::TypeTag { ty, .. } = kind else {
        return qualifiers.take_in(speller.btf(), kind);
    };
    if speller.names().policy() == Policy::Native {
        speller.chain().push(Step::Tag(id));
    }
    Some(ty)
}

/// What stands in place of a typedef of `target` whose name will not do: the value that it is, or its target.
fn replaced<'b>(
    speller: &impl Speller<'b>,
    id: TypeId,
    target: TypeId,
    value: bool,
) -> Option<TypeId> {
    let in_place = speller.in_place(id);
    if value && in_place != id {
        return Some(in_place);
    }
    (speller.is_open(id) || speller.is_hidden(id)).then_some(target)
}

/// Whether a typedef that is not held cannot be named and may have no end if it is written out.
fn is_nothing<'b>(speller: &impl Speller<'b>, id: TypeId) -> bool {
    speller.is_open(id) || speller.has_cycles() && speller.is_hidden(id)
}

/// The result of a function type. C has none that are arrays or functions, so those count as `void`.
fn result(btf: &Btf<'_>, proto: &FuncProto<'_>) -> TypeId {
    let result = btf.kind(btf.resolved(proto.result));
    match matches!(result, Kind::Array(_) | Kind::FuncProto(_)) {
        true => TypeId::VOID,
        false => proto.result,
    }
}

fn step<'b>(speller: &mut impl Speller<'b>, at: usize) -> Option<Step<'b>> {
    speller.chain().get(at).copied()
}

/// The last of some steps.
fn last<'b>(speller: &mut impl Speller<'b>, steps: Range<usize>) -> Option<Step<'b>> {
    speller.chain().get(steps)?.last().copied()
}

/// Writes what stands before the name: pointers, and a parenthesis where a suffix would bind first. Returns whether it ends with
/// a word.
fn left<'b>(speller: &mut impl Speller<'b>, steps: Range<usize>) -> bool {
    let (mut suffixed, mut word) = (false, false);
    for at in steps.rev() {
        match step(speller, at) {
            Some(Step::Pointer(qualifiers)) => {
                let space = if word { " " } else { "" };
                let open = if suffixed { "(*" } else { "*" };
                speller.out().push(space).push(open);
                (suffixed, word) = (false, false);
                for qualifier in qualifiers.words() {
                    speller
                        .out()
                        .push(if word { " " } else { "" })
                        .push(qualifier);
                    word = true;
                }
            }
            Some(Step::Tag(tag)) => {
                if word {
                    speller.out().push(" ");
                }
                let tag = attribute(speller.btf(), tag);
                speller.out().push(&tag);
                word = false;
            }
            Some(Step::Array(_) | Step::Function(_)) | None => suffixed = true,
        }
    }
    word
}

/// Writes what stands after the name: array lengths and parameters.
fn right<'b>(speller: &mut impl Speller<'b>, steps: Range<usize>) -> Result<(), Error> {
    let mut pointer = false;
    for at in steps {
        let close = if pointer { ")" } else { "" };
        match step(speller, at) {
            Some(Step::Pointer(_)) => pointer = true,
            Some(Step::Array(len)) => {
                speller.out().push(close).push("[").number(len).push("]");
                pointer = false;
            }
            Some(Step::Function(proto)) => {
                speller.out().push(close).push("(");
                speller.params(1);
                params(speller, &proto)?;
                speller.params(-1);
                speller.out().push(")");
                pointer = false;
            }
            Some(Step::Tag(_)) | None => {}
        }
    }
    Ok(())
}

/// Writes the parameters of a function type. One of type `void` stands for none at all, or after others for `...`.
fn params<'b>(speller: &mut impl Speller<'b>, proto: &FuncProto<'b>) -> Result<(), Error> {
    let last = proto.len().saturating_sub(1);
    if proto.is_empty() {
        speller.out().push("void");
    }
    for (i, (name, ty)) in proto.params().enumerate() {
        if i > 0 {
            speller.out().push(", ");
        }
        if ty == TypeId::VOID && i == last {
            speller.out().push(if i == 0 { "void" } else { "..." });
        } else if is_void(speller, ty) {
            // Nothing in C; what is nearest.
            speller.out().push("void *");
        } else {
            let twice = || proto.params().take(i).any(|(other, _)| other == name);
            let name = if last < MAX_NAMED_PARAMS && !twice() {
                name
            } else {
                ""
            };
            let name = match speller.names().policy() {
                Policy::Native => identifier_or_empty(name),
                Policy::Wasm => legal_or_empty(name),
            };
            // The parameters after one that is called like a typedef could not use the typedef any more.
            let hides = speller.names().is_ordinary(&name);
            declare_as(speller, ty, if hides { "" } else { &name }, false, false)?;
        }
    }
    Ok(())
}

/// Whether C has no type at all for a parameter.
fn is_void<'b>(speller: &impl Speller<'b>, ty: TypeId) -> bool {
    let btf = speller.btf();
    let ty = btf.unqualified(ty);
    btf.has_no_bytes(ty) || is_void_here(speller, ty, btf.kind(ty), false)
}

/// What stands before the name of a base type: its keyword and a space, or nothing; `void` stands alone.
pub(super) fn keyword(btf: &Btf<'_>, id: TypeId) -> &'static str {
    match btf.kind(id) {
        Kind::Struct(_) | Kind::Fwd { union: false } => "struct ",
        Kind::Union(_) | Kind::Fwd { union: true } => "union ",
        Kind::Enum(_) => "enum ",
        Kind::Void => "void",
        Kind::Int(_)
        | Kind::Ptr(_)
        | Kind::Array(_)
        | Kind::Typedef(_)
        | Kind::Volatile(_)
        | Kind::Const(_)
        | Kind::Restrict(_)
        | Kind::TypeTag { .. }
        | Kind::Func { .. }
        | Kind::FuncProto(_)
        | Kind::Var { .. }
        | Kind::Datasec(_)
        | Kind::Float(_)
        | Kind::DeclTag { .. } => "",
    }
}
