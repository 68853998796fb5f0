//! The lines of a struct or union as C text.

use btf_layout::{Bits, Bytes, Member};

/// A record as C text.
#[derive(Clone, Debug)]
pub(crate) struct NativeRecord<'b> {
    /// Whether it needs `__attribute__((packed))`.
    pub(crate) packed: bool,
    /// Its members, by offset, with the padding that does not come about by itself.
    pub(crate) items: Vec<NativeItem<'b>>,
}

/// A line of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NativeItem<'b> {
    /// A member; a bitfield if it has a width.
    Member(Member<'b>),
    /// An anonymous bitfield.
    Filler {
        /// Its width, 1 bit to the size of its type.
        width: Bits,
        /// Size of its type: 1, 2, 4 or 8 bytes, never more than the alignment of the record, unless that is packed.
        unit: Bytes,
    },
    /// Unused bytes, too many for bitfields.
    Bytes(Bytes),
    /// A member of a type without bytes, with this name: C has none.
    Empty(&'b str),
    /// An arm of a union that does not start at its start: an anonymous struct, with padding and the member up to
    /// [`NativeItem::Close`].
    Open,
    /// The end of that struct.
    Close {
        /// Whether it needs `__attribute__((packed))`.
        packed: bool,
    },
}

/// The largest number of anonymous bitfields in a row; longer gaps are arrays.
const MAX_FILLERS: u64 = 16;

/// Fills the bits from `at` up to `end`. No filler crosses a boundary of its type, so the compiler puts each right after the last.
pub(super) fn fill(mut at: u64, end: u64, unit: Bytes, items: &mut Vec<NativeItem<'_>>) {
    let bits = unit.bits().0;
    while at < end {
        let rest = end - at;
        if at.is_multiple_of(8) && rest > MAX_FILLERS * bits {
            let bytes = Bits(rest).floor_bytes().unwrap_or(Bytes::MAX);
            items.push(NativeItem::Bytes(bytes));
            at += bytes.bits().0;
        } else {
            let width = Bits(rest.min(bits - at % bits));
            items.push(NativeItem::Filler { width, unit });
            at += width.0;
        }
    }
}
