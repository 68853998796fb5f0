//! BTF blobs for tests: made by hand, record by record, made at random, and damaged on purpose, also as a part of an ELF file; objects
//! that are checked in; targets of fuzzing.
#![allow(
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "the blobs made here are small, and a test may fail"
)]

pub mod elf;
pub mod mutate;
pub mod objects;
pub mod random;
pub mod target;

/// `BTF_KIND_*`, and the bit that says `kind_flag`.
#[allow(missing_docs, reason = "the names are the kernel's")]
pub mod kind {
    pub const INT: u32 = 1;
    pub const PTR: u32 = 2;
    pub const ARRAY: u32 = 3;
    pub const STRUCT: u32 = 4;
    pub const UNION: u32 = 5;
    pub const ENUM: u32 = 6;
    pub const FWD: u32 = 7;
    pub const TYPEDEF: u32 = 8;
    pub const VOLATILE: u32 = 9;
    pub const CONST: u32 = 10;
    pub const RESTRICT: u32 = 11;
    pub const FUNC: u32 = 12;
    pub const FUNC_PROTO: u32 = 13;
    pub const VAR: u32 = 14;
    pub const DATASEC: u32 = 15;
    pub const FLOAT: u32 = 16;
    pub const DECL_TAG: u32 = 17;
    pub const TYPE_TAG: u32 = 18;
    pub const ENUM64: u32 = 19;
    pub const FLAG: u32 = 1 << 7;
}

/// Length of the header that [`Blob::bytes`] writes.
pub const HEADER_LEN: usize = 24;
/// Position of `hdr_len` in it, in bytes.
pub const HDR_LEN_AT: usize = 4;
/// Position of `type_off`.
pub const TYPE_OFF_AT: usize = 8;
/// Position of `type_len`.
pub const TYPE_LEN_AT: usize = 12;
/// Position of `str_off`.
pub const STR_OFF_AT: usize = 16;
/// Position of `str_len`.
pub const STR_LEN_AT: usize = 20;

/// Encoding of [`Blob::int`]: a signed number.
pub const SIGNED: u32 = 1;
/// A character.
pub const CHAR: u32 = 2;
/// A truth value.
pub const BOOL: u32 = 4;

/// A blob under construction. Records get their ids in order; references may point forward.
#[derive(Clone, Debug)]
pub struct Blob {
    /// The type section, as words.
    pub types: Vec<u32>,
    /// The string section.
    pub strings: Vec<u8>,
    /// Offset of the first string: not 0 in split BTF.
    first_string: u32,
    next: u32,
}

impl Default for Blob {
    fn default() -> Self {
        Blob {
            types: Vec::new(),
            strings: vec![0],
            first_string: 0,
            next: 1,
        }
    }
}

impl Blob {
    /// A blob that continues this one: split BTF.
    pub fn split(&self) -> Blob {
        Blob {
            types: Vec::new(),
            strings: Vec::new(),
            first_string: self.first_string + self.strings.len() as u32,
            next: self.next,
        }
    }

    /// The id that the next record will have.
    pub fn next_id(&self) -> u32 {
        self.next
    }

    /// Adds a name; returns its offset.
    pub fn name(&mut self, name: &str) -> u32 {
        if name.is_empty() {
            return 0;
        }
        let offset = self.first_string + self.strings.len() as u32;
        self.strings.extend(name.bytes().chain([0]));
        offset
    }

    /// Adds a record; `kind` may hold [`kind::FLAG`]. Returns its id.
    pub fn record(&mut self, kind: u32, name: &str, vlen: u32, word: u32, rows: &[u32]) -> u32 {
        let name = self.name(name);
        self.types.extend([name, kind << 24 | vlen, word]);
        self.types.extend(rows);
        self.next += 1;
        self.next - 1
    }

    /// An integer that fills its storage.
    pub fn int(&mut self, name: &str, size: u32, encoding: u32) -> u32 {
        self.int_bits(name, size, encoding, 0, size * 8)
    }

    /// An integer of `bits` bits at bit `offset` of its storage.
    pub fn int_bits(
        &mut self,
        name: &str,
        size: u32,
        encoding: u32,
        offset: u32,
        bits: u32,
    ) -> u32 {
        self.record(
            kind::INT,
            name,
            0,
            size,
            &[encoding << 24 | offset << 16 | bits],
        )
    }

