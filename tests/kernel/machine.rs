//! The throwaway machine: what it takes, and its one boot, of which all tests have the results.

use crate::results::Results;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use test_support::boot::{self, succeed, tests_folder};
use test_support::types::kernel_types;

/// What the machine left, or why there is none.
static BOOT: LazyLock<Result<Results, String>> = LazyLock::new(boot);

/// What the machine left. `None`, and a line that says why, if there can be no machine here.
pub(crate) fn results() -> Option<&'static Results> {
    match &*BOOT {
        Ok(results) => Some(results),
        Err(reason) => {
            println!("skipped: the throwaway machine: {reason}");
            None
        }
    }
}

/// The command line tool, which builds the examples: cargo has built it before the tests of the workspace, else it is built now.
fn bpftool_wasm() -> PathBuf {
    let debug = Path::new(env!("CARGO_BIN_EXE_wasm-bpf")).parent();
    let debug = debug.expect("a folder");
    let tool = debug.join("bpftool-wasm");
    if !tool.exists() {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["build", "--quiet", "--profile=test", "-p", "bpftool-wasm"]);
        cargo.arg("--target-dir").arg(debug.join(".."));
        succeed(cargo.current_dir(tests_folder()));
    }
    tool
}

/// What compiles guests and programs; `tests/setup.sh` installs it.
const COMPILERS: [&str; 3] = ["clang-19", "llvm-strip-19", "gcc"];

/// Builds guests and programs, boots, and runs `kernel/scenario/main.sh` in the machine.
fn boot() -> Result<Results, String> {
    for compiler in COMPILERS {
        let found = Command::new(compiler).arg("--version").output();
        found.map_err(|error| format!("{compiler}: {error}"))?;
    }
    let bpftool = boot::program("bpftool", "bpftool")?;
    let types = kernel_types()?;

    let bpftool_wasm = bpftool_wasm();
    let tests = tests_folder();
    let mut examples = Command::new(tests.join("../examples/build.sh"));
    examples.env("BPFTOOL_WASM", &bpftool_wasm);
    succeed(examples.env("VMLINUX_BTF", types));
    let folder = tempfile::tempdir().expect("a scratch folder");
    let mut guests = Command::new(tests.join("kernel/guests/build.sh"));
    succeed(guests.arg(bpftool_wasm).arg(folder.path()));
    let [scenario, activity, host] =
        ["scenario", "activity", "wasm-bpf"].map(|name| folder.path().join(name));
    let mut compile = Command::new("gcc");
    compile.args(["-O2", "-Wall", "-Wextra", "-Werror", "-static", "-pthread"]);
    let source = tests.join("machine/activity.c");
    succeed(compile.arg("-o").arg(&activity).arg(source));
    boot::copy_program(env!("CARGO_BIN_EXE_wasm-bpf").as_ref(), &host)?;
    copy(&tests.join("kernel/scenario"), &scenario, "sh");
    let guests = scenario.join("guests");
    copy(&tests.join("../target/examples"), &guests, "wasm");
    copy(folder.path(), &guests, "wasm");
    let out = boot::boot(&scenario, "machine", &[host, activity, bpftool])?;
    Ok(Results::new(out))
}

/// Copies the files of a folder that have this extension.
fn copy(from: &Path, to: &Path, extension: &str) {
    fs::create_dir_all(to).expect("a new folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let file = entry.expect("an entry").path();
        if file.extension().is_some_and(|found| found == extension) {
            let name = file.file_name().expect("a name");
            fs::copy(&file, to.join(name)).expect("a copy");
        }
    }
}
