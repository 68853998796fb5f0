//! What C text must say for a compiler to arrive at the offsets of the BTF.

use super::compiler::{Compiler, Extent, round_up};
use super::late_arm::{LateArm, Row, constrains, fill};
use crate::btf::Btf;
use crate::btf::{self, Site};
use crate::btf::{Composite, Kind, Member};
use crate::error::{Error, Problem};
use crate::units::{Bits, Bytes, TypeId};

/// The C forms of the records of a BTF section, worked out on demand.
///
/// A form is accepted only if [`Compiler`], given nothing but the form, puts every member at the
/// offset the BTF states and arrives at the size it states.
#[derive(Debug)]
pub(super) struct Forms<'b> {
    btf: &'b Btf<'b>,
    /// By type id: what is known about a record.
    shapes: Vec<Option<Shape>>,
}

/// A record as C text.
#[derive(Clone, Debug)]
pub struct NativeRecord<'b> {
    /// Whether it is a union.
    pub union: bool,
    /// Whether it needs `__attribute__((packed))`.
    pub packed: bool,
    /// Its members, by offset, with the padding that does not come about by itself.
    pub items: Vec<NativeItem<'b>>,
}

/// A line of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NativeItem<'b> {
    /// A member; a bitfield if it has a width.
    Member(Member<'b>),
    /// An unnamed bitfield.
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
    /// An arm of a union that does not start at its start: a nameless struct, with padding and the member up to
    /// [`NativeItem::Close`].
    Open,
    /// The end of that struct.
    Close {
        /// Whether it needs `__attribute__((packed))`.
        packed: bool,
    },
}

/// How a record stands in others.
#[derive(Clone, Copy, Debug)]
struct Shape {
    /// In bytes, a power of two.
    align: u32,
    packed: bool,
}

impl<'b> Forms<'b> {
    /// Nothing worked out yet.
    pub(super) fn new(btf: &'b Btf<'b>) -> Self {
        Forms {
            btf,
            shapes: vec![None; btf.len() as usize],
        }
    }

