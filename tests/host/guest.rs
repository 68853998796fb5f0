//! Guests of these tests: compiled from `tests/host/guests`, run in this process.
#![allow(dead_code, reason = "the bench uses a part of it")]

use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, LazyLock, Mutex, PoisonError, RwLock, RwLockReadGuard};
use std::time::Duration;
use test_support::compilers::compilers;
use test_support::probe::{self, Feature};
use wasm_bpf_host::{Cache, Config, Dir, Error, Loader, Log, Outcome, Runner};

/// Tests that count what the process has open run alone.
pub static ALONE: RwLock<()> = RwLock::new(());

/// What a test holds that runs together with others. `None`, and a line that says why, if the machine has not all that it needs.
pub fn needs(features: &[Feature]) -> Option<RwLockReadGuard<'static, ()>> {
    let together = ALONE.read().unwrap_or_else(PoisonError::into_inner);
    probe::all(features).then_some(together)
}

/// Nothing takes so long but what never ends.
pub const PATIENCE: Duration = Duration::from_mins(10);

/// Where the sources are.
fn sources() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/host/guests")
}

/// Whether there are guests: compilers, or what was compiled elsewhere.
pub fn guests() -> Result<(), String> {
    if FOLDER.given { Ok(()) } else { compilers() }
}

/// Guests that use `events.bpf.c`.
pub fn events() -> Result<(), String> {
    guests()?;
    probe::raw_tracepoints()?;
    probe::ring_buffers()?;
    probe::perf_buffers()
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

const HEADERS: [&str; 3] = [
    "-I/usr/include/x86_64-linux-gnu",
    "-I/usr/include/aarch64-linux-gnu",
    "-c",
];

fn bpf_compiler() -> Command {
    let mut command = Command::new("clang-19");
    command.args(["-target", "bpf", "-g", "-O2", "-Wall", "-Werror"]);
    command.arg(TARGET_ARCH).args(HEADERS);
    command
}

fn wasm_compiler(objects: &Path) -> Command {
    let mut command = Command::new("clang-19");
    command.args(["--target=wasm32-wasi", "-O1", "-Wall", "-Wextra", "-Werror"]);
    command.arg("-Wl,--export-table");
    command.arg(format!("--embed-dir={}", objects.display()));
    command
}

/// Where compiled guests are.
struct Folder {
    path: PathBuf,
    /// It was made elsewhere, with all of them.
    given: bool,
}

static FOLDER: LazyLock<Folder> = LazyLock::new(|| match std::env::var_os("WASM_BPF_GUESTS") {
    Some(path) => Folder {
        path: path.into(),
        given: true,
    },
    None => Folder {
        path: tempfile::tempdir().expect("a scratch folder").keep(),
        given: false,
    },
});

/// A file of the folder. What is not there yet is compiled, one at a time.
fn compiled(name: &str, compile: impl FnOnce(&Path)) -> PathBuf {
    static COMPILING: Mutex<()> = Mutex::new(());
    let path = FOLDER.path.join(name);
    let _one = COMPILING.lock().unwrap_or_else(PoisonError::into_inner);
    if !path.exists() {
        let part = path.with_extension("part");
        compile(&part);
        fs::rename(part, &path).expect("a compiled file");
    }
    path
}

/// The file of the module of `tests/host/guests/NAME.c`.
pub fn file(name: &str) -> PathBuf {
    // What guests embed.
    for name in ["events", "maps"] {
        object(name);
    }
    let source = sources().join(format!("{name}.c"));
    compiled(&format!("{name}.wasm"), |out| {
        stdout_of(wasm_compiler(&FOLDER.path).arg(source).arg("-o").arg(out));
    })
}

/// The module of `tests/host/guests/NAME.c`.
pub fn module(name: &str) -> Vec<u8> {
    fs::read(file(name)).expect("a module")
}

/// The BPF object of `tests/host/guests/NAME.bpf.c`.
pub fn object(name: &str) -> PathBuf {
    let source = sources().join(format!("{name}.bpf.c"));
    let name = Path::new(name).file_name().expect("a name");
    compiled(&format!("{}.bpf.o", name.display()), |out| {
        stdout_of(bpf_compiler().arg(source).arg("-o").arg(out));
    })
}

/// The object that is compiled from a text. `Err` without a compiler.
pub fn of_source(name: &str, source: &str) -> Result<PathBuf, String> {
    let name = format!("{name}.bpf.o");
    if !FOLDER.path.join(&name).exists() {
        compilers()?;
    }
    Ok(compiled(&name, |out| {
        let file = out.with_extension("c");
        fs::write(&file, source).expect("a source file");
        let mut compiler = Command::new("clang-19");
        compiler.args(["-target", "bpf", "-g", "-O2"]).args(HEADERS);
        stdout_of(compiler.arg(&file).arg("-o").arg(out));
        fs::remove_file(file).expect("a source file");
    }))
}

/// Compiles every guest and every object. Where they are.
pub fn all() -> &'static Path {
    for (folder, prefix) in [(sources(), ""), (sources().join("attach"), "attach/")] {
        for entry in fs::read_dir(folder).expect("the sources") {
            let name = entry.expect("an entry").file_name();
            let name = name.to_string_lossy();
            if let Some(name) = name.strip_suffix(".bpf.c") {
                object(&format!("{prefix}{name}"));
            } else if let Some(name) = name.strip_suffix(".c") {
                file(name);
            }
        }
    }
    &FOLDER.path
}

