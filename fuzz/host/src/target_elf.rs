//! Target `target_elf`: a file that a uprobe or a static probe names, through our verification, then libbpf, which looks for
//! functions and for probes in it.
//!
//! ```text
//! input = which of the kernel's calls fail (1 byte; 0: none), what is looked for (1 byte), ELF file
//! ```
//!
//! What our verification refuses, libbpf never sees.

use crate::silence::hush;
use crate::{fake, seeds};
use btf_blobs::elf;
use btf_blobs::target::Reached;
use fastrand::Rng;
use libbpf_rs::{Link, Object, ObjectBuilder, UprobeOpts};
use std::cell::OnceCell;
use std::fs;
use std::path::Path;
use tempfile::TempDir;
use wasm_bpf_host::image::open_target;

/// Any process.
const ALL: i32 = -1;
/// Names of functions: those of the seeds, with versions, with patterns.
const FUNCTIONS: [&str; 8] = ["f", "f@V", "f@@V", "nobody", "*", "f*", "entry", "f@nobody"];
/// Static probes.
const PROBES: [(&str, &str); 3] = [("provider", "name"), ("provider", "other"), ("", "")];

thread_local! {
    /// Where this thread's files are.
    static FOLDER: OnceCell<TempDir> = const { OnceCell::new() };
}

/// What libbpf looks for.
#[derive(Clone, Copy, Debug)]
enum Search {
    Function(&'static str, usize),
    Offset(usize),
    Pattern(&'static str),
    Probe(&'static str, &'static str),
}

impl Search {
    fn of(byte: u8) -> Self {
        let index = usize::from(byte >> 2);
        let function = FUNCTIONS[index % FUNCTIONS.len()];
        match byte % 4 {
            0 => Search::Function(function, index / FUNCTIONS.len()),
            1 => Search::Offset(1 << (index % 64)),
            2 => Search::Pattern(function),
            _ => {
                let (provider, name) = PROBES[index % PROBES.len()];
                Search::Probe(provider, name)
            }
        }
    }

    /// Has libbpf attach a program of the object as the host does.
    fn attach(self, object: &Object, file: &Path) -> libbpf_rs::Result<Link> {
        let wanted = match self {
            Search::Function(..) | Search::Offset(_) => "one",
            Search::Pattern(_) => "many",
            Search::Probe(..) => "probe",
        };
        let mut programs = object.progs_mut();
        let program = programs.find(|program| program.name() == wanted);
        let program = program.expect("a program of the object");
        let opts = |function: &str| UprobeOpts {
            func_name: (!function.is_empty()).then(|| function.to_owned()),
            ..UprobeOpts::default()
        };
        match self {
            Search::Function(name, offset) => {
                program.attach_uprobe_with_opts(ALL, file, offset, opts(name))
            }
            Search::Offset(offset) => program.attach_uprobe_with_opts(ALL, file, offset, opts("")),
            Search::Pattern(pattern) => {
                program.attach_uprobe_multi(ALL, file, pattern, false, false)
            }
            Search::Probe(provider, name) => program.attach_usdt(ALL, file, provider, name),
        }
    }
}

/// Verifies a file; in what passes, libbpf looks for something.
pub fn check(input: &[u8]) -> Reached {
    let Some(([luck, search], file)) = input.split_first_chunk() else {
        return Reached::Nothing;
    };
    hush();
    fake::begin(*luck);
    let path = FOLDER.with(|folder| {
        let folder = folder.get_or_init(|| tempfile::tempdir().expect("a scratch folder"));
        folder.path().join("program")
    });
    fs::write(&path, file).expect("a scratch file");
    let target = match open_target(&path.to_string_lossy()) {
        Ok(target) => target,
        Err(error) => {
            assert!(!error.to_string().is_empty(), "{error:?}");
            return Reached::Nothing;
        }
    };
    if !fake::may_trace() {
        return Reached::Input;
    }
    let mut builder = ObjectBuilder::default();
    let object = builder
        .open_memory(seeds::PROBES)
        .and_then(|open| open.load());
    let Ok(object) = object else {
        assert!(*luck != 0, "an object that is good");
        return Reached::Input;
    };
    match Search::of(*search).attach(&object, target.path()) {
        Ok(_) => Reached::Done,
        Err(_) => Reached::Input,
    }
}

/// Damages the file, looks for something else, or has other calls fail.
pub fn mutate(rng: &mut Rng, input: &mut Vec<u8>) -> String {
    input.resize(input.len().max(2), 0);
    if rng.u8(..8) == 0 {
        let at = rng.usize(..2);
        input[at] = rng.u8(..);
        return format!("option {at} = {}", input[at]);
    }
    let mut file = input.split_off(2);
    let damage = elf::mutate(rng, &mut file);
    input.extend(file);
    damage
}

/// Files with symbols, versions and probes, and what is to be found in them.
pub fn seeds() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for file in seeds::programs() {
        for search in 0..4 * 8 {
            seeds.push([&[0, search], file.as_slice()].concat());
        }
    }
    seeds
}
