//! Programs: the functions of the sections that are not `.text`.

use super::elf::Elf;
use super::error::ObjectError;
use super::section::Section;

/// A BPF program.
#[derive(Clone, Debug)]
pub struct Program<'a> {
    /// Name of its function.
    pub name: &'a str,
    /// Name of its section without the `?` that keeps it from being loaded.
    pub section: &'a str,
    /// Index of its section.
    pub section_index: usize,
    /// First byte in its section.
    pub offset: u64,
    /// Whether it is loaded unless the guest says otherwise: not in `SEC("?...")`.
    pub autoload: bool,
    /// What its section says it is attached to.
    pub attach: Attach,
}

/// What a program is attached to, by its section's name: <https://docs.kernel.org/bpf/libbpf/program_types.html>.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attach {
    /// `tp/...`, `tracepoint/...`
    Tracepoint,
    /// `raw_tp/...`, `raw_tracepoint/...`, and their `.w`
    RawTracepoint,
    /// `tp_btf/...`
    BtfTracepoint,
    /// `fentry/...`, `fexit/...`, `fmod_ret/...`, and their `.s`
    Trampoline,
    /// `kprobe/...`, `kretprobe/...`, `ksyscall/...`, and the multi forms
    Kprobe,
    /// `uprobe/...`, `uretprobe/...`, and the multi forms
    Uprobe,
    /// `usdt/...`
    Usdt,
    /// `perf_event`
    PerfEvent,
    /// `lsm/...`, `lsm.s/...`, `lsm_cgroup/...`
    Lsm,
    /// `cgroup/...`, `cgroup_skb/...`, and the like
    Cgroup,
    /// `sockops`
    SockOps,
    /// `socket`
    Socket,
    /// `xdp`, `xdp.frags`, ...
    Xdp,
    /// `tc`, `tcx/...`, `classifier`, `action`
    Tc,
    /// `iter/...`
    Iter,
    /// `struct_ops/...`
    StructOps,
    /// A section that libbpf does not attach by its name alone.
    Other,
}

/// Section name prefixes, the longer ones first where one begins another.
const PREFIXES: &[(&str, Attach)] = &[
    ("tp_btf/", Attach::BtfTracepoint),
    ("tp/", Attach::Tracepoint),
    ("tracepoint/", Attach::Tracepoint),
    ("raw_tp", Attach::RawTracepoint),
    ("raw_tracepoint", Attach::RawTracepoint),
    ("fentry", Attach::Trampoline),
    ("fexit", Attach::Trampoline),
    ("fmod_ret", Attach::Trampoline),
    ("kprobe", Attach::Kprobe),
    ("kretprobe", Attach::Kprobe),
    ("ksyscall/", Attach::Kprobe),
    ("kretsyscall/", Attach::Kprobe),
    ("uprobe", Attach::Uprobe),
    ("uretprobe", Attach::Uprobe),
    ("usdt", Attach::Usdt),
    ("perf_event", Attach::PerfEvent),
    ("lsm", Attach::Lsm),
    ("cgroup", Attach::Cgroup),
    ("sockops", Attach::SockOps),
    ("socket", Attach::Socket),
    ("xdp", Attach::Xdp),
    ("tc", Attach::Tc),
    ("classifier", Attach::Tc),
    ("action", Attach::Tc),
    ("iter", Attach::Iter),
    ("struct_ops", Attach::StructOps),
];

impl Attach {
    /// The kind of the section called `section`.
    pub fn of(section: &str) -> Self {
        let found = PREFIXES
            .iter()
            .find(|(prefix, _)| section.starts_with(prefix));
        found.map_or(Attach::Other, |(_, attach)| *attach)
    }
}

impl Program<'_> {
    /// Whether the section says all that libbpf needs to attach the program. `SEC("xdp")`, for one, does not: the interface is
    /// missing; nor does `SEC("kprobe")` without a function.
    pub fn is_attached_by_section(&self) -> bool {
        let names_hook = self
            .section
            .split_once('/')
            .is_some_and(|(_, hook)| !hook.is_empty());
        names_hook
            && match self.attach {
                Attach::Tracepoint
                | Attach::RawTracepoint
                | Attach::BtfTracepoint
                | Attach::Trampoline
                | Attach::Kprobe
                | Attach::Uprobe
                | Attach::Usdt
                | Attach::Iter => true,
                Attach::Lsm => !self.section.starts_with("lsm_cgroup"),
                Attach::PerfEvent
                | Attach::Cgroup
                | Attach::SockOps
                | Attach::Socket
                | Attach::Xdp
                | Attach::Tc
                | Attach::StructOps
                | Attach::Other => false,
            }
    }
}

