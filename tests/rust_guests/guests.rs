//! Guests in Rust, and what arrived at the host: the same as from those in C.

use crate::rustc::{Compiler, NATIVE, WASI};
use std::process::Command;
use test_support::mock::arrivals;
use test_support::mock::guest::{World, run};
use test_support::mock::host::{Behaviour, Call};
use test_support::scratch;

/// Compiles a guest, then runs it as often as `check` asks.
fn guest(name: &str, check: impl FnOnce(&dyn Fn(Behaviour) -> World)) {
    let Some(compiler) = Compiler::find() else {
        return;
    };
    let library = compiler.library(WASI, true);
    let folder = scratch();
    let module = compiler.guest(WASI, &library, name, folder.path());
    let module = std::fs::read(module).expect("a module");
    check(&|behaviour| run(name, &module, behaviour));
}

#[test]
fn what_a_guest_writes_arrives_and_nothing_else() {
    guest("edits", |run| arrivals::edits(run));
}

#[test]
fn sections_have_their_values_and_take_others() {
    guest("sections", |run| arrivals::sections(run));
}

#[test]
fn contents_are_read_and_written_after_load() {
    guest("sync", |run| arrivals::sync(run));
}

#[test]
fn elements_of_maps_have_types() {
    guest("maps", |run| arrivals::maps(run));
}

#[test]
fn events_arrive_once_and_whole() {
    guest("events", |run| arrivals::events(run));
}

#[test]
fn errors_have_codes_and_leave_nothing_behind() {
    guest("errors", |run| arrivals::errors(run));
}

#[test]
fn what_cannot_be_done_is_refused() {
    guest("limits", |run| arrivals::limits(run));
}

#[test]
fn tables_of_functions_are_registered() {
    guest("tables", |run| arrivals::tables(run));
}

/// `struct event` of example.bpf.c.
fn event(pid: i32, comm: &str) -> Vec<u8> {
    let mut event = vec![0; 24];
    event[..4].copy_from_slice(&pid.to_le_bytes());
    event[8..8 + comm.len()].copy_from_slice(comm.as_bytes());
    event
}

#[test]
fn the_manuals_loop_runs_until_it_is_interrupted() {
    guest("example", |run| {
        let world = run(Behaviour {
            events: vec![
                ("rb", vec![event(1, "init")]),
                ("rb", Vec::new()),
                ("rb", vec![event(2, "sh"), event(3, "ls")]),
            ],
            interrupted: true,
            ..Behaviour::default()
        });
        assert_eq!(world.printed, "1 init\n2 sh\n3 ls\n");
        let polls = world.host.calls.iter();
        let polls = polls.filter(|call| matches!(call, Call::Poll(..))).count();
        assert_eq!(polls, 4);
        assert_eq!(world.host.calls.last(), Some(&Call::Close(1)));
    });
}

#[test]
fn outside_of_a_wasm_host_there_is_an_error() {
    let Some(compiler) = Compiler::find() else {
        return;
    };
    let folder = scratch();
    let library = compiler.library(NATIVE, true);
    let program = compiler.guest(NATIVE, &library, "example", folder.path());
    let output = test_support::run(&mut Command::new(program));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        !output.status.success() && said.contains("errno: 95"),
        "{said}"
    );
}
