//! The throwaway machine: what it takes, and its one boot, of which all tests have the results.

use crate::results::Results;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

/// Longest time from power on to power off. It takes a sixth of that on a machine with nothing else to do.
const SECONDS: &str = "240";

/// What has to be installed; `tests/setup.sh` does it.
const TOOLS: [&str; 8] = [
    "apt-get",
    "bpftool",
    "busybox",
    "clang-19",
    "cpio",
    "gcc",
    "llvm-strip-19",
    "qemu-system-x86_64",
];

/// What the machine left, or why there is none.
static BOOT: LazyLock<Result<Results, String>> = LazyLock::new(boot);

/// What the machine left. `None`, and a line that says why, if there can be no machine here.
pub(crate) fn results() -> Option<&'static Results> {
    match &*BOOT {
        Ok(results) => Some(results),
        Err(reason) => {
            println!("skipped: {reason}");
            None
        }
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn tool(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders = std::env::split_paths(&path).collect::<Vec<_>>();
    folders.extend(["/usr/sbin".into(), "/sbin".into()]);
    let mut files = folders.into_iter().map(|folder| folder.join(name));
    files.find(|file| file.is_file())
}

fn output(command: &mut Command) -> Output {
    command
        .output()
        .unwrap_or_else(|e| panic!("{command:?}: {e}"))
}

/// Runs a command that has to succeed.
fn succeed(command: &mut Command) {
    let output = output(command);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}:\n{errors}");
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
        succeed(cargo.current_dir(root()));
    }
    tool
}

/// Builds guests and programs, boots, and runs `kernel/scenario/main.sh` in the machine.
fn boot() -> Result<Results, String> {
    if !cfg!(target_arch = "x86_64") {
        return Err("the throwaway machine is an x86-64".to_owned());
    }
    let missing = TOOLS.iter().find(|name| tool(name).is_none());
    if let Some(missing) = missing {
        return Err(format!("no {missing}"));
    }
    if fs::metadata("/sys/kernel/btf/vmlinux").is_err() {
        return Err("this kernel does not show its BTF".to_owned());
    }
    let tests = root().join("tests");
    let kernel = output(&mut Command::new(tests.join("machine/kernel.sh")));
    if !kernel.status.success() {
        let reason = String::from_utf8_lossy(&kernel.stderr);
        return Err(format!("no kernel: {}", reason.replace('\n', " ")));
    }
    let kernel = String::from_utf8_lossy(&kernel.stdout)
        .trim_end()
        .to_owned();

    let bpftool_wasm = bpftool_wasm();
    let mut examples = Command::new(root().join("examples/build.sh"));
    succeed(examples.env("BPFTOOL_WASM", &bpftool_wasm));
    let folder = tempfile::tempdir().expect("a scratch folder");
    let mut guests = Command::new(tests.join("kernel/guests/build.sh"));
    succeed(guests.arg(bpftool_wasm).arg(folder.path()));
    let [scenario, activity, host] =
        ["scenario", "activity", "wasm-bpf"].map(|name| folder.path().join(name));
    let mut compile = Command::new("gcc");
    compile.args(["-O2", "-Wall", "-Wextra", "-Werror", "-static", "-pthread"]);
    succeed(
        compile
            .arg("-o")
            .arg(&activity)
            .arg(tests.join("machine/activity.c")),
    );
    // Without symbols it is a tenth as large.
    let mut strip = Command::new("llvm-strip-19");
    succeed(
        strip
            .arg("-o")
            .arg(&host)
            .arg(env!("CARGO_BIN_EXE_wasm-bpf")),
    );
    copy(&tests.join("kernel/scenario"), &scenario, "sh");
    copy(
        &root().join("target/examples"),
        &scenario.join("guests"),
        "wasm",
    );
    copy(folder.path(), &scenario.join("guests"), "wasm");

    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join("machine");
    let mut boot = Command::new(tests.join("machine/boot.sh"));
    boot.arg(kernel).arg(&scenario).arg(&out).arg(SECONDS);
    boot.args([host, activity, tool("bpftool").unwrap_or_default()]);
    succeed(&mut boot);
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
