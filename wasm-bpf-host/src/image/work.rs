//! How much libbpf would make of an object: instructions that it copies, and steps of its searches, which are all from one end to
//! the other. A small file can ask for hours and for all memory; an honest object comes nowhere near.

use super::code::{Code, Function};
use super::elf::Headers;
use super::error::ImageError;
use super::instruction::{Call, Instruction, Loads};
use super::maps::MAX_MEMBERS;
use super::records::Counts;
use super::relocations::Relocation;
use btf_layout::{Btf, Kind};
use std::collections::{BTreeMap, BTreeSet};

/// What the parts of an object are counted by.
pub(super) struct Parts<'p, 'a> {
    pub(super) headers: &'p Headers<'a>,
    pub(super) code: &'p Code<'a>,
    pub(super) relocations: &'p [Relocation<'a>],
    pub(super) records: &'p Counts,
    pub(super) btf: &'p Btf<'p>,
    pub(super) maps: u64,
    /// Maps of tables of functions.
    pub(super) tables: u64,
    pub(super) externs: u64,
}

/// Instructions of all programs, each with the subprograms that it uses: libbpf copies those to each of them. 64 MiB.
const MAX_INSTRUCTIONS: u64 = 8 << 20;
/// Subprograms of one program. A kernel takes 256, and libbpf calls itself for each.
const MAX_SUBPROGRAMS: u64 = 512;
/// Steps of all searches together: a few seconds.
const MAX_STEPS: u64 = 1 << 27;
/// Types that CO-RE relocations are about. Each is compared with more than 100,000 types of the kernel.
const MAX_CORE_TYPES: u64 = 4096;

/// Symbols of a kernel, and lines of its configuration, that externs are looked for in.
const KERNEL: u64 = 1 << 16;
/// Steps that it takes to copy a function, however small.
const COPY: u64 = 16;

fn limit(what: &'static str, count: u64, limit: u64) -> Result<(), ImageError> {
    match count > limit {
        true => Err(ImageError::OutOfProportion { what, count, limit }),
        false => Ok(()),
    }
}

impl Parts<'_, '_> {
    /// Checks that all of it is in proportion.
    pub(super) fn check(&self) -> Result<(), ImageError> {
        let core_types = self.records.core_types.len() as u64;
        limit("types of CO-RE relocations", core_types, MAX_CORE_TYPES)?;
        let copied = self.copied()?;
        limit(
            "instructions of programs with their subprograms",
            copied.instructions,
            MAX_INSTRUCTIONS,
        )?;
        let steps = self.searches().saturating_add(copied.steps);
        limit("steps of libbpf's searches", steps, MAX_STEPS)
    }

    /// Steps of the searches that libbpf does while it opens an object.
    fn searches(&self) -> u64 {
        let count = |counted: usize| counted as u64;
        let sections = count(self.headers.sections.len());
        let code_sections = self.headers.sections.iter().filter(|s| s.is_code()).count();
        let symbols = count(self.headers.symbols.len());
        let functions = count(self.code.functions().len());
        let types = u64::from(self.btf.len());
        let variables: u64 = self
            .btf
            .ids()
            .map(|id| match self.btf.kind(id) {
                Kind::Datasec(datasec) => count(datasec.len()),
                _ => 0,
            })
            .sum();
        [
            // Functions of each section; places of variables; externs; programs of tables; types of sections.
            count(code_sections) * symbols,
            variables * symbols,
            self.externs * (types + 2 * variables + KERNEL),
            self.tables * functions * MAX_MEMBERS,
            sections * types,
            // Maps and externs of relocations; sections of records; hidden functions.
            count(self.relocations.len()) * (self.maps + self.externs),
            self.records.blocks * sections,
            functions * types,
            self.records.core_relocations * 64,
        ]
        .iter()
        .fold(0, |sum: u64, steps| sum.saturating_add(*steps))
    }

    /// What is copied into each program, and how often records are searched for it.
    fn copied(&self) -> Result<Copied, ImageError> {
        let calls = self.calls();
        let functions = self.code.functions();
        let mut copied = Copied::default();
        for (position, main) in functions.iter().enumerate() {
            if main.is_subprogram() {
                continue;
            }
            let mut seen = BTreeSet::new();
            let mut next = vec![position];
            while let Some(position) = next.pop() {
                let Some(function) = functions.get(position) else {
                    continue;
                };
                if !seen.insert(position) {
                    continue;
                }
                copied.add(function, self.records);
                limit(
                    "subprograms of a program",
                    seen.len() as u64 - 1,
                    MAX_SUBPROGRAMS,
                )?;
                limit(
                    "instructions of programs with their subprograms",
                    copied.instructions,
                    MAX_INSTRUCTIONS,
                )?;
                next.extend(calls.get(&position).into_iter().flatten());
            }
            limit("steps of libbpf's searches", copied.steps, MAX_STEPS)?;
        }
        Ok(copied)
    }

    /// For each function the subprograms that it calls, or has the addresses of. libbpf finds them by relocation, or by distance.
    fn calls(&self) -> BTreeMap<usize, BTreeSet<usize>> {
        let text = self.headers.section(".text").map(|section| section.index);
        let Some(text) = text else {
            return BTreeMap::new();
        };
        let by_place: BTreeMap<(usize, u64), &Relocation<'_>> = self
            .relocations
            .iter()
            .map(|relocation| ((relocation.target, relocation.offset / 8), relocation))
            .collect();
        let mut calls = BTreeMap::<usize, BTreeSet<usize>>::new();
        for (position, function) in self.code.functions().iter().enumerate() {
            for (i, instruction) in Instruction::all(function.code).enumerate() {
                let at = function.start + i;
                let relocation = by_place.get(&(function.section, at as u64));
                let Some(target) = callee(instruction, at, relocation.copied()) else {
                    continue;
                };
                let target = usize::try_from(target)
                    .ok()
                    .and_then(|at| self.code.position(text, at));
                if let Some(target) = target {
                    calls.entry(position).or_default().insert(target);
                }
            }
        }
        calls
    }
}

/// The instruction of `.text` that an instruction calls, or whose address it loads.
fn callee(instruction: Instruction, at: usize, relocation: Option<&Relocation<'_>>) -> Option<i64> {
    let imm = i64::from(instruction.imm);
    let symbol = relocation.map(|relocation| i64::try_from(relocation.symbol.offset).unwrap_or(-1));
    match (instruction.call(), instruction.loads(), symbol) {
        (Some(Call::Subprogram), _, Some(symbol)) => Some(symbol / 8 + imm + 1),
        (Some(Call::Subprogram), _, None) => Some(i64::try_from(at).ok()? + imm + 1),
        (_, Some(Loads::Number | Loads::Function), Some(symbol)) => Some((symbol + imm) / 8),
        _ => None,
    }
}

/// What libbpf copies.
#[derive(Debug, Default)]
struct Copied {
    instructions: u64,
    steps: u64,
}

impl Copied {
    /// A function becomes part of a program: its records are searched for, twice, in all of its section.
    fn add(&mut self, function: &Function<'_>, records: &Counts) {
        let of_section = records.by_section.get(function.section);
        let searched = of_section.copied().unwrap_or(0) + records.blocks + COPY;
        self.instructions = self.instructions.saturating_add(function.len() as u64);
        self.steps = self
            .steps
            .saturating_add(searched)
            .saturating_add(function.len() as u64);
    }
}
