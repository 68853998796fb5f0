//! The example, built as its users build it.

use std::fs;
use std::process::Command;
use std::sync::LazyLock;
use test_support::{
    compilers::compilers, ours, run, skip, stdout_of, tests_dir, types::kernel_types,
};

/// Its components.
#[derive(Debug)]
pub(crate) struct Example {
    /// In Rust: exports the types.
    pub(crate) decoder: Vec<u8>,
    /// In C: imports them.
    pub(crate) report: Vec<u8>,
    /// Both.
    pub(crate) composed: Vec<u8>,
}

static BUILT: LazyLock<Result<Example, String>> = LazyLock::new(|| {
    compilers()?;
    let types = kernel_types()?;
    let compiler = run(&mut Command::new(tests_dir().join("wasm-rust.sh")));
    if !compiler.status.success() {
        return Err(String::from_utf8_lossy(&compiler.stderr).replace('\n', " "));
    }
    let root = tests_dir().join("..");
    let mut build = Command::new(root.join("examples/bootstrap-components/build.sh"));
    build.env("BPFTOOL_WASM", ours());
    stdout_of(build.env("VMLINUX_BTF", types));
    let part = |name: &str| {
        let file = root.join(format!("target/examples/{name}.wasm"));
        let component = fs::read(&file).unwrap_or_else(|error| panic!("{file:?}: {error}"));
        println!("{name}.wasm: {} bytes", component.len());
        component
    };
    Ok(Example {
        decoder: part("decoder.component"),
        report: part("report.component"),
        composed: part("bootstrap-report"),
    })
});

impl Example {
    /// Built once; `None` and a line that says why, where it cannot be built.
    pub(crate) fn build() -> Option<&'static Self> {
        match &*BUILT {
            Ok(example) => Some(example),
            Err(reason) => {
                skip(reason);
                None
            }
        }
    }
}
