//! Guests that mean no good.

use crate::guest::{self, PATIENCE, Said, events, guests};
use std::time::Duration;
use wasm_bpf_host::{Config, Error, Limits, Outcome, Runner};

#[test]
pub fn whatever_is_passed_gives_an_error() {
    let Some(_together) = guest::needs(&[events]) else {
        return;
    };
    guest::run("hostile");
}

fn endless(what: &str, limits: Limits) -> Result<Outcome, Error> {
    let mut config = guest::config(&Said::default());
    config.args = guest::words(["endless", &guest::thread_id(), what]);
    config.limits = limits;
    guest::runner(&guest::module("endless"), config)?.run()
}

fn assert_ends_with_its_time(what: &str) {
    let mut limits = Limits::default();
    limits.time = Some(Duration::from_millis(300));
    let result = endless(what, limits);
    assert!(matches!(result, Err(Error::Deadline)), "{what}: {result:?}");
}

#[test]
pub fn loops_and_sleeps_end_with_their_time() {
    let Some(_together) = guest::needs(&[guests]) else {
        return;
    };
    for what in ["loop", "sleep", "naps"] {
        assert_ends_with_its_time(what);
    }
}

#[test]
pub fn polls_end_with_their_time() {
    let Some(_together) = guest::needs(&[events]) else {
        return;
    };
    for what in ["callback", "deaf", "wait"] {
        assert_ends_with_its_time(what);
    }
}

fn assert_ends_with_its_fuel(what: &str) {
    let mut limits = Limits::default();
    limits.fuel = Some(50_000_000);
    let result = endless(what, limits);
    assert!(matches!(result, Err(Error::Fuel)), "{what}: {result:?}");
}

#[test]
pub fn loops_end_with_their_fuel() {
    let Some(_together) = guest::needs(&[guests]) else {
        return;
    };
    assert_ends_with_its_fuel("loop");
}

#[test]
pub fn callbacks_end_with_their_fuel() {
    let Some(_together) = guest::needs(&[events]) else {
        return;
    };
    assert_ends_with_its_fuel("callback");
}

fn assert_traps(what: &str) {
    let mut limits = Limits::default();
    limits.time = Some(PATIENCE);
    let result = endless(what, limits);
    assert!(matches!(result, Err(Error::Trap(_))), "{what}: {result:?}");
}

/// Out of the stack that the guest keeps in its memory.
#[test]
pub fn recursion_traps() {
    let Some(_together) = guest::needs(&[guests]) else {
        return;
    };
    assert_traps("recursion");
}

/// Out of the engine's stack.
#[test]
pub fn polls_within_polls_trap() {
    let Some(_together) = guest::needs(&[events]) else {
        return;
    };
    assert_traps("poll within poll");
}

#[test]
pub fn memory_ends_where_the_host_says() {
    let Some(_together) = guest::needs(&[guests]) else {
        return;
    };
    let mut limits = Limits::default();
    limits.memory = 20 << 20;
    let outcome = endless("memory", limits).expect("an end");
    assert!((10..20).contains(&outcome.exit_code), "{outcome:?}");
}

/// Modules that are none, or lack what a guest has.
#[test]
pub fn odd_modules_are_refused() {
    let run = |text: &str| {
        let module = wat::parse_str(text).expect("a module");
        let config = guest::plain_config(&Said::default());
        guest::runner(&module, config).and_then(Runner::run)
    };
    let result = guest::runner(b"\x7fELF no module", Config::default()).map(|_| ());
    assert!(matches!(result, Err(Error::Module(_))), "{result:?}");
    let result = run("(module)");
    assert!(matches!(result, Err(Error::NoStart)), "{result:?}");
    let result = run(r#"(module (func (export "_start") (param i32)))"#);
    assert!(matches!(result, Err(Error::NoStart)), "{result:?}");
    let result = run(r#"(module (import "wasm_bpf" "fly" (func)) (func (export "_start")))"#);
    assert!(
        matches!(&result, Err(Error::Link(e)) if format!("{e:#}").contains("fly")),
        "{result:?}"
    );
    let result = run(
        r#"(module (import "wasm_bpf" "wasm_close_bpf_object" (func (param i32)))
            (func (export "_start")))"#,
    );
    assert!(matches!(result, Err(Error::Link(_))), "{result:?}");
    let result = run(r#"(module (memory (export "memory") 30000) (func (export "_start")))"#);
    assert!(matches!(result, Err(Error::Link(_))), "{result:?}");
    let result = run(r#"(module (func (export "_start") unreachable))"#);
    assert!(matches!(result, Err(Error::Trap(_))), "{result:?}");
}

/// Every call, of a guest without memory and without a table.
#[test]
pub fn guests_without_memory_get_errors() {
    let module = wat::parse_str(
        r#"(module
            (import "wasm_bpf" "wasm_load_bpf_object" (func $load (param i32 i32) (result i64)))
            (import "wasm_bpf" "wasm_attach_bpf_program" (func $attach (param i64 i32 i32) (result i32)))
            (import "wasm_bpf" "wasm_bpf_map_fd_by_name" (func $fd (param i64 i32) (result i32)))
            (import "wasm_bpf" "wasm_bpf_buffer_poll"
                (func $poll (param i64 i32 i32 i32 i32 i32 i32) (result i32)))
            (import "callback-wrapper" "wasm_bpf_buffer_poll"
                (func $go (param i64 i32 i32 i32 i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "poll_oneoff" (func $sleep (param i32 i32 i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
            (func (export "_start")
                (if (i64.ne (call $load (i32.const 8) (i32.const 8)) (i64.const 0)) (then unreachable))
                (if (i32.ne (call $attach (i64.const 1) (i32.const 8) (i32.const 8)) (i32.const -14))
                    (then unreachable))
                (if (i32.ne (call $fd (i64.const 1) (i32.const 8)) (i32.const -14)) (then unreachable))
                (if (i32.ge_s (call $poll (i64.const 1) (i32.const 3) (i32.const 0) (i32.const 0) (i32.const 8)
                    (i32.const 8) (i32.const 0)) (i32.const 0)) (then unreachable))
                (if (i32.ge_s (call $go (i64.const 1) (i32.const 3) (i32.const 0) (i32.const 8)
                    (i32.const 8) (i32.const 0)) (i32.const 0)) (then unreachable))
                (if (i32.ne (call $sleep (i32.const 8) (i32.const 8) (i32.const 1) (i32.const 8)) (i32.const 21))
                    (then unreachable))
                (call $exit (i32.const 200))))"#,
    )
    .expect("a module");
    let config = guest::plain_config(&Said::default());
    let outcome = guest::runner(&module, config).and_then(Runner::run);
    assert_eq!(outcome.expect("an end").exit_code, 200);
}
