//! Guests of these tests: compiled from `tests/host/guests`, run in this process.
#![allow(dead_code, reason = "the bench uses a part of it")]

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, LazyLock, Mutex, PoisonError, RwLock, RwLockReadGuard};
use wasm_bpf::{Config, Error, Loader, Log, Outcome, Runner};

/// Tests that count what the process has open run alone.
pub static ALONE: RwLock<()> = RwLock::new(());

/// Where the sources are.
fn sources() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/host/guests")
}

fn has(tool: &str) -> bool {
    Command::new(tool).arg("--version").output().is_ok()
}

/// Whether guests can run here; says so if not.
pub fn possible() -> bool {
    let missing = if !has("clang-19") {
        "there is no clang-19"
    } else if !is_root() {
        "loading BPF programs takes root"
    } else {
        return true;
    };
    println!("skipped: {missing}");
    false
}

fn is_root() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let uid = status.lines().find_map(|line| line.strip_prefix("Uid:"));
    uid.and_then(|ids| ids.split_whitespace().nth(1)) == Some("0")
}

fn stdout_of(command: &mut Command) {
    let output = command.output().expect("a program that runs");
    assert!(
        output.status.success(),
        "{command:?}:\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// What libbpf's headers want to know.
const TARGET_ARCH: &str = if cfg!(target_arch = "x86_64") {
    "-D__TARGET_ARCH_x86"
} else {
    "-D__TARGET_ARCH_arm64"
};

/// Folder of the compiled ones, with the BPF objects in it.
static FOLDER: LazyLock<tempfile::TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a scratch folder");
    for entry in fs::read_dir(sources()).expect("the sources") {
        let source = entry.expect("an entry").path();
        let name = source.file_name().expect("a name").to_string_lossy();
        let Some(stem) = name.strip_suffix(".bpf.c") else {
            continue;
        };
        let mut command = Command::new("clang-19");
        command
            .args([
                "-target",
                "bpf",
                "-g",
                "-O2",
                "-Wall",
                "-Werror",
                TARGET_ARCH,
            ])
            .args([
                "-I/usr/include/x86_64-linux-gnu",
                "-I/usr/include/aarch64-linux-gnu",
            ])
            .arg("-c")
            .arg(&source)
            .arg("-o")
            .arg(folder.path().join(format!("{stem}.bpf.o")));
        stdout_of(&mut command);
    }
    folder
});

/// The module of `tests/host/guests/NAME.c`.
pub fn module(name: &str) -> Arc<Vec<u8>> {
    static MODULES: Mutex<BTreeMap<String, Arc<Vec<u8>>>> = Mutex::new(BTreeMap::new());
    let mut modules = MODULES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(module) = modules.get(name) {
        return module.clone();
    }
    let path = FOLDER.path().join(format!("{name}.wasm"));
    let mut command = Command::new("clang-19");
    command
        .args(["--target=wasm32-wasi", "-O1", "-Wall", "-Wextra", "-Werror"])
        .arg("-Wl,--export-table")
        .arg(format!("--embed-dir={}", FOLDER.path().display()))
        .arg(sources().join(format!("{name}.c")))
        .arg("-o")
        .arg(&path);
    stdout_of(&mut command);
    let module = Arc::new(fs::read(path).expect("a module"));
    modules.insert(name.to_owned(), module.clone());
    module
}

/// The file of that module, for hosts that are run as programs.
pub fn file(name: &str) -> PathBuf {
    module(name);
    FOLDER.path().join(format!("{name}.wasm"))
}

/// The BPF object of `tests/host/guests/NAME.bpf.c`.
pub fn object(name: &str) -> PathBuf {
    FOLDER.path().join(format!("{name}.bpf.o"))
}

/// What the host said.
#[derive(Clone, Debug, Default)]
pub struct Said(Arc<Mutex<String>>);

impl Said {
    pub fn log(&self) -> Log {
        let text = self.0.clone();
        Log::new(move |line| {
            let mut text = text.lock().expect("the text");
            text.push_str(line);
            text.push('\n');
        })
    }

    pub fn text(&self) -> String {
        self.0.lock().expect("the text").clone()
    }
}

/// This thread, as BPF programs and the kernel name it.
pub fn thread_id() -> String {
    let link = fs::read_link("/proc/thread-self").expect("/proc");
    let name = link.file_name().expect("a number").to_string_lossy();
    name.into_owned()
}

/// Keeps tests that run alone away.
pub fn together() -> RwLockReadGuard<'static, ()> {
    ALONE.read().unwrap_or_else(PoisonError::into_inner)
}

thread_local! {
    /// Guests of this thread have a loader process.
    static WITH_LOADER: Cell<bool> = const { Cell::new(false) };
}

/// Runs a test whose guests have a loader process.
pub fn with_loader(test: impl FnOnce()) {
    WITH_LOADER.set(true);
    test();
    WITH_LOADER.set(false);
}

/// A guest, in this process alone or with a loader process, whatever this thread's guests have.
pub fn runner(module: &[u8], config: Config) -> Result<Runner, Error> {
    let loader = match WITH_LOADER.get() {
        true => Some(Loader::start(
            Command::new(env!("CARGO_BIN_EXE_wasm-bpf")),
            &config,
        )?),
        false => None,
    };
    let runner = Runner::new(module, config)?;
    Ok(match loader {
        Some(loader) => runner.with_loader(loader),
        None => runner,
    })
}

/// Runs a guest on this thread with one argument.
pub fn run_with(name: &str, arg: &str, config: Config) -> Result<Outcome, Error> {
    let config = config.args([name, arg]);
    runner(&module(name), config)?.run()
}

/// Runs a guest that is told this thread's number, and has to end well; what the host said.
pub fn run(name: &str) -> (Outcome, String) {
    let _together = together();
    let said = Said::default();
    let config = Config::default().log(said.log());
    let outcome = run_with(name, &thread_id(), config);
    let outcome = outcome.unwrap_or_else(|error| panic!("{name}: {error}\n{}", said.text()));
    assert_eq!(
        outcome.exit_code,
        0,
        "{name} ends at that line\n{}",
        said.text()
    );
    (outcome, said.text())
}
