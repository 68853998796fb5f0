//! BPF objects made by hand, well-formed until told otherwise: what no compiler writes, hostile guests do.

use super::btf_blob::BtfBlob;

/// `SHT_*`
pub const PROGBITS: u32 = 1;
pub const SYMTAB: u32 = 2;
pub const STRTAB: u32 = 3;
pub const NOBITS: u32 = 8;
pub const REL: u32 = 9;
/// `SHF_*`
pub const WRITE: u64 = 1;
pub const ALLOC: u64 = 2;
pub const EXEC: u64 = 4;
pub const COMPRESSED: u64 = 1 << 11;
/// `STT_*` and `STB_*`
pub const NOTYPE: u8 = 0;
pub const OBJECT: u8 = 1;
pub const FUNC: u8 = 2;
pub const GLOBAL: u8 = 1 << 4;
pub const WEAK: u8 = 2 << 4;

/// A section; `size` and `entry_size` are what its header says.
#[derive(Clone, Debug)]
pub struct Section {
    pub name: String,
    pub kind: u32,
    pub flags: u64,
    pub data: Vec<u8>,
    pub size: Option<u64>,
    pub link: u32,
    pub info: u32,
    pub entry_size: u64,
    pub align: u64,
}

/// An object.
#[derive(Clone, Debug)]
pub struct BpfObject {
    sections: Vec<Section>,
    symbols: Vec<u8>,
    names: Vec<u8>,
    /// By section.
    relocations: Vec<(usize, Vec<u8>)>,
    pub btf: BtfBlob,
    pub ext: Option<Vec<u8>>,
}

/// An instruction.
pub fn insn(code: u8, dst: u8, src: u8, offset: i16, imm: i32) -> [u8; 8] {
    let (o, i) = (offset.to_le_bytes(), imm.to_le_bytes());
    [code, src << 4 | dst, o[0], o[1], i[0], i[1], i[2], i[3]]
}

/// `r0 = 0; exit`
pub fn exit() -> Vec<u8> {
    [insn(0xb7, 0, 0, 0, 0), insn(0x95, 0, 0, 0, 0)].concat()
}

/// `r1 = number ll; r0 = 0; exit`, for a relocation at offset 0.
pub fn load() -> Vec<u8> {
    [
        &[insn(0x18, 1, 0, 0, 0), insn(0, 0, 0, 0, 0)].concat()[..],
        &exit(),
    ]
    .concat()
}

/// `call helper; r0 = 0; exit`
pub fn call(src: u8, imm: i32) -> Vec<u8> {
    [&insn(0x85, 0, src, 0, imm)[..], &exit()].concat()
}

impl Default for BpfObject {
    fn default() -> Self {
        BpfObject {
            sections: Vec::new(),
            symbols: vec![0; 24],
            names: vec![0],
            relocations: Vec::new(),
            btf: BtfBlob::default(),
            ext: None,
        }
    }
}

impl BpfObject {
    /// An object with one program, in `SEC("socket")`.
    pub fn with_program(code: &[u8]) -> Self {
        let mut object = BpfObject::default();
        object.program("socket", "program", code);
        object.section("license", ALLOC | WRITE, b"GPL\0");
        object
    }

    /// Adds a section with bytes; its index.
    pub fn section(&mut self, name: &str, flags: u64, data: &[u8]) -> usize {
        self.sections.push(Section {
            name: name.to_owned(),
            kind: PROGBITS,
            flags,
            data: data.to_vec(),
            size: None,
            link: 0,
            info: 0,
            entry_size: 0,
            align: 8,
        });
        self.sections.len()
    }

    /// The section of this index, to change it.
    pub fn edit(&mut self, index: usize) -> &mut Section {
        &mut self.sections[index - 1]
    }

    /// Adds a section of code with one function in it.
    pub fn program(&mut self, section: &str, name: &str, code: &[u8]) -> usize {
        let index = self.section(section, ALLOC | EXEC, code);
        self.symbol(name, GLOBAL | FUNC, index, 0, code.len() as u64);
        index
    }

    /// Adds a symbol; its index.
    pub fn symbol(&mut self, name: &str, info: u8, section: usize, value: u64, size: u64) -> usize {
        let index = self.symbols.len() / 24;
        let at = self.name(name);
        self.symbols.extend(at.to_le_bytes());
        self.symbols.extend([info, 0]);
        self.symbols.extend((section as u16).to_le_bytes());
        self.symbols.extend(value.to_le_bytes());
        self.symbols.extend(size.to_le_bytes());
        index
    }

    /// Adds a name; its offset.
    pub fn name(&mut self, name: &str) -> u32 {
        let at = self.names.len() as u32;
        self.names.extend(name.bytes());
        self.names.push(0);
        at
    }

