//! A layout as text, one line per slot: what a person reviews, and snapshots keep.

use super::carrier::Carrier;
use super::ir::{Def, DefKind, Layout};
use super::slot::{BitSlot, Slot};
use crate::btf::Kind;
use crate::units::TypeId;
use std::fmt;

impl fmt::Display for Layout<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let left_out = self.left_out().iter().filter_map(|id| self.btf().flaw(*id));
        for flaw in left_out {
            writeln!(f, "left out: {flaw}")?;
        }
        self.defs().iter().try_for_each(|def| self.fmt_def(f, def))
    }
}

impl Layout<'_> {
    fn fmt_def(&self, f: &mut fmt::Formatter<'_>, def: &Def) -> fmt::Result {
        let (btf, id) = (self.btf(), def.id);
        write!(
            f,
            "[{id}] {} {}",
            btf.kind(id).word(),
            or_dash(btf.name(id))
        )?;
        match &def.kind {
            DefKind::Typedef(target) => writeln!(f, " = {}", Ty(self, *target)),
            DefKind::Enum => {
                let Kind::Enum(decl) = btf.kind(id) else {
                    return Err(fmt::Error);
                };
                let sign = if decl.signed { "signed" } else { "unsigned" };
                writeln!(f, " size {} {sign}", decl.size)?;
                let mut values = decl.enumerators();
                values.try_for_each(|(name, value)| writeln!(f, "    {name} = {value}"))
            }
            DefKind::Record(record) => {
                writeln!(f, " size {}", record.size)?;
                let mut slots = self.slots(record);
                slots.try_for_each(|slot| self.fmt_slot(f, &slot))
            }
        }
    }

    fn fmt_slot(&self, f: &mut fmt::Formatter<'_>, slot: &Slot<'_>) -> fmt::Result {
        write!(f, "    {:>4} +{:<4} ", slot.offset(), slot.size())?;
        match slot {
            Slot::Pad(_) => writeln!(f, "pad"),
            Slot::Empty(empty) => writeln!(f, "{}: nothing", or_dash(empty.name)),
            Slot::Opaque(opaque) => writeln!(f, "{}: bytes", or_dash(opaque.name)),
            Slot::Field(field) => {
                writeln!(f, "{}: {}", or_dash(field.name), Ty(self, field.ty))
            }
            Slot::Bits(unit) => {
                writeln!(f, "bits")?;
                for bit in self.bits(unit) {
                    write!(f, "        bit {:>3} +{:<3} ", bit.start(), bit.width())?;
                    match bit {
                        BitSlot::Filler { .. } => writeln!(f, "filler")?,
                        BitSlot::Field(field) => {
                            writeln!(f, "{}: {}", or_dash(field.name), Ty(self, field.ty))?;
                        }
                    }
                }
                Ok(())
            }
        }
    }
}

fn or_dash(name: &str) -> &str {
    if name.is_empty() { "-" } else { name }
}

/// A type's carrier as text.
struct Ty<'a, 'b>(&'a Layout<'b>, TypeId);

impl fmt::Display for Ty<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let btf = self.0.btf();
        match self.0.carrier(self.1) {
            None => f.write_str("nothing"),
            Some(Carrier::Int(int)) => {
                let letter = match (int.bool, int.char, int.signed) {
                    (true, ..) => "bool",
                    (_, true, _) => "char",
                    (.., true) => "s",
                    (.., false) => "u",
                };
                write!(f, "{letter}{}", int.size.bits())
            }
            Some(Carrier::Float(size)) => write!(f, "f{}", size.bits()),
            Some(Carrier::Pointer(to)) => write!(f, "ptr to [{}] {}", to, btf.name(to)),
            Some(Carrier::Array(array)) => write!(f, "{}[{}]", Ty(self.0, array.elem), array.len),
            Some(Carrier::Record(id) | Carrier::Enum(id) | Carrier::Typedef(id)) => {
                write!(f, "[{id}] {}", btf.name(id))
            }
        }
    }
}
