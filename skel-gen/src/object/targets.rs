//! What relocations lead to: each has to lead to something that libbpf puts in its place.

use super::data::DataKind;
use super::elf::{Elf, Symbol};
use super::error::ObjectError;
use super::map::Map;
use super::map_kind::MapKind;
use super::maps::{Maps, PlacedMap};
use super::program::{Functions, INSTRUCTION, is_struct_ops};
use super::relocation::Relocation;
use super::section::Section;
use btf_layout::{Btf, Composite, Kind, TypeId};
use std::collections::{BTreeMap, BTreeSet};

/// Everything that a relocation may lead to.
pub(super) struct Targets<'o, 'a> {
    elf: &'o Elf<'a>,
    btf: &'a Btf<'a>,
    functions: &'o Functions<'a>,
    maps: &'o [Map<'a>],
    map_names: BTreeSet<&'o str>,
    /// Maps of `.maps` and tables of functions, by section and offset.
    placed: BTreeMap<(usize, u64), &'o PlacedMap>,
    /// Section and offset of the first program of each name.
    programs: BTreeMap<&'a str, (usize, u64)>,
}

/// Size of a pointer in BPF.
const POINTER: u64 = 8;

/// Why a relocation leads nowhere; `Ok` if it leads somewhere.
type Checked = Result<(), String>;

impl<'o, 'a> Targets<'o, 'a> {
    pub(super) fn new(
        elf: &'o Elf<'a>,
        btf: &'a Btf<'a>,
        functions: &'o Functions<'a>,
        maps: &'o Maps<'a>,
    ) -> Self {
        let mut programs = BTreeMap::new();
        for program in functions.programs(elf) {
            let place = (program.section_index, program.offset);
            programs.entry(program.name).or_insert(place);
        }
        let mut placed = BTreeMap::new();
        for map in &maps.placed {
            placed.entry((map.section, map.offset)).or_insert(map);
        }
        Targets {
            elf,
            btf,
            functions,
            maps: &maps.maps,
            map_names: maps.maps.iter().map(|map| map.name.as_str()).collect(),
            placed,
            programs,
        }
    }

    /// Checks all relocations.
    ///
    /// # Errors
    /// [`ObjectError::Relocation`] for the first that leads nowhere.
    pub(super) fn check(&self) -> Result<(), ObjectError> {
        for table in &self.elf.relocations {
            let Some(target) = self.elf.sections.get(table.target) else {
                continue;
            };
            let is_table = target.size > 0 && DataKind::of(target) == Some(DataKind::StructOps);
            for (index, relocation) in table.iter().enumerate() {
                let Some(symbol) = self.elf.symbols.get(relocation.symbol) else {
                    return Err(table.error(index, "refers to a symbol that does not exist"));
                };
                let checked = match target.name {
                    _ if is_table => self.table_entry(target, relocation, symbol),
                    ".maps" => self.map_slot(target, relocation, symbol),
                    _ => self.instruction(target, relocation, symbol),
                };
                checked.map_err(|problem| table.error(index, problem))?;
            }
        }
        Ok(())
    }

    /// What a symbol is called in messages: those of sections have no name.
    fn name<'s>(&'s self, symbol: &Symbol<'s>) -> &'s str {
        match symbol.name {
            "" if symbol.is_section => self.section_name(symbol.section),
            name => name,
        }
    }

    fn section_name(&self, section: usize) -> &str {
        let section = self.elf.sections.get(section);
        section.map_or("", |section| section.name)
    }

