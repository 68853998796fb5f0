//! The ELF image a skeleton embeds: the object, and what makes it possible to switch programs on and off in it.
//!
//! The host opens and loads in one step, so whatever a guest decides before load it edits into the image. libbpf leaves the
//! programs of a section out if the section's name begins with `?`: for each section with programs, the image gets a second
//! name that does, and one word of the section header chooses between the two.

use super::elf::Elf;
use super::error::ObjectError;
use super::ext::Words;
use super::program::Program;
use super::section::Section;
use btf_layout::Btf;
use std::collections::BTreeMap;

/// An ELF object prepared for editing.
#[derive(Clone, Debug)]
pub struct Image {
    /// The file: the object as it was read, and after it a new table of section names.
    pub bytes: Vec<u8>,
    /// For each program of the object, the words that decide whether its section is loaded; none if it cannot be switched.
    pub switches: Vec<Vec<Patch>>,
}

/// A little-endian word of the image and its two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patch {
    /// First byte in the image.
    pub at: u32,
    /// Its value if the programs of the section are to be loaded.
    pub enabled: u32,
    /// Its value if they are not.
    pub disabled: u32,
}

/// Offsets of fields in `Elf64_Shdr`, in bytes.
const SH_NAME: usize = 0;
const SH_OFFSET: usize = 24;
const SH_SIZE: usize = 32;

impl Image {
    /// Prepares an object whose programs are `programs`.
    ///
    /// # Errors
    /// [`ObjectError::Damaged`] if the file is too large, or has no names for its sections.
    pub fn new(
        elf: &Elf<'_>,
        btf: &Btf<'_>,
        programs: &[Program<'_>],
    ) -> Result<Self, ObjectError> {
        let damaged = || ObjectError::Damaged("no table of section names".to_owned());
        let names = elf.sections.get(elf.names).ok_or_else(damaged)?;
        let mut table = names.data.to_vec();
        let records = Records::of(elf, btf);
        let mut switches: Vec<Vec<Patch>> = Vec::new();
        for (i, program) in programs.iter().enumerate() {
            let before = i.checked_sub(1).and_then(|i| programs.get(i));
            let switch = match (before, switches.last()) {
                (Some(before), Some(switch)) if before.section_index == program.section_index => {
                    switch.clone()
                }
                _ => match elf.sections.get(program.section_index) {
                    Some(section) => switch(section, &records, &mut table)?,
                    None => Vec::new(),
                },
            };
            switches.push(switch);
        }
        let mut bytes = elf.bytes.to_vec();
        if table.len() > names.data.len() {
            let (start, len) = (bytes.len() as u64, table.len() as u64);
            bytes.extend_from_slice(&table);
            put(&mut bytes, names.header + SH_OFFSET, &start.to_le_bytes())?;
            put(&mut bytes, names.header + SH_SIZE, &len.to_le_bytes())?;
        }
        word(bytes.len())?;
        Ok(Image { bytes, switches })
    }
}

/// The words that switch `section`; its second name is added to `table` if it has none yet.
fn switch(
    section: &Section<'_>,
    records: &Records<'_>,
    table: &mut Vec<u8>,
) -> Result<Vec<Patch>, ObjectError> {
    let at = word(section.header + SH_NAME)?;
    if let Some(bare) = section.name.strip_prefix('?') {
        // With a second section of that name, libbpf could not tell whose records are whose.
        if records.are_of(bare) {
            return Ok(Vec::new());
        }
        // The name without its first character is a name as well.
        let mut patches = vec![Patch {
            at,
            enabled: section.name_offset + 1,
            disabled: section.name_offset,
        }];
        patches.extend(records.renamed(section.name));
        return Ok(patches);
    }
    let disabled = word(table.len())?;
    table.push(b'?');
    table.extend_from_slice(section.name.as_bytes());
    table.push(0);
    Ok(vec![Patch {
        at,
        enabled: section.name_offset,
        disabled,
    }])
}

/// The blocks of `.BTF.ext`: records of functions, lines and relocations, found by their section's name, `?` included.
struct Records<'a> {
    /// By section name: where in the image a block states the name, and the name's offset in `.BTF`.
    blocks: BTreeMap<&'a str, Vec<(u32, u32)>>,
}

impl<'a> Records<'a> {
    fn of(elf: &Elf<'a>, btf: &'a Btf<'a>) -> Self {
        let mut blocks = BTreeMap::<&str, Vec<_>>::new();
        let Some(ext) = elf.section(".BTF.ext") else {
            return Records { blocks };
        };
        let words = Words(ext.data);
        let header = words.at(4).unwrap_or(0) as usize;
        // Functions, lines and relocations: an offset after the header and a length each.
        for field in [8, 16, 24] {
            let (Some(start), Some(len)) = (words.at(field), words.at(field + 4)) else {
                break;
            };
            if field + 8 > header {
                break;
            }
            let start = header.saturating_add(start as usize);
            for (at, name) in words.blocks(start, len as usize) {
                let at = usize::try_from(ext.offset)
                    .ok()
                    .and_then(|ext| ext.checked_add(at));
                if let Some(Ok(at)) = at.map(word) {
                    blocks
                        .entry(btf.name_at(name))
                        .or_default()
                        .push((at, name));
                }
            }
        }
        Records { blocks }
    }

    /// Whether there are any of the section called `name`.
    fn are_of(&self, name: &str) -> bool {
        self.blocks.contains_key(name)
    }

    /// The words that name `section`, which begins with `?`.
    fn renamed(&self, section: &str) -> impl Iterator<Item = Patch> {
        let blocks = self.blocks.get(section).into_iter().flatten();
        blocks.map(|(at, name)| Patch {
            at: *at,
            enabled: name + 1,
            disabled: *name,
        })
    }
}

/// A position in the image: wasm32 counts in 32 bits.
fn word(position: usize) -> Result<u32, ObjectError> {
    u32::try_from(position)
        .map_err(|_| ObjectError::Damaged("too large for a wasm32 guest".to_owned()))
}

fn put(bytes: &mut [u8], at: usize, value: &[u8]) -> Result<(), ObjectError> {
    let place = bytes
        .get_mut(at..)
        .and_then(|rest| rest.get_mut(..value.len()));
    match place {
        Some(place) => {
            place.copy_from_slice(value);
            Ok(())
        }
        None => Err(ObjectError::Damaged(
            "a section header lies outside the file".to_owned(),
        )),
    }
}
