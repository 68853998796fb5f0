//! `.BTF.ext`: records of functions, of lines and of CO-RE relocations, each with the instruction that it is about.
//!
//! Source: <https://docs.kernel.org/bpf/btf.html>, ".BTF.ext section".

use super::access;
use super::elf::Headers;
use super::error::ImageError;
use super::instruction::INSTRUCTION;
use super::strings::Room;
use btf_layout::{Btf, Kind, TypeId};
use std::collections::{BTreeMap, BTreeSet};

/// How many records there are.
#[derive(Debug, Default)]
pub(super) struct Counts {
    /// Blocks: the records of one kind of one section.
    pub(super) blocks: u64,
    /// Records of functions and lines, by section; those of sections that are not there are in 0.
    pub(super) by_section: Vec<u64>,
    /// Types that CO-RE relocations are about: libbpf looks for each in all types of the kernel.
    pub(super) core_types: BTreeSet<TypeId>,
    /// CO-RE relocations.
    pub(super) core_relocations: u64,
}

/// Kinds of records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Function,
    Line,
    Core,
}

/// The three parts, where the header says where they are, and the least size of their records, all in bytes.
const PARTS: [(Part, usize, u32); 3] = [
    (Part::Function, 8, 8),
    (Part::Line, 16, 16),
    (Part::Core, 24, 16),
];
const MAGIC: u32 = 0xeb9f;
/// The shortest header, which has no CO-RE relocations; their two numbers make it 32 bytes.
const HEADER: usize = 24;
/// The largest record that a kernel takes.
const MAX_RECORD: u32 = 252;

impl Part {
    fn word(self) -> &'static str {
        match self {
            Part::Function => "function",
            Part::Line => "line",
            Part::Core => "CO-RE",
        }
    }

    fn wrong(self, section: Option<(&str, Option<usize>)>, problem: &'static str) -> ImageError {
        ImageError::Records {
            part: self.word(),
            section: section.map(|(section, _)| section.to_owned()),
            record: section.and_then(|(_, record)| record),
            problem,
        }
    }
}

/// Little-endian words.
#[derive(Clone, Copy, Debug)]
struct Words<'a>(&'a [u8]);

impl<'a> Words<'a> {
    fn at(self, offset: usize) -> Option<u32> {
        let bytes = self.0.get(offset..)?.first_chunk()?;
        Some(u32::from_le_bytes(*bytes))
    }

    /// The `len` bytes at `offset`, and what follows them.
    fn split(self, len: usize) -> Option<(Words<'a>, Words<'a>)> {
        let (first, rest) = self.0.split_at_checked(len)?;
        Some((Words(first), Words(rest)))
    }
}

/// Checks all records; how many there are.
pub(super) fn check(headers: &Headers<'_>, btf: &Btf<'_>) -> Result<Counts, ImageError> {
    let mut checker = Checker {
        homes: homes(headers),
        btf,
        counts: Counts::default(),
        room: Room::of(section_size(headers)),
    };
    checker.counts.by_section = vec![0; headers.sections.len()];
    if let Some(section) = headers.section(".BTF.ext") {
        let words = Words(section.data);
        let header = header(words).ok_or_else(|| section.wrong("its header is damaged"))?;
        for (part, at, least) in PARTS {
            let field = |at| words.at(at).filter(|_| at + 4 <= header).unwrap_or(0) as usize;
            let (start, len) = (field(at), field(at + 4));
            if len > 0 {
                let bytes = section
                    .data
                    .get(header..)
                    .and_then(|rest| rest.get(start..)?.get(..len));
                let bytes = bytes.filter(|_| start.is_multiple_of(4));
                let bytes = bytes.ok_or_else(|| part.wrong(None, "are not in the section"))?;
                checker.part(part, Words(bytes), least)?;
            }
        }
    }
    Ok(checker.counts)
}

fn homes<'a>(headers: &Headers<'a>) -> BTreeMap<&'a str, (usize, u64)> {
    let mut homes = BTreeMap::new();
    for section in headers.sections.iter().filter(|section| section.is_code()) {
        let (_, size) = homes.entry(section.name).or_insert((section.index, 0));
        *size = section.size.max(*size);
    }
    homes
}