    /// Adds a relocation of a section to a symbol.
    pub fn relocation(&mut self, section: usize, offset: u64, symbol: usize) {
        let entry = [
            offset.to_le_bytes(),
            ((symbol as u64) << 32 | 1).to_le_bytes(),
        ]
        .concat();
        match self.relocations.iter_mut().find(|(of, _)| *of == section) {
            Some((_, entries)) => entries.extend(entry),
            None => self.relocations.push((section, entry)),
        }
    }

    /// A map in `.maps` with these numbers for its fields, and a symbol of its name; the symbol.
    pub fn map(&mut self, name: &str, fields: &[(&str, u32)]) -> usize {
        let members = fields.iter().map(|(field, number)| {
            let ty = self.btf.uint(*number);
            ((*field).to_owned(), ty)
        });
        let members: Vec<_> = members.collect();
        self.map_of(name, &members)
    }

    /// The same with types for its fields.
    pub fn map_of(&mut self, name: &str, members: &[(String, u32)]) -> usize {
        let size = members.len() as u32 * 8;
        let members: Vec<_> = members
            .iter()
            .enumerate()
            .map(|(i, (name, ty))| (name.as_str(), *ty, i as u32 * 64))
            .collect();
        let definition = self.btf.structure("", size, &members);
        let section = match self.sections.iter().position(|s| s.name == ".maps") {
            Some(index) => index + 1,
            None => self.section(".maps", ALLOC | WRITE, &[]),
        };
        let offset = self.edit(section).data.len() as u32;
        let len = (offset + size) as usize;
        self.edit(section).data.resize(len, 0);
        self.btf
            .variable(".maps", name, definition, 1, offset, size);
        self.symbol(
            name,
            GLOBAL | OBJECT,
            section,
            u64::from(offset),
            u64::from(size),
        )
    }

    /// The same as a library for this machine, as far as headers go.
    pub fn library(&self) -> Vec<u8> {
        let mut bytes = self.build();
        bytes[16] = 3;
        bytes[18] = if cfg!(target_arch = "x86_64") {
            62
        } else {
            183
        };
        bytes
    }

    /// The file.
    pub fn build(&self) -> Vec<u8> {
        let mut object = self.clone();
        let symbols = object.sections.len() + 1;
        object.section(".symtab", 0, &self.symbols);
        object.section(".strtab", 0, &[]);
        let strings = symbols as u32 + 1;
        let table = object.edit(symbols);
        (table.kind, table.link, table.info, table.entry_size) = (SYMTAB, strings, 1, 24);
        for (of, entries) in &self.relocations {
            let name = format!(".rel{}", self.sections[of - 1].name);
            let index = object.section(&name, 0, entries);
            let table = object.edit(index);
            (table.kind, table.link, table.info, table.entry_size) =
                (REL, symbols as u32, *of as u32, 16);
        }
        if !self.btf.is_empty() {
            object.section(".BTF", 0, &self.btf.bytes());
        }
        if let Some(ext) = &self.ext {
            object.section(".BTF.ext", 0, ext);
        }
        let names: Vec<String> = object.sections.iter().map(|s| s.name.clone()).collect();
        let names: Vec<u32> = names.iter().map(|name| object.name(name)).collect();
        let strtab = object.edit(strings as usize);
        strtab.kind = STRTAB;
        object.edit(strings as usize).data = object.names.clone();
        write(&object.sections, &names, strings)
    }
}

fn write(sections: &[Section], names: &[u32], strings: u32) -> Vec<u8> {
    let mut bytes = vec![0; 64];
    let mut headers = vec![0; 64];
    for (section, name) in sections.iter().zip(names) {
        bytes.resize(bytes.len().next_multiple_of(8), 0);
        let at = bytes.len() as u64;
        if section.kind != NOBITS {
            bytes.extend(&section.data);
        }
        let size = section.size.unwrap_or(section.data.len() as u64);
        headers.extend(name.to_le_bytes());
        headers.extend(section.kind.to_le_bytes());
        for number in [section.flags, 0, at, size] {
            headers.extend(number.to_le_bytes());
        }
        headers.extend(section.link.to_le_bytes());
        headers.extend(section.info.to_le_bytes());
        headers.extend(section.align.to_le_bytes());
        headers.extend(section.entry_size.to_le_bytes());
    }
    bytes.resize(bytes.len().next_multiple_of(8), 0);
    let table = bytes.len() as u64;
    bytes.extend(headers);
    bytes[..20].copy_from_slice(b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x01\0\xf7\0");
    bytes[20] = 1;
    bytes[40..48].copy_from_slice(&table.to_le_bytes());
    for (at, number) in [
        (52, 64),
        (58, 64),
        (60, sections.len() + 1),
        (62, strings as usize),
    ] {
        bytes[at..at + 2].copy_from_slice(&(number as u16).to_le_bytes());
    }
    bytes
}
