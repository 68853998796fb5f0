//! From a layout to a [`Package`].

use super::bound;
use super::canonical::canonical;
use super::enumeration::enumeration;
use super::error::WitError;
use super::kebab::{Names, kebab};
use super::model::{
    Codec, Field, Form, Item, ItemKind, Options, Package, Place, Shape, Tail, View,
};
use super::names::{TypeNames, c_name, for_people, part_name};
use super::shape::Shapes;
use btf_layout::{Bytes, Def, DefKind, Kind, Layout, Record, Slot, TypeId};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

impl Package {
    /// The package of a layout; `name` is that of the object, in C or in WIT.
    ///
    /// Functions are made for what was requested, or for all structs and unions that have a name; failing that for all enums,
    /// failing that for all typedefs, so that every backend emits the types.
    ///
    /// # Errors
    /// [`WitError::SameName`] if two types that were requested have one name in WIT; [`WitError::TooLong`] if the package is out of
    /// proportion to the BTF.
    pub fn new(layout: &Layout<'_>, name: &str, options: Options) -> Result<Self, WitError> {
        let names = TypeNames::settle(layout)?;
        let mut assembler = Assembler {
            shapes: Shapes {
                layout,
                names: &names,
                options,
                items: BTreeMap::new(),
                has_pointers: false,
                has_wide: [false; 2],
            },
            scope: Names::default(),
            items: Vec::new(),
        };
        assembler.scope = names.scope.clone();
        for def in layout.defs() {
            assembler.item(def);
        }
        assembler.derived();
        assembler.codecs();
        assembler.mark_used();
        let Assembler { shapes, items, .. } = assembler;
        bound::check(&items, layout.btf().text_limit())?;
        Ok(Package {
            name: kebab(name),
            options,
            items,
            left_out: left_out(layout),
            has_pointers: shapes.has_pointers,
            has_wide: shapes.has_wide,
        })
    }
}

/// Why types of a layout have no definition.
fn left_out(layout: &Layout<'_>) -> Vec<String> {
    let flaws = layout.left_out().iter();
    let flaws = flaws.filter_map(|id| layout.btf().flaw(*id));
    flaws.map(|flaw| flaw.to_string()).collect()
}

/// The names of the members that have no bytes.
fn empty(layout: &Layout<'_>, def: &Def) -> Vec<String> {
    let DefKind::Record(record) = &def.kind else {
        return Vec::new();
    };
    let slots = layout.slots(record);
    let names = slots.filter_map(|slot| match slot {
        Slot::Empty(empty) => Some(empty.name.escape_default().to_string()),
        Slot::Field(_) | Slot::Bits(_) | Slot::Pad(_) | Slot::Opaque(_) => None,
    });
    names.collect()
}

struct Assembler<'l, 'b> {
    shapes: Shapes<'l, 'b>,
    /// All names of the interface.
    scope: Names,
    items: Vec<Item>,
}

impl Assembler<'_, '_> {
    fn item(&mut self, def: &Def) {
        let layout = self.shapes.layout;
        let btf = layout.btf();
        let Some(name) = self.shapes.names.of(def.id) else {
            return;
        };
        let kind = match &def.kind {
            DefKind::Record(record) if record.union => ItemKind::Union {
                views: self.views(record),
            },
            DefKind::Record(record) => self.record(record),
            DefKind::Enum => {
                let Kind::Enum(decl) = btf.kind(def.id) else {
                    return;
                };
                enumeration(&decl)
            }
            DefKind::Typedef(target) => ItemKind::Alias(self.shapes.of(*target)),
        };
        let owns = self.owns(&kind, btf.size(def.id).unwrap_or_default());
        self.shapes.items.insert(def.id, self.items.len());
        self.items.push(Item {
            id: def.id,
            name: name.to_owned(),
            c_name: c_name(layout, self.shapes.names.typedef(def.id).unwrap_or(def.id)),
            size: btf.size(def.id).unwrap_or_default(),
            kind,
            empty: empty(layout, def),
            codec: None,
            used: false,
            owns,
        });
    }

