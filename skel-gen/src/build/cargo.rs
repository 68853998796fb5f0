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

    /// Runs the script again when `file` changes; if cargo cannot be told its name, when anything in the folder around it does.
    pub(super) fn depends_on(&self, file: &Path) {
        say(&format!("cargo::rerun-if-changed={}", watched(file)));
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

/// `file`, or the innermost folder around it whose name is one for cargo, which reads lines of UTF-8 and cuts blanks off their ends.
fn watched(file: &Path) -> &str {
    let is_name = |name: &&str| !name.is_empty() && !name.contains('\n') && name.trim() == *name;
    let mut names = file.ancestors().filter_map(Path::to_str);
    names.find(is_name).unwrap_or(".")
}

/// If standard output is closed, cargo is gone.
fn say(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}

#[cfg(test)]
mod tests {
    use super::watched;
    use std::path::Path;

    #[test]
    fn no_file_name_is_an_instruction() {
        for (file, name) in [
            ("src/a b.h", "src/a b.h"),
            ("src/a.h\ncargo::rustc-link-arg=-x", "src"),
            ("a\n/b.h", "."),
            ("/in\n/b.h", "/"),
            ("src/blank ", "src"),
        ] {
            assert_eq!(watched(Path::new(file)), name);
        }
    }
}
