//! Types of a whole kernel.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

static TYPES: LazyLock<Result<PathBuf, String>> = LazyLock::new(|| {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../machine/types.sh");
    let output = Command::new(script).output().expect("a script that runs");
    let [printed, errors] = [output.stdout, output.stderr]
        .map(|bytes| String::from_utf8_lossy(&bytes).trim_end().to_owned());
    match output.status.code() {
        Some(0) => Ok(printed.into()),
        Some(2) => Err(format!(
            "a kernel's BTF: this kernel shows none, and there is no throwaway machine: {}",
            errors.lines().last().unwrap_or_default()
        )),
        _ => panic!("types.sh: {errors}"),
    }
});

/// The file of a kernel's BTF: this machine's or, where it shows none, the throwaway machine's. `Err`: why there is neither.
pub fn kernel_types() -> Result<&'static Path, &'static str> {
    TYPES.as_deref().map_err(String::as_str)
}
