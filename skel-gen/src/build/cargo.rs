//! What a build script tells cargo.

use std::env;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// cargo, if this is a build script that it runs.
#[derive(Clone, Debug)]
pub(super) struct Cargo {
    /// Where what is built goes.
    pub(super) out_dir: PathBuf,
    target_arch: String,
}

impl Cargo {
    /// `None` outside of build scripts: elsewhere its lines would only be noise.
    pub(super) fn find() -> Option<Self> {
        Some(Cargo {
            out_dir: env::var_os("OUT_DIR")?.into(),
            // Only build scripts have this one.
            target_arch: env::var("CARGO_CFG_TARGET_ARCH").ok()?,
        })
    }

    /// Runs the script again when `file` changes.
    pub(super) fn depends_on(&self, file: &Path) {
        say(&format!("cargo::rerun-if-changed={}", file.display()));
    }

    /// Runs the script again when `variable` changes.
    pub(super) fn depends_on_variable(&self, variable: &str) {
        say(&format!("cargo::rerun-if-env-changed={variable}"));
    }

    /// Shows `text`, each line as a warning.
    pub(super) fn warn(&self, text: &str) {
        for line in text.lines() {
            say(&format!("cargo::warning={line}"));
        }
    }

    /// Exports the function table of a wasm32 guest: hosts find callbacks in it.
    pub(super) fn export_table(&self) {
        if self.target_arch == "wasm32" {
            say("cargo::rustc-link-arg=--export-table");
        }
    }
}

/// If standard output is closed, cargo is gone.
fn say(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}
