//! How much text a package is, before any is written.
//!
//! A type is written out wherever it has no name: a tuple once for each element, a list once in each place that holds one, in
//! each function the names that its errors give. So a small file could make any amount of text of it, which nobody could compile.

use super::error::WitError;
use super::model::{Enumeration, Field, Form, Item, ItemKind, Shape};

/// Bytes of an item beside its fields and names: types, functions, documentation.
const ITEM: u64 = 1024;
/// Bytes of a field beside its shape.
const FIELD: u64 = 128;
/// Bytes of what reads and writes one number, string or list.
const VALUE: u64 = 128;
/// More of these for each array around it.
const LEVEL: u64 = 64;
/// Bytes of a case of an enum beside its names.
const CASE: u64 = 256;
/// How often a name is written for what it belongs to.
const USES: u64 = 8;

/// Checks that the items are no more than `limit` bytes of text in the most verbose of languages.
pub(super) fn check(items: &[Item], limit: u64) -> Result<(), WitError> {
    let bound = Bound { items };
    let mut text = 0_u64;
    for item in items {
        text = text.saturating_add(bound.item(item));
        if text > limit {
            return Err(WitError::TooLong {
                ty: item.c_name.clone(),
                limit,
            });
        }
    }
    Ok(())
}

struct Bound<'p> {
    items: &'p [Item],
}

impl Bound<'_> {
    fn item(&self, item: &Item) -> u64 {
        let names = len(&item.name) + len(&item.c_name);
        let parts = match &item.kind {
            ItemKind::Record { fields, .. } => {
                let fields = fields.iter().map(|field| self.field(item, field));
                fields.fold(0, u64::saturating_add)
            }
            // Each view is two functions with types of their own.
            ItemKind::Union { views } => views.iter().fold(0_u64, |text, view| {
                let field = self.field(item, &view.field).saturating_add(names);
                text.saturating_add(field.saturating_mul(2))
            }),
            ItemKind::Alias(target) => self.shape(target, 0, 0),
            ItemKind::Enum(decl) | ItemKind::Flags(decl) => enumeration(item, decl),
            ItemKind::Empty => 0,
        };
        (ITEM + USES * names).saturating_add(parts)
    }

    fn field(&self, item: &Item, field: &Field) -> u64 {
        let pointee = field.pointee.as_deref().map_or(0, len);
        let names = len(&field.name) + len(&field.c_name);
        let member = len(&item.c_name) + names;
        let shape = self.shape(&field.shape, 0, member);
        (FIELD + USES * names + pointee).saturating_add(shape)
    }

    /// A value inside `level` arrays; errors about it name a member with a name this long.
    fn shape(&self, shape: &Shape, level: u64, member: u64) -> u64 {
        let value = VALUE + LEVEL * level + member;
        match shape {
            Shape::Array {
                elem,
                len,
                form: Form::Tuple,
                ..
            } => self
                .shape(elem, level + 1, member)
                .saturating_mul(u64::from(*len))
                .saturating_add(value),
            Shape::Array { elem, .. } | Shape::NoElements(elem) => {
                self.shape(elem, level + 1, member).saturating_add(value)
            }
            Shape::Item(at) => {
                let name = self.items.get(*at).map_or(0, |item| len(&item.name));
                value + USES * name
            }
            Shape::Int { .. }
            | Shape::Bit
            | Shape::Wide { .. }
            | Shape::Float { .. }
            | Shape::Pointer
            | Shape::Bytes(_)
            | Shape::Text(_) => value,
        }
    }
}

fn enumeration(item: &Item, decl: &Enumeration) -> u64 {
    let own = len(&item.name) + len(&decl.or_raw);
    let zeroes = decl.zeroes.iter().map(|name| len(name));
    let cases = decl.cases.iter().map(|case| {
        let c_names: u64 = case.c_names.iter().map(|name| CASE + len(name)).sum();
        CASE + 2 * own + USES * len(&case.name) + c_names
    });
    zeroes.chain(cases).fold(0, u64::saturating_add)
}

fn len(text: &str) -> u64 {
    u64::try_from(text.len()).unwrap_or(u64::MAX)
}
