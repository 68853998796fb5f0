//! Where the result goes: standard output, or a file that is replaced as a whole or not at all.

use super::{Outcome, fails, listing, object, printed, scratch, words};
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};
use test_support::{ours, run};

/// The header of the object, and a folder with that object in it.
fn sample() -> (String, tempfile::TempDir) {
    let folder = scratch();
    fs::copy(object(), folder.path().join("x.o")).expect("a copy");
    (
        printed(&words("btf dump file bootstrap.bpf.o format c -j")),
        folder,
    )
}

const DUMP: &str = "btf dump file x.o format c -j";

/// Runs the dump with `-o target`; it has to succeed and print nothing.
#[track_caller]
fn dump_to(folder: &Path, target: &str) {
    let line = format!("{DUMP} -o {target}");
    assert_eq!(
        Outcome::of(folder, &words(&line)),
        Outcome::success(""),
        "{line}"
    );
}

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).expect("a text file")
}

#[test]
fn standard_input() {
    let (header, folder) = sample();
    let file = fs::File::open(folder.path().join("x.o")).expect("a file");
    let mut command = Command::new(ours());
    command
        .args(words("btf dump file - format c -j"))
        .stdin(file);
    assert_eq!(String::from_utf8_lossy(&run(&mut command).stdout), header);
    let mut command = Command::new(ours());
    let output = run(command.args(words("btf dump file -")).stdin(Stdio::null()));
    assert_eq!(output.status.code(), Some(251));
    let message = "Error: failed to load BTF from -: the file is empty\n";
    assert_eq!(String::from_utf8_lossy(&output.stderr), message);
}

#[test]
fn a_new_file() {
    let (header, folder) = sample();
    for option in [
        "-o out.h",
        "-oout.h",
        "--output out.h",
        "--output=out.h",
        "--out out.h",
    ] {
        let line = format!("{option} {DUMP}");
        assert_eq!(
            Outcome::of(folder.path(), &words(&line)),
            Outcome::success(""),
            "{line}"
        );
        assert_eq!(read(folder.path(), "out.h"), header, "{line}");
        assert_eq!(listing(folder.path()), ["out.h", "x.o"], "{line}");
        fs::remove_file(folder.path().join("out.h")).expect("no file");
    }
    // The permissions that the shell gives new files.
    let shell = format!(
        "umask 027; {ours} {DUMP} -o out.h; {ours} {DUMP} > shell.h",
        ours = ours().display()
    );
    run(Command::new("sh")
        .args(["-c", &shell])
        .current_dir(folder.path()));
    let mode = |name: &str| {
        fs::metadata(folder.path().join(name))
            .expect("a file")
            .permissions()
            .mode()
    };
    assert_eq!(mode("out.h") & 0o777, 0o640);
    assert_eq!(mode("out.h"), mode("shell.h"));
}

#[test]
fn an_old_file_is_replaced_only_if_it_differs() {
    let (header, folder) = sample();
    let file = folder.path().join("out.h");
    fs::write(&file, "something else").expect("a file");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o604)).expect("permissions");
    dump_to(folder.path(), "out.h");
    assert_eq!(read(folder.path(), "out.h"), header);
    assert_eq!(
        fs::metadata(&file).expect("a file").permissions().mode() & 0o777,
        0o604
    );
    let long_ago = SystemTime::now() - Duration::from_secs(3600);
    let touch = || {
        fs::File::options()
            .write(true)
            .open(&file)
            .expect("a file")
            .set_modified(long_ago)
    };
    touch().expect("a time");
    dump_to(folder.path(), "out.h");
    assert_eq!(
        fs::metadata(&file)
            .expect("a file")
            .modified()
            .expect("a time"),
        long_ago
    );
    // Of the same length, but not the same.
    fs::write(&file, header.replace("exit_code", "exit_kode")).expect("a file");
    touch().expect("a time");
    dump_to(folder.path(), "out.h");
    assert_eq!(read(folder.path(), "out.h"), header);
    assert_ne!(
        fs::metadata(&file)
            .expect("a file")
            .modified()
            .expect("a time"),
        long_ago
    );
    assert_eq!(listing(folder.path()), ["out.h", "x.o"]);
}

