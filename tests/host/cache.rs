//! Where compiled code is kept, and where not.

use crate::guest;
use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::Path;
use std::process::Output;

fn guest(folder: &Path) -> String {
    let path = folder.join("guest.wasm");
    let module = wat::parse_str("(module (func (export \"_start\")))").expect("a module");
    fs::write(&path, module).expect("a file");
    path.to_string_lossy().into_owned()
}

fn chmod(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("a file of ours");
}

/// It runs all the same.
#[track_caller]
fn assert_runs(output: &Output, words: &str) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    match words {
        "" => assert_eq!(said, ""),
        words => assert!(
            said.starts_with("compiled code is not kept: ") && said.contains(words),
            "{said}"
        ),
    }
}

#[test]
fn code_is_kept_where_only_this_user_comes() {
    let folder = tempfile::tempdir().expect("a folder");
    let guest = guest(folder.path());
    let home = folder.path().join("home");
    fs::create_dir(&home).expect("a folder");
    let run = || {
        let mut command = guest::program();
        command.env("HOME", &home).env_remove("XDG_CACHE_HOME");
        command.arg(&guest).output().expect("a program that runs")
    };
    assert_runs(&run(), "");
    let code = home.join(".cache/wasm-bpf");
    let mode = fs::metadata(&code).expect("a folder").permissions().mode();
    assert_eq!(mode & 0o7777, 0o700);
    assert!(fs::read_dir(&code).expect("a folder").count() > 0);
    // What others could have put there is not executed.
    chmod(&code, 0o755);
    assert_runs(&run(), "others have access to");
    chmod(&code, 0o700);
    chmod(&home, 0o777);
    assert_runs(&run(), "others may write to");
    // A file in its place, and no home at all.
    chmod(&home, 0o700);
    fs::remove_dir_all(&code).expect("a folder of ours");
    fs::write(&code, "").expect("a file");
    assert_runs(&run(), "is no folder");
    let mut command = guest::program();
    command.env_remove("HOME").env_remove("XDG_CACHE_HOME");
    let output = command.arg(&guest).output().expect("a program that runs");
    assert_runs(&output, "HOME");
}

/// As with `sudo` that leaves `HOME` as it was.
#[test]
fn another_users_home_is_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let guest = guest(folder.path());
    let home = folder.path().join("home");
    fs::create_dir(&home).expect("a folder");
    if chown(&home, Some(12_345), None).is_err() {
        println!("skipped: giving a folder away takes root");
        return;
    }
    let mut command = guest::program();
    command.env("HOME", &home).env_remove("XDG_CACHE_HOME");
    let output = command.arg(&guest).output().expect("a program that runs");
    assert_runs(&output, "belongs to user 12345");
    assert_eq!(fs::read_dir(&home).expect("a folder").count(), 0);
    let cache = home.to_string_lossy();
    let mut command = guest::program();
    let output = command.args(["--cache-dir", &cache, &guest]).output();
    assert_runs(
        &output.expect("a program that runs"),
        "belongs to user 12345",
    );
}

#[test]
fn program_types_are_those_of_libbpf() {
    let output = guest::program()
        .args(["--allow-prog-type", "xdp,kprobes", "x.wasm"])
        .output()
        .expect("a program that runs");
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("kprobes"), "{said}");
    assert!(said.contains("socket_filter, kprobe, sched_cls"), "{said}");
}
