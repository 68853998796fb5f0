//! Sections of global variables, laid out like structs whose members somebody else has placed.

use super::ir::{Layout, Record};
use super::run::Run;
use super::tile::{Placed, Tiler};
use super::verify;
use crate::btf::{Btf, Member, Place};
use crate::error::{Error, Problem};
use crate::units::{Bytes, TypeId};

/// A variable and its place in its section. BTF does not know the place before linking; the symbol table does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SectionMember {
    /// Its [`crate::Kind::Var`], which has its name and its type; this is one of the layout's roots.
    pub var: TypeId,
    /// First byte, from the start of the section.
    pub offset: Bytes,
}

impl<'b> Layout<'b> {
    /// Lays out a section of `size` bytes: fields and padding that tile it, as in a struct. A variable whose type has a
    /// [`Btf::flaw`] is its bytes.
    ///
    /// # Errors
    /// [`Error::Type`] naming the type of a variable that overlaps another, ends past the section, or has no size.
    pub fn section(&mut self, members: &[SectionMember], size: Bytes) -> Result<Record, Error> {
        let btf = self.btf;
        let first = self.slots.len();
        let opaque = members
            .iter()
            .map(|member| opaque_size(btf, btf.target(member.var)))
            .collect::<Result<Vec<_>, _>>()?;
        let mut tiler = Tiler {
            btf,
            slots: &mut self.slots,
            bits: &mut self.bits,
        };
        let mut sorted: Vec<_> = members.iter().enumerate().collect();
        sorted.sort_by_key(|(_, member)| member.offset);
        let placed = sorted.into_iter().map(|(i, member)| {
            let place = Place {
                ty: btf.target(member.var),
                offset: member.offset.bits(),
                width: None,
            };
            let name = btf.name(member.var);
            let placed = Placed {
                member: Member { name, place },
                opaque: opaque.get(i).copied().flatten(),
            };
            (i, placed)
        });
        tiler.tile(placed, size).map_err(|(i, problem)| {
            let var = members.get(i).map_or(TypeId::VOID, |member| member.var);
            let mut error = btf.error(btf.target(var), None, problem);
            error.member = Some((i, btf.name(var).to_owned()));
            error
        })?;
        let record = Record {
            union: false,
            size,
            slots: Run::since(first, &self.slots),
        };
        verify::section(self, &record)
            .map_err(|broken| btf.error(TypeId::VOID, Some(0), Problem::Check(broken)))?;
        Ok(record)
    }
}

/// The size of a variable of type `ty`, if no layout can be made of that.
fn opaque_size(btf: &Btf<'_>, ty: TypeId) -> Result<Option<Bytes>, Error> {
    match btf.flaw(ty) {
        None => Ok(None),
        Some(flaw) => match btf.stated_size(ty) {
            Some(size) => Ok(Some(size)),
            None => Err(Box::new(flaw).into()),
        },
    }
}
