//! Sections of code: which function lies where, and what libbpf must be able to rely on in its instructions.

use super::elf::Headers;
use super::error::ImageError;
use super::instruction::{INSTRUCTION, Instruction, Loads};
use super::section::Section;
use super::strings::Room;
use super::symbols::Symbol;

/// A program, or in `.text` a subprogram.
#[derive(Clone, Copy, Debug)]
pub(super) struct Function<'a> {
    pub(super) name: &'a str,
    /// Its section.
    pub(super) section: usize,
    /// The section's name, `?` included.
    pub(super) section_name: &'a str,
    /// Its first instruction, counted from the start of the section.
    pub(super) start: usize,
    /// Its instructions.
    pub(super) code: &'a [u8],
}

impl<'a> Function<'a> {
    /// Number of its instructions; `ld_imm64` counts as two.
    pub(super) fn len(&self) -> usize {
        self.code.len() / INSTRUCTION
    }

    /// Whether it is only ever part of a program.
    pub(super) fn is_subprogram(&self) -> bool {
        self.section_name == ".text"
    }

    /// Its `index`-th instruction.
    pub(super) fn instruction(&self, index: usize) -> Option<Instruction> {
        Instruction::nth(self.code, index)
    }

    fn wrong(&self, instruction: usize, problem: &'static str) -> ImageError {
        ImageError::Instruction {
            function: self.name.to_owned(),
            instruction,
            problem,
        }
    }

    /// libbpf writes into the second half of each `ld_imm64` that it relocates, wherever that is.
    fn check(&self) -> Result<(), ImageError> {
        let mut code = Instruction::all(self.code).enumerate();
        while let Some((i, instruction)) = code.next() {
            match instruction.loads() {
                None => continue,
                Some(Loads::Number | Loads::Function) => {}
                Some(Loads::Map) => {
                    return Err(self.wrong(i, "it names a map by a descriptor of the host's"));
                }
                Some(Loads::Kernel | Loads::Unknown) => {
                    return Err(self.wrong(i, "it loads what only a relocation may name"));
                }
            }
            if code.next().is_none_or(|(_, second)| second.code != 0) {
                return Err(self.wrong(i, "a load of 64 bits without its second half"));
            }
        }
        Ok(())
    }
}

/// All functions of an object, by section and place.
#[derive(Debug)]
pub(super) struct Code<'a> {
    functions: Vec<Function<'a>>,
}

impl<'a> Code<'a> {
    /// Finds and checks the functions.
    pub(super) fn read(headers: &Headers<'a>) -> Result<Self, ImageError> {
        let mut functions = Vec::new();
        // libbpf copies the name of the section for each.
        let mut room = Room::of(size_of_val(&*headers.symbols));
        for symbol in &headers.symbols {
            let section = headers.sections.get(symbol.section);
            if let Some(section) = section.filter(|section| section.is_code())
                && symbol.is_function_of(section)
            {
                room.take(section.name)?;
                functions.push(function(symbol, section)?);
            }
        }
        functions.sort_by_key(|function| (function.section, function.start));
        for pair in functions.windows(2) {
            if let [one, next] = pair
                && one.section == next.section
                && next.start < one.start + one.len()
            {
                return Err(ImageError::Function {
                    function: next.name.to_owned(),
                    section: next.section_name.to_owned(),
                    problem: "it begins inside another function",
                });
            }
        }
        for section in &headers.sections {
            let executable = section.is_read() && section.is_executable();
            if executable && !section.is_code() {
                return Err(section.wrong("it is code without bytes"));
            }
            if executable && !section.data.len().is_multiple_of(INSTRUCTION) {
                return Err(section.wrong("its size is no multiple of 8"));
            }
        }
        functions.iter().try_for_each(Function::check)?;
        Ok(Code { functions })
    }

    /// All functions.
    pub(super) fn functions(&self) -> &[Function<'a>] {
        &self.functions
    }

    /// The position of the function that holds instruction `at` of a section, as libbpf finds it.
    pub(super) fn position(&self, section: usize, at: usize) -> Option<usize> {
        let after = self
            .functions
            .partition_point(|function| (function.section, function.start) <= (section, at));
        let position = after.checked_sub(1)?;
        let function = self.functions.get(position)?;
        let inside = function.section == section && at < function.start + function.len();
        inside.then_some(position)
    }

    /// The function that holds instruction `at` of a section.
    pub(super) fn function(&self, section: usize, at: usize) -> Option<&Function<'a>> {
        self.functions.get(self.position(section, at)?)
    }
}

fn function<'a>(symbol: &Symbol<'a>, section: &Section<'a>) -> Result<Function<'a>, ImageError> {
    let wrong = |problem| {
        Err(ImageError::Function {
            function: symbol.name.to_owned(),
            section: section.name.to_owned(),
            problem,
        })
    };
    // The symbol table is checked: it lies inside the section.
    let place = (usize::try_from(symbol.offset), usize::try_from(symbol.size));
    let (Ok(offset), Ok(size)) = place else {
        return wrong("it ends past the end of its section");
    };
    let code = section.data.get(offset..).and_then(|rest| rest.get(..size));
    let Some(code) = code else {
        return wrong("it ends past the end of its section");
    };
    if size == 0 {
        return wrong("it has no instructions");
    }
    if !offset.is_multiple_of(INSTRUCTION) || !size.is_multiple_of(INSTRUCTION) {
        return wrong("it is no whole number of instructions");
    }
    if symbol.name.is_empty() {
        return wrong("it has no name");
    }
    Ok(Function {
        name: symbol.name,
        section: section.index,
        section_name: section.name,
        start: offset / INSTRUCTION,
        code,
    })
}