    /// A pointer, qualifier, function, typedef or tag: whatever has a target, and no rows.
    pub fn to(&mut self, kind: u32, name: &str, target: u32) -> u32 {
        self.record(kind, name, 0, target, &[])
    }

    /// A pointer to `target`.
    pub fn ptr(&mut self, target: u32) -> u32 {
        self.to(kind::PTR, "", target)
    }

    /// Another name for `target`.
    pub fn typedef(&mut self, name: &str, target: u32) -> u32 {
        self.to(kind::TYPEDEF, name, target)
    }

    /// An array of `len` elements.
    pub fn array(&mut self, elem: u32, len: u32) -> u32 {
        self.record(kind::ARRAY, "", 0, 0, &[elem, elem, len])
    }

    /// A struct or union whose members are `(name, type, offset in bits)`.
    pub fn composite(
        &mut self,
        kind: u32,
        name: &str,
        size: u32,
        members: &[(&str, u32, u32)],
    ) -> u32 {
        let mut rows = Vec::new();
        for (name, ty, offset) in members {
            rows.extend([self.name(name), *ty, *offset]);
        }
        self.record(kind, name, members.len() as u32, size, &rows)
    }

    /// A struct; see [`Blob::composite`].
    pub fn structure(&mut self, name: &str, size: u32, members: &[(&str, u32, u32)]) -> u32 {
        self.composite(kind::STRUCT, name, size, members)
    }

    /// A union; see [`Blob::composite`].
    pub fn union(&mut self, name: &str, size: u32, members: &[(&str, u32, u32)]) -> u32 {
        self.composite(kind::UNION, name, size, members)
    }

    /// A struct with `kind_flag`, whose members are `(name, type, offset, width)`, both in bits; width 0: no bitfield.
    pub fn bitfields(&mut self, name: &str, size: u32, members: &[(&str, u32, u32, u32)]) -> u32 {
        let place = |(name, ty, offset, width): &_| (*name, *ty, width << 24 | offset);
        let members: Vec<(&str, u32, u32)> = members.iter().map(place).collect();
        self.composite(kind::STRUCT | kind::FLAG, name, size, &members)
    }

    /// An enum; `kind` may be that of [`kind::ENUM`] with or without [`kind::FLAG`].
    pub fn enumeration(&mut self, kind: u32, name: &str, size: u32, values: &[(&str, u32)]) -> u32 {
        let mut rows = Vec::new();
        for (name, value) in values {
            rows.extend([self.name(name), *value]);
        }
        self.record(kind, name, values.len() as u32, size, &rows)
    }

    /// A function type with parameters `(name, type)`.
    pub fn proto(&mut self, result: u32, params: &[(&str, u32)]) -> u32 {
        let mut rows = Vec::new();
        for (name, ty) in params {
            rows.extend([self.name(name), *ty]);
        }
        self.record(kind::FUNC_PROTO, "", params.len() as u32, result, &rows)
    }

    /// The blob, in little-endian byte order.
    pub fn bytes(&self) -> Vec<u8> {
        self.encode(u32::to_le_bytes, [0x9f, 0xeb, 1, 0])
    }

    /// The same blob in big-endian byte order.
    pub fn big_endian(&self) -> Vec<u8> {
        self.encode(u32::to_be_bytes, [0xeb, 0x9f, 1, 0])
    }

    fn encode(&self, word: fn(u32) -> [u8; 4], magic: [u8; 4]) -> Vec<u8> {
        let type_len = self.types.len() as u32 * 4;
        let header = [
            HEADER_LEN as u32,
            0,
            type_len,
            type_len,
            self.strings.len() as u32,
        ];
        let words = header.iter().chain(&self.types);
        let mut bytes = magic.to_vec();
        bytes.extend(words.flat_map(|value| word(*value)));
        bytes.extend(&self.strings);
        bytes
    }
}

/// Overwrites the little-endian word at `at`.
///
/// # Panics
/// If it is not in the blob; so does [`word`].
pub fn patch(blob: &mut [u8], at: usize, word: u32) {
    blob[at..at + 4].copy_from_slice(&word.to_le_bytes());
}

/// The little-endian word at `at`.
pub fn word(blob: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(blob[at..at + 4].try_into().expect("four bytes"))
}
