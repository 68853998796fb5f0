//! libbpf in a process of its own, for objects that it does not survive.

use std::os::unix::process::ExitStatusExt;
use std::process::Command;
use test_support::bpf_object::{ALLOC, BpfObject, exit};

/// How libbpf took an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It said yes.
    Taken,
    /// It said no.
    Refused,
    /// The process was killed by this signal.
    Killed(i32),
}

/// What names the object for the child, and says whether it is loaded as well.
const OBJECT: &str = "WASM_BPF_TEST_OBJECT";
const LOAD: &str = "WASM_BPF_TEST_LOAD";
/// What a program is attached to, if to anything.
const TARGET: &str = "WASM_BPF_TEST_TARGET";
const FUNCTION: &str = "WASM_BPF_TEST_FUNCTION";
const REFUSED: i32 = 77;

/// Gives an object to libbpf in another process, past all verification.
pub fn libbpf(object: &[u8], load: bool) -> End {
    run(object, |command| {
        if load {
            command.env(LOAD, "1");
        }
    })
}

/// Has libbpf look for a function of a file, for a program that is attached to it for this process alone.
pub fn uprobe(target: &str, function: &str) -> End {
    let mut object = BpfObject::default();
    object.program("uprobe", "program", &exit());
    object.section("license", ALLOC, b"GPL\0");
    run(&object.build(), |command| {
        command
            .env(LOAD, "1")
            .env(TARGET, target)
            .env(FUNCTION, function);
    })
}

fn run(object: &[u8], prepare: impl FnOnce(&mut Command)) -> End {
    let file = tempfile::NamedTempFile::new().expect("a scratch file");
    std::fs::write(file.path(), object).expect("a scratch file");
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.args([
        "--exact",
        "child::open_one",
        "--test-threads=1",
        "--nocapture",
    ]);
    command.env(OBJECT, file.path());
    prepare(&mut command);
    let output = command.output().expect("this program");
    match (output.status.code(), output.status.signal()) {
        (Some(0), _) => End::Taken,
        (Some(REFUSED), _) => End::Refused,
        (_, Some(signal)) => End::Killed(signal),
        other => panic!("{other:?}: {}", String::from_utf8_lossy(&output.stderr)),
    }
}

fn attach(object: &libbpf_rs::Object) -> libbpf_rs::Result<()> {
    let (Some(target), Ok(function)) = (std::env::var_os(TARGET), std::env::var(FUNCTION)) else {
        return Ok(());
    };
    let opts = libbpf_rs::UprobeOpts {
        func_name: Some(function),
        ..libbpf_rs::UprobeOpts::default()
    };
    let own = i32::try_from(std::process::id()).expect("a process id");
    for program in object.progs_mut() {
        drop(program.attach_uprobe_with_opts(own, &target, 0, opts.clone())?);
    }
    Ok(())
}

/// The other process. Without an object it does nothing.
#[test]
fn open_one() {
    let Some(object) = std::env::var_os(OBJECT) else {
        return;
    };
    let bytes = std::fs::read(object).expect("the object");
    // What never ends is killed as well.
    let seconds = rustix::process::Rlimit {
        current: Some(3),
        maximum: Some(3),
    };
    rustix::process::setrlimit(rustix::process::Resource::Cpu, seconds).expect("a limit");
    let mut builder = libbpf_rs::ObjectBuilder::default();
    let result = builder
        .open_memory(&bytes)
        .and_then(|open| match std::env::var_os(LOAD) {
            Some(_) => open.load().and_then(|object| attach(&object)),
            None => Ok(()),
        });
    std::process::exit(if result.is_ok() { 0 } else { REFUSED });
}