    /// Whether a value of some kind owns memory.
    fn owns(&self, kind: &ItemKind, size: Bytes) -> bool {
        let mut owns = match kind {
            ItemKind::Empty => true,
            // The views of a union are no part of it.
            ItemKind::Union { .. } => return !self.shapes.options.arrays.is_fixed(size.0),
            ItemKind::Record { .. }
            | ItemKind::Enum(_)
            | ItemKind::Flags(_)
            | ItemKind::Alias(_) => false,
        };
        kind.shapes(&mut |mut shape| loop {
            match shape {
                Shape::Array {
                    form: Form::List, ..
                }
                | Shape::NoElements(_)
                | Shape::Text(_) => break owns = true,
                Shape::Bytes(len) => break owns |= !self.shapes.options.arrays.is_fixed(*len),
                Shape::Array { elem, .. } => shape = elem,
                Shape::Item(at) => break owns |= self.items.get(*at).is_some_and(|item| item.owns),
                Shape::Int { .. }
                | Shape::Bit
                | Shape::Wide { .. }
                | Shape::Float { .. }
                | Shape::Pointer => break,
            }
        });
        owns
    }

    /// The members of a record, under names of their own.
    fn fields(&mut self, record: &Record) -> Vec<Field> {
        let members = self.shapes.layout.flat_members(record);
        let mut parts = 0;
        let wishes: Vec<Cow<'_, str>> = members
            .iter()
            .map(|member| match member.name {
                "" => {
                    parts += 1;
                    part_name(parts).into()
                }
                name => name.into(),
            })
            .collect();
        let wishes: Vec<&str> = wishes.iter().map(AsRef::as_ref).collect();
        let names = Names::default().claim_all(&wishes);
        let named = members.iter().zip(names).map(|(member, name)| {
            let (place, shape, pointee) = self.shapes.member(member);
            Field {
                name,
                c_name: for_people(member.name),
                place,
                shape,
                pointee,
            }
        });
        named.collect()
    }

    fn record(&mut self, record: &Record) -> ItemKind {
        let fields = self.fields(record);
        if fields.is_empty() {
            return ItemKind::Empty;
        }
        let tail = self.tail(&fields, record.size);
        let arrays = self.shapes.options.arrays;
        let canonical =
            canonical(&fields, record.size, &self.items, arrays).filter(|_| tail.is_none());
        ItemKind::Record {
            padded: self.is_padded(&fields, record.size),
            fields,
            tail,
            canonical,
        }
    }

    /// Whether the fields leave bits to nobody.
    fn is_padded(&self, fields: &[Field], size: Bytes) -> bool {
        let mut bits = 0_u64;
        for field in fields {
            bits += match field.place {
                Place::Bytes { size, .. } => size.bits().0,
                Place::Bits { width, .. } => width.0,
            };
            let mut shape = &field.shape;
            loop {
                if let Shape::Array { elem, .. } = shape {
                    shape = elem;
                    continue;
                }
                let Shape::Item(at) = shape else { break };
                let kind = self.items.get(*at).map(|item| &item.kind);
                match kind {
                    Some(ItemKind::Alias(target)) => shape = target,
                    Some(ItemKind::Record { padded: true, .. } | ItemKind::Empty) => return true,
                    Some(
                        ItemKind::Record { .. }
                        | ItemKind::Union { .. }
                        | ItemKind::Enum(_)
                        | ItemKind::Flags(_),
                    )
                    | None => break,
                }
            }
        }
        bits != size.bits().0
    }

    /// The flexible array that ends a record, if one does.
    fn tail(&self, fields: &[Field], size: Bytes) -> Option<Tail> {
        let last = fields.last()?;
        let (Shape::NoElements(elem), Place::Bytes { offset, .. }) = (&last.shape, last.place)
        else {
            return None;
        };
        let stride = self.size_of(elem);
        (stride > Bytes(0) && offset <= size).then(|| Tail {
            field: fields.len() - 1,
            offset,
            stride,
            elem: Shape::clone(elem),
        })
    }

