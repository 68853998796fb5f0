//! Relocations that libbpf applies: to instructions, to tables of functions, to maps of maps and of programs.

use super::code::Code;
use super::elf::Headers;
use super::error::ImageError;
use super::instruction::{Call, INSTRUCTION};
use super::section::Section;
use super::strings::Room;
use super::symbols::Symbol;
use object::LittleEndian as LE;
use object::elf::{self, Rel64};
use object::pod;
use object::read::elf::Rel as _;

/// A relocation that libbpf applies.
#[derive(Clone, Copy, Debug)]
pub(super) struct Relocation<'a> {
    /// Section that it changes.
    pub(super) target: usize,
    /// First byte in that.
    pub(super) offset: u64,
    /// What it refers to.
    pub(super) symbol: Symbol<'a>,
}

/// Size of `Elf64_Rel`.
const RELOCATION: usize = size_of::<Rel64<LE>>();
/// Size of a pointer in an object's data, in bytes.
const POINTER: u64 = 8;
/// Where compilers leave the targets of computed jumps.
pub(super) const JUMP_TABLES: &str = ".jumptables";

/// Reads and checks all of them.
pub(super) fn read<'a>(
    headers: &Headers<'a>,
    code: &Code<'_>,
) -> Result<Vec<Relocation<'a>>, ImageError> {
    let mut relocations = Vec::new();
    let tables = headers.sections.iter().filter(|s| s.kind == elf::SHT_REL);
    let tables = tables.filter(|section| section.is_read());
    // libbpf puts the names into a message for each, whether somebody listens or not.
    let mut room = Room::of(tables.clone().map(|table| table.data.len()).sum());
    for table in tables {
        let Some(target) = headers.sections.get(table.info).filter(|_| table.info != 0) else {
            return Err(table.wrong("it is for a section that does not exist"));
        };
        if table.entry_size != RELOCATION as u64 || !table.data.len().is_multiple_of(RELOCATION) {
            return Err(table.wrong("its entries are no relocations of 16 bytes"));
        }
        if table.link != headers.symbol_table {
            return Err(table.wrong("it is not for the symbol table"));
        }
        if is_applied(target) {
            let place = (table, target);
            entries(headers, code, place, &mut room, &mut relocations)?;
        }
    }
    Ok(relocations)
}

/// Whether libbpf applies the relocations of a section.
fn is_applied(target: &Section<'_>) -> bool {
    target.is_executable() || target.name == ".maps" || is_struct_ops(target.name)
}

/// Whether a section has tables of functions for the kernel.
pub(super) fn is_struct_ops(name: &str) -> bool {
    let name = name.strip_prefix('?').unwrap_or(name);
    matches!(name, ".struct_ops" | ".struct_ops.link")
}

fn entries<'a>(
    headers: &Headers<'a>,
    code: &Code<'_>,
    (table, target): (&Section<'_>, &Section<'_>),
    room: &mut Room,
    relocations: &mut Vec<Relocation<'a>>,
) -> Result<(), ImageError> {
    let count = table.data.len() / RELOCATION;
    let Ok((entries, _)) = pod::slice_from_bytes::<Rel64<LE>>(table.data, count) else {
        return Err(table.wrong("it ends past the end of the file"));
    };
    for (index, entry) in entries.iter().enumerate() {
        let wrong = |problem| {
            Err(ImageError::Relocation {
                section: table.name.to_owned(),
                index,
                problem,
            })
        };
        let Some(symbol) = headers.symbols.get(entry.r_sym(LE) as usize) else {
            return wrong("refers to a symbol that does not exist");
        };
        let offset = entry.r_offset(LE);
        let end = offset.checked_add(POINTER);
        if end.is_none_or(|end| end > target.size) {
            return wrong("lies outside its section");
        }
        let problem = match target.is_executable() {
            true => of_instruction(headers, code, target, offset, symbol),
            false => None,
        };
        if let Some(problem) = problem {
            return wrong(problem);
        }
        room.take(table.name)?;
        room.take(symbol.name)?;
        relocations.push(Relocation {
            target: target.index,
            offset,
            symbol: *symbol,
        });
    }
    Ok(())
}

/// What is wrong with a relocation of an instruction.
fn of_instruction(
    headers: &Headers<'_>,
    code: &Code<'_>,
    target: &Section<'_>,
    offset: u64,
    symbol: &Symbol<'_>,
) -> Option<&'static str> {
    let at = usize::try_from(offset).ok()?;
    if !at.is_multiple_of(INSTRUCTION) {
        return Some("does not begin at an instruction");
    }
    // What is of no function, libbpf leaves alone: a weak one that was replaced by a linker.
    let function = code.function(target.index, at / INSTRUCTION)?;
    let instruction = function.instruction(at / INSTRUCTION - function.start)?;
    let is_call = matches!(
        instruction.call(),
        Some(Call::Helper(_) | Call::Subprogram | Call::Kfunc(_))
    );
    if !is_call && !instruction.is_wide() {
        return Some("is of an instruction that has none");
    }
    if symbol.section == usize::MAX {
        return Some("refers to a symbol without a section");
    }
    let section = headers.sections.get(symbol.section)?;
    let in_words = symbol.offset.is_multiple_of(POINTER) && symbol.size.is_multiple_of(POINTER);
    if section.name == JUMP_TABLES && !in_words {
        return Some("refers to a table of jumps that is no whole number of words");
    }
    None
}
