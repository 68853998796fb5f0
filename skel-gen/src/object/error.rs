//! What can be wrong with a BPF object.

use btf_layout::TypeError;
use thiserror::Error;

/// Why a file is no BPF object that a skeleton can be made for.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ObjectError {
    /// The headers, or a section, do not fit the file.
    #[error("damaged ELF file: {0}")]
    Damaged(String),
    /// An ELF file for another machine, class or purpose.
    #[error("not a BPF object: {0}")]
    NotBpf(String),
    /// An ELF file for BPF machines of the other byte order.
    #[error("not a BPF object for wasm32: big-endian")]
    BigEndian,
    /// An ELF file without symbols.
    #[error("it has no symbol table: the file is stripped")]
    NoSymbols,
    /// A section that libbpf knows by name, but not like this.
    #[error("section '{section}' {problem}")]
    Section {
        /// The section.
        section: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// Maps as libbpf had them before 1.0.
    #[error(
        "section 'maps' holds legacy definitions, which libbpf 1.0 and later refuse; define maps in SEC(\".maps\")"
    )]
    LegacyMaps,
    /// A variable or a section in the BTF that is none: what it refers to may not stand there.
    #[error("{0}")]
    Declaration(Box<TypeError>),
    /// Something that libbpf cannot do without BTF.
    #[error("no .BTF section (compile with -g), which {0} needs")]
    NoBtf(String),
    /// Something that the object takes from the kernel.
    #[error("extern '{name}' {problem}")]
    Extern {
        /// Its name.
        name: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A section whose bytes are not in the file.
    #[error("section '{0}' ends past the end of the file")]
    SectionOutOfFile(String),
    /// A relocation that does not lie in its section, or names a symbol that is not there.
    #[error("section '{section}': relocation {index} {problem}")]
    Relocation {
        /// The section with the relocations.
        section: String,
        /// Position in it.
        index: usize,
        /// What is wrong with it.
        problem: String,
    },
    /// Two global symbols with one name.
    #[error("symbol '{0}' is defined twice")]
    DuplicateSymbol(String),
    /// A variable of a data section that the symbol table does not have.
    #[error("section '{section}': variable '{variable}' has no symbol")]
    NoSymbol {
        /// The section.
        section: String,
        /// The variable.
        variable: String,
    },
    /// A variable that does not lie in its section.
    #[error("section '{section}': variable '{variable}' ends past the end of the section")]
    VariableOutOfSection {
        /// The section.
        section: String,
        /// The variable.
        variable: String,
    },
    /// A map whose definition is not one.
    #[error("map '{map}': {problem}")]
    Map {
        /// The map.
        map: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A program that libbpf refuses.
    #[error("program '{program}' in section '{section}': {problem}")]
    Program {
        /// The program.
        program: String,
        /// Its section.
        section: String,
        /// What is wrong with it.
        problem: &'static str,
    },
}
