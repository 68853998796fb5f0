//! Boots the throwaway machine, by `tests/machine/boot.sh`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

pub fn tests_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

pub fn output(command: &mut Command) -> Output {
    command
        .output()
        .unwrap_or_else(|e| panic!("{command:?}: {e}"))
}

/// Runs a command that has to succeed.
pub fn succeed(command: &mut Command) {
    let output = output(command);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}:\n{errors}");
}

/// Runs a script of `tests/machine`, whose exit code 2 means that there can be no machine here: then its reason.
fn script(name: &str, args: impl FnOnce(&mut Command) -> &mut Command) -> Result<String, String> {
    let mut command = Command::new(tests_folder().join("machine").join(name));
    args(&mut command);
    let output = output(&mut command);
    let errors = String::from_utf8_lossy(&output.stderr);
    if output.status.code() == Some(2) {
        let reason = errors.trim_end().lines().last().unwrap_or_default();
        return Err(reason.to_owned());
    }
    assert!(output.status.success(), "{command:?}:\n{errors}");
    let printed = String::from_utf8_lossy(&output.stdout);
    Ok(printed.trim_end().to_owned())
}

/// The path of a program, which may come from a Debian package that is not installed. `Err`: why there is none.
pub fn program(name: &str, package: &str) -> Result<PathBuf, String> {
    script("program.sh", |command| command.args([name, package])).map(PathBuf::from)
}

/// A copy of a program, in which its debug information, most of it, is left out. `Err` without the tool.
pub fn copy_program(from: &Path, to: &Path) -> Result<(), String> {
    let mut strip = Command::new("llvm-strip-19");
    strip.arg("--strip-debug").arg("-o").arg(to).arg(from);
    match strip.output() {
        Err(error) => Err(format!("llvm-strip-19: {error}")),
        Ok(_) => {
            succeed(&mut strip);
            Ok(())
        }
    }
}

/// Runs a scenario. The folder of what it left, or why there can be no machine here.
pub fn boot(scenario: &Path, name: &str, programs: &[PathBuf]) -> Result<PathBuf, String> {
    if !cfg!(target_arch = "x86_64") {
        return Err("the throwaway machine is an x86-64".to_owned());
    }
    let out = crate::kept().join(name);
    script("boot.sh", |command| {
        command.arg(scenario).arg(&out).args(programs)
    })?;
    Ok(out)
}

/// Runs this test program's tests in the machine, those that `args` select. They find what `scenario` has as `/scenario`, by the
/// variables `env`. All have to pass, and none may be skipped.
pub fn run_own_tests(
    scenario: &Path,
    name: &str,
    env: &[(&str, &str)],
    args: &str,
) -> Result<(), String> {
    let own = std::env::current_exe().expect("this program");
    let program = scenario.join(name);
    copy_program(&own, &program)?;
    let variables: String = env
        .iter()
        .map(|(name, value)| format!("export {name}={value}\n"))
        .collect();
    let script = format!("{variables}cd /scratch\n{name} --show-output {args}\n",);
    fs::write(scenario.join("main.sh"), script).expect("a file");
    let out = boot(scenario, name, &[program])?;
    let read = |file: &str| fs::read_to_string(out.join(file)).expect("a file of the machine");
    let (log, code) = (read("main.log"), read("main.code"));
    println!("in the throwaway machine, Linux {}", read("kernel").trim());
    // Away from the margin, where `make test` counts.
    log.lines().for_each(|line| println!("    {line}"));
    assert_eq!(code.trim(), "0", "tests fail in the throwaway machine");
    let lines = log.lines();
    let skipped: Vec<&str> = lines.filter(|line| line.starts_with("skipped: ")).collect();
    assert!(skipped.is_empty(), "in the throwaway machine: {skipped:?}");
    let ran = log.lines().find_map(|line| line.strip_prefix("running "));
    let ran = ran.and_then(|text| text.split(' ').next()?.parse().ok());
    assert!(ran > Some(0), "no test ran in the throwaway machine");
    Ok(())
}
