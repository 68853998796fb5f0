//! From roots to a [`Layout`]: which definitions are needed, in which order, tiled by which slots.

use super::carrier::enum_names;
use super::ir::{Def, DefKind, Layout, Record};
use super::roots::Roots;
use super::run::Run;
use super::tile::Tiler;
use super::verify;
use crate::btf::{Btf, BtfKind, Composite, Endian, Kind};
use crate::error::{Error, Problem, TypeError};
use crate::units::{Bytes, TypeId};
use std::collections::BTreeSet;

impl<'b> Layout<'b> {
    /// Lays out what `roots` need.
    ///
    /// Definitions are ordered by value, and otherwise by type id. A pointer needs nothing: on wasm32 it is a number.
    /// Types without bytes (`void`, functions, forward declarations, integers of size 0, and typedefs of these) have no
    /// definition. Neither have types with a [`Btf::flaw`], which [`Layout::left_out`] lists.
    ///
    /// # Errors
    /// [`Error::BigEndian`], or [`Error::Type`] naming a type that was requested by its id or for its values and has a flaw, or
    /// one with which the types become too long to be written down.
    pub fn plan(btf: &'b Btf<'b>, roots: &Roots) -> Result<Self, Error> {
        if btf.endian() == Endian::Big {
            return Err(Error::BigEndian);
        }
        roots.check(btf)?;
        let mut planner = Planner {
            layout: Layout {
                btf,
                defs: Vec::new(),
                slots: Vec::new(),
                bits: Vec::new(),
                enum_names: enum_names(btf),
                has_pointers: false,
                has_bools: false,
                positions: vec![0; btf.len() as usize],
                requested: match roots {
                    Roots::All | Roots::Except(_) => None,
                    Roots::Only(_) | Roots::Values(_) => Some(Vec::new()),
                },
                left_out: Vec::new(),
            },
        };
        match roots {
            Roots::All => {
                btf.declared().try_for_each(|id| planner.root(id, false))?;
                btf.flawed().for_each(|id| planner.leave_out(id));
            }
            Roots::Except(ids) => {
                let others: BTreeSet<_> = ids.iter().collect();
                let mut declared = btf.declared().filter(|id| !others.contains(id));
                declared.try_for_each(|id| planner.root(id, false))?;
                let flawed = btf.flawed().filter(|id| !others.contains(id));
                flawed.for_each(|id| planner.leave_out(id));
            }
            Roots::Only(ids) => {
                let mut ids = ids.clone();
                ids.sort_unstable();
                ids.iter().try_for_each(|id| planner.root(*id, true))?;
            }
            Roots::Values(ids) => {
                let mut ids = ids.clone();
                ids.sort_unstable();
                ids.iter().try_for_each(|id| planner.need(*id))?;
            }
        }
        for ids in planner
            .layout
            .requested
            .iter_mut()
            .chain([&mut planner.layout.left_out])
        {
            ids.sort_unstable();
            ids.dedup();
        }
        verify::check(&planner.layout)?;
        Ok(planner.layout)
    }
}

struct Planner<'b> {
    layout: Layout<'b>,
}

impl<'b> Planner<'b> {
    /// Adds a root. If `requested` by name or id, what is no definition itself stands for the types it mentions.
    fn root(&mut self, id: TypeId, requested: bool) -> Result<(), Box<TypeError>> {
        let btf = self.layout.btf;
        if requested && btf.is_flawed(id) {
            self.leave_out(id);
            return Ok(());
        }
        match btf.kind(id) {
            Kind::Struct(_) | Kind::Union(_) | Kind::Enum(_) | Kind::Typedef(_) => {
                if let Some(known) = self.layout.requested.as_mut() {
                    known.push(id);
                }
                self.need(id)
            }
            _ if !requested => Ok(()),
            Kind::Ptr(to) => self.root(btf.unqualified(to), requested),
            Kind::Func { proto, .. } => self.root(proto, requested),
            Kind::FuncProto(proto) => {
                self.root(btf.unqualified(proto.result), requested)?;
                let mut params = proto.params();
                params.try_for_each(|(_, ty)| self.root(btf.unqualified(ty), requested))
            }
            Kind::Var { ty, .. } => self.root(btf.unqualified(ty), requested),
            Kind::Datasec(section) => {
                let mut vars = section.vars();
                vars.try_for_each(|entry| self.root(entry.var, requested))
            }
            Kind::DeclTag { target, .. } => self.root(target, requested),
            Kind::Void
            | Kind::Int(_)
            | Kind::Array(_)
            | Kind::Fwd { .. }
            | Kind::Volatile(_)
            | Kind::Const(_)
            | Kind::Restrict(_)
            | Kind::Float(_)
            | Kind::TypeTag { .. } => self.need(id),
        }
    }