fn section_size(headers: &Headers<'_>) -> usize {
    headers
        .section(".BTF.ext")
        .map_or(0, |section| section.data.len())
}

/// Length of the header.
fn header(words: Words<'_>) -> Option<usize> {
    // Magic number, version and flags.
    let is_known = words.at(0)? == MAGIC | 1 << 16;
    let len = words.at(4)? as usize;
    let fits = (HEADER..=words.0.len()).contains(&len) && len.is_multiple_of(4);
    (is_known && fits).then_some(len)
}

struct Checker<'c, 'a> {
    /// By name of a section of code: the first of them, and the size of the largest in bytes.
    homes: BTreeMap<&'a str, (usize, u64)>,
    btf: &'c Btf<'c>,
    counts: Counts,
    /// For names of sections and access strings.
    room: Room,
}

/// A block of records, and the section that it is of.
#[derive(Clone, Copy)]
struct Block {
    part: Part,
    /// Index of the section, 0 if there is none: it was renamed, and libbpf leaves its records alone.
    section: usize,
    /// Size of the section in bytes; of several of one name that of the largest.
    size: Option<u64>,
}

impl Checker<'_, '_> {
    fn part(&mut self, part: Part, words: Words<'_>, least: u32) -> Result<(), ImageError> {
        let wrong = |problem| part.wrong(None, problem);
        let size = words.at(0).ok_or_else(|| wrong("have no size"))?;
        if size < least || size > MAX_RECORD || !size.is_multiple_of(4) {
            return Err(wrong("have a size that is none"));
        }
        let size = size as usize;
        let cut = || wrong("end past their part");
        let (_, mut rest) = words.split(4).ok_or_else(cut)?;
        if rest.0.is_empty() {
            return Err(wrong("are none"));
        }
        while !rest.0.is_empty() {
            let (head, after) = rest.split(8).ok_or_else(cut)?;
            let (name, count) = (head.at(0).unwrap_or(0), head.at(4).unwrap_or(0) as usize);
            let name = self.room.take(self.btf.name_at(name))?;
            if name.is_empty() || count == 0 {
                return Err(wrong("are of no section, or none"));
            }
            let bytes = count.checked_mul(size).ok_or_else(cut)?;
            let (records, after) = after.split(bytes).ok_or_else(cut)?;
            let block = self.block(part, name);
            self.counts.blocks += 1;
            for (i, record) in records.0.chunks_exact(size).enumerate() {
                if part == Part::Core {
                    let access = Words(record).at(8).unwrap_or(0);
                    self.room.take(self.btf.name_at(access))?;
                }
                self.record(block, Words(record))
                    .map_err(|problem| part.wrong(Some((name, Some(i))), problem))?;
            }
            rest = after;
        }
        Ok(())
    }

    fn block(&self, part: Part, name: &str) -> Block {
        let home = self.homes.get(name).copied();
        Block {
            part,
            section: home.map_or(0, |(section, _)| section),
            size: home.map(|(_, size)| size),
        }
    }

    fn record(&mut self, block: Block, record: Words<'_>) -> Result<(), &'static str> {
        let field = |at| record.at(at).unwrap_or(0);
        let offset = field(0) as usize;
        if !offset.is_multiple_of(INSTRUCTION) {
            return Err("it is of the middle of an instruction");
        }
        if block.size.is_some_and(|size| offset as u64 >= size) {
            return Err("its instruction is past the end of the section");
        }
        match block.part {
            Part::Function | Part::Line => {
                if let Some(count) = self.counts.by_section.get_mut(block.section) {
                    *count += 1;
                }
            }
            Part::Core => self.counts.core_relocations += 1,
        }
        match block.part {
            Part::Function => match self.btf.kind(TypeId(field(4))) {
                Kind::Func { .. } => Ok(()),
                _ => Err("its type is no function"),
            },
            Part::Line if !self.btf.has_name(field(4)) || !self.btf.has_name(field(8)) => {
                Err("its file or its text is no string of '.BTF'")
            }
            Part::Line => Ok(()),
            Part::Core => {
                let ty = TypeId(field(4));
                self.counts.core_types.insert(ty);
                access::check(self.btf, ty, self.btf.name_at(field(8)), field(12))
            }
        }
    }
}