    /// Code: a call, or a load of an address.
    fn instruction(
        &self,
        target: &Section<'_>,
        relocation: Relocation,
        symbol: &Symbol<'_>,
    ) -> Checked {
        /// `BPF_JMP | BPF_CALL`, and what `src_reg` has if a function of the object is called
        const CALL: u8 = 0x85;
        const PSEUDO_CALL: u8 = 1;
        /// `BPF_LD | BPF_IMM | BPF_DW`
        const LOAD_64: u8 = 0x18;
        let name = self.name(symbol);
        if symbol.is_special {
            return Err(format!("refers to '{name}', which is in no section"));
        }
        if relocation.offset >= target.size {
            return Err("lies outside its section".to_owned());
        }
        if !relocation.offset.is_multiple_of(INSTRUCTION) {
            return Err("lies within an instruction".to_owned());
        }
        if self.functions.at(target.index, relocation.offset).is_none() {
            // What is left of a weak function that another one has replaced.
            return Ok(());
        }
        let at = usize::try_from(relocation.offset).unwrap_or(usize::MAX);
        let instruction = target.data.get(at..).and_then(<[u8]>::first_chunk::<8>);
        let Some([code, registers, _, _, immediate @ ..]) = instruction else {
            return Err("lies outside its section".to_owned());
        };
        match *code {
            CALL | LOAD_64 if symbol.is_extern && name.is_empty() => {
                Err("refers to an extern without a name".to_owned())
            }
            CALL | LOAD_64 if symbol.is_extern => Ok(()),
            CALL if registers >> 4 != PSEUDO_CALL => {
                Err(format!("calls '{name}' like a helper of the kernel"))
            }
            CALL => self.call(symbol, name),
            LOAD_64 => self.address(symbol, name, i32::from_le_bytes(*immediate)),
            _ => Err(format!(
                "refers to '{name}' from an instruction that is neither a call nor a load of 64 bits"
            )),
        }
    }

    /// A call of a subprogram.
    fn call(&self, symbol: &Symbol<'_>, name: &str) -> Checked {
        if symbol.section == 0 || symbol.section != self.functions.text {
            let section = self.section_name(symbol.section);
            return Err(format!(
                "calls '{name}' in section '{section}': only functions of '.text' can be called"
            ));
        }
        match symbol.offset % INSTRUCTION {
            0 => Ok(()),
            _ => Err(format!(
                "calls '{name}', which begins within an instruction"
            )),
        }
    }

    /// A load of the address of a subprogram, of a variable or of a map.
    fn address(&self, symbol: &Symbol<'_>, name: &str, immediate: i32) -> Checked {
        let Some(section) = self
            .elf
            .sections
            .get(symbol.section)
            .filter(|s| s.index > 0)
        else {
            return Err(format!("refers to '{name}', which is not defined"));
        };
        let is_function = match symbol.is_global {
            true => symbol.is_function,
            false => symbol.is_section,
        };
        if section.index == self.functions.text && is_function {
            let is_aligned = symbol.offset.is_multiple_of(INSTRUCTION) && immediate % 8 == 0;
            return match is_aligned {
                true => Ok(()),
                false => Err(format!(
                    "refers to '{name}', which begins within an instruction"
                )),
            };
        }
        let is_found = match DataKind::of(section) {
            Some(DataKind::Rodata | DataKind::Data | DataKind::Bss) => section.size > 0,
            Some(DataKind::Arena) => self.maps.iter().any(|map| map.kind == MapKind::ARENA),
            Some(DataKind::StructOps | DataKind::Kconfig) => false,
            None if section.name == ".maps" => {
                let place = (section.index, symbol.offset);
                self.placed.contains_key(&place)
            }
            // Where clang says where a switch leads.
            None => section.name == ".jumptables" && section.is_data && section.size > 0,
        };
        match is_found {
            true => Ok(()),
            false => Err(format!(
                "refers to '{name}' in section '{}', which is neither a map nor data",
                section.name
            )),
        }
    }

