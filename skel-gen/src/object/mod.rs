//! The BPF object model: what libbpf would find in an ELF object, in libbpf's order and under libbpf's names.
//!
//! ```text
//! bytes -> Elf        sections, symbols and relocations, each checked to lie inside the file
//! Elf + Btf -> maps, programs, data sections
//! ```
//!
//! Types are [`btf_layout::TypeId`]s; nothing here knows how a type is laid out, or what a target language is.

mod data;
mod elf;
mod error;
mod image;
mod index;
mod map;
mod name;
mod program;

pub use data::{DataKind, DataSection, Variable};
pub use elf::{Elf, Section, Symbol};
pub use error::ObjectError;
pub use image::{Image, Patch};
pub use map::{Map, MapOrigin};
pub use name::object_name;
pub use program::{Attach, Program};

use btf_layout::Btf;
use index::Index;

/// A BPF object as libbpf sees it.
#[derive(Debug)]
pub struct BpfObject<'a> {
    /// Name of the object: it is part of the names of its internal maps.
    pub name: String,
    /// The file.
    pub elf: Elf<'a>,
    /// Maps: those the source declares, then those of the data sections, in libbpf's order.
    pub maps: Vec<Map<'a>>,
    /// Programs, in order of section and offset.
    pub programs: Vec<Program<'a>>,
    /// Sections with global variables.
    pub data: Vec<DataSection<'a>>,
    /// Text of the `license` section, empty if there is none.
    pub license: &'a str,
}

impl<'a> BpfObject<'a> {
    /// Reads the object `name` from an ELF file and its validated BTF.
    ///
    /// # Errors
    /// [`ObjectError`] names the section, symbol, map or variable that is wrong; also if there is neither a map nor a program.
    pub fn parse(name: &str, elf: Elf<'a>, btf: &'a Btf<'a>) -> Result<Self, ObjectError> {
        let index = Index::new(&elf, btf)?;
        let data = data::collect(&elf, btf, &index)?;
        let programs = program::collect(&elf)?;
        let maps = map::collect(name, &elf, btf, &index, &data)?;
        if programs.is_empty() && maps.is_empty() {
            return Err(ObjectError::Empty);
        }
        let license = elf.section("license").map_or("", |section| {
            let text = section
                .data
                .split(|byte| *byte == 0)
                .next()
                .unwrap_or_default();
            std::str::from_utf8(text).unwrap_or_default()
        });
        Ok(BpfObject {
            name: name.to_owned(),
            elf,
            maps,
            programs,
            data,
            license,
        })
    }
}
