//! How C compilers lay records out on a 64-bit target.
//!
//! x86-64, arm64 and BPF agree on these rules (LP64): a scalar is aligned to its size, a struct to its most aligned member, a
//! bitfield does not cross a boundary of its type; `packed` lifts all three. Sources: the System V x86-64 psABI, 3.1.2, and
//! GCC's manual on `packed`.

use btf_layout::{Bits, Member};

/// How a type stands in a record, in bits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extent {
    /// A power of two, at least 8.
    pub(super) align: u64,
    pub(super) size: u64,
}

/// Where the compiler stands in a record.
#[derive(Clone, Copy, Debug)]
pub(super) struct Compiler {
    pub(super) packed: bool,
    /// First bit after what it has placed.
    pub(super) end: u64,
    /// Alignment of the record so far, in bits.
    pub(super) align: u64,
}

impl Compiler {
    /// At the start of a record.
    pub(super) fn new(packed: bool) -> Self {
        Compiler {
            packed,
            end: 0,
            align: 8,
        }
    }

    /// Where the compiler puts a member; a bitfield if it has a width.
    pub(super) fn next(&self, of: Extent, width: Option<Bits>) -> u64 {
        match width {
            None if self.packed => round_up(self.end, 8),
            None => round_up(self.end, of.align),
            Some(_) if self.packed => self.end,
            Some(width) if (self.end & (of.align - 1)) + width.0 > of.size => {
                round_up(self.end, of.align)
            }
            Some(_) => self.end,
        }
    }

    /// Places a member of a struct; returns its first bit.
    pub(super) fn place(&mut self, member: &Member<'_>, of: Extent) -> u64 {
        let width = member.place.width;
        let at = self.next(of, width);
        self.end = at + width.map_or(of.size, |width| width.0);
        self.align_for(member, of);
        at
    }

    /// Places an arm of a union.
    pub(super) fn arm(&mut self, member: &Member<'_>, of: Extent) {
        let width = member.place.width;
        let size = width.map_or(of.size, |width| width.0);
        self.end = self.end.max(round_up(size, 8));
        self.align_for(member, of);
    }

    /// Places a struct without a name that stands in a union.
    pub(super) fn struct_arm(&mut self, of: Extent) {
        self.end = self.end.max(round_up(of.size, 8));
        self.raise(of);
    }

    /// A member raises the alignment of the record, unless it is an anonymous bitfield.
    fn align_for(&mut self, member: &Member<'_>, of: Extent) {
        if member.place.width.is_none() || !member.name.is_empty() {
            self.raise(of);
        }
    }

    fn raise(&mut self, of: Extent) {
        if !self.packed {
            self.align = self.align.max(of.align);
        }
    }

    /// Size of the record in bits if it ended here.
    pub(super) fn size(&self) -> u64 {
        round_up(self.end, self.align)
    }
}

/// The next multiple of a power of two.
fn round_up(bits: u64, to: u64) -> u64 {
    bits.saturating_add(to - 1) & !(to - 1)
}
