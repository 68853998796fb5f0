//! Whether C can be compiled here, for BPF and for wasm.

use std::fs;
use std::process::Command;
use std::sync::LazyLock;

/// A BPF program and a guest.
const SOURCES: [(&[&str], &str); 2] = [
    (
        &["-target", "bpf", "-I/usr/include/x86_64-linux-gnu", "-c"],
        "#include <linux/bpf.h>\n#include <bpf/bpf_helpers.h>\n",
    ),
    (
        &["--target=wasm32-wasi"],
        "#include <stdio.h>\nint main(void) { return puts(\"\"); }\n",
    ),
];

static FOUND: LazyLock<Result<(), String>> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let file = folder.path().join("file.c");
    for (options, source) in SOURCES {
        fs::write(&file, source).expect("a source file");
        let mut clang = Command::new("clang-19");
        clang.args(options).arg(&file).arg("-o");
        let output = clang.arg(folder.path().join("out")).output();
        let output = output.map_err(|error| format!("clang-19: {error}"))?;
        let errors = String::from_utf8_lossy(&output.stderr);
        if !output.status.success() {
            let first = errors.lines().find(|line| line.contains("error: "));
            let first = first.and_then(|line| line.split_once("error: "));
            return Err(format!(
                "clang-19 and what it takes: {}",
                first.map_or("it fails", |(_, error)| error)
            ));
        }
    }
    Ok(())
});

/// clang, libbpf's and Linux's headers, and all that makes a guest of C for WASI; or what is missing.
pub fn compilers() -> Result<(), String> {
    FOUND.clone()
}
