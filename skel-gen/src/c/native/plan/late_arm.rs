//! Arms of unions that do not start where their unions do, and what fills the gap before them.

use super::compiler::{Compiler, Extent};
use super::item::{NativeItem, fill};
use btf_layout::{Bits, Bytes, Member};

/// An arm of a union that does not start at its start, as a struct of its own.
#[derive(Clone, Copy, Debug)]
pub(super) struct LateArm<'b> {
    member: Member<'b>,
    compiler: Compiler,
}

impl<'b> LateArm<'b> {
    /// The struct that a compiler lays out as the BTF says, in no more than `limit` bits: packed only if there is no other way.
    pub(super) fn new(member: Member<'b>, of: Extent, limit: u64) -> Self {
        let lay_out = |packed| {
            let mut compiler = Compiler::new(packed);
            compiler.end = member.place.offset.0;
            let at = compiler.place(&member, of);
            let fits = at == member.place.offset.0 && compiler.size() <= limit;
            (fits, LateArm { member, compiler })
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

    pub(super) fn items(self, items: &mut Vec<NativeItem<'b>>) {
        let packed = self.compiler.packed;
        let align = Bits(self.compiler.align).floor_bytes().unwrap_or(Bytes(1));
        let unit = Bytes(if packed { 8 } else { align.0.min(8) });
        items.push(NativeItem::Open);
        fill(0, self.member.place.offset.0, unit, items);
        items.push(NativeItem::Member(self.member));
        items.push(NativeItem::Close { packed });
    }
}
