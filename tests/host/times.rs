//! Whatever a guest waits for, or the host for it: it ends in time.

use crate::guest::{self, events};
use crate::loading::{compile, waiting};
use std::fmt::Write as _;
use std::fs;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};
use test_support::probe;

/// Longer than any of these takes on a machine that is busy, and far shorter than what they wait for.
const LONG: Duration = Duration::from_secs(60);

fn start(options: &[&str], file: &std::path::Path, args: &[&str]) -> Child {
    guest::program()
        .arg("--no-cache")
        .args(options)
        .arg(file)
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a program that runs")
}

/// Waits for the end, while nobody reads or writes.
fn end(mut child: Child) -> Output {
    let until = Instant::now() + LONG;
    while child.try_wait().expect("a child").is_none() {
        if Instant::now() > until {
            let _ = child.kill();
            panic!("it goes on");
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    child.wait_with_output().expect("an end")
}

fn ends(child: Child, words: &str) {
    let output = end(child);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains(words), "{said}");
}

/// Writes a guest that calls one function of WASI again and again, with something at 0.
fn calling(folder: &tempfile::TempDir, function: &str, fd: u32) -> std::path::PathBuf {
    let text = format!(
        r#"(module (import "wasi_snapshot_preview1" "{function}" (func $call (param i32 i32 i32 i32) (result i32)))
        (memory (export "memory") 2)
        (func (export "_start")
            (i32.store (i32.const 0) (i32.const 1024))
            (i32.store (i32.const 4) (i32.const 65536))
            (loop (drop (call $call (i32.const {fd}) (i32.const 0) (i32.const 1) (i32.const 8))) (br 0))))"#
    );
    let path = folder.path().join(format!("{function}{fd}.wasm"));
    fs::write(&path, wat::parse_str(text).expect("a module")).expect("a file");
    path
}

#[test]
fn streams_that_are_never_ready_do_not_hold_the_host() {
    let folder = tempfile::tempdir().expect("a folder");
    for (function, fd) in [("fd_write", 1), ("fd_write", 2), ("fd_read", 0)] {
        for way in [&[][..], &["--in-process"]] {
            let options = [&["--timeout", "0.5"], way].concat();
            let child = start(&options, &calling(&folder, function, fd), &[]);
            let output = end(child);
            assert_eq!(output.status.code(), Some(1), "{function} {fd}");
            if fd != 2 {
                let said = String::from_utf8_lossy(&output.stderr).into_owned();
                assert!(said.contains("has used up its time"), "{said}");
            }
        }
    }
}

#[test]
fn a_guest_goes_on_after_sigterm_for_a_while_only() {
    let Some(_together) = guest::needs(&[events]) else {
        return;
    };
    let file = guest::file("endless");
    for what in ["deaf", "loop"] {
        let child = start(&["--grace", "0.5"], &file, &["0", what]);
        std::thread::sleep(Duration::from_secs(1));
        let kill = Command::new("kill").arg(child.id().to_string()).status();
        assert!(kill.expect("kill").success());
        ends(child, "the guest was stopped");
    }
}

#[test]
fn loading_counts_as_time_of_the_guest() {
    let Some(_together) = guest::needs(&[probe::socket_filters]) else {
        return;
    };
    // The verifier goes through each of the loops for about a second.
    let mut source = String::new();
    for number in 0..300 {
        writeln!(
            source,
            "SEC(\"socket\") int slow{number}(void *c) {{ int x = 0;
            for (int i = 0; i < 150000; i++) {{ x += bpf_get_prandom_u32(); asm volatile(\"\" : \"+r\"(x)); }}
            return x; }}"
        )
        .expect("text");
    }
    let Some(image) = compile(&source) else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("guest.wasm");
    fs::write(&file, waiting(&image, "slow0", "lo")).expect("a file");
    ends(
        start(&["--timeout", "1"], &file, &[]),
        "has used up its time",
    );
}

#[test]
fn modules_have_a_size_and_a_time() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = calling(&folder, "fd_read", 0);
    ends(
        start(&["--max-module", "100"], &file, &[]),
        "has more than the 100 bytes that the host allows",
    );
    // Locals and blocks without end: seconds for the compiler, a few bytes each.
    let mut body = "(local i64 i64 i64 i64 i64 i64 i64 i64)".to_owned();
    for number in 0..20_000 {
        let local = number % 8;
        write!(
            body,
            "(if (i64.eqz (local.get {local})) (then (local.set {local} (i64.add (local.get {}) (local.get {})))))",
            (number + 3) % 8,
            (number + 5) % 8
        )
        .expect("text");
    }
    let functions: String = (0..100).map(|_| format!("(func {body})")).collect();
    let text = format!("(module {functions} (func (export \"_start\")))");
    let large = folder.path().join("large.wasm");
    fs::write(&large, wat::parse_str(text).expect("a module")).expect("a file");
    ends(
        start(&["--compile-timeout", "0.2"], &large, &[]),
        "takes more than 0.2 seconds to compile",
    );
}