/// A file may be its own input.
#[test]
fn the_input_file_itself() {
    let (header, folder) = sample();
    dump_to(folder.path(), "x.o");
    assert_eq!(read(folder.path(), "x.o"), header);
}

#[test]
fn links_stay_links() {
    let (header, folder) = sample();
    let path = |name: &str| folder.path().join(name);
    fs::create_dir(path("inside")).expect("a folder");
    symlink("inside/out.h", path("one")).expect("a link");
    symlink("one", path("two")).expect("a link");
    for _ in 0..2 {
        // First into nothing, then to a file that is there.
        dump_to(folder.path(), "two");
        assert_eq!(read(folder.path(), "inside/out.h"), header);
        fs::write(path("inside/out.h"), "something else").expect("a file");
    }
    assert_eq!(
        fs::read_link(path("two")).expect("a link"),
        Path::new("one")
    );
    assert_eq!(
        fs::read_link(path("one")).expect("a link"),
        Path::new("inside/out.h")
    );
    assert_eq!(listing(&path("inside")), ["out.h"]);
}

#[test]
fn files_that_are_no_files() {
    let (header, folder) = sample();
    dump_to(folder.path(), "/dev/null");
    assert!(!fs::metadata("/dev/null").expect("a device").is_file());
    let line = format!("{DUMP} -o /dev/stdout");
    let mut command = Command::new(ours());
    let output = run(command.args(words(&line)).current_dir(folder.path()));
    assert_eq!(String::from_utf8_lossy(&output.stdout), header);
}

#[test]
fn files_that_cannot_be_written() {
    let (_, folder) = sample();
    fs::create_dir(folder.path().join("folder")).expect("a folder");
    let fails = |target: &str, code: i32, reason: &str| {
        let message = format!("failed to write {target}: {reason}");
        fails_as_is(
            folder.path(),
            &format!("{DUMP} -o {target}"),
            code,
            &message,
        );
    };
    fails("missing/out.h", 254, "No such file or directory");
    fails("x.o/out.h", 236, "Not a directory");
    fails("folder", 235, "Is a directory");
    fails("/dev/full", 228, "No space left on device");
    assert_eq!(listing(folder.path()), ["folder", "x.o"]);
    assert_eq!(listing(&folder.path().join("folder")), [""; 0]);
}

/// As [`fails`], for a line that has an `-o` already.
#[track_caller]
fn fails_as_is(folder: &Path, line: &str, code: i32, message: &str) {
    let expected = Outcome {
        code: Some(code),
        stdout: String::new(),
        stderr: format!("Error: {message}\n"),
    };
    assert_eq!(Outcome::of(folder, &words(line)), expected, "{line}");
}

#[test]
fn a_full_standard_output() {
    let (_, folder) = sample();
    for line in [DUMP, "btf dump file x.o", "help"] {
        let full = fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .expect("/dev/full");
        let mut command = Command::new(ours());
        let child = command
            .args(words(line))
            .current_dir(folder.path())
            .stdout(full);
        let output = child
            .stderr(Stdio::piped())
            .spawn()
            .and_then(|child| child.wait_with_output());
        let output = output.expect("a process");
        let message = "Error: failed to write standard output: No space left on device\n";
        assert_eq!(String::from_utf8_lossy(&output.stderr), message, "{line}");
        assert_eq!(output.status.code(), Some(228), "{line}");
    }
}

/// Whoever reads has read enough: nothing to report.
#[test]
fn a_reader_that_leaves() {
    let (_, folder) = sample();
    for line in ["btf dump file x.o", "btf dump file x.o -p", DUMP, "help"] {
        let mut command = Command::new(ours());
        command.args(words(line)).current_dir(folder.path());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("a process");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("its output");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{line}");
        assert_eq!(output.status.code(), Some(0), "{line}");
    }
}

/// A failed command does not even look at the file it should have written.
#[test]
fn a_failed_command_writes_nothing() {
    let (_, folder) = sample();
    fails(
        folder.path(),
        "btf dump file missing format c -j",
        254,
        "failed to load BTF from missing: No such file or directory",
    );
}
