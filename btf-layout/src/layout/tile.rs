//! Members to slots: fills every gap with explicit padding and groups bitfields into byte units.

use super::Run;
use super::slot::{BitSlot, BitUnit, Bitfield, Empty, Field, Opaque, Pad, Slot};
use crate::btf::Btf;
use crate::btf::{Composite, Place, number};
use crate::error::Problem;
use crate::units::{Bits, Bytes, TypeId};

/// Appends slots and bit slots to a layout's arenas.
pub(crate) struct Tiler<'a, 'b> {
    pub(crate) btf: &'b Btf<'b>,
    pub(crate) slots: &'a mut Vec<Slot<'b>>,
    pub(crate) bits: &'a mut Vec<BitSlot<'b>>,
}

/// What is to be placed: a member, or a variable of a section.
#[derive(Clone, Copy)]
pub(crate) struct Placed {
    /// Where the string section has its name.
    pub(crate) name: u32,
    pub(crate) place: Place,
    /// Its size, if no layout can be made of its type: then it is its bytes.
    pub(crate) opaque: Option<Bytes>,
}

/// Position and name of a member, and what is wrong with it.
pub(crate) type PlacedProblem = (usize, u32, Problem);

/// A bit unit under construction.
struct OpenUnit {
    offset: Bytes,
    first_bit: usize,
}

impl<'b> Tiler<'_, 'b> {
    /// Tiles a struct: members in order of their offset, which is their order in C but not in every language.
    pub(crate) fn tile_struct(&mut self, composite: &Composite<'b>) -> Result<(), PlacedProblem> {
        let btf = self.btf;
        let members = placed(btf, composite);
        let (slots, bits) = (self.slots.len(), self.bits.len());
        let tiled = self.tile(members.clone().enumerate(), composite.size);
        if !matches!(tiled, Err((_, _, Problem::Overlap { .. }))) {
            return tiled;
        }
        self.slots.truncate(slots);
        self.bits.truncate(bits);
        let mut members: Vec<_> = members.enumerate().collect();
        members.sort_by_key(|(_, member)| member.place.offset);
        self.tile(members, composite.size)
    }

    /// Tiles `size` bytes with members in order of their offset, each given with its position in the declaration.
    pub(crate) fn tile(
        &mut self,
        members: impl IntoIterator<Item = (usize, Placed)>,
        size: Bytes,
    ) -> Result<(), PlacedProblem> {
        let mut end = Bits(0);
        let mut open = None;
        for (i, member) in members {
            let at = |problem| (i, member.name, problem);
            let start = member.place.offset;
            let Some(size) = self.btf.size(member.place.ty).or(member.opaque) else {
                self.put_without_size(member).map_err(at)?;
                continue;
            };
            if start < end {
                return Err(at(Problem::Overlap { start, end }));
            }
            // Most members are no bitfields, and begin where the one before ends.
            if start == end && member.place.width.is_none() && open.is_none() {
                let offset = bytes(start.floor_bytes()).map_err(at)?;
                self.put_field(member, offset, size);
                end = Bits(end.0 + size.bits().0);
                continue;
            }
            end = self.put(member, size, end, &mut open).map_err(at)?;
        }
        end = self
            .close(&mut open, end)
            .map_err(|problem| (0, 0, problem))?;
        self.pad(end, size).map_err(|problem| (0, 0, problem))
    }

    /// Adds a member that is no bitfield.
    fn put_field(&mut self, member: Placed, offset: Bytes, size: Bytes) {
        let name = self.btf.name_at(member.name);
        self.slots.push(match member.opaque {
            Some(size) => Slot::Opaque(Opaque { name, offset, size }),
            None => Slot::Field(Field {
                name,
                ty: member.place.ty,
                offset,
                size,
                lends: name.is_empty() && is_record(self.btf, member.place.ty),
            }),
        });
    }

    /// Places a member whose type has no size: it has no bytes. They belong to no tile.
    #[cold]
    fn put_without_size(&mut self, member: Placed) -> Result<(), Problem> {
        let ty = member.place.ty;
        if !self.btf.has_no_bytes(ty) || member.place.width.is_some() {
            return Err(Problem::Unsized(ty));
        }
        let offset = bytes(member.place.offset.floor_bytes())?;
        let name = self.btf.name_at(member.name);
        self.slots.push(Slot::Empty(Empty { name, offset }));
        Ok(())
    }

    /// Places one member of this size behind bit `end`; returns the first bit behind it.
    fn put(
        &mut self,
        member: Placed,
        size: Bytes,
        end: Bits,
        open: &mut Option<OpenUnit>,
    ) -> Result<Bits, Problem> {
        let place = member.place;
        let start = bytes(place.offset.floor_bytes())?;
        let Some(width) = place.width else {
            let end = self.close(open, end)?;
            self.pad(end, start)?;
            self.put_field(member, start, size);
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
            name: self.btf.name_at(member.name),
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
        for (i, member) in placed(self.btf, composite).enumerate() {
            let at = |problem| (i, member.name, problem);
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

    /// Adds one arm; returns the first byte behind it.
    fn arm(&mut self, member: Placed, size: Bytes) -> Result<Bytes, Problem> {
        let start = bytes(member.place.offset.floor_bytes())?;
        if member.place.width.is_none() {
            self.put_field(member, start, size);
            return Ok(Bytes(start.0.saturating_add(size.0)));
        }
        let mut open = None;
        let end = self.put(member, size, start.bits(), &mut open)?;
        let end = self.close(&mut open, end)?;
        bytes(end.ceil_bytes())
    }
}

/// The members of a struct or union, placed as newer encodings would.
fn placed<'b>(
    btf: &'b Btf<'b>,
    composite: &Composite<'b>,
) -> impl Iterator<Item = Placed> + Clone + use<'b> {
    let composite = *composite;
    let rows = composite.tail.rows();
    rows.map(move |row| {
        let [name, ..] = row;
        Placed {
            name,
            place: btf.normalized(composite.place(row)),
            opaque: None,
        }
    })
}

/// Whether a value of type `ty` is a struct or union.
fn is_record(btf: &Btf<'_>, ty: TypeId) -> bool {
    let resolved = btf.number(btf.resolved(ty));
    matches!(resolved, number::STRUCT | number::UNION)
}

/// A position that validation has bounded by [`Bytes::MAX`].
fn bytes(position: Option<Bytes>) -> Result<Bytes, Problem> {
    position.ok_or(Problem::Check("a member lies past the largest object"))
}