    /// The C form of the struct or union `id`; without items for any other type.
    ///
    /// # Errors
    /// [`Error::Type`] names a struct whose members overlap; such have a [`Btf::flaw`].
    pub(super) fn record(&mut self, id: TypeId) -> Result<NativeRecord<'b>, Error> {
        let (union, len) = match self.btf.kind(id) {
            Kind::Struct(composite) => (false, composite.len()),
            Kind::Union(composite) => (true, composite.len()),
            _ => (false, 0),
        };
        // Few have padding in more than one place.
        let mut pieces = Vec::with_capacity(len + 1);
        let mut shape = self.known(id);
        // Packed only if there is no other way: compilers access packed members byte by byte.
        if shape.is_none_or(|shape| !shape.packed) {
            shape = self.try_form(id, false, |piece| pieces.push(piece))?;
        }
        if shape.is_none_or(|shape| shape.packed) {
            pieces.clear();
            shape = self.try_form(id, true, |piece| pieces.push(piece))?;
        }
        let shape = self.learn(id, shape.unwrap_or_default());
        Ok(NativeRecord {
            union,
            packed: shape.packed,
            items: shape.items(self.btf, pieces),
        })
    }

    /// How record `id` stands in others.
    fn shape(&mut self, id: TypeId) -> Result<Shape, Error> {
        if let Some(shape) = self.known(id) {
            return Ok(shape);
        }
        let shape = match self.try_form(id, false, |_| ())? {
            Some(shape) => Some(shape),
            None => self.try_form(id, true, |_| ())?,
        };
        Ok(self.learn(id, shape.unwrap_or_default()))
    }

    fn known(&self, id: TypeId) -> Option<Shape> {
        self.shapes.get(id.index()).copied().flatten()
    }

    fn learn(&mut self, id: TypeId, shape: Shape) -> Shape {
        if let Some(known) = self.shapes.get_mut(id.index()) {
            *known = Some(shape);
        }
        shape
    }

    /// How a type stands in a record; recursion is bounded by [`Btf::MAX_DEPTH`].
    fn extent(&mut self, mut id: TypeId) -> Result<Extent, Error> {
        let btf = self.btf;
        let mut count = 1_u32;
        let (align, size) = loop {
            match btf.kind(id) {
                Kind::Typedef(ty)
                | Kind::Volatile(ty)
                | Kind::Const(ty)
                | Kind::Restrict(ty)
                | Kind::TypeTag { ty, .. } => id = ty,
                Kind::Array(array) => {
                    count = count.saturating_mul(array.len);
                    id = array.elem;
                }
                Kind::Int(int) => break (int.size.0, int.size),
                Kind::Enum(decl) => break (decl.size.0, decl.size),
                // The 12-byte one of 32-bit x86, which no 64-bit compiler knows, stands as three words.
                Kind::Float(Bytes(12)) => break (4, Bytes(12)),
                Kind::Float(size) => break (size.0, size),
                Kind::Ptr(_) => break (Btf::POINTER.0, Btf::POINTER),
                Kind::Struct(composite) | Kind::Union(composite) => {
                    break (self.shape(id)?.align, composite.size);
                }
                Kind::Void
                | Kind::Fwd { .. }
                | Kind::Func { .. }
                | Kind::FuncProto(_)
                | Kind::Var { .. }
                | Kind::Datasec(_)
                | Kind::DeclTag { .. } => break (1, Bytes(0)),
            }
        };
        Ok(Extent {
            align: Bytes(align).bits().0.max(8),
            size: size.bits().0.saturating_mul(count.into()),
        })
    }

    /// Hands out the pieces of record `id` in one form, and returns its shape. `None` if the compiler cannot be brought to the
    /// right offsets that way, which the packed form always can unless members overlap.
    fn try_form(
        &mut self,
        id: TypeId,
        packed: bool,
        put: impl FnMut(Piece),
    ) -> Result<Option<Shape>, Error> {
        let compiler = Compiler {
            packed,
            end: 0,
            align: 8,
        };
        let form = Form { compiler, put };
        let (composite, done) = match self.btf.kind(id) {
            Kind::Struct(composite) => (composite, form.structure(self, &composite)),
            Kind::Union(composite) => (composite, form.union(self, &composite)),
            _ => return Ok(Some(Shape::default())),
        };
        match done {
            Ok(align) => Ok(Some(Shape { align, packed })),
            Err(Misfit::Error(error)) => Err(*error),
            Err(Misfit::At(..)) if !packed => Ok(None),
            Err(Misfit::At(i, problem)) => {
                let name = composite.tail.row(i).map_or(0, |[name, ..]| name);
                Err(btf::error(self.btf, id, Site::Member(i, name), problem).into())
            }
        }
    }
}

impl Default for Shape {
    fn default() -> Self {
        Shape {
            align: 1,
            packed: false,
        }
    }
}

impl Shape {
    /// The lines that make up `pieces`.
    fn items<'b>(self, btf: &'b Btf<'b>, pieces: Vec<Piece>) -> Vec<NativeItem<'b>> {
        // Some compilers let an unnamed bitfield raise the alignment: never by more than the record has anyway.
        let unit = Bytes(if self.packed { 8 } else { self.align.min(8) });
        let mut items = Vec::with_capacity(pieces.len());
        for piece in pieces {
            match piece {
                Piece::Member(Row { name, place }) => {
                    let name = btf.name_at(name);
                    items.push(NativeItem::Member(Member { name, place }));
                }
                Piece::Arm(size) => items.push(NativeItem::Bytes(size)),
                Piece::Gap { start, end } => fill(start, end, unit, &mut items),
                Piece::Empty(name) => items.push(NativeItem::Empty(btf.name_at(name))),
                Piece::Late(arm) => arm.items(btf, &mut items),
            }
        }
        items
    }
}

/// A part of a record, before it is known what fillers may be like.
#[derive(Clone, Copy, Debug)]
enum Piece {
    Member(Row),
    /// Bits that need filling, from the start of the record.
    Gap {
        start: u64,
        end: u64,
    },
    /// Bytes that make a union as large as it is.
    Arm(Bytes),
    /// A member without bytes, the offset of its name.
    Empty(u32),
    /// An arm that does not start where its union does.
    Late(LateArm),
}

/// Why a form does not do.
enum Misfit {
    /// The compiler would put this member elsewhere.
    At(usize, Problem),
    /// No form of this type will do.
    Error(Box<Error>),
}

impl From<Error> for Misfit {
    fn from(error: Error) -> Self {
        Misfit::Error(Box::new(error))
    }
}

