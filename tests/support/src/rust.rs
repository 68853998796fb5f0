//! rustc for generated Rust: the guest library as a crate, and programs and libraries made with it.

use super::{bpftool_wasm, stdout_of, tests_dir};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// `btf dump file FILE format rust -j`.
pub fn rust_types(file: &Path) -> String {
    let file = file.to_string_lossy();
    bpftool_wasm(&["btf", "dump", "file", &file, "format", "rust", "-j"])
}

/// A folder with the guest library compiled for this machine.
#[derive(Debug)]
pub struct Rust {
    folder: TempDir,
}

impl Rust {
    /// Compiles the guest library.
    pub fn new() -> Self {
        let rust = Rust {
            folder: super::scratch(),
        };
        let library = tests_dir().join("../libbpf-wasm/src/lib.rs");
        let mut command = rust.rustc("libbpf_wasm", &library);
        stdout_of(command.args(["--crate-type", "rlib", "-O", "--cfg", "feature=\"std\""]));
        rust
    }

    fn rustc(&self, name: &str, source: &Path) -> Command {
        let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        let mut command = Command::new(rustc);
        command
            .args(["--edition", "2024", "-Dwarnings", "--crate-name", name])
            .arg("--out-dir")
            .arg(self.folder.path())
            .arg(source);
        command
    }

    /// A compiler for `text`, which may use the guest library.
    fn with_library(&self, name: &str, text: &str) -> Command {
        let source = self.folder.path().join(name).with_extension("rs");
        fs::write(&source, text).expect("a source file");
        let mut command = self.rustc(name, &source);
        let library = self.folder.path().join("liblibbpf_wasm.rlib");
        command
            .arg("--extern")
            .arg(format!("libbpf_wasm={}", library.display()));
        command
    }

    /// Compiles `text` as a library.
    pub fn check(&self, name: &str, text: &str) {
        let mut command = self.with_library(name, text);
        stdout_of(command.args(["--crate-type", "lib", "--emit", "metadata"]));
    }

    /// What is wrong with `text`.
    pub fn errors(&self, name: &str, text: &str) -> String {
        let mut command = self.with_library(name, text);
        let output = super::run(command.args(["--crate-type", "lib", "--emit", "metadata"]));
        assert!(!output.status.success(), "{name} compiles");
        String::from_utf8_lossy(&output.stderr).into_owned()
    }

    /// Compiles `text` as a program.
    pub fn program(&self, name: &str, text: &str) -> PathBuf {
        let mut command = self.with_library(name, text);
        stdout_of(command.args(["--crate-type", "bin"]));
        self.folder.path().join(name)
    }

    /// Where everything is.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

/// `types` with `text` at the end of its module, where it sees what is private.
pub fn inside(types: &str, text: &str) -> String {
    let body = types.trim_end().strip_suffix('}').expect("a module");
    format!("{body}{text}\n}}\n")
}