    /// Notes that type `id`, which has a flaw, has no definition.
    fn leave_out(&mut self, id: TypeId) {
        if self.layout.btf.stored(id).is_definition() {
            self.layout.left_out.push(id);
        }
    }

    /// Adds the definitions a value of type `id` needs, itself last. Recursion is bounded by [`Btf::MAX_DEPTH`].
    #[inline]
    fn need(&mut self, id: TypeId) -> Result<(), Box<TypeError>> {
        let btf = self.layout.btf;
        let id = btf.unqualified(id);
        if btf.btf_kind(id) == BtfKind::Ptr {
            self.layout.has_pointers = true;
            return Ok(());
        }
        if self.layout.has_def(id) {
            return Ok(());
        }
        self.define(id)
    }

    /// Adds the definition of type `id`, if it has one, after those it needs.
    fn define(&mut self, id: TypeId) -> Result<(), Box<TypeError>> {
        let btf = self.layout.btf;
        match btf.kind(id) {
            Kind::Struct(composite) | Kind::Union(composite) => self.record(id, composite),
            Kind::Array(array) => self.need(array.elem),
            Kind::Enum(decl) if decl.is_empty() => Ok(()),
            Kind::Enum(_) => match self.layout.enum_typedef(id) {
                Some(typedef) => self.need(typedef),
                None => self.push(id, DefKind::Enum),
            },
            Kind::Typedef(target) => {
                let inner = btf.unqualified(target);
                if self.layout.enum_typedef(inner) == Some(id) {
                    self.push(inner, DefKind::Enum)?;
                } else {
                    self.need(inner)?;
                }
                match btf.size(id) {
                    Some(_) => self.push(id, DefKind::Typedef(target)),
                    None => Ok(()),
                }
            }
            Kind::Int(int) => {
                self.layout.has_bools |= int.bool && int.size == Bytes(1);
                Ok(())
            }
            Kind::Void
            | Kind::Ptr(_)
            | Kind::Fwd { .. }
            | Kind::Func { .. }
            | Kind::FuncProto(_)
            | Kind::Var { .. }
            | Kind::Datasec(_)
            | Kind::Float(_)
            | Kind::DeclTag { .. }
            | Kind::Volatile(_)
            | Kind::Const(_)
            | Kind::Restrict(_)
            | Kind::TypeTag { .. } => Ok(()),
        }
    }

    /// Adds a struct or union after the definitions its members need.
    fn record(&mut self, id: TypeId, composite: Composite<'b>) -> Result<(), Box<TypeError>> {
        for ty in composite.types() {
            self.need(ty)?;
        }
        let layout = &mut self.layout;
        let first = layout.slots.len();
        let mut tiler = Tiler {
            btf: layout.btf,
            slots: &mut layout.slots,
            bits: &mut layout.bits,
        };
        let tiled = match composite.union {
            true => tiler.tile_union(&composite),
            false => tiler.tile_struct(&composite),
        };
        tiled.map_err(|(i, problem)| self.layout.btf.error(id, Some(i), problem))?;
        let record = Record {
            union: composite.union,
            size: composite.size,
            slots: Run::since(first, &self.layout.slots),
        };
        self.push(id, DefKind::Record(record))
    }

    fn push(&mut self, id: TypeId, kind: DefKind) -> Result<(), Box<TypeError>> {
        let layout = &mut self.layout;
        layout.defs.push(Def { id, kind });
        let position = u32::try_from(layout.defs.len());
        match (layout.positions.get_mut(id.index()), position) {
            (Some(slot), Ok(position)) => {
                *slot = position;
                Ok(())
            }
            _ => {
                let problem = Problem::Check("a definition has no place in the index");
                Err(layout.btf.error(id, None, problem))
            }
        }
    }
}