/// One form of a record in the making.
struct Form<P> {
    compiler: Compiler,
    put: P,
}

impl<P: FnMut(Piece)> Form<P> {
    /// Goes through the members of a struct by offset; returns its alignment in bytes.
    fn structure(
        mut self,
        forms: &mut Forms<'_>,
        composite: &Composite<'_>,
    ) -> Result<u32, Misfit> {
        let rows = || rows(forms.btf, composite);
        if rows().is_sorted_by_key(|row| row.place.offset) {
            for (i, row) in rows().enumerate() {
                self.member(forms, i, row)?;
            }
        } else {
            let mut rows: Vec<_> = rows().enumerate().collect();
            rows.sort_by_key(|(_, row)| row.place.offset);
            for (i, row) in rows {
                self.member(forms, i, row)?;
            }
        }
        self.finish(composite, |start, end| Piece::Gap { start, end })
    }

    /// Places one member, behind padding if need be.
    fn member(&mut self, forms: &mut Forms<'_>, i: usize, row: Row) -> Result<(), Misfit> {
        let place = row.place;
        if forms.btf.has_no_bytes(place.ty) {
            (self.put)(Piece::Empty(row.name));
            return Ok(());
        }
        let of = forms.extent(place.ty)?;
        let mut at = self.compiler.next(of, place.width);
        if at < place.offset.0 {
            (self.put)(Piece::Gap {
                start: self.compiler.end,
                end: place.offset.0,
            });
            self.compiler.end = place.offset.0;
            at = self.compiler.next(of, place.width);
        }
        if at != place.offset.0 {
            let (start, end) = (place.offset, Bits(at));
            return Err(Misfit::At(i, Problem::Overlap { start, end }));
        }
        self.compiler.end = at + place.width.map_or(of.size, |width| width.0);
        self.constrain(forms.btf, of, &row);
        (self.put)(Piece::Member(row));
        Ok(())
    }

    /// Goes through the members of a union; returns its alignment in bytes.
    fn union(mut self, forms: &mut Forms<'_>, composite: &Composite<'_>) -> Result<u32, Misfit> {
        for row in rows(forms.btf, composite) {
            let place = row.place;
            if forms.btf.has_no_bytes(place.ty) {
                (self.put)(Piece::Empty(row.name));
                continue;
            }
            let of = forms.extent(place.ty)?;
            if place.offset != Bits(0) {
                let arm = LateArm::new(forms.btf, row, of, composite.size.bits().0);
                let of = arm.extent();
                self.compiler.end = self.compiler.end.max(round_up(of.size, 8));
                self.compiler.raise(of);
                (self.put)(Piece::Late(arm));
                continue;
            }
            let end = round_up(place.width.map_or(of.size, |width| width.0), 8);
            self.compiler.end = self.compiler.end.max(end);
            self.constrain(forms.btf, of, &row);
            (self.put)(Piece::Member(row));
        }
        self.finish(composite, |_, _| Piece::Arm(composite.size))
    }

    /// A member may raise the alignment of the record.
    fn constrain(&mut self, btf: &Btf<'_>, of: Extent, row: &Row) {
        if constrains(btf, row) {
            self.compiler.raise(of);
        }
    }

    /// Ends the record, behind padding if need be; returns its alignment in bytes.
    fn finish(
        mut self,
        composite: &Composite<'_>,
        pad: impl Fn(u64, u64) -> Piece,
    ) -> Result<u32, Misfit> {
        let limit = composite.size.bits();
        if self.compiler.size() < limit.0 {
            (self.put)(pad(self.compiler.end, limit.0));
            self.compiler.end = limit.0;
        }
        let end = Bits(self.compiler.size());
        if end != limit {
            let last = composite.len().saturating_sub(1);
            return Err(Misfit::At(last, Problem::PastEnd { end, limit }));
        }
        Ok(Bits(self.compiler.align)
            .floor_bytes()
            .map_or(1, |bytes| bytes.0))
    }
}

/// The members of a record.
fn rows<'b>(btf: &'b Btf<'b>, composite: &Composite<'b>) -> impl Iterator<Item = Row> + use<'b> {
    let composite = *composite;
    composite.tail.rows().map(move |row| {
        let [name, ..] = row;
        Row {
            name,
            place: btf.normalized(composite.place(row)),
        }
    })
}
