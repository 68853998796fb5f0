//! BTF made by hand, record by record.

/// A section `.BTF`.
#[derive(Clone, Debug)]
pub struct BtfBlob {
    words: Vec<u32>,
    strings: Vec<u8>,
    count: u32,
    /// By name: type, offset and size of each variable, and what the record says of the section's size.
    sections: Vec<(String, Vec<[u32; 3]>, u32)>,
}

/// `BTF_KIND_*`
pub const INT: u32 = 1;
pub const PTR: u32 = 2;
pub const ARRAY: u32 = 3;
pub const STRUCT: u32 = 4;
pub const ENUM: u32 = 6;
pub const FUNC: u32 = 12;
pub const FUNC_PROTO: u32 = 13;
pub const VAR: u32 = 14;
pub const DATASEC: u32 = 15;
pub const ENUM64: u32 = 19;

impl Default for BtfBlob {
    fn default() -> Self {
        BtfBlob {
            words: Vec::new(),
            strings: vec![0],
            count: 0,
            sections: Vec::new(),
        }
    }
}

impl BtfBlob {
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The offset of a string; 0 of the empty one.
    pub fn string(&mut self, text: &str) -> u32 {
        if text.is_empty() {
            return 0;
        }
        let at = self.strings.len() as u32;
        self.strings.extend(text.bytes());
        self.strings.push(0);
        at
    }

    /// A record as it is: kind and number of rows, size or type, and its rows; its id.
    pub fn record(&mut self, name: &str, info: u32, size_or_type: u32, rows: &[u32]) -> u32 {
        let name = self.string(name);
        self.words.extend([name, info, size_or_type]);
        self.words.extend(rows);
        self.count += 1;
        self.count
    }

    /// A signed integer of `size` bytes.
    pub fn int(&mut self, name: &str, size: u32) -> u32 {
        self.record(name, INT << 24, size, &[(1 << 24) | (size * 8)])
    }

    pub fn pointer(&mut self, to: u32) -> u32 {
        self.record("", PTR << 24, to, &[])
    }

    pub fn array(&mut self, of: u32, len: u32) -> u32 {
        self.record("", ARRAY << 24, 0, &[of, of, len])
    }

    /// `__uint(name, number)`
    pub fn uint(&mut self, number: u32) -> u32 {
        let int = self.int("int", 4);
        let array = self.array(int, number);
        self.pointer(array)
    }

    /// A struct of members with type and offset in bits.
    pub fn structure(&mut self, name: &str, size: u32, members: &[(&str, u32, u32)]) -> u32 {
        let mut rows = Vec::new();
        for (name, ty, offset) in members {
            rows.extend([self.string(name), *ty, *offset]);
        }
        self.record(name, STRUCT << 24 | members.len() as u32, size, &rows)
    }

    /// The type of a function without parameters.
    pub fn prototype(&mut self, result: u32) -> u32 {
        self.record("", FUNC_PROTO << 24, result, &[])
    }

    /// `linkage`: static, global, extern.
    pub fn function(&mut self, name: &str, prototype: u32, linkage: u32) -> u32 {
        self.record(name, FUNC << 24 | linkage, prototype, &[])
    }

    /// A variable of a section, which gets its record at the end.
    pub fn variable(
        &mut self,
        section: &str,
        name: &str,
        ty: u32,
        linkage: u32,
        offset: u32,
        size: u32,
    ) -> u32 {
        let var = self.record(name, VAR << 24, ty, &[linkage]);
        self.entry(section, var, offset, size);
        var
    }

    /// An entry of a section.
    pub fn entry(&mut self, section: &str, var: u32, offset: u32, size: u32) {
        let row = [var, offset, size];
        match self.sections.iter_mut().find(|(name, ..)| name == section) {
            Some((_, rows, _)) => rows.push(row),
            None => self.sections.push((section.to_owned(), vec![row], 0)),
        }
    }

    /// What the record of a section says of its size: not 0 if a linker has placed the variables.
    pub fn section_size(&mut self, section: &str, size: u32) {
        for (_, _, of) in self
            .sections
            .iter_mut()
            .filter(|(name, ..)| name == section)
        {
            *of = size;
        }
    }

    /// The section's bytes.
    pub fn bytes(&self) -> Vec<u8> {
        let mut blob = self.clone();
        for (name, rows, size) in &self.sections {
            blob.record(
                name,
                DATASEC << 24 | rows.len() as u32,
                *size,
                &rows.concat(),
            );
        }
        let types = blob.words.len() as u32 * 4;
        let header = [0x0001_eb9f, 24, 0, types, types, blob.strings.len() as u32];
        let words = header.iter().chain(&blob.words);
        let mut bytes: Vec<u8> = words.flat_map(|word| word.to_le_bytes()).collect();
        bytes.extend(&blob.strings);
        bytes
    }
}

/// A section `.BTF.ext` of one block each: records of functions, of lines, and of CO-RE relocations.
pub fn ext(
    section_name: u32,
    functions: &[[u32; 2]],
    lines: &[[u32; 4]],
    relocations: &[[u32; 4]],
) -> Vec<u8> {
    let part = |size: u32, records: &[u32]| -> Vec<u32> {
        if records.is_empty() {
            return Vec::new();
        }
        let head = [size, section_name, records.len() as u32 * 4 / size];
        [&head[..], records].concat()
    };
    let parts = [
        part(8, functions.as_flattened()),
        part(16, lines.as_flattened()),
        part(16, relocations.as_flattened()),
    ];
    let mut header = vec![0x0001_eb9f, 32];
    let mut at = 0;
    for part in &parts {
        header.extend([at, part.len() as u32 * 4]);
        at += part.len() as u32 * 4;
    }
    let words = header.iter().chain(parts.iter().flatten());
    words.flat_map(|word| word.to_le_bytes()).collect()
}
