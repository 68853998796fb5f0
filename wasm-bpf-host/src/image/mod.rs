//! Verification of what libbpf and libelf are going to parse: BPF objects that guests hand over, and the ELF files that uprobes
//! and static probes name. Both libraries trust their input in many places; what passes here is safe to give to them.
//!
//! ```text
//! guest's bytes -> verify        -> VerifiedImage -> libbpf      the only way an image gets there
//! path          -> open_target   -> Target        -> libbpf      opened once, handed on by descriptor
//! ```
//!
//! What is true of any BPF object is checked by [`btf_layout::Btf`] and [`skel_gen::object`]. What is checked here is what libbpf
//! 1.7 does not check itself, place by place of its source; `docs/libbpf-reports` in the repository describes each fault.

mod access;
mod code;
mod elf;
mod error;
mod externs;
pub(crate) mod instruction;
mod maps;
mod records;
mod relocations;
mod section;
mod strings;
mod symbols;
mod target;
mod target_elf;
mod types;
mod work;

pub use error::ImageError;
pub use externs::{Extern, ExternKind};
pub use maps::ImageMap;
pub use target::{Target, TargetError, open_target};
pub use target_elf::ElfProblem;

use btf_layout::{Btf, Kind};
use code::Code;
use elf::Headers;
use libbpf_rs::libbpf_sys::BPF_MAP_TYPE_STRUCT_OPS;
use skel_gen::object::{BpfObject, Elf};

/// A BPF object that libbpf may open: every offset, size, index and reference in it has been checked.
#[derive(Clone, Debug)]
pub struct VerifiedImage<'a> {
    bytes: &'a [u8],
    functions: Vec<ImageFunction<'a>>,
    maps: Vec<ImageMap>,
    externs: Vec<Extern>,
}

/// A program, or a subprogram.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ImageFunction<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its section, `?` included; `.text` for subprograms.
    pub section: &'a str,
    /// Its instructions, before libbpf relocates them.
    pub code: &'a [u8],
}

/// The largest image, in bytes.
const MAX_IMAGE: usize = 256 << 20;

/// `.BTF` of an object without one: a header, no type, and the empty name.
const NO_BTF: &[u8] = b"\x9f\xeb\x01\0\x18\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0\0";

/// Verifies a BPF object.
///
/// ```
/// use wasm_bpf_host::image::{ImageError, verify};
///
/// let error = verify(b"\x7fELF, but no more").expect_err("a damaged file");
/// assert!(matches!(error, ImageError::Header(_)));
/// ```
///
/// # Errors
/// [`ImageError`] names the section, symbol, map, program, type or member that is wrong.
pub fn verify(bytes: &[u8]) -> Result<VerifiedImage<'_>, ImageError> {
    if bytes.len() > MAX_IMAGE {
        return Err(ImageError::TooLarge {
            bytes: bytes.len(),
            limit: MAX_IMAGE,
        });
    }
    let headers = Headers::parse(bytes)?;
    let code = Code::read(&headers)?;
    let relocations = relocations::read(&headers, &code)?;
    let blob = headers
        .section(".BTF")
        .map_or(NO_BTF, |section| section.data);
    let btf = Btf::parse(blob)?;
    // What a generator leaves out, libbpf and the kernel would read all the same. An array may be too large for a value: those of
    // map definitions stand for numbers.
    let is_number = |flaw: &btf_layout::TypeError| {
        matches!(flaw.problem, btf_layout::Problem::BadSize(_))
            && matches!(btf.stored(flaw.id), Kind::Array(_))
    };
    let mut flaws = btf.flawed().filter_map(|id| btf.flaw(id));
    if let Some(flaw) = flaws.find(|flaw| !is_number(flaw)) {
        return Err(btf_layout::Error::from(Box::new(flaw)).into());
    }
    types::check(&headers, blob, &btf)?;
    let object = BpfObject::parse("guest", Elf::parse(bytes)?, &btf)?;
    let maps = maps::read(&headers, &object, &btf)?;
    let externs = externs::read(&headers, &btf)?;
    let records = records::check(&headers, &btf)?;
    let parts = work::Parts {
        headers: &headers,
        code: &code,
        relocations: &relocations,
        records: &records,
        btf: &btf,
        maps: maps.len() as u64,
        tables: maps
            .iter()
            .filter(|map| map.kind == BPF_MAP_TYPE_STRUCT_OPS)
            .count() as u64,
        externs: externs.len() as u64,
    };
    parts.check()?;
    let functions = code.functions().iter().map(|function| ImageFunction {
        name: function.name,
        section: function.section_name,
        code: function.code,
    });
    Ok(VerifiedImage {
        bytes,
        functions: functions.collect(),
        maps,
        externs,
    })
}

impl<'a> VerifiedImage<'a> {
    /// The bytes that were verified: what libbpf is to be given, unchanged.
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// All programs and subprograms, by section and place.
    pub fn functions(&self) -> &[ImageFunction<'a>] {
        &self.functions
    }

    /// All maps that libbpf will make, at least: those that the object defines, and those of its sections.
    pub fn maps(&self) -> &[ImageMap] {
        &self.maps
    }

    /// What it takes from the kernel.
    pub fn externs(&self) -> &[Extern] {
        &self.externs
    }
}
