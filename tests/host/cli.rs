//! The command line.

use crate::guest;
use std::fs;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

const WASM_BPF: &str = env!("CARGO_BIN_EXE_wasm-bpf");

fn run(args: &[&str]) -> Output {
    let output = Command::new(WASM_BPF).args(args).output();
    output.expect("a program that runs")
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A guest in text, as a file.
fn text_guest(folder: &tempfile::TempDir, text: &str) -> String {
    let path = folder.path().join("guest.wasm");
    fs::write(&path, wat::parse_str(text).expect("a module")).expect("a file");
    path.to_string_lossy().into_owned()
}

#[test]
fn help_version_and_errors() {
    let output = run(&["-h"]);
    assert!(output.status.success());
    let help = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(help.contains("wasm-bpf [OPTIONS] FILE [ARGS]..."), "{help}");
    assert!(run(&["--version"]).status.success());
    let output = run(&["/no/such/file.wasm"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr(&output).contains("Error: /no/such/file.wasm: No such file"),
        "{}",
        stderr(&output)
    );
    assert_eq!(run(&["--frob", "x.wasm"]).status.code(), Some(2));
    assert_eq!(run(&[]).status.code(), Some(2));
    assert_eq!(
        run(&["--allow-attach", "nothing", "x.wasm"]).status.code(),
        Some(2)
    );
}

#[test]
fn errors_name_the_file_in_one_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = folder.path().join("text.wasm");
    fs::write(&text, "int main(void) { return 0; }").expect("a file");
    let text = text.to_string_lossy().into_owned();
    let library = text_guest(&folder, r#"(module (memory (export "memory") 1))"#);
    for (file, what) in [
        (&text, "no WebAssembly module: "),
        (&library, "the module is no command: "),
    ] {
        let output = run(&["--no-cache", file]);
        assert_eq!(output.status.code(), Some(1));
        let said = stderr(&output);
        let start = format!("Error: {file}: {what}");
        assert!(
            said.starts_with(&start) && said.lines().count() == 1,
            "{said}"
        );
    }
}

#[test]
fn the_exit_code_is_the_guests() {
    let folder = tempfile::tempdir().expect("a folder");
    let guest = text_guest(
        &folder,
        r#"(module (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
            (memory (export "memory") 1)
            (func (export "_start") (call $exit (i32.const 201))))"#,
    );
    assert_eq!(run(&["--no-cache", &guest]).status.code(), Some(201));
    let trap = text_guest(&folder, r#"(module (func (export "_start") unreachable))"#);
    let output = run(&["--no-cache", &trap]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr(&output).contains("unreachable"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn options_behind_the_file_are_the_guests() {
    if !guest::possible() {
        return;
    }
    let file = guest::file("arguments");
    let file = file.to_string_lossy();
    let shared = tempfile::tempdir().expect("a folder");
    fs::write(shared.path().join("file"), "hello").expect("a file");
    let dir = format!("{}::/shared:ro", shared.path().display());
    let output = run(&[
        "--no-cache",
        "--env",
        "A=1",
        "--dir",
        &dir,
        &file,
        "-v",
        "--env",
        "-h",
        "--",
        "x",
    ]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let expected = "-v\n--env\n-h\n--\nx\nA=1\nhello\nread only\n";
    assert_eq!(text, expected, "{}", stderr(&output));
    let output = run(&["--no-cache", &file, "only"]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(text, "only\n", "{}", stderr(&output));
}

#[test]
fn compiled_code_is_kept_where_it_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let guest = text_guest(&folder, r#"(module (func (export "_start")))"#);
    let cache = folder.path().join("cache");
    for _ in 0..2 {
        let output = run(&["--cache-dir", &cache.to_string_lossy(), &guest]);
        assert!(output.status.success(), "{}", stderr(&output));
    }
    assert!(fs::read_dir(&cache).expect("the cache").count() > 0);
}

/// Sends a signal.
fn signal(process: u32, name: &str) {
    let status = Command::new("kill")
        .args(["-s", name, &process.to_string()])
        .status();
    assert!(status.expect("kill").success());
}

#[test]
fn the_first_signal_is_told_and_the_second_ends() {
    if !guest::possible() {
        return;
    }
    let file = guest::file("endless");
    for (what, signals, code) in [
        ("wait", &["INT"][..], 4),
        ("wait", &["TERM"], 4),
        ("deaf", &["INT", "TERM"], 1),
        ("loop", &["INT", "INT"], 1),
    ] {
        let mut child = Command::new(WASM_BPF)
            .args(["--no-cache"])
            .arg(&file)
            .args(["0", what])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("a program that runs");
        std::thread::sleep(Duration::from_millis(700));
        for name in signals {
            signal(child.id(), name);
            std::thread::sleep(Duration::from_millis(100));
        }
        let end = Instant::now() + Duration::from_secs(10);
        let status = loop {
            if let Some(status) = child.try_wait().expect("a child") {
                break status;
            }
            if Instant::now() > end {
                let _ = child.kill();
                panic!("{what} goes on");
            }
            std::thread::sleep(Duration::from_millis(10));
        };
        assert_eq!(status.code(), Some(code), "{what} {signals:?}");
    }
}
