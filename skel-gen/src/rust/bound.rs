//! How much text the types of a layout are, before any is written.
//!
//! A member of an anonymous part is promoted to each part and struct around it. There its methods name its type, which may be an
//! array of arrays: so a small file could make any amount of text, for which rustc would take minutes.

use super::accessors::DEEPEST;
use btf_layout::{BitSlot, DefKind, Error, Field, Kind, Layout, Problem, Record, Slot, TypeId};

/// Bytes of a definition without its members.
const RECORD: u64 = 512;
/// Bytes of a field without its names and type.
const FIELD: u64 = 32;
/// Bytes of the methods of a member without their names and types.
const METHODS: u64 = 192;
/// How often a name is written for what it belongs to.
const USES: u64 = 6;
/// The most fields of one struct: rustc takes minutes for as many as BTF can have, since it looks for each by its name.
const FIELDS: usize = 1 << 14;

/// Checks that the definitions of `layout` are something to compile: their text in proportion to the BTF, their structs of no more
/// fields than rustc can take.
///
/// # Errors
/// [`Error::Type`] names the struct or union that is too much.
pub fn check(layout: &Layout<'_>) -> Result<(), Error> {
    let btf = layout.btf();
    let mut bound = Bound {
        layout,
        left: btf.text_limit(),
    };
    for def in layout.defs() {
        let text = match &def.kind {
            DefKind::Record(record) if layout.slots(record).len() > FIELDS => {
                let most = u32::try_from(FIELDS).unwrap_or(u32::MAX);
                return Err(btf
                    .error(def.id, None, Problem::TooManyMembers(most))
                    .into());
            }
            DefKind::Record(record) => bound
                .take(RECORD + USES * len(btf.name(def.id)))
                .and_then(|()| bound.members(record, 0)),
            DefKind::Enum => {
                let Kind::Enum(decl) = btf.kind(def.id) else {
                    continue;
                };
                decl.names()
                    .try_for_each(|name| bound.take(FIELD + USES * len(name)))
            }
            DefKind::Typedef(target) => bound.take(RECORD + bound.ty(*target)),
        };
        if text.is_none() {
            let limit = u32::try_from(btf.text_limit()).unwrap_or(u32::MAX);
            return Err(btf.error(def.id, None, Problem::TooLong(limit)).into());
        }
    }
    Ok(())
}

struct Bound<'a, 'b> {
    layout: &'a Layout<'b>,
    /// Bytes that may still be written.
    left: u64,
}

impl Bound<'_, '_> {
    /// Takes room for text; `None` if there is not as much.
    fn take(&mut self, text: u64) -> Option<()> {
        self.left = self.left.checked_sub(text)?;
        Some(())
    }

    /// The fields and methods of a record that is `depth` levels inside another one, to which its members are promoted.
    fn members(&mut self, record: &Record, depth: u32) -> Option<()> {
        let layout = self.layout;
        for slot in layout.slots(record) {
            // Padding, or what is shown as some bytes.
            self.take(FIELD)?;
            if let Slot::Field(field) = slot {
                self.member(&field, record.union, depth)?;
            } else if let Slot::Bits(unit) = slot {
                for bit in layout.bits(&unit) {
                    if let BitSlot::Field(field) = bit {
                        let ty = 2 * self.ty(field.ty);
                        self.take(METHODS + USES * len(field.name) + ty)?;
                    }
                }
            }
        }
        Some(())
    }

    /// A field, or an arm of a union, and the members that it promotes.
    fn member(&mut self, field: &Field<'_>, is_arm: bool, depth: u32) -> Option<()> {
        let layout = self.layout;
        // Of a part in a part, only the members are promoted.
        if depth == 0 || !field.name.is_empty() {
            let methods = if is_arm || depth > 0 { METHODS } else { 0 };
            let ty = 3 * self.ty(field.ty);
            self.take(methods + USES * len(field.name) + ty)?;
        }
        match layout.promoted(field).filter(|_| depth < DEEPEST) {
            Some(inner) => self.members(inner, depth + 1),
            None => Some(()),
        }
    }

    /// The name of a type: arrays and pointers say what they are made of.
    fn ty(&self, id: TypeId) -> u64 {
        /// `Ptr<` and `>`, or brackets, a semicolon and a length.
        const WRAPPER: u64 = 6;
        let btf = self.layout.btf();
        let (mut id, mut text) = (id, 2 * WRAPPER);
        loop {
            id = btf.unqualified(id);
            id = match btf.kind(id) {
                Kind::Array(array) => array.elem,
                Kind::Ptr(to) => to,
                Kind::Void
                | Kind::Int(_)
                | Kind::Struct(_)
                | Kind::Union(_)
                | Kind::Enum(_)
                | Kind::Fwd { .. }
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
                | Kind::DeclTag { .. } => return text + len(btf.name(id)),
            };
            text += WRAPPER;
        }
    }
}

fn len(text: &str) -> u64 {
    u64::try_from(text.len()).unwrap_or(u64::MAX)
}
