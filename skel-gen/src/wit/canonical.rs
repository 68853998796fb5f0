//! Which records have, in the component model's canonical ABI, the layout of their bytes.
//!
//! Source: <https://github.com/WebAssembly/component-model/blob/main/design/mvp/CanonicalABI.md>, "Alignment" and "Element
//! Size": fields in order, each at its natural alignment, the size rounded up to the largest.

use super::model::{Arrays, Field, Form, Item, ItemKind, Place, Shape};
use btf_layout::Bytes;

/// The canonical alignment of a record of `size` bytes with these fields, if the canonical ABI gives it the same layout.
pub(super) fn canonical(
    fields: &[Field],
    size: Bytes,
    items: &[Item],
    arrays: Arrays,
) -> Option<u32> {
    let (mut end, mut largest) = (0_u32, 1_u32);
    for field in fields {
        let Place::Bytes {
            offset,
            size: bytes,
        } = field.place
        else {
            return None;
        };
        let align = alignment(&field.shape, items, arrays)?;
        if end.checked_next_multiple_of(align)? != offset.0 {
            return None;
        }
        end = offset.0.saturating_add(bytes.0);
        largest = largest.max(align);
    }
    (end.checked_next_multiple_of(largest)? == size.0).then_some(largest)
}

/// The alignment of a value whose canonical bytes are those of BPF; `None` if they are not.
fn alignment(shape: &Shape, items: &[Item], arrays: Arrays) -> Option<u32> {
    match shape {
        Shape::Int { size, .. } | Shape::Float { size } => Some(*size),
        // A 128-bit integer is a record of two words of 8 bytes.
        Shape::Pointer | Shape::Wide { .. } => Some(8),
        Shape::Bytes(len) if arrays.is_fixed(*len) => Some(1),
        Shape::Array {
            elem,
            form: Form::Fixed | Form::Tuple,
            ..
        } => alignment(elem, items, arrays),
        Shape::Item(at) => match &items.get(*at)?.kind {
            ItemKind::Alias(target) => alignment(target, items, arrays),
            ItemKind::Record { canonical, .. } => *canonical,
            ItemKind::Empty | ItemKind::Union { .. } | ItemKind::Enum(_) | ItemKind::Flags(_) => {
                None
            }
        },
        Shape::Bit
        | Shape::Bytes(_)
        | Shape::Text(_)
        | Shape::Array { .. }
        | Shape::NoElements(_) => None,
    }
}