    /// A pointer in a table of functions.
    fn table_entry(
        &self,
        target: &Section<'_>,
        relocation: Relocation,
        symbol: &Symbol<'_>,
    ) -> Checked {
        let name = self.name(symbol);
        let Some(place) = self.place(target, relocation.offset) else {
            return Err("lies in no table of functions".to_owned());
        };
        if symbol.is_special {
            return Err(format!("refers to '{name}', which is in no section"));
        }
        let table = self.map(place).map_or("", |map| map.name.as_str());
        let offset = relocation.offset - place.offset;
        let mut members = self
            .members(place.ty)
            .into_iter()
            .flat_map(|members| members.members());
        let Some(member) = members.find(|member| member.place.offset.0 == offset * 8) else {
            return Err(format!("lies in no member of table '{table}'"));
        };
        if !self.is_function_pointer(member.place.ty) {
            return Err(format!(
                "refers to '{name}' from member '{}' of table '{table}', which is no pointer to a function",
                member.name
            ));
        }
        let function = self.functions.at(symbol.section, symbol.offset);
        let is_program = function.is_some_and(|function| {
            function.section != self.functions.text
                && is_struct_ops(self.section_name(function.section))
        });
        match symbol.offset.is_multiple_of(INSTRUCTION) && is_program {
            true => Ok(()),
            false => Err(format!(
                "puts '{name}' into member '{}' of table '{table}', which is no program of SEC(\"struct_ops\")",
                member.name
            )),
        }
    }

    /// A slot of a map of maps, or of an array of programs.
    fn map_slot(
        &self,
        target: &Section<'_>,
        relocation: Relocation,
        symbol: &Symbol<'_>,
    ) -> Checked {
        let name = self.name(symbol);
        let place = self.place(target, relocation.offset);
        let Some((place, map)) = place.and_then(|place| Some((place, self.map(place)?))) else {
            return Err("lies in no map".to_owned());
        };
        let offset = relocation.offset - place.offset;
        if offset + POINTER > place.size {
            return Err("lies in no map".to_owned());
        }
        if map.kind.holds_maps() {
            if symbol.section != target.index || !self.map_names.contains(name) {
                return Err(format!(
                    "puts '{name}' into map '{}', which is no map",
                    map.name
                ));
            }
            if map.kind == MapKind::HASH_OF_MAPS && map.key_size != 4 {
                return Err(format!(
                    "is for map '{}', whose keys have {} bytes: a hash of maps with values has keys of 4",
                    map.name, map.key_size
                ));
            }
        } else if map.kind == MapKind::PROG_ARRAY {
            if self.programs.get(name) != Some(&(symbol.section, symbol.offset)) {
                return Err(format!(
                    "puts '{name}' into map '{}', which is no program",
                    map.name
                ));
            }
        } else {
            return Err(format!("is for map '{}', which has no slots", map.name));
        }
        let values = self
            .members(place.ty)
            .and_then(|members| members.members().last())
            .filter(|member| member.name == "values");
        let start = values.map(|member| member.place.offset.0 / 8);
        let is_slot =
            start.is_some_and(|start| offset >= start && (offset - start).is_multiple_of(POINTER));
        match is_slot {
            true => Ok(()),
            false => Err(format!("lies in no slot of map '{}'", map.name)),
        }
    }

    /// The map that holds this byte of a section.
    fn place(&self, section: &Section<'_>, offset: u64) -> Option<&'o PlacedMap> {
        let before = self.placed.range(..=(section.index, offset));
        let (_, place) = before.last()?;
        let holds = place.section == section.index && offset - place.offset < place.size;
        holds.then_some(place)
    }

    fn map(&self, place: &PlacedMap) -> Option<&'o Map<'a>> {
        self.maps.get(place.map)
    }

    fn members(&self, ty: TypeId) -> Option<Composite<'a>> {
        let composite = self.btf.kind(ty).composite();
        composite.filter(|composite| !composite.union)
    }

    fn is_function_pointer(&self, ty: TypeId) -> bool {
        let Kind::Ptr(to) = self.btf.kind(self.btf.resolved(ty)) else {
            return false;
        };
        matches!(self.btf.kind(self.btf.resolved(to)), Kind::FuncProto(_))
    }
}
