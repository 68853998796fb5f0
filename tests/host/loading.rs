//! Guests that load one object, and perhaps attach a program of it: objects that mean no good are passed by these.

use crate::guest::{self, Said};
use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash, Hasher};
use wasm_bpf_host::{Limits, Runner};

/// Compiles BPF source. `None`, and a line that says why, without a compiler. What is compiled stays among the guests, where the
/// throwaway machine finds it.
pub fn compile(source: &str) -> Option<Vec<u8>> {
    let mut hasher = DefaultHasher::new();
    source.hash(&mut hasher);
    match guest::of_source(
        &format!("{:016x}", hasher.finish()),
        &format!("{PRELUDE}{source}"),
    ) {
        Ok(object) => Some(std::fs::read(object).expect("an object")),
        Err(missing) => {
            println!("skipped: {missing}");
            None
        }
    }
}

const PRELUDE: &str = r#"
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
char _license[] SEC("license") = "GPL";
#define MAP(KIND, ENTRIES, KEY, VALUE) \
    __uint(type, BPF_MAP_TYPE_##KIND); __uint(max_entries, ENTRIES); \
    __uint(key_size, KEY); __uint(value_size, VALUE)
"#;

/// Bytes as a string of the text format.
fn data(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "\\{byte:02x}");
        text
    })
}

const IMPORTS: &str = r#"
(import "wasm_bpf" "wasm_load_bpf_object" (func $load (param i32 i32) (result i64)))
(import "wasm_bpf" "wasm_close_bpf_object" (func $close (param i64) (result i32)))
(import "wasm_bpf" "wasm_attach_bpf_program" (func $attach (param i64 i32 i32) (result i32)))
(import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
(import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
(import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))"#;

/// A guest that has an image at `$image`, of `$size` bytes, a name at 64 and a target at 1024.
fn module(image: &[u8], name: &str, target: &str, body: &str) -> Vec<u8> {
    let pages = image.len() / 65_536 + 2;
    let size = image.len();
    let (image, name, target) = (data(image), data(name.as_bytes()), data(target.as_bytes()));
    let text = format!(
        r#"(module {IMPORTS}
        (memory (export "memory") {pages})
        (data (i32.const 64) "{name}")
        (data (i32.const 1024) "{target}")
        (data (i32.const 8192) "{image}")
        (func $object (result i64) (call $load (i32.const 8192) (i32.const {size})))
        (func (export "_start") (local $first i64) {body}))"#
    );
    wat::parse_str(text).expect("a module")
}

/// A guest that attaches one program, and then another one again and again, until it cannot.
pub fn exhausting(image: &[u8], [first, then]: [&str; 2], target: &str) -> Vec<u8> {
    let body = "(local.set $first (call $object))
        (if (i64.eqz (local.get $first)) (then (call $exit (i32.const 100))))
        (if (call $attach (local.get $first) (i32.const 64) (i32.const 1024))
            (then (call $exit (i32.const 101))))
        (loop (br_if 0 (i32.eqz (call $attach (local.get $first) (i32.const 128) (i32.const 1024)))))";
    let names = format!("{first:\0<64}{then}");
    module(image, &names, target, body)
}

/// A guest that attaches a program, says `ready 0` and sleeps until it is stopped.
pub fn waiting(image: &[u8], name: &str, target: &str) -> Vec<u8> {
    // The text at 256 and where it is at 272; at 320 a subscription to the monotonic clock, for days.
    let body = "(local.set $first (call $object))
        (if (i64.eqz (local.get $first)) (then (call $exit (i32.const 100))))
        (if (call $attach (local.get $first) (i32.const 64) (i32.const 1024))
            (then (call $exit (i32.const 101))))
        (i64.store (i32.const 256) (i64.const 0x30207964616572))
        (i32.store8 (i32.const 263) (i32.const 10))
        (i32.store (i32.const 272) (i32.const 256))
        (i32.store (i32.const 276) (i32.const 8))
        (drop (call $write (i32.const 1) (i32.const 272) (i32.const 1) (i32.const 280)))
        (i32.store (i32.const 336) (i32.const 1))
        (i64.store (i32.const 344) (i64.const 1_000_000_000_000_000))
        (loop (drop (call $poll (i32.const 320) (i32.const 400) (i32.const 1) (i32.const 440))) (br 0))";
    module(image, name, target, body)
}

/// How the guest ends, and what the host says.
fn run(module: &[u8], limits: Limits) -> (i32, String) {
    let said = Said::default();
    let mut config = guest::plain_config(&said);
    config.limits = limits;
    let outcome = guest::runner(module, config).and_then(Runner::run);
    let outcome = outcome.unwrap_or_else(|error| panic!("{error:?}\n{}", said.text()));
    (outcome.exit_code, said.text())
}

/// Whether an object is loaded, and what the host says.
pub fn load(image: &[u8], limits: Limits) -> (bool, String) {
    let body = "(call $exit (i64.eqz (call $object)))";
    let (code, said) = run(&module(image, "", "", body), limits);
    (code == 0, said)
}

/// Whether an object is loaded, and a second time, and a second time after the first was closed.
pub fn load_again(image: &[u8], limits: Limits) -> ([bool; 3], String) {
    let body = "(local.set $first (call $object))
        (call $exit (i32.or (i32.or
            (i64.ne (local.get $first) (i64.const 0))
            (i32.shl (i64.ne (call $object) (i64.const 0)) (i32.const 1)))
            (i32.shl (i32.and
                (i32.eqz (call $close (local.get $first)))
                (i64.ne (call $object) (i64.const 0))) (i32.const 2))))";
    let (code, said) = run(&module(image, "", "", body), limits);
    ([code & 1, code & 2, code & 4].map(|bit| bit != 0), said)
}

/// The error number of attaching a program, and what the host says.
pub fn attach(image: &[u8], name: &str, target: &str) -> (i32, String) {
    let body = "(local.set $first (call $object))
        (if (i64.eqz (local.get $first)) (then (call $exit (i32.const 1000))))
        (call $exit (i32.sub (i32.const 0)
            (call $attach (local.get $first) (i32.const 64) (i32.const 1024))))";
    let (code, said) = run(&module(image, name, target, body), Limits::default());
    assert_ne!(code, 1000, "{name} is not loaded: {said}");
    (code, said)
}
