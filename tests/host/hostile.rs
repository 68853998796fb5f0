//! Guests that mean no good.

use crate::guest::{self, Said};
use std::time::Duration;
use wasm_bpf::{Config, Error, Limits, Outcome, Runner};

#[test]
pub fn whatever_is_passed_gives_an_error() {
    if !guest::possible() {
        return;
    }
    guest::run("hostile");
}

fn endless(what: &str, limits: Limits) -> Result<Outcome, Error> {
    let _together = guest::together();
    let config = Config::default()
        .args(["endless", &guest::thread_id(), what])
        .log(Said::default().log())
        .limits(limits);
    guest::runner(&guest::module("endless"), config)?.run()
}

#[test]
pub fn loops_end_with_their_time() {
    if !guest::possible() {
        return;
    }
    for what in ["loop", "callback", "deaf", "wait", "sleep", "naps"] {
        let limits = Limits {
            time: Some(Duration::from_millis(300)),
            ..Limits::default()
        };
        let result = endless(what, limits);
        assert!(matches!(result, Err(Error::Deadline)), "{what}: {result:?}");
    }
}

#[test]
pub fn loops_end_with_their_fuel() {
    if !guest::possible() {
        return;
    }
    for what in ["loop", "callback"] {
        let limits = Limits {
            fuel: Some(50_000_000),
            ..Limits::default()
        };
        let result = endless(what, limits);
        assert!(matches!(result, Err(Error::Fuel)), "{what}: {result:?}");
    }
}

#[test]
pub fn recursion_traps() {
    if !guest::possible() {
        return;
    }
    for what in ["recursion", "poll within poll"] {
        let limits = Limits {
            time: Some(Duration::from_secs(60)),
            ..Limits::default()
        };
        let result = endless(what, limits);
        // The one runs out of the stack that it keeps in its memory, the other out of the engine's.
        assert!(matches!(result, Err(Error::Trap(_))), "{what}: {result:?}");
    }
}

#[test]
pub fn memory_ends_where_the_host_says() {
    if !guest::possible() {
        return;
    }
    let limits = Limits {
        memory: 20 << 20,
        ..Limits::default()
    };
    let outcome = endless("memory", limits).expect("an end");
    assert!((10..20).contains(&outcome.exit_code), "{outcome:?}");
}

/// Modules that are none, or lack what a guest has.
#[test]
pub fn odd_modules_are_refused() {
    let run = |text: &str| {
        let module = wat::parse_str(text).expect("a module");
        let config = Config::default().log(Said::default().log());
        guest::runner(&module, config).and_then(Runner::run)
    };
    let result = Runner::new(b"\x7fELF no module", Config::default()).map(|_| ());
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
    let config = Config::default().log(Said::default().log());
    let outcome = guest::runner(&module, config).and_then(Runner::run);
    assert_eq!(outcome.expect("an end").exit_code, 200);
}