/// A function: a program, or a subprogram in `.text`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Function<'a> {
    /// Its name.
    pub(super) name: &'a str,
    /// Index of its section.
    pub(super) section: usize,
    /// First byte in its section.
    pub(super) offset: u64,
    /// Size in bytes.
    pub(super) size: u64,
}

/// The functions of an object.
#[derive(Debug)]
pub(super) struct Functions<'a> {
    /// All, in order of section and offset.
    all: Vec<Function<'a>>,
    /// Index of the section with subprograms; 0 if there is none.
    pub(super) text: usize,
}

/// Size of an instruction in bytes.
pub(super) const INSTRUCTION: u64 = 8;

impl<'a> Functions<'a> {
    /// Finds the functions in all sections with code.
    pub(super) fn collect(elf: &Elf<'a>) -> Result<Self, ObjectError> {
        let mut all = Vec::new();
        for symbol in elf.symbols.iter().filter(|symbol| symbol.is_function) {
            let section = match elf.sections.get(symbol.section) {
                Some(section) if section.is_code && section.size > 0 => section,
                _ => continue,
            };
            let refused = |problem| ObjectError::Program {
                program: symbol.name.to_owned(),
                section: section.name.to_owned(),
                problem,
            };
            let end = symbol.offset.checked_add(symbol.size);
            if end.is_none_or(|end| end > section.size) {
                return Err(refused("ends past the end of its section"));
            }
            if symbol.size == 0 {
                return Err(refused("has no instructions"));
            }
            if symbol.size % INSTRUCTION != 0 || symbol.offset % INSTRUCTION != 0 {
                return Err(refused("begins or ends within an instruction"));
            }
            if section.name != TEXT && symbol.name.is_empty() {
                return Err(refused("has a name that is no text"));
            }
            if section.name != TEXT && !symbol.is_global {
                return Err(refused("static programs are not supported"));
            }
            all.push(Function {
                name: symbol.name,
                section: section.index,
                offset: symbol.offset,
                size: symbol.size,
            });
        }
        all.sort_by_key(|function| (function.section, function.offset));
        // Of several, the last.
        let mut code = elf.sections.iter().rev().filter(|section| section.is_code);
        let text = code.find(|section| section.name == TEXT && section.size > 0);
        Ok(Functions {
            all,
            text: text.map_or(0, |section| section.index),
        })
    }

    /// The function that holds this byte of a section.
    pub(super) fn at(&self, section: usize, offset: u64) -> Option<&Function<'a>> {
        let after = self
            .all
            .partition_point(|f| (f.section, f.offset) <= (section, offset));
        let function = self.all.get(after.checked_sub(1)?)?;
        let holds = function.section == section && offset - function.offset < function.size;
        holds.then_some(function)
    }

    /// The programs: all functions but the subprograms in `.text`. (To older libbpfs the only function of an object was a program
    /// even there, but one that no kernel loads.)
    pub(super) fn programs(&self, elf: &Elf<'a>) -> Vec<Program<'a>> {
        let programs = self.all.iter().filter_map(|function| {
            let section = elf.sections.get(function.section)?;
            (section.index != self.text).then(|| program(function.name, function.offset, section))
        });
        programs.collect()
    }
}

/// Whether libbpf makes programs for tables of functions of what is in this section.
pub(super) fn is_struct_ops(section: &str) -> bool {
    let section = section.strip_prefix('?').unwrap_or(section);
    let kind = section.split('/').next().unwrap_or_default();
    matches!(kind, "struct_ops" | "struct_ops.s")
}

/// The section with subprograms.
const TEXT: &str = ".text";

fn program<'a>(name: &'a str, offset: u64, section: &Section<'a>) -> Program<'a> {
    let bare = section.name.strip_prefix('?');
    let plain = bare.unwrap_or(section.name);
    Program {
        name,
        section: plain,
        section_index: section.index,
        offset,
        autoload: bare.is_none(),
        attach: Attach::of(plain),
    }
}
