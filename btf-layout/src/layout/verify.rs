//! Proves the promises of [`Layout`] for every layout that is handed out. It shares no code with the planner.

use super::carrier::Carrier;
use super::ir::{Def, DefKind, Layout, Record};
use super::slot::{BitSlot, BitUnit, Slot};
use crate::error::{Problem, TypeError};
use crate::units::{Bits, Bytes, TypeId};

/// Checks `layout`; an error names the definition that breaks a promise.
pub(crate) fn check(layout: &Layout<'_>) -> Result<(), Box<TypeError>> {
    for (position, def) in layout.defs().iter().enumerate() {
        check_def(layout, position, def)
            .map_err(|broken| layout.btf().error(def.id, None, Problem::Check(broken)))?;
    }
    Ok(())
}

pub(crate) type Checked = Result<(), &'static str>;

fn holds(promise: bool, broken: &'static str) -> Checked {
    if promise { Ok(()) } else { Err(broken) }
}

fn check_def(layout: &Layout<'_>, position: usize, def: &Def) -> Checked {
    let btf = layout.btf();
    match &def.kind {
        DefKind::Record(record) => {
            holds(
                btf.size(def.id) == Some(record.size),
                "record size differs from BTF",
            )?;
            if record.union {
                check_union(layout, record)?;
            } else {
                check_struct(layout, record)?;
            }
            let mut slots = layout.slots(record);
            slots.try_for_each(|slot| check_slot(layout, position, &slot))
        }
        DefKind::Enum => holds(btf.size(def.id).is_some(), "enum without a size"),
        DefKind::Typedef(target) => {
            holds(btf.size(def.id).is_some(), "typedef without a size")?;
            check_use(layout, position, *target)
        }
    }
}

/// Checks a section laid out like a struct, after all definitions.
pub(crate) fn section(layout: &Layout<'_>, record: &Record) -> Checked {
    check_struct(layout, record)?;
    let mut slots = layout.slots(record);
    slots.try_for_each(|slot| check_slot(layout, layout.defs().len(), &slot))
}

/// Slots tile `[0, size)`.
fn check_struct(layout: &Layout<'_>, record: &Record) -> Checked {
    let mut end = Bytes(0);
    for slot in layout.slots(record) {
        if let Slot::Empty(empty) = slot {
            holds(empty.offset <= record.size, "nothing after the struct")?;
            continue;
        }
        holds(slot.offset() == end, "gap or overlap between slots")?;
        end = Bytes(end.0.saturating_add(slot.size().0));
    }
    holds(end == record.size, "slots do not fill the struct")
}

/// No arm ends after the union, and one that has bytes ends with it.
fn check_union(layout: &Layout<'_>, record: &Record) -> Checked {
    let mut largest = Bytes(0);
    for arm in layout.slots(record) {
        let end = Bytes(arm.offset().0.saturating_add(arm.size().0));
        holds(end <= record.size, "union arm ends after the union")?;
        if !matches!(arm, Slot::Empty(_)) {
            largest = largest.max(end);
        }
    }
    holds(largest == record.size, "no arm is as large as the union")
}

fn check_slot(layout: &Layout<'_>, position: usize, slot: &Slot<'_>) -> Checked {
    let field = match slot {
        Slot::Field(field) => field,
        Slot::Bits(unit) => return check_unit(layout, unit),
        Slot::Pad(pad) => return holds(pad.size > Bytes(0), "empty padding"),
        Slot::Empty(_) => return Ok(()),
        Slot::Opaque(_) => return holds(position == layout.defs().len(), "opaque bytes in a type"),
    };
    holds(
        layout.btf().size(field.ty) == Some(field.size),
        "field size differs from BTF",
    )?;
    check_use(layout, position, field.ty)
}

/// Bit slots tile the unit, and no bitfield is wider than its type.
fn check_unit(layout: &Layout<'_>, unit: &BitUnit) -> Checked {
    let mut end = Bits(0);
    for slot in layout.bits(unit) {
        holds(slot.start() == end, "gap or overlap between bits")?;
        end = Bits(end.0 + slot.width().0);
        if let BitSlot::Field(field) = slot {
            let size = layout.btf().size(field.ty).unwrap_or_default();
            holds(field.width <= size.bits(), "bitfield wider than its type")?;
            holds(
                layout.carrier(field.ty).is_some(),
                "bitfield without a carrier",
            )?;
        }
    }
    holds(end == unit.size.bits(), "bits do not fill the unit")
}

/// A definition at `position` may use `ty` by value: its carrier's definition stands before.
fn check_use(layout: &Layout<'_>, position: usize, ty: TypeId) -> Checked {
    let mut carrier = layout.carrier(ty);
    while let Some(Carrier::Array(array)) = carrier {
        carrier = layout.carrier(array.elem);
    }
    match carrier {
        None => Err("a type without a carrier"),
        Some(Carrier::Record(id) | Carrier::Enum(id) | Carrier::Typedef(id)) => {
            check_order(layout, position, id)
        }
        Some(Carrier::Int(_) | Carrier::Float(_) | Carrier::Pointer(_) | Carrier::Array(_)) => {
            Ok(())
        }
    }
}

/// The definition at `position` may use that of `id` by value.
fn check_order(layout: &Layout<'_>, position: usize, id: TypeId) -> Checked {
    let before = layout
        .positions
        .get(id.index())
        .copied()
        .unwrap_or_default();
    let ordered = before != 0 && before as usize <= position;
    // The typedef that names an anonymous enum is its carrier, and so stands for itself.
    let own_name = || matches!(layout.defs().get(position), Some(def) if def.id == id);
    holds(ordered || own_name(), "used before its definition")
}
