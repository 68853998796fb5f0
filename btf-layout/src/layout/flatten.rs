//! Members as C reaches them: those of anonymous structs are the outer struct's own.

use super::ir::{Layout, Record};
use super::slot::{BitSlot, Slot};
use crate::btf::BtfKind;
use crate::units::{Bits, Bytes, TypeId};

/// A member of a struct, or an arm of a union, and where it lies in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlatMember<'b> {
    /// Its name, empty if it has none: a union, or a struct that has a tag or stands in a union.
    pub name: &'b str,
    /// Its type.
    pub ty: TypeId,
    /// Where it lies.
    pub place: FlatPlace,
}

/// Where a [`FlatMember`] lies, from the start of the outermost record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlatPlace {
    /// Whole bytes.
    Bytes {
        /// First byte.
        offset: Bytes,
        /// Number of bytes; 0 for a flexible array.
        size: Bytes,
    },
    /// A bitfield.
    Bits {
        /// First bit.
        first: Bits,
        /// Number of bits.
        width: Bits,
    },
}

impl<'b> Layout<'b> {
    /// The members of a record in order of their place, without padding and without those that have no bytes. In place of an anonymous struct stand its members,
    /// at any depth; a union keeps its arms as they are. How many there are is bounded with the text of the type, since what
    /// has neither tag nor member name is written out wherever it is used.
    pub fn flat_members(&self, record: &Record) -> Vec<FlatMember<'b>> {
        let mut members = Vec::new();
        self.flatten(record, Bytes(0), &mut members);
        members
    }

    /// Whether [`Layout::flat_members`] puts the members of a field of type `id` without a name in its place.
    pub fn is_flattened(&self, id: TypeId) -> bool {
        let id = self.btf.unqualified(id);
        self.btf.btf_kind(id) == BtfKind::Struct && !self.btf.is_named(id)
    }

    fn flatten(&self, record: &Record, base: Bytes, into: &mut Vec<FlatMember<'b>>) {
        // Offsets were checked against the size of the outermost record.
        let at = |offset: Bytes| Bytes(base.0.saturating_add(offset.0));
        for slot in self.slots(record) {
            match slot {
                Slot::Pad(_) | Slot::Empty(_) | Slot::Opaque(_) => {}
                Slot::Field(field) => {
                    let flattened = !record.union && self.is_flattened(field.ty);
                    if let Some(inner) = self.promoted(&field).filter(|_| flattened) {
                        self.flatten(inner, at(field.offset), into);
                        continue;
                    }
                    into.push(FlatMember {
                        name: field.name,
                        ty: field.ty,
                        place: FlatPlace::Bytes {
                            offset: at(field.offset),
                            size: field.size,
                        },
                    });
                }
                Slot::Bits(unit) => {
                    for bit in self.bits(&unit) {
                        if let BitSlot::Field(field) = bit {
                            let first = Bits(at(unit.offset).bits().0 + field.start.0);
                            into.push(FlatMember {
                                name: field.name,
                                ty: field.ty,
                                place: FlatPlace::Bits {
                                    first,
                                    width: field.width,
                                },
                            });
                        }
                    }
                }
            }
        }
    }
}
