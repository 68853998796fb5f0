//! What C text must say for a compiler to arrive at the offsets of the BTF.

use super::compiler::{Compiler, Extent};
use super::item::{NativeItem, NativeRecord, fill};
use super::late_arm::LateArm;
use btf_layout::{Bits, Btf, Bytes, Composite, Error, Kind, Member, Problem, TypeId};

/// The C forms of the structs and unions of a BTF section, worked out on demand.
///
/// A form is accepted only if [`Compiler`], given nothing but the form, puts every member at the offset the BTF states and arrives
/// at the size it states.
#[derive(Debug)]
pub(super) struct Forms<'b> {
    btf: &'b Btf<'b>,
    /// By type id: what is known about a record.
    shapes: Vec<Option<Shape>>,
}

/// How a record stands in others.
#[derive(Clone, Copy, Debug)]
struct Shape {
    /// In bytes, a power of two.
    align: u32,
    packed: bool,
}

/// The shape of a record and its pieces; or the member that a compiler would put elsewhere.
type Formed<'b> = Result<(Shape, Vec<Piece<'b>>), (usize, Problem)>;

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
        let (shape, pieces) = self
            .form(id)
            .map_err(|(i, problem)| Error::from(self.btf.error(id, Some(i), problem)))?;
        Ok(NativeRecord {
            packed: shape.packed,
            items: shape.items(pieces),
        })
    }

    /// The form of record `id`: packed only if there is no other way, since compilers access packed members byte by byte.
    fn form(&mut self, id: TypeId) -> Formed<'b> {
        let is_packed = self.known(id).is_some_and(|shape| shape.packed);
        let natural = match is_packed {
            true => None,
            false => self.try_form(id, false).ok(),
        };
        let form = match natural {
            Some(form) => form,
            None => self.try_form(id, true)?,
        };
        if let Some(known) = self.shapes.get_mut(id.index()) {
            *known = Some(form.0);
        }
        Ok(form)
    }

    /// How record `id` stands in others.
    fn shape(&mut self, id: TypeId) -> Shape {
        // One without a form is an error where it is defined.
        let form = |forms: &mut Self| forms.form(id).map(|(shape, _)| shape).ok();
        let shape = self.known(id).or_else(|| form(self));
        shape.unwrap_or(Shape::OF_BYTES)
    }

    fn known(&self, id: TypeId) -> Option<Shape> {
        self.shapes.get(id.index()).copied().flatten()
    }

    /// How a type stands in a record; recursion is bounded by [`Btf::MAX_DEPTH`].
    fn extent(&mut self, mut id: TypeId) -> Extent {
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
                    break (self.shape(id).align, composite.size);
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
        Extent {
            align: Bytes(align).bits().0.max(8),
            size: size.bits().0.saturating_mul(count.into()),
        }
    }

    /// Tries one form of record `id`. It does not do if the compiler cannot be brought to the right offsets that way, which the
    /// packed form always can unless members overlap.
    fn try_form(&mut self, id: TypeId, packed: bool) -> Formed<'b> {
        let Some(composite) = self.btf.kind(id).composite() else {
            return Ok((Shape::OF_BYTES, Vec::new()));
        };
        let mut form = Form {
            forms: self,
            compiler: Compiler::new(packed),
            pieces: Vec::with_capacity(composite.len() + 1),
        };
        match composite.union {
            true => form.union(&composite),
            false => form.structure(&composite)?,
        }
        form.finish(&composite)
    }
}

impl Shape {
    /// How bytes stand in a record.
    const OF_BYTES: Shape = Shape {
        align: 1,
        packed: false,
    };

    /// The lines that make up `pieces`.
    fn items(self, pieces: Vec<Piece<'_>>) -> Vec<NativeItem<'_>> {
        // Some compilers let an anonymous bitfield raise the alignment: never by more than the record has anyway.
        let unit = Bytes(if self.packed { 8 } else { self.align.min(8) });
        let mut items = Vec::with_capacity(pieces.len());
        for piece in pieces {
            match piece {
                Piece::Item(item) => items.push(item),
                Piece::Gap { start, end } => fill(start, end, unit, &mut items),
                Piece::Late(arm) => arm.items(&mut items),
            }
        }
        items
    }
}

/// A part of a record, before it is known what fillers may be like.
#[derive(Clone, Copy, Debug)]
enum Piece<'b> {
    Item(NativeItem<'b>),
    /// Bits that need filling, from the start of the record.
    Gap {
        start: u64,
        end: u64,
    },
    /// An arm that does not start where its union does.
    Late(LateArm<'b>),
}

/// One form of a record in the making.
struct Form<'f, 'b> {
    forms: &'f mut Forms<'b>,
    compiler: Compiler,
    pieces: Vec<Piece<'b>>,
}

impl<'b> Form<'_, 'b> {
    /// Goes through the members of a struct by offset.
    fn structure(&mut self, composite: &Composite<'b>) -> Result<(), (usize, Problem)> {
        let mut members: Vec<_> = self.forms.btf.members(composite).enumerate().collect();
        members.sort_by_key(|(_, member)| member.place.offset);
        for (i, member) in members {
            if self.without_bytes(&member) {
                continue;
            }
            let place = member.place;
            let of = self.forms.extent(place.ty);
            if self.compiler.next(of, place.width) < place.offset.0 {
                self.pieces.push(Piece::Gap {
                    start: self.compiler.end,
                    end: place.offset.0,
                });
                self.compiler.end = place.offset.0;
            }
            let at = self.compiler.place(&member, of);
            if at != place.offset.0 {
                let (start, end) = (place.offset, Bits(at));
                return Err((i, Problem::Overlap { start, end }));
            }
            self.pieces.push(Piece::Item(NativeItem::Member(member)));
        }
        Ok(())
    }

    /// Goes through the members of a union.
    fn union(&mut self, composite: &Composite<'b>) {
        for member in self.forms.btf.members(composite) {
            if self.without_bytes(&member) {
                continue;
            }
            let of = self.forms.extent(member.place.ty);
            if member.place.offset == Bits(0) {
                self.compiler.arm(&member, of);
                self.pieces.push(Piece::Item(NativeItem::Member(member)));
            } else {
                let arm = LateArm::new(member, of, composite.size.bits().0);
                self.compiler.struct_arm(arm.extent());
                self.pieces.push(Piece::Late(arm));
            }
        }
    }

    /// Adds a member that has no bytes; `false` if it has some.
    fn without_bytes(&mut self, member: &Member<'b>) -> bool {
        let is_empty = self.forms.btf.has_no_bytes(member.place.ty);
        if is_empty {
            self.pieces
                .push(Piece::Item(NativeItem::Empty(member.name)));
        }
        is_empty
    }

    /// Ends the record, after padding if need be.
    fn finish(mut self, composite: &Composite<'_>) -> Formed<'b> {
        let limit = composite.size.bits();
        if self.compiler.size() < limit.0 {
            self.pieces.push(match composite.union {
                true => Piece::Item(NativeItem::Bytes(composite.size)),
                false => Piece::Gap {
                    start: self.compiler.end,
                    end: limit.0,
                },
            });
            self.compiler.end = limit.0;
        }
        let end = Bits(self.compiler.size());
        if end != limit {
            let last = composite.len().saturating_sub(1);
            return Err((last, Problem::PastEnd { end, limit }));
        }
        let align = Bits(self.compiler.align).floor_bytes();
        let shape = Shape {
            align: align.map_or(1, |bytes| bytes.0),
            packed: self.compiler.packed,
        };
        Ok((shape, self.pieces))
    }
}
