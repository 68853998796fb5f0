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
        Blob {
            types: Vec::new(),
            strings: "\0".to_owned(),
            count: 0,
        }
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
    pub fn add<const N: usize>(
        &mut self,
        name: &str,
        kind: u32,
        flag: u32,
        size_or_type: u32,
        rows: &[[u32; N]],
    ) -> u32 {
        let name = self.name(name);
        self.types
            .extend([name, flag | kind << 24 | rows.len() as u32, size_or_type]);
        self.types.extend(rows.as_flattened());
        self.count += 1;
        self.count
    }

    /// Adds a `BTF_KIND_INT` of `bits` bits from bit `first` of `size` bytes on. Encoding 1 is signed, 4 boolean.
    pub fn int(&mut self, name: &str, encoding: u32, size: u32, first: u32, bits: u32) -> u32 {
        let name = self.name(name);
        self.types
            .extend([name, 1 << 24, size, encoding << 24 | first << 16 | bits]);
        self.count += 1;
        self.count
    }

    /// Adds a `BTF_KIND_STRUCT` (4) or `BTF_KIND_UNION` (5). Members: name, type, bit offset and, with [`FLAG`], a width.
    pub fn record(
        &mut self,
        name: &str,
        kind: u32,
        flag: u32,
        size: u32,
        members: &[(&str, u32, u32, u32)],
    ) -> u32 {
        let rows = members
            .iter()
            .map(|(name, ty, bit, width)| [self.name(name), *ty, width << 24 | bit]);
        let rows: Vec<_> = rows.collect();
        self.add(name, kind, flag, size, &rows)
    }

    /// The blob as a file holds it.
    pub fn bytes(&self) -> Vec<u8> {
        let types = self.types.len() as u32 * 4;
        let header = [
            1 << 16 | 0xeb9f,
            24,
            0,
            types,
            types,
            self.strings.len() as u32,
        ];
        let words = header.iter().chain(&self.types);
        let mut bytes: Vec<u8> = words.flat_map(|word| word.to_le_bytes()).collect();
        bytes.extend(self.strings.as_bytes());
        bytes
    }
}

/// What compilers wrote before they told bitfields and signs apart from types, and what only some do.
pub fn old_encodings() -> Blob {
    const STRUCT: u32 = 4;
    const UNION: u32 = 5;
    let mut blob = Blob::default();
    let [int, char] = [blob.int("int", 1, 4, 0, 32), blob.int("char", 0, 1, 0, 8)];
    let five = blob.int("unsigned int", 0, 4, 0, 5);
    let shifted = blob.int("unsigned int", 0, 4, 3, 4);
    let signed = blob.int("int", 1, 4, 0, 7);
    let flag = blob.int("_Bool", 4, 1, 0, 1);
    let forty = blob.int("long unsigned int", 0, 8, 0, 40);
    let typedef = blob.add::<0>("five_bits", 8, 0, five, &[]);
    let qualified = blob.add::<0>("", 10, 0, typedef, &[]);
    let array = blob.add("", 3, 0, 0, &[[five, int, 3]]);
    let part = blob.record(
        "",
        STRUCT,
        0,
        4,
        &[("x", signed, 2, 0), ("y", qualified, 9, 0)],
    );
    let members = [
        ("a", five, 0, 0),
        ("b", shifted, 5, 0),
        ("c", signed, 12, 0),
        ("d", qualified, 19, 0),
        ("e", int, 32, 0),
        ("f", forty, 64, 0),
        ("g", flag, 104, 0),
        ("h", char, 112, 0),
        ("", part, 128, 0),
        ("i", array, 160, 0),
        ("j", part, 256, 0),
    ];
    blob.record("old", STRUCT, 0, 36, &members);
    blob.record(
        "old_union",
        UNION,
        0,
        8,
        &[
            ("a", five, 0, 0),
            ("b", forty, 0, 0),
            ("c", signed, 0, 0),
            ("d", int, 0, 0),
        ],
    );
    // The flag says signed although no value is negative; unsigned although the value was.
    let values = [blob.name("ZERO"), blob.name("ONE"), blob.name("ALL_ONES")];
    let never = blob.add(
        "never_negative",
        6,
        FLAG,
        4,
        &[[values[0], 0], [values[1], 1]],
    );
    let tiny = blob.add("tiny", 6, 0, 1, &[[values[2], u32::MAX]]);
    let members = [
        ("a", never, 0, 2),
        ("b", tiny, 2, 8),
        ("c", forty, 10, 40),
        ("d", tiny, 56, 0),
        ("e", never, 64, 32),
    ];
    blob.record("new", STRUCT, FLAG, 12, &members);
    blob
}
