//! What the bytes of a type mean: which bits belong to a member, and the values that they hold.

use super::{Kind, Oracle, Place, Scalar};

impl Oracle {
    /// All ones where a bit belongs to a member, by the type's own bytes; those of a union all do.
    pub fn meaning(&self, id: usize) -> Vec<u8> {
        let size = self.size(id).expect("a size");
        let mut mask = vec![0; usize::try_from(size).expect("a size")];
        self.mark(id, 0, &mut mask);
        mask
    }

    fn mark(&self, id: usize, start: u64, mask: &mut [u8]) {
        let id = self.resolved(id);
        match &self.types[id].kind {
            Kind::Record {
                union: false, rows, ..
            } => {
                for row in rows {
                    match self.place(row, start + row.bit) {
                        Place::Bytes { offset, .. } => self.mark(row.ty, offset * 8, mask),
                        Place::Bits { first, width, .. } => set(mask, first, width),
                    }
                }
            }
            Kind::Array { of, len } => {
                let size = self.size(*of).expect("a size");
                // An array without bytes may have any number of elements.
                for i in 0..if size > 0 { *len } else { 0 } {
                    self.mark(*of, start + i * size * 8, mask);
                }
            }
            _ => set(mask, start, self.size(id).expect("a size") * 8),
        }
    }

    /// Name and place of the members of a struct, those of anonymous structs inside it among them; a union without a name, or a
    /// struct that has a tag but no name as a member, is a member with an empty name.
    pub fn outer_members(&self, id: usize) -> Vec<(&str, Place)> {
        let mut members = Vec::new();
        self.lend(id, 0, &mut members);
        members
    }

    fn lend<'a>(&'a self, id: usize, start: u64, into: &mut Vec<(&'a str, Place)>) {
        let Kind::Record { rows, .. } = &self.types[id].kind else {
            return;
        };
        for row in rows {
            let mut inner = row.ty;
            while let Kind::Qualifier(of) = self.types[inner].kind {
                inner = of;
            }
            let is_struct = matches!(self.types[inner].kind, Kind::Record { union: false, .. });
            match row.name.is_empty() && is_struct && self.name(inner).is_empty() {
                true => self.lend(inner, start + row.bit, into),
                false => into.push((&row.name, self.place(row, start + row.bit))),
            }
        }
    }

    /// The numbers in the bytes of a type, in order, as Rust prints them; of an enum, the first name that a value has. The bytes of
    /// unions and of arrays of characters are numbers from 0 to 255, 128-bit integers two words.
    pub fn numbers(&self, id: usize, bytes: &[u8]) -> Vec<String> {
        let mut numbers = Vec::new();
        self.tell(id, 0, bytes, &mut numbers);
        numbers
    }

    fn tell(&self, id: usize, start: u64, bytes: &[u8], into: &mut Vec<String>) {
        let id = self.resolved(id);
        let size = self.size(id).expect("a size");
        match &self.types[id].kind {
            Kind::Record {
                union: false, rows, ..
            } => {
                let mut rows: Vec<_> = rows.iter().collect();
                rows.sort_by_key(|row| row.bit);
                for row in rows {
                    match self.place(row, start + row.bit) {
                        Place::Bytes { offset, .. } => self.tell(row.ty, offset * 8, bytes, into),
                        Place::Bits {
                            first,
                            width,
                            signed,
                        } => {
                            let bits = get(bytes, first, width);
                            into.push(self.bitfield(row.ty, bits, width, signed));
                        }
                    }
                }
            }
            Kind::Record { .. } => octets(bytes, start, size, into),
            Kind::Array { of, len } => {
                let element = self.size(*of).expect("a size");
                let char = matches!(self.scalar(*of), Some(Scalar::Int(int)) if int.char);
                if char && self.is_direct(*of) {
                    return octets(bytes, start, size, into);
                }
                for i in 0..if element > 0 { *len } else { 0 } {
                    self.tell(*of, start + i * element * 8, bytes, into);
                }
            }
            Kind::Enum(of) => {
                let raw = extended(get(bytes, start, size * 8), size * 8, of.signed);
                into.push(self.enumerator(id, raw));
            }
            Kind::Scalar(Scalar::Int(int)) => {
                let signed = (int.signed || int.char) && !int.bool;
                let bits = get(bytes, start, size * 8);
                if size == 16 {
                    return words(bits, signed, into);
                }
                into.push(extended(bits, size * 8, signed).to_string());
            }
            Kind::Scalar(Scalar::Float(4)) => {
                let bits = u32::try_from(get(bytes, start, 32)).expect("32 bits");
                into.push(format!("{:?}", f32::from_bits(bits)));
            }
            Kind::Scalar(Scalar::Float(8)) => {
                let bits = u64::try_from(get(bytes, start, 64)).expect("64 bits");
                into.push(format!("{:?}", f64::from_bits(bits)));
            }
            Kind::Scalar(Scalar::Float(_)) => octets(bytes, start, size, into),
            Kind::Scalar(Scalar::Pointer) => into.push(get(bytes, start, 64).to_string()),
            Kind::Sizeless | Kind::Typedef(_) | Kind::Qualifier(_) => {}
        }
    }

    /// Whether a type is not behind a typedef.
    fn is_direct(&self, mut id: usize) -> bool {
        while let Kind::Qualifier(of) = self.types[id].kind {
            id = of;
        }
        !matches!(self.types[id].kind, Kind::Typedef(_))
    }

    fn bitfield(&self, ty: usize, bits: u128, width: u64, signed: bool) -> String {
        let ty = self.resolved(ty);
        let value = extended(bits, width, signed);
        match &self.types[ty].kind {
            Kind::Enum(_) => self.enumerator(ty, value),
            Kind::Scalar(Scalar::Int(int)) if int.bool && width == 1 => (bits != 0).to_string(),
            _ => value.to_string(),
        }
    }

    /// The first name of a value, in words that begin with a capital, or the value.
    fn enumerator(&self, id: usize, value: i128) -> String {
        let named = self.enumerators(id).iter().find(|(_, of)| *of == value);
        named.map_or(value.to_string(), |(name, _)| name.clone())
    }
}

/// Sets `width` bits from bit `first` on.
fn set(mask: &mut [u8], first: u64, width: u64) {
    for bit in first..first + width {
        mask[usize::try_from(bit / 8).expect("a byte")] |= 1 << (bit % 8);
    }
}

/// The `width` bits from bit `first` on, one by one.
fn get(bytes: &[u8], first: u64, width: u64) -> u128 {
    (0..width).fold(0, |value, i| {
        let bit = first + i;
        let byte = bytes[usize::try_from(bit / 8).expect("a byte")];
        value | u128::from(byte >> (bit % 8) & 1) << i
    })
}

fn extended(bits: u128, width: u64, signed: bool) -> i128 {
    let negative = signed && bits >> (width - 1) & 1 == 1;
    let value = bits.cast_signed();
    value - if negative { 1 << width } else { 0 }
}

fn octets(bytes: &[u8], start: u64, size: u64, into: &mut Vec<String>) {
    let start = usize::try_from(start / 8).expect("a byte");
    let size = usize::try_from(size).expect("a size");
    into.extend(bytes[start..start + size].iter().map(u8::to_string));
}

fn words(bits: u128, signed: bool, into: &mut Vec<String>) {
    into.push((bits & u128::from(u64::MAX)).to_string());
    into.push(extended(bits >> 64, 64, signed).to_string());
}