    fn size_of(&self, shape: &Shape) -> Bytes {
        match shape {
            Shape::Int { size, .. } | Shape::Float { size } => Bytes(*size),
            Shape::Bytes(len) | Shape::Text(len) => Bytes(*len),
            Shape::Bit => Bytes(1),
            Shape::Pointer => Bytes(8),
            Shape::Wide { .. } => Bytes(16),
            Shape::Array { stride, len, .. } => Bytes(stride.saturating_mul(*len)),
            Shape::NoElements(_) => Bytes(0),
            Shape::Item(at) => self.items.get(*at).map_or(Bytes(0), |item| item.size),
        }
    }

    /// The arms of a union; the names of their functions come later.
    fn views(&mut self, record: &Record) -> Vec<View> {
        let fields = self.fields(record).into_iter();
        let views = fields.map(|field| View {
            field,
            get: String::new(),
            make: String::new(),
        });
        views.collect()
    }

    /// Names the types that belong to enums.
    fn derived(&mut self) {
        for item in &mut self.items {
            if let ItemKind::Enum(decl) | ItemKind::Flags(decl) = &mut item.kind {
                decl.or_raw = self.scope.claim(format!("{}-or-raw", item.name));
            }
        }
    }

    /// Names the functions: of what was requested first.
    fn codecs(&mut self) {
        let layout = self.shapes.layout;
        let wanted: BTreeSet<usize> = match layout.requested() {
            Some(requested) => requested
                .iter()
                .filter_map(|id| self.position(*id))
                .collect(),
            None => self.everything(),
        };
        for at in wanted {
            if let Some(item) = self.items.get_mut(at) {
                item.codec = Some(Codec {
                    decode: self.scope.claim(format!("decode-{}", item.name)),
                    encode: self.scope.claim(format!("encode-{}", item.name)),
                });
            }
        }
        for item in &mut self.items {
            if let ItemKind::Union { views } = &mut item.kind {
                for view in views {
                    let (union, arm) = (&item.name, &view.field.name);
                    view.get = self.scope.claim(format!("{union}-as-{arm}"));
                    view.make = self.scope.claim(format!("{union}-from-{arm}"));
                }
            }
        }
    }

    /// Marks what functions deal in. What holds a type stands after it.
    fn mark_used(&mut self) {
        let mut used = BTreeSet::new();
        for (at, item) in self.items.iter_mut().enumerate().rev() {
            let union = matches!(item.kind, ItemKind::Union { .. });
            item.used = item.codec.is_some() || union || used.contains(&at);
            if item.used {
                item.kind.shapes(&mut |shape| {
                    if let Shape::Item(at) = shape.innermost() {
                        used.insert(*at);
                    }
                });
            }
        }
    }

    /// The item that a requested type is, or is another name of.
    fn position(&self, id: TypeId) -> Option<usize> {
        let btf = self.shapes.layout.btf();
        let mut id = id;
        loop {
            if let Some(at) = self.shapes.items.get(&id) {
                return Some(*at);
            }
            let Kind::Typedef(target) = btf.kind(id) else {
                return None;
            };
            id = btf.unqualified(target);
        }
    }

    /// What has functions if nothing was requested.
    fn everything(&self) -> BTreeSet<usize> {
        let select = |wanted: &dyn Fn(&Item) -> bool| -> BTreeSet<usize> {
            let items = self.items.iter().enumerate();
            items
                .filter_map(|(at, item)| wanted(item).then_some(at))
                .collect()
        };
        let btf = self.shapes.layout.btf();
        let names = self.shapes.names;
        let named = |item: &Item| btf.is_named(item.id) || names.typedef(item.id).is_some();
        let records = select(&|item| {
            let record = matches!(
                item.kind,
                ItemKind::Record { .. } | ItemKind::Empty | ItemKind::Union { .. }
            );
            record && named(item)
        });
        if !records.is_empty() {
            return records;
        }
        let enums = select(&|item| matches!(item.kind, ItemKind::Enum(_) | ItemKind::Flags(_)));
        if !enums.is_empty() {
            return enums;
        }
        select(&|_| true)
    }
}
