//! Bytes of `struct event`, filled by guests' own definitions of it.

use std::fmt::Write;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use test_support::rust::{Rust, rust_types};
use test_support::{Guest, scratch, stdout_of, tests_dir, wasm_header, wasm_module};

/// What an event says.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Event {
    pub(crate) pid: i32,
    pub(crate) ppid: i32,
    pub(crate) exit_code: u32,
    pub(crate) duration_ns: u64,
    pub(crate) comm: &'static str,
    pub(crate) filename: &'static str,
    pub(crate) exit_event: i8,
}

fn object() -> PathBuf {
    tests_dir().join("bpf/bootstrap.bpf.o")
}

/// What the function `name` of a module leaves at the address that it returns.
fn left_by(guest: &mut Guest, name: &str) -> Vec<u8> {
    let at = usize::try_from(guest.call(name, &[])).expect("an address");
    let size = usize::try_from(guest.call("size", &[])).expect("a size");
    guest.memory()[at..at + size].to_vec()
}

/// Bytes that guests in C make of events, with the generated header.
pub(crate) fn filled_in_c(events: &[Event]) -> Vec<Vec<u8>> {
    let mut source = wasm_header(&object());
    source += "#define EXPORT(name) __attribute__((export_name(name)))\n#include <string.h>\n\
               EXPORT(\"size\") int size(void) { return sizeof(struct event); }\n";
    for (i, event) in events.iter().enumerate() {
        let Event {
            pid,
            ppid,
            exit_code,
            duration_ns,
            comm,
            filename,
            exit_event,
        } = event;
        writeln!(
            source,
            "static struct event e{i} = {{ .pid = {pid}, .ppid = {ppid}, .exit_code = {exit_code}u, \
             .duration_ns = {duration_ns}ull, .exit_event = {exit_event} }};\n\
             EXPORT(\"event{i}\") struct event *event{i}(void) {{\n\
             memcpy(e{i}.comm, \"{comm}\", {}); memcpy(e{i}.filename, \"{filename}\", {}); return &e{i}; }}",
            comm.len(),
            filename.len()
        )
        .unwrap();
    }
    let folder = scratch();
    let mut guest = Guest::new(&wasm_module(folder.path(), "filled", &source));
    let names = (0..events.len()).map(|i| format!("event{i}"));
    names.map(|name| left_by(&mut guest, &name)).collect()
}

/// The same in Rust, with the generated types.
pub(crate) fn filled_in_rust(events: &[Event]) -> Vec<Vec<u8>> {
    let mut source = rust_types(&object());
    source += "fn text<const N: usize>(from: &str) -> [u8; N] {\n\
               let mut text = [0; N]; text[..from.len()].copy_from_slice(from.as_bytes()); text }\n\
               fn main() {\n use libbpf_wasm::Plain;\n";
    for event in events {
        let Event {
            pid,
            ppid,
            exit_code,
            duration_ns,
            comm,
            filename,
            exit_event,
        } = event;
        writeln!(
            source,
            "println!(\"{{:?}}\", types::event {{ pid: {pid}, ppid: {ppid}, exit_code: {exit_code}, \
             duration_ns: {duration_ns}, comm: text({comm:?}), filename: text({filename:?}), \
             exit_event: {exit_event}, ..Default::default() }}.as_bytes());"
        )
        .unwrap();
    }
    source += "}\n";
    let rust = Rust::new();
    let program = rust.program("filled", &source);
    let printed = String::from_utf8(stdout_of(&mut Command::new(program))).expect("text");
    let lines = printed.lines();
    lines
        .map(|line| serde_json::from_str(line).expect("an array"))
        .collect()
}

/// Which bytes belong to members, by clang and the source's own header: 0xff, and 0 for padding. The second without `filename`.
pub(crate) fn members_only() -> (Vec<u8>, Vec<u8>) {
    let header = tests_dir().join("../examples/bootstrap/bootstrap.h");
    let mut source = fs::read_to_string(header).expect("a header");
    source += "#define EXPORT(name) __attribute__((export_name(name)))\n\
               #define FILL(member) __builtin_memset(&e.member, 0xff, sizeof(e.member))\n\
               static struct event e;\n\
               EXPORT(\"size\") int size(void) { return sizeof(e); }\n\
               EXPORT(\"others\") struct event *others(void) {\n\
               FILL(pid); FILL(ppid); FILL(exit_code); FILL(duration_ns); FILL(comm); FILL(exit_event); return &e; }\n\
               EXPORT(\"all\") struct event *all(void) { FILL(filename); return others(); }\n";
    let folder = scratch();
    let mut guest = Guest::new(&wasm_module(folder.path(), "members", &source));
    let others = left_by(&mut guest, "others");
    (left_by(&mut guest, "all"), others)
}
