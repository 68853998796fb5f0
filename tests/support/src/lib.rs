//! What the tests of all packages share: tools, scratch folders, compilers, objects, oracles, probes of the machine.
#![allow(
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    clippy::new_without_default,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    missing_debug_implementations,
    missing_docs,
    unreachable_pub,
    reason = "only tests use it: they fail, print, and say what is what by names"
)]

pub mod boot;
pub mod bpf_object;
pub mod btf_blob;
pub mod c_checks;
pub mod c_names;
pub mod compilers;
pub mod edited;
pub mod elf;
pub mod fuzz_run;
pub mod late_arms;
pub mod mock;
pub mod objects;
pub mod old_encodings;
pub mod oracle;
pub mod probe;
pub mod random_c;
pub mod reports;
pub mod rust;
pub mod trial;
pub mod types;

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

/// A program that cargo built together with the test that is running: they are in neighbouring folders.
pub fn built(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("the path of this program");
    test.ancestors()
        .nth(2)
        .expect("cargo's folder of programs")
        .join(name)
}

/// The program under test.
pub fn ours() -> &'static Path {
    static OURS: LazyLock<PathBuf> = LazyLock::new(|| built("bpftool-wasm"));
    &OURS
}

/// The folder for what tests keep: `tmp` of cargo's folder of targets.
pub fn kept() -> PathBuf {
    let folder = built("../tmp");
    fs::create_dir_all(&folder).expect("a folder for what is kept");
    folder
}

/// Folder of the tests: sources, objects and scripts are named from here. In the throwaway machine it is elsewhere.
pub fn tests_dir() -> PathBuf {
    let given = std::env::var_os("BPFTOOL_WASM_TESTS").map(PathBuf::from);
    given.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))
}

/// Says that a test cannot run here, and why; `make test` counts these lines.
pub fn skip(reason: &str) {
    println!("skipped: {reason}");
}

/// Whether C can be compiled for BPF and for wasm here; says what is missing if not.
pub fn can_compile() -> bool {
    let missing = compilers::compilers().err();
    if let Some(missing) = &missing {
        skip(missing);
    }
    missing.is_none()
}

/// The path of a program, looked for where Debian puts tools for root as well. `None` if there is none.
pub fn tool(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders = std::env::split_paths(&path).collect::<Vec<_>>();
    folders.extend(["/usr/sbin".into(), "/sbin".into()]);
    folders
        .into_iter()
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}

/// An empty folder that goes away with the value.
pub fn scratch() -> tempfile::TempDir {
    tempfile::tempdir().expect("a scratch folder")
}

/// Runs a command to its end.
pub fn run(command: &mut Command) -> Output {
    command
        .output()
        .unwrap_or_else(|e| panic!("{command:?}: {e}"))
}

/// Runs a command that has to succeed; its standard output.
pub fn stdout_of(command: &mut Command) -> Vec<u8> {
    let output = run(command);
    assert!(
        output.status.success(),
        "{command:?} failed with {}:\n{}",
        output.status,
        first_lines(&String::from_utf8_lossy(&output.stderr), 40)
    );
    output.stdout
}

/// The first `count` lines of a text that may be long.
pub fn first_lines(text: &str, count: usize) -> String {
    let mut lines: Vec<&str> = text.lines().take(count + 1).collect();
    if lines.len() > count {
        lines.truncate(count);
        lines.push("...");
    }
    lines.join("\n")
}

/// Runs the program under test, which has to succeed; its standard output.
pub fn bpftool_wasm<S: AsRef<OsStr>>(args: &[S]) -> String {
    let output = stdout_of(Command::new(ours()).args(args));
    String::from_utf8(output).expect("UTF-8 output")
}

/// `btf dump file FILE format c -j`.
pub fn wasm_header(file: &Path) -> String {
    bpftool_wasm(&[
        "btf",
        "dump",
        "file",
        &file.to_string_lossy(),
        "format",
        "c",
        "-j",
    ])
}

/// The C and C++ dialects that generated headers have to compile in, as clang options.
pub const DIALECTS: [[&str; 3]; 4] = [
    ["-x", "c", "-std=c11"],
    ["-x", "c", "-std=c17"],
    ["-x", "c", "-std=c23"],
    ["-x", "c++", "-std=c++17"],
];

