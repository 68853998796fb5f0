//! Arms of unions that do not start where their unions do, and what fills the gap before them.

use super::compiler::{Compiler, Extent};
use super::form::NativeItem;
use crate::btf::Btf;
use crate::btf::{Member, Place};
use crate::units::{Bits, Bytes};

/// A member as stored, its place as newer encodings state it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    /// Offset of its name in the string section.
    pub(super) name: u32,
    pub(super) place: Place,
}

/// Whether a member raises the alignment of its record: all but unnamed bitfields do.
pub(super) fn constrains(btf: &Btf<'_>, row: &Row) -> bool {
    row.place.width.is_none() || !btf.is_empty_name(row.name)
}

/// An arm of a union that does not start at its start, as a struct of its own.
#[derive(Clone, Copy, Debug)]
pub(super) struct LateArm {
    row: Row,
    compiler: Compiler,
}

impl LateArm {
    /// The struct that a compiler lays out as the BTF says, in no more than `limit` bits: packed only if there is no other way.
    pub(super) fn new(btf: &Btf<'_>, row: Row, of: Extent, limit: u64) -> Self {
        let lay_out = |packed| {
            let mut compiler = Compiler {
                packed,
                end: row.place.offset.0,
                align: 8,
            };
            let at = compiler.next(of, row.place.width);
            compiler.end = at + row.place.width.map_or(of.size, |width| width.0);
            if constrains(btf, &row) {
                compiler.raise(of);
            }
            let fits = at == row.place.offset.0 && compiler.size() <= limit;
            (fits, LateArm { row, compiler })
        };
        match lay_out(false) {
            (true, natural) => natural,
            (false, _) => lay_out(true).1,
        }
    }

    /// How it stands in the union.
    pub(super) fn extent(self) -> Extent {
        Extent {
            align: self.compiler.align,
            size: self.compiler.size(),
        }
    }

    pub(super) fn items<'b>(self, btf: &'b Btf<'b>, items: &mut Vec<NativeItem<'b>>) {
        let Row { name, place } = self.row;
        let packed = self.compiler.packed;
        let align = Bits(self.compiler.align).floor_bytes().unwrap_or(Bytes(1));
        let unit = Bytes(if packed { 8 } else { align.0.min(8) });
        items.push(NativeItem::Open);
        fill(0, place.offset.0, unit, items);
        let name = btf.name_at(name);
        items.push(NativeItem::Member(Member { name, place }));
        items.push(NativeItem::Close { packed });
    }
}

/// The largest number of unnamed bitfields in a row; longer gaps are arrays.
const MAX_FILLERS: u64 = 16;

/// Fills the bits from `at` up to `end`. No filler crosses a boundary of its type, so the compiler puts each right behind the last.
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
