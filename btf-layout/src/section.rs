//! Sections of global variables, laid out like structs whose members somebody else has placed.

use crate::check;
use crate::error::{Error, Problem};
use crate::kind::{Member, Place};
use crate::layout::{Layout, Record, Run};
use crate::tile::Tiler;
use crate::units::{Bytes, TypeId};
use crate::validate;

/// A variable and its place in its section. BTF does not know the place before linking; the symbol table does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SectionMember<'b> {
    /// Its name.
    pub name: &'b str,
    /// Its type, which has to be one of the layout's roots.
    pub ty: TypeId,
    /// First byte, from the start of the section.
    pub offset: Bytes,
}

impl<'b> Layout<'b> {
    /// Lays out a section of `size` bytes: fields and padding that tile it, as in a struct.
    ///
    /// # Errors
    /// [`Error::Type`] naming the type of a variable that overlaps another, or ends past the section.
    pub fn section(&mut self, members: &[SectionMember<'b>], size: Bytes) -> Result<Record, Error> {
        let first = self.slots.len();
        let mut tiler = Tiler {
            btf: self.btf,
            slots: &mut self.slots,
            bits: &mut self.bits,
        };
        let members = members.iter().map(|member| Member {
            name: member.name,
            place: Place {
                ty: member.ty,
                offset: member.offset.bits(),
                width: None,
            },
        });
        let members: Vec<_> = members.collect();
        let mut sorted: Vec<_> = members.iter().copied().enumerate().collect();
        sorted.sort_by_key(|(_, member)| member.place.offset);
        let tiled = tiler.tile(sorted, size);
        tiled.map_err(|(i, name, problem)| {
            let ty = members
                .get(i)
                .map_or(TypeId::VOID, |member| member.place.ty);
            validate::member_error(self.btf, ty, i, name, problem)
        })?;
        let record = Record {
            union: false,
            size,
            slots: Run::since(first, &self.slots),
        };
        check::section(self, &record).map_err(|broken| {
            validate::member_error(self.btf, TypeId::VOID, 0, "", Problem::Check(broken))
        })?;
        Ok(record)
    }
}
