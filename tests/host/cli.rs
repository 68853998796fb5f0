//! The command line.

use crate::guest::{self, PATIENCE, events, guests};
use std::fs;
use std::path::Path;
use std::process::{Child, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

fn run(args: &[&str]) -> Output {
    let output = guest::program().args(args).output();
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
        stderr(&output).contains("Error: cannot read /no/such/file.wasm: No such file"),
        "{}",
        stderr(&output)
    );
    assert_eq!(run(&["--frob", "x.wasm"]).status.code(), Some(2));
    assert_eq!(run(&[]).status.code(), Some(2));
    let output = run(&["--allow-attach", "nothing", "x.wasm"]);
    assert_eq!(output.status.code(), Some(2));
    let kinds = "no such kind: nothing; there are tracepoint, kprobe, uprobe";
    assert!(stderr(&output).contains(kinds), "{}", stderr(&output));
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
fn options_after_the_file_are_the_guests() {
    let Some(_together) = guest::needs(&[guests]) else {
        return;
    };
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
fn signal(process: &Child, signal: i32) {
    let process = i32::try_from(process.id()).expect("a process");
    // SAFETY: takes two numbers; the process is a child that was not waited for.
    #[allow(unsafe_code, reason = "a system call without a safe wrapper here")]
    let result = unsafe { libc::kill(process, signal) };
    assert_eq!(result, 0);
}

/// Calls `look` until there is something, or the process has run for too long.
fn wait_for<T>(child: &mut Child, mut look: impl FnMut(&mut Child) -> Option<T>) -> T {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look(child) {
            return found;
        }
        if Instant::now() > end {
            let _ = child.kill();
            panic!("the guest goes on");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn end_of(child: &mut Child) -> ExitStatus {
    wait_for(child, |child| child.try_wait().expect("a child"))
}

/// Starts a guest that does not end; it is where it should be.
fn start(file: &Path, what: &str) -> Child {
    let told = tempfile::tempdir().expect("a scratch folder");
    let mut child = guest::program()
        .args(["--no-cache", "--dir"])
        .arg(format!("{}::/told", told.path().display()))
        .arg(file)
        .args(["0", what])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("a program that runs");
    wait_for(&mut child, |child| {
        let ended = child.try_wait().expect("a child");
        assert_eq!(ended, None, "{what}");
        told.path().join("begins").exists().then_some(())
    });
    child
}

#[test]
fn the_first_signal_is_told_and_the_second_ends() {
    let Some(_together) = guest::needs(&[events]) else {
        return;
    };
    let file = guest::file("endless");
    // Of two equal signals at a time a process sees one.
    for (what, signals, code) in [
        ("wait", &[libc::SIGINT][..], 4),
        ("wait", &[libc::SIGTERM], 4),
        ("deaf", &[libc::SIGINT, libc::SIGTERM], 1),
        ("loop", &[libc::SIGTERM, libc::SIGINT], 1),
    ] {
        let mut child = start(&file, what);
        for number in signals {
            signal(&child, *number);
        }
        let status = end_of(&mut child);
        assert_eq!(status.code(), Some(code), "{what} {signals:?}");
    }
}
