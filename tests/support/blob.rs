//! BTF made by hand, for what no compiler writes any more.

/// Of a record's kind word: bitfield sizes are in the member records, values of an enum are signed.
pub const FLAG: u32 = 1 << 31;

/// A BTF blob under construction: little-endian, ids from 1.
#[derive(Debug)]
pub struct Blob {
    types: Vec<u32>,
    strings: String,
    count: u32,
}

impl Default for Blob {
    fn default() -> Self {
        Blob { types: Vec::new(), strings: "\0".to_owned(), count: 0 }
    }
}

impl Blob {
    /// Offset of `name`; the empty name is at 0.
    pub fn name(&mut self, name: &str) -> u32 {
        if name.is_empty() {
            return 0;
        }
        let at = self.strings.len() as u32;
        self.strings.extend([name, "\0"]);
        at
    }

    /// Adds a record whose last part is `rows`, and returns its id. `flag` is 0 or [`FLAG`].
    pub fn add<const N: usize>(&mut self, name: &str, kind: u32, flag: u32, size_or_type: u32, rows: &[[u32; N]]) -> u32 {
        let name = self.name(name);
        self.types.extend([name, flag | kind << 24 | rows.len() as u32, size_or_type]);
        self.types.extend(rows.as_flattened());
        self.count += 1;
        self.count
    }

    /// Adds a `BTF_KIND_INT` of `bits` bits from bit `first` of `size` bytes on. Encoding 1 is signed, 4 boolean.
    pub fn int(&mut self, name: &str, encoding: u32, size: u32, first: u32, bits: u32) -> u32 {
        let name = self.name(name);
        self.types.extend([name, 1 << 24, size, encoding << 24 | first << 16 | bits]);
        self.count += 1;
        self.count
    }

    /// Adds a `BTF_KIND_STRUCT` (4) or `BTF_KIND_UNION` (5). Members are names, types and bit offsets, with [`FLAG`] a width as well.
    pub fn record(&mut self, name: &str, kind: u32, flag: u32, size: u32, members: &[(&str, u32, u32, u32)]) -> u32 {
        let rows = members.iter().map(|(name, ty, bit, width)| [self.name(name), *ty, width << 24 | bit]);
        let rows: Vec<_> = rows.collect();
        self.add(name, kind, flag, size, &rows)
    }

    /// The blob as a file holds it.
    pub fn bytes(&self) -> Vec<u8> {
        let types = self.types.len() as u32 * 4;
        let header = [1 << 16 | 0xeb9f, 24, 0, types, types, self.strings.len() as u32];
        let words = header.iter().chain(&self.types);
        let mut bytes: Vec<u8> = words.flat_map(|word| word.to_le_bytes()).collect();
        bytes.extend(self.strings.as_bytes());
        bytes
    }
}
