//! A compiler for guests, the guest crate compiled by it, and the skeletons of all objects.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{LazyLock, Mutex, PoisonError};
use test_support::objects::all;
use test_support::{bpf_object, ours, run, skip, stdout_of, tests_dir};

/// Targets that the crate and the skeletons compile for.
pub(crate) const WASI: &str = "wasm32-wasip1";
pub(crate) const WASM: &str = "wasm32-unknown-unknown";
pub(crate) const NATIVE: &str = "x86_64-unknown-linux-gnu";

/// A compiler that has all targets; why there is none.
static RUSTC: LazyLock<Result<PathBuf, String>> = LazyLock::new(|| {
    let output = run(&mut Command::new(tests_dir().join("wasm-rust.sh")));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_end().to_owned();
    match output.status.success() {
        true => Ok(text(&output.stdout).into()),
        false => Err(text(&output.stderr).replace('\n', " ")),
    }
});

/// Where the files of this test go.
fn folder() -> PathBuf {
    let folder = test_support::kept().join("rust-guests");
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// `NAME.rs`, the skeleton, and `NAME.types.rs`, the dump, of each object that is checked in, and of the manual's example.
static SKELETONS: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = folder();
    let mut objects = all();
    let source = fs::read_to_string(tests_dir().join("rust_guests/example.bpf.c"));
    let scratch = test_support::scratch();
    objects.push(bpf_object(
        scratch.path(),
        "example",
        &source.expect("a source"),
    ));
    for object in objects {
        let (name, file) = (name_of(&object), object.to_string_lossy());
        let skeleton = ["gen", "skeleton", &file, "lang", "rust"];
        let dump = ["btf", "dump", "file", &file, "format", "rust", "-j"];
        for (args, file) in [
            (&skeleton[..], format!("{name}.rs")),
            (&dump[..], format!("{name}.types.rs")),
        ] {
            let mut command = Command::new(ours());
            stdout_of(command.args(args).arg("-o").arg(folder.join(file)));
        }
    }
    folder
});

/// `out/9p-trace.bpf.o` is the case `9p_trace`.
fn name_of(object: &Path) -> String {
    let name = object.file_name().unwrap_or_default().to_string_lossy();
    name.trim_end_matches(".bpf.o").replace('-', "_")
}

/// All cases.
pub(crate) fn cases() -> Vec<String> {
    let objects = all();
    let cases = objects.iter().map(|object| name_of(object));
    cases.chain(["example".to_owned()]).collect()
}

/// A compiler, or a line that says why there is none.
pub(crate) struct Compiler {
    rustc: PathBuf,
}

impl Compiler {
    pub(crate) fn find() -> Option<Self> {
        // The skeletons are of objects that are compiled as well.
        if !test_support::can_compile() {
            return None;
        }
        match &*RUSTC {
            Ok(rustc) => Some(Compiler {
                rustc: rustc.clone(),
            }),
            Err(reason) => {
                skip(reason);
                None
            }
        }
    }

    /// The compiler, with every warning an error, and the names of skeletons' folder.
    pub(crate) fn command(&self, target: &str) -> Command {
        self.command_of(target, "2024")
    }

    /// The same for code of this edition.
    pub(crate) fn command_of(&self, target: &str, edition: &str) -> Command {
        let mut command = Command::new(&self.rustc);
        command.args(["--edition", edition, "-Dwarnings", "--target", target]);
        command.env("SKELETONS", &*SKELETONS);
        // Some may be set for the tests' own build.
        command.env_remove("RUSTFLAGS");
        command
    }

    /// The guest crate, compiled for a target into a folder of its own, once.
    pub(crate) fn library(&self, target: &str, std: bool) -> PathBuf {
        static MADE: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());
        let folder = folder().join(format!("{target}-{}", if std { "std" } else { "core" }));
        let library = folder.join("liblibbpf_wasm.rlib");
        let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
        if made.contains(&library) {
            return library;
        }
        let mut command = self.command(target);
        command.args([
            "-Copt-level=1",
            "--crate-type=rlib",
            "--crate-name=libbpf_wasm",
        ]);
        if std {
            command.args(["--cfg", "feature=\"std\""]);
        }
        command.arg("--out-dir").arg(&folder);
        stdout_of(command.arg(tests_dir().join("../libbpf-wasm/src/lib.rs")));
        made.insert(library.clone());
        library
    }

    /// Compiles a guest of `tests/rust_guests/guests` with the crate in `library`.
    pub(crate) fn guest(&self, target: &str, library: &Path, name: &str, folder: &Path) -> PathBuf {
        let source = tests_dir().join(format!("rust_guests/guests/{name}.rs"));
        let guest = folder.join(format!("{name}.wasm"));
        let mut command = self.command(target);
        command.args(["-Copt-level=1", "-Cpanic=abort", "--extern"]);
        command.arg(format!("libbpf_wasm={}", library.display()));
        stdout_of(command.arg(source).arg("-o").arg(&guest));
        guest
    }
}
