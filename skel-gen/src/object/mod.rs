//! The BPF object model: what libbpf would find in an ELF object, in libbpf's order and under libbpf's names.
//!
//! ```text
//! bytes -> Elf        sections, symbols and relocations, each checked to lie inside the file
//! Elf + Btf -> maps, programs, data sections
//! ```
//!
//! Types are [`btf_layout::TypeId`]s; nothing here knows how a type is laid out, or what a target language is.

mod data;
mod datasec;
mod definition;
mod elf;
mod error;
mod ext;
mod externs;
mod image;
mod index;
mod map;
mod map_kind;
mod maps;
mod name;
mod program;
mod relocation;
mod section;
mod targets;

pub use data::{DataKind, DataSection, Variable};
pub use elf::{Elf, Symbol};
pub use error::ObjectError;
pub use image::{Image, Patch};
pub use map::{Map, MapOrigin};
pub use map_kind::MapKind;
pub use name::object_name;
pub use program::{Attach, Program};
pub use relocation::{Relocation, Relocations};
pub use section::Section;

use btf_layout::Btf;
use index::Index;
use program::Functions;
use targets::Targets;

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
    /// Reads the object `name` from an ELF file and its validated BTF. What libbpf refuses to open is refused.
    ///
    /// For a file without BTF, `btf` is [`Input::WITHOUT_BTF`](crate::Input::WITHOUT_BTF).
    ///
    /// # Errors
    /// [`ObjectError`] names the section, symbol, map, extern or variable that is wrong.
    pub fn parse(name: &str, elf: Elf<'a>, btf: &'a Btf<'a>) -> Result<Self, ObjectError> {
        need_btf(&elf)?;
        let index = Index::new(&elf, btf)?;
        externs::check(&elf, btf)?;
        datasec::check(&elf, btf, &index)?;
        let data = data::collect(&elf, btf, &index)?;
        let functions = Functions::collect(&elf)?;
        let found = maps::collect(name, &elf, btf, &index, &data)?;
        Targets::new(&elf, btf, &functions, &found).check()?;
        let (programs, maps) = (functions.programs(&elf), found.maps);
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

/// Refuses a file if it has something that BTF has to describe, and the BTF is not there, or is not whole.
fn need_btf(elf: &Elf<'_>) -> Result<(), ObjectError> {
    let needs = |section: &&Section<'_>| {
        !section.is_ignored
            && (section.name == ".maps"
                || section.size > 0 && DataKind::of(section) == Some(DataKind::StructOps))
    };
    let Some(described) = elf.sections.iter().find(needs) else {
        return Ok(());
    };
    if elf.section(".BTF").is_none() {
        let section = format!("section '{}'", described.name);
        return Err(ObjectError::NoBtf(section));
    }
    let Some(section) = elf.section(".BTF.ext") else {
        return Ok(());
    };
    ext::check(section.data).map_err(|problem| ObjectError::Section {
        section: section.name.to_owned(),
        problem,
    })
}
