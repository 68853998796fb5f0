//! Why a profile cannot be used, and why a guest is refused under one.

use std::path::PathBuf;

/// Why a profile cannot be used.
///
/// ```
/// use wasm_bpf_host::Profile;
///
/// let error = Profile::parse("mine.toml", "[helpers]\nallow = ['fly']\n").expect_err("no helper");
/// assert_eq!(error.to_string(), "profile mine.toml, line 2: there is no helper fly");
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProfileError {
    /// Its file cannot be read.
    #[error("profile {}, which is neither trusted nor confined nor a file that can be read", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Its text is no profile.
    #[error("profile {name}, line {line}: {problem}")]
    Text {
        /// What the profile is called: its file.
        name: String,
        /// The line that is wrong, from 1.
        line: usize,
        /// What is wrong with it.
        problem: String,
    },
}

/// What a profile does not allow.
///
/// ```
/// use wasm_bpf_host::{Profile, Refusal};
///
/// const BPF_PROG_TYPE_KPROBE: u32 = 2;
/// let refusal = Profile::confined().check_program("on_call", BPF_PROG_TYPE_KPROBE);
/// let refusal = refusal.expect_err("no kprobes");
/// assert!(matches!(refusal, Refusal::Program { .. }));
/// assert_eq!(
///     refusal.to_string(),
///     "program on_call: the profile does not allow programs of type kprobe"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// A type of programs.
    #[error("program {program}: the profile does not allow programs of type {kind}")]
    Program {
        /// The program.
        program: String,
        /// Its type, by libbpf's name.
        kind: String,
    },
    /// A program of a section that libbpf does not know.
    #[error("program {program}: the profile allows no section {section}, which says no type")]
    Section {
        /// The program.
        program: String,
        /// Its section.
        section: String,
    },
    /// A helper.
    #[error(
        "function {function}, instruction {instruction}: the profile does not allow the helper {helper}"
    )]
    Helper {
        /// The program or subprogram.
        function: String,
        /// Position in it, in units of 8 bytes.
        instruction: usize,
        /// The helper.
        helper: String,
    },
    /// A function of the kernel by its number, or a call that no kernel knows.
    #[error(
        "function {function}, instruction {instruction}: the profile does not allow this call of the kernel"
    )]
    Call {
        /// The program or subprogram.
        function: String,
        /// Position in it, in units of 8 bytes.
        instruction: usize,
    },
    /// A function or variable of the kernel, or a value of its configuration.
    #[error("the profile does not allow the kernel's {what} {name}")]
    Extern {
        /// `function`, `variable` or `configuration`.
        what: &'static str,
        /// Its name.
        name: String,
    },
    /// A type of maps.
    #[error("map {map}: the profile does not allow maps of type {kind}")]
    Map {
        /// The map.
        map: String,
        /// Its type, by libbpf's name.
        kind: String,
    },
    /// A flag of a map.
    #[error("map {map}: the profile does not allow the flags {flags:#x}")]
    MapFlags {
        /// The map.
        map: String,
        /// The flags that are not allowed.
        flags: u32,
    },
    /// A map that stays behind.
    #[error("map {map}: the profile does not allow pinned maps")]
    Pinned {
        /// The map.
        map: String,
    },
    /// Maps that are too large together.
    #[error("the profile allows maps of {limit} bytes together, not {bytes}")]
    MapMemory {
        /// What they take.
        bytes: u64,
        /// What is allowed.
        limit: u64,
    },
}
