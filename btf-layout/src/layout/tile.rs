//! Members to slots: fills every gap with explicit padding and groups bitfields into byte units.

use super::run::Run;
use super::slot::{BitSlot, BitUnit, Bitfield, Empty, Field, Opaque, Pad, Slot};
use crate::btf::{Btf, Composite, Member};
use crate::error::Problem;
use crate::units::{Bits, Bytes};

/// Appends slots and bit slots to a layout's arenas.
pub(crate) struct Tiler<'a, 'b> {
    pub(crate) btf: &'b Btf<'b>,
    pub(crate) slots: &'a mut Vec<Slot<'b>>,
    pub(crate) bits: &'a mut Vec<BitSlot<'b>>,
}

/// What is to be placed: a member, or a variable of a section.
#[derive(Clone, Copy)]
pub(crate) struct Placed<'b> {
    pub(crate) member: Member<'b>,
    /// Its size, if no layout can be made of its type: then it is its bytes.
    pub(crate) opaque: Option<Bytes>,
}

impl<'b> From<Member<'b>> for Placed<'b> {
    fn from(member: Member<'b>) -> Self {
        Placed {
            member,
            opaque: None,
        }
    }
}

/// Position of a member, and what is wrong with it.
pub(crate) type PlacedProblem = (usize, Problem);

/// A bit unit under construction.
struct OpenUnit {
    offset: Bytes,
    first_bit: usize,
}

