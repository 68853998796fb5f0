//! Relocations: the places in code, map definitions and tables of functions that mean something elsewhere in the object.

use super::error::ObjectError;
use super::section::Section;
use object::LittleEndian;
use object::elf::{self, FileHeader64, Rel64};
use object::read::elf::{Rel as _, SectionHeader as _, SectionTable};

/// The relocations of one section.
#[derive(Clone, Debug)]
pub struct Relocations<'a> {
    /// Name of the section that holds them: `.relsocket`.
    pub name: &'a str,
    /// Index of the section that they are for.
    pub target: usize,
    entries: &'a [Rel64<LittleEndian>],
}

/// A place in a section, and the symbol whose address belongs there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Relocation {
    /// First byte in the section.
    pub offset: u64,
    /// Index of the symbol.
    pub symbol: usize,
}

impl<'a> Relocations<'a> {
    /// All of them, in the file's order.
    pub fn iter(&self) -> impl Iterator<Item = Relocation> + use<'a> {
        self.entries.iter().map(|entry| Relocation {
            offset: entry.r_offset(LittleEndian),
            symbol: entry.r_sym(LittleEndian) as usize,
        })
    }

    /// The error of the relocation at `index`.
    pub(super) fn error(&self, index: usize, problem: impl Into<String>) -> ObjectError {
        ObjectError::Relocation {
            section: self.name.to_owned(),
            index,
            problem: problem.into(),
        }
    }
}

/// Reads the relocations that libbpf reads: of sections with code, of `.maps`, and of tables of functions.
pub(super) fn read<'a>(
    table: &SectionTable<'a, FileHeader64<LittleEndian>>,
    sections: &[Section<'a>],
    bytes: &'a [u8],
) -> Result<Vec<Relocations<'a>>, ObjectError> {
    let mut relocations = Vec::new();
    for (section, header) in sections.iter().zip(table.iter()) {
        if section.is_ignored || header.sh_type(LittleEndian) != elf::SHT_REL {
            continue;
        }
        let entry_size = header.sh_entsize(LittleEndian);
        let found = header.rel(LittleEndian, bytes);
        let entries = match found {
            Ok(Some((entries, _))) if entry_size == size_of::<Rel64<LittleEndian>>() as u64 => {
                entries
            }
            _ => {
                return Err(ObjectError::Section {
                    section: section.name.to_owned(),
                    problem: "has entries of another size than relocations",
                });
            }
        };
        let table = Relocations {
            name: section.name,
            target: header.sh_info(LittleEndian) as usize,
            entries,
        };
        let Some(target) = sections.get(table.target) else {
            return Err(table.error(0, "is for a section that does not exist"));
        };
        let by_name = matches!(
            section.name,
            ".rel.maps"
                | ".rel.struct_ops"
                | ".rel.struct_ops.link"
                | ".rel?.struct_ops"
                | ".rel?.struct_ops.link"
        );
        if target.is_executable || by_name {
            relocations.push(table);
        }
    }
    Ok(relocations)
}