/// clang with every warning an error.
pub fn clang() -> Command {
    let mut command = Command::new("clang-19");
    command.args(["-Wall", "-Wextra", "-Werror"]);
    command
}

/// Compiles a BPF source to `NAME.bpf.o` in `folder`.
pub fn bpf_object(folder: &Path, name: &str, source: &str) -> PathBuf {
    let file = folder.join(format!("{name}.bpf.c"));
    fs::write(&file, source).expect("a source file");
    let object = folder.join(format!("{name}.bpf.o"));
    let mut command = Command::new("clang-19");
    command
        .args(["-target", "bpf", "-g", "-O2", "-c"])
        .arg(&file)
        .arg("-o")
        .arg(&object);
    stdout_of(&mut command);
    object
}

/// The files of `folder` whose names end in `end`, in order.
pub fn files_in(folder: &Path, end: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut files: Vec<_> = paths
        .filter(|path| path.to_string_lossy().ends_with(end))
        .collect();
    files.sort();
    files
}

/// All objects that are checked in.
pub fn own_objects() -> Vec<PathBuf> {
    let folders = ["bpf", "bpf/skeletons"].iter();
    let objects: Vec<_> = folders
        .flat_map(|folder| files_in(&tests_dir().join(folder), ".bpf.o"))
        .collect();
    assert!(objects.len() >= 20, "only {} objects", objects.len());
    objects
}

/// Compiles a source that may use clang's extensions; returns the path of the object.
pub fn compile_bpf(folder: &Path, source: &Path) -> PathBuf {
    let stem = source.file_stem().expect("a file name");
    let object = folder.join(stem).with_extension("o");
    let mut command = Command::new("clang-19");
    command.args(["-target", "bpf", "-g", "-O2", "-w", "-fms-extensions", "-c"]);
    stdout_of(command.arg(source).arg("-o").arg(&object));
    object
}

/// Compiles freestanding C to a wasm module that exports everything marked `__attribute__((export_name("...")))`, and its memory.
pub fn wasm_module(folder: &Path, name: &str, source: &str) -> Vec<u8> {
    let file = folder.join(format!("{name}.c"));
    fs::write(&file, source).expect("a source file");
    let module = folder.join(format!("{name}.wasm"));
    let mut command = clang();
    command
        .args([
            "--target=wasm32-wasi",
            "-nostartfiles",
            "-Wl,--no-entry",
            "-O1",
        ])
        .arg(&file)
        .arg("-o")
        .arg(&module);
    stdout_of(&mut command);
    fs::read(&module).expect("a compiled module")
}

/// A running wasm module without imports.
#[derive(Debug)]
pub struct Guest {
    store: wasmi::Store<()>,
    instance: wasmi::Instance,
}

impl Guest {
    /// Instantiates a module.
    pub fn new(module: &[u8]) -> Self {
        let engine = wasmi::Engine::default();
        let module = wasmi::Module::new(&engine, module).expect("a valid module");
        let mut store = wasmi::Store::new(&engine, ());
        let linker = wasmi::Linker::new(&engine);
        let instance = linker
            .instantiate_and_start(&mut store, &module)
            .expect("an instance");
        Guest { store, instance }
    }

    /// Calls an export that takes and returns 32-bit integers.
    pub fn call(&mut self, name: &str, args: &[i32]) -> i32 {
        let function = self
            .instance
            .get_func(&self.store, name)
            .expect("an exported function");
        let args: Vec<_> = args.iter().map(|arg| wasmi::Val::I32(*arg)).collect();
        let mut result = [wasmi::Val::I32(0)];
        function
            .call(&mut self.store, &args, &mut result)
            .expect("a call without a trap");
        result[0].i32().expect("an i32")
    }

    /// The module's memory.
    pub fn memory(&mut self) -> &mut [u8] {
        let memory = self
            .instance
            .get_memory(&self.store, "memory")
            .expect("exported memory");
        memory.data_mut(&mut self.store)
    }
}