impl<'b> Tiler<'_, 'b> {
    /// Tiles a struct: members in order of their offset, which is their order in C but not in every language.
    pub(crate) fn tile_struct(&mut self, composite: &Composite<'b>) -> Result<(), PlacedProblem> {
        let btf = self.btf;
        let members = btf.members(composite).map(Placed::from);
        let (slots, bits) = (self.slots.len(), self.bits.len());
        let tiled = self.tile(members.clone().enumerate(), composite.size);
        if !matches!(tiled, Err((_, Problem::Overlap { .. }))) {
            return tiled;
        }
        self.slots.truncate(slots);
        self.bits.truncate(bits);
        let mut members: Vec<_> = members.enumerate().collect();
        members.sort_by_key(|(_, member)| member.member.place.offset);
        self.tile(members, composite.size)
    }

    /// Tiles `size` bytes with members in order of their offset, each given with its position in the declaration.
    pub(crate) fn tile(
        &mut self,
        members: impl IntoIterator<Item = (usize, Placed<'b>)>,
        size: Bytes,
    ) -> Result<(), PlacedProblem> {
        let mut end = Bits(0);
        let mut open = None;
        for (i, placed) in members {
            let at = |problem| (i, problem);
            let place = placed.member.place;
            let start = place.offset;
            let Some(size) = self.btf.size(place.ty).or(placed.opaque) else {
                self.put_without_size(placed.member).map_err(at)?;
                continue;
            };
            if start < end {
                return Err(at(Problem::Overlap { start, end }));
            }
            // Most members are no bitfields, and begin where the one before ends.
            if start == end && place.width.is_none() && open.is_none() {
                let offset = bytes(start.floor_bytes()).map_err(at)?;
                self.put_field(placed, offset, size);
                end = Bits(end.0 + size.bits().0);
                continue;
            }
            end = self.put(placed, size, end, &mut open).map_err(at)?;
        }
        let at = |problem| (0, problem);
        end = self.close(&mut open, end).map_err(at)?;
        self.pad(end, size).map_err(at)
    }

    /// Adds a member that is no bitfield.
    fn put_field(&mut self, placed: Placed<'b>, offset: Bytes, size: Bytes) {
        let Member { name, place } = placed.member;
        self.slots.push(match placed.opaque {
            Some(size) => Slot::Opaque(Opaque { name, offset, size }),
            None => Slot::Field(Field {
                name,
                ty: place.ty,
                offset,
                size,
            }),
        });
    }

    /// Places a member whose type has no size: it has no bytes. They belong to no tile.
    #[cold]
    fn put_without_size(&mut self, member: Member<'b>) -> Result<(), Problem> {
        let ty = member.place.ty;
        if !self.btf.has_no_bytes(ty) || member.place.width.is_some() {
            return Err(Problem::Unsized(ty));
        }
        let offset = bytes(member.place.offset.floor_bytes())?;
        let name = member.name;
        self.slots.push(Slot::Empty(Empty { name, offset }));
        Ok(())
    }

    /// Places one member of this size after bit `end`; returns the first bit after it.
    fn put(
        &mut self,
        placed: Placed<'b>,
        size: Bytes,
        end: Bits,
        open: &mut Option<OpenUnit>,
    ) -> Result<Bits, Problem> {
        let Member { name, place } = placed.member;
        let start = bytes(place.offset.floor_bytes())?;
        let Some(width) = place.width else {
            let end = self.close(open, end)?;
            self.pad(end, start)?;
            self.put_field(placed, start, size);
            return Ok(Bits(place.offset.0 + size.bits().0));
        };
        // A bitfield in a later byte than the unit reaches begins a new unit.
        let mut end = end;
        if open.is_some() && start.bits() >= bytes(end.ceil_bytes())?.bits() && end < place.offset {
            end = self.close(open, end)?;
        }
        let unit = match open {
            Some(unit) => unit,
            None => {
                self.pad(end, start)?;
                end = start.bits();
                open.insert(OpenUnit {
                    offset: start,
                    first_bit: self.bits.len(),
                })
            }
        };
        let origin = unit.offset.bits().0;
        self.fill(origin, end, place.offset);
        self.bits.push(BitSlot::Field(Bitfield {
            name,
            ty: place.ty,
            start: Bits(place.offset.0 - origin),
            width,
        }));
        Ok(Bits(place.offset.0 + width.0))
    }

    /// Ends the open unit, if any, at the next byte boundary; returns that boundary.
    fn close(&mut self, open: &mut Option<OpenUnit>, end: Bits) -> Result<Bits, Problem> {
        let Some(unit) = open.take() else {
            return Ok(end);
        };
        let boundary = bytes(end.ceil_bytes())?;
        self.fill(unit.offset.bits().0, end, boundary.bits());
        self.slots.push(Slot::Bits(BitUnit {
            offset: unit.offset,
            size: Bytes(boundary.0 - unit.offset.0),
            bits: Run::since(unit.first_bit, self.bits),
        }));
        Ok(boundary.bits())
    }

    /// Bits without a meaning from `from` up to `to`, in the unit that starts at bit `origin`.
    fn fill(&mut self, origin: u64, from: Bits, to: Bits) {
        if from < to {
            self.bits.push(BitSlot::Filler {
                start: Bits(from.0 - origin),
                width: Bits(to.0 - from.0),
            });
        }
    }

    /// Bytes without a meaning from `end`, a byte boundary, up to `to`.
    fn pad(&mut self, end: Bits, to: Bytes) -> Result<(), Problem> {
        let offset = bytes(end.floor_bytes())?;
        if offset < to {
            let size = Bytes(to.0 - offset.0);
            self.slots.push(Slot::Pad(Pad { offset, size }));
        }
        Ok(())
    }

    /// Tiles a union: every member is an arm, and if none reaches to the end of the union, a padding arm does.
    pub(crate) fn tile_union(&mut self, composite: &Composite<'b>) -> Result<(), PlacedProblem> {
        let mut largest = Bytes(0);
        for (i, member) in self.btf.members(composite).enumerate() {
            let at = |problem| (i, problem);
            let Some(size) = self.btf.size(member.place.ty) else {
                self.put_without_size(member).map_err(at)?;
                continue;
            };
            let end = self.arm(member, size).map_err(at)?;
            largest = largest.max(end);
        }
        if largest < composite.size {
            let (offset, size) = (Bytes(0), composite.size);
            self.slots.push(Slot::Pad(Pad { offset, size }));
        }
        Ok(())
    }

    /// Adds one arm; returns the first byte after it.
    fn arm(&mut self, member: Member<'b>, size: Bytes) -> Result<Bytes, Problem> {
        let start = bytes(member.place.offset.floor_bytes())?;
        if member.place.width.is_none() {
            self.put_field(member.into(), start, size);
            return Ok(Bytes(start.0.saturating_add(size.0)));
        }
        let mut open = None;
        let end = self.put(member.into(), size, start.bits(), &mut open)?;
        let end = self.close(&mut open, end)?;
        bytes(end.ceil_bytes())
    }
}

/// A position that validation has bounded by [`Bytes::MAX`].
fn bytes(position: Option<Bytes>) -> Result<Bytes, Problem> {
    position.ok_or(Problem::Check("a member lies past the largest object"))
}
