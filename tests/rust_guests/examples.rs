//! The guests of `examples/`: all build, none is larger than promised, and bootstrap prints the same in C and in Rust.

use crate::rustc::Compiler;
use std::fs;
use std::process::Command;
use test_support::mock::guest::run;
use test_support::mock::host::{Behaviour, Call};
use test_support::{ours, skip, stdout_of, tests_dir, types::kernel_types};

/// How large guests may be, in bytes.
const LIMITS: [(&str, u64); 8] = [
    ("bootstrap", 60_000),
    ("bootstrap-rust", 100_000),
    ("lsm", 60_000),
    ("opensnoop", 60_000),
    ("runqlat", 60_000),
    ("runqlat-rust", 100_000),
    ("sockfilter", 60_000),
    ("template-rust", 100_000),
];

/// `struct event` of bootstrap.bpf.c.
fn event(pid: i32, exit: Option<(u32, u64)>, comm: &str, filename: &str) -> Vec<u8> {
    let mut event = vec![0; 168];
    let mut put = |at: usize, bytes: &[u8]| event[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, &pid.to_le_bytes());
    put(4, &1_i32.to_le_bytes());
    put(24, comm.as_bytes());
    put(40, filename.as_bytes());
    if let Some((code, duration_ns)) = exit {
        put(8, &code.to_le_bytes());
        put(16, &duration_ns.to_le_bytes());
        put(167, &[1]);
    }
    event
}

/// What bootstrap prints of three events, without the time of day.
fn printed(name: &str, module: &[u8]) -> Vec<String> {
    let events = vec![
        event(70, None, "sed", "/usr/bin/sed"),
        event(70, Some((2, 0)), "sed", ""),
        event(71, Some((0, 1_234_567_890)), "sleep", ""),
    ];
    let world = run(
        name,
        module,
        Behaviour {
            events: vec![("rb", events)],
            interrupted: true,
            ..Behaviour::default()
        },
    );
    let attached = |program| Call::Attach(1, program, String::new());
    for program in ["handle_exec", "handle_exit"] {
        let call = attached(program.to_owned());
        assert!(world.host.calls.contains(&call), "{name}: no {call:?}");
    }
    let lines = world.printed.lines();
    let lines = lines.map(|line| line.get(9..).unwrap_or_default().trim_end());
    lines.map(str::to_owned).collect()
}

#[test]
fn examples_build_and_bootstrap_runs() {
    if Compiler::find().is_none() {
        return;
    }
    let types = match kernel_types() {
        Ok(types) => types,
        Err(reason) => return skip(reason),
    };
    let root = tests_dir().join("..");
    let mut build = Command::new(root.join("examples/build.sh"));
    build.env("BPFTOOL_WASM", ours());
    stdout_of(build.env("VMLINUX_BTF", types));
    let module = |name| fs::read(root.join(format!("target/examples/{name}.wasm")));
    for (name, limit) in LIMITS {
        let size = module(name).expect("a module").len() as u64;
        println!("{name}.wasm: {size} bytes");
        assert!(size <= limit, "{name}.wasm has {size} bytes");
    }
    let [c, rust] =
        ["bootstrap", "bootstrap-rust"].map(|name| printed(name, &module(name).expect("a module")));
    assert_eq!(c, rust);
    let rows: Vec<Vec<_>> = c
        .iter()
        .map(|row| row.split_whitespace().collect())
        .collect();
    assert_eq!(rows.len(), 4, "{c:?}");
    assert_eq!(rows[1], ["EXEC", "sed", "70", "1", "/usr/bin/sed"]);
    assert_eq!(rows[2], ["EXIT", "sed", "70", "1", "[2]"]);
    assert_eq!(rows[3], ["EXIT", "sleep", "71", "1", "[0]", "(1234ms)"]);
}
