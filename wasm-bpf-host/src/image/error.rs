//! Why an image is not given to libbpf.

use btf_layout::TypeId;
use skel_gen::object::ObjectError;

/// Why an image is not given to libbpf. Every error names the part of the image that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ImageError {
    /// The file is larger than any object.
    #[error("the image has {bytes} bytes, more than {limit}")]
    TooLarge {
        /// Its size in bytes.
        bytes: usize,
        /// The most that is taken.
        limit: usize,
    },
    /// The ELF header is not that of an object.
    #[error("ELF header: {0}")]
    Header(&'static str),
    /// A section header says what cannot be.
    #[error("section {index} '{section}': {problem}")]
    Section {
        /// Its position in the section table.
        index: usize,
        /// Its name, empty as long as that is not known to be good.
        section: String,
        /// What is wrong.
        problem: &'static str,
    },
    /// Two parts of the file share bytes.
    #[error("section '{section}' and {other} share bytes of the file")]
    Overlap {
        /// The one that begins later.
        section: String,
        /// The other: a section, or one of the file's tables.
        other: String,
    },
    /// A symbol lies where nothing is.
    #[error("symbol {index} '{symbol}': {problem}")]
    Symbol {
        /// Its position in the symbol table.
        index: usize,
        /// Its name.
        symbol: String,
        /// What is wrong.
        problem: &'static str,
    },
    /// A relocation that does not fit what it is for.
    #[error("section '{section}': relocation {index} {problem}")]
    Relocation {
        /// The section with the relocations.
        section: String,
        /// Position in it.
        index: usize,
        /// What is wrong.
        problem: &'static str,
    },
    /// A program or subprogram does not fit its section.
    #[error("function '{function}' in section '{section}': {problem}")]
    Function {
        /// Its name.
        function: String,
        /// Its section.
        section: String,
        /// What is wrong.
        problem: &'static str,
    },
    /// An instruction that libbpf must not see.
    #[error("function '{function}', instruction {instruction}: {problem}")]
    Instruction {
        /// The function.
        function: String,
        /// Position in the function, in units of 8 bytes.
        instruction: usize,
        /// What is wrong.
        problem: &'static str,
    },
    /// A variable that a `DATASEC` lists does not lie in its section.
    #[error("section '{section}': variable '{variable}' {problem}")]
    Variable {
        /// The section.
        section: String,
        /// The variable.
        variable: String,
        /// What is wrong.
        problem: &'static str,
    },
    /// What an object takes from the kernel.
    #[error("extern '{name}' {problem}")]
    Extern {
        /// Its name.
        name: String,
        /// What is wrong.
        problem: &'static str,
    },
    /// A map whose definition must not reach libbpf.
    #[error("map '{map}': {problem}")]
    Map {
        /// The map.
        map: String,
        /// What is wrong.
        problem: String,
    },
    /// A type record that libbpf reads in another way.
    #[error("type {id}: {problem}")]
    Type {
        /// The type.
        id: TypeId,
        /// What is wrong.
        problem: &'static str,
    },
    /// `.BTF.ext` is damaged.
    #[error("section '.BTF.ext', {part} records{}: {problem}", place(.section, .record))]
    Records {
        /// `function`, `line` or `CO-RE`.
        part: &'static str,
        /// The section of code that the records are of, if it is known.
        section: Option<String>,
        /// Position of the record among those of the section.
        record: Option<usize>,
        /// What is wrong.
        problem: &'static str,
    },
    /// Taken one by one all is well, but it adds up to more than an object of this size has any use for.
    #[error("the image is out of proportion: {count} {what}, more than {limit}")]
    OutOfProportion {
        /// What is counted.
        what: &'static str,
        /// How many there are.
        count: u64,
        /// The most that is taken.
        limit: u64,
    },
    /// It is no BPF object.
    #[error(transparent)]
    Object(#[from] ObjectError),
    /// Its types are damaged.
    #[error("section '.BTF'")]
    Btf(#[from] btf_layout::Error),
}

fn place(section: &Option<String>, record: &Option<usize>) -> String {
    match (section, record) {
        (Some(section), Some(record)) => format!(" of '{section}', record {record}"),
        (Some(section), None) => format!(" of '{section}'"),
        _ => String::new(),
    }
}