/// What guests get: what the host says is kept, and so is compiled code for the next one.
pub fn config(said: &Said) -> Config {
    let mut config = plain_config(said);
    config.cache = Cache::Folder(FOLDER.path.join("cache"));
    config
}

/// The same without compiled code.
pub fn plain_config(said: &Said) -> Config {
    let mut config = Config::default();
    config.log = said.log();
    config
}

/// Arguments of a guest.
pub fn words<const N: usize>(words: [&str; N]) -> Vec<String> {
    words.map(str::to_owned).into()
}

/// The folder of all objects, as guests see it.
pub fn objects() -> Dir {
    Dir {
        host: FOLDER.path.clone(),
        guest: "/objects".to_owned(),
        writable: false,
    }
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

/// Calls `act` on another thread, whose guests have a loader process if this one's have.
pub fn like_here(act: impl FnOnce() + Send) -> impl FnOnce() + Send {
    let with_loader = WITH_LOADER.get();
    move || {
        WITH_LOADER.set(with_loader);
        act();
    }
}

/// The host as a program: of this build, or in the throwaway machine the one that was copied there.
pub fn program() -> Command {
    let given = std::env::var_os("WASM_BPF");
    Command::new(given.unwrap_or_else(|| env!("CARGO_BIN_EXE_wasm-bpf").into()))
}

/// A guest, in this process alone or with a loader process, whatever this thread's guests have.
pub fn runner(module: &[u8], config: Config) -> Result<Runner, Error> {
    let loader = match WITH_LOADER.get() {
        true => Some(Loader::start(program(), &config)?),
        false => None,
    };
    let runner = Runner::new(module, config)?;
    Ok(match loader {
        Some(loader) => runner.with_loader(loader),
        None => runner,
    })
}

/// Runs a guest on this thread with one argument.
pub fn run_with(name: &str, arg: &str, mut config: Config) -> Result<Outcome, Error> {
    config.args = words([name, arg]);
    runner(&module(name), config)?.run()
}

/// Runs a guest that is told this thread's number, and has to end well; what the host said.
pub fn run(name: &str) -> (Outcome, String) {
    let said = Said::default();
    let outcome = run_with(name, &thread_id(), config(&said));
    let outcome = outcome.unwrap_or_else(|error| panic!("{name}: {error:?}\n{}", said.text()));
    assert_eq!(
        outcome.exit_code,
        0,
        "{name} ends at that line\n{}",
        said.text()
    );
    (outcome, said.text())
}
