//! A guest that uses up the descriptors of the host.

use crate::loading::{compile, exhausting};
use std::process::Command;

const WASM_BPF: &str = env!("CARGO_BIN_EXE_wasm-bpf");

/// Filters of traffic control are detached by a socket, for which there has to be a descriptor.
#[test]
fn what_is_attached_is_detached_without_a_free_descriptor() {
    let Some(image) = compile(
        "SEC(\"tc\") int on_ingress(void *c) { return -1; }
        SEC(\"socket\") int on_packet(void *c) { return 0; }",
    ) else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let guest = folder.path().join("guest.wasm");
    let module = exhausting(&image, ["on_ingress", "on_packet"], "lo");
    std::fs::write(&guest, module).expect("a file");
    // In a network namespace of its own.
    let script = "ip link set lo up && tc qdisc show dev lo || exit 77
        (ulimit -n 60; \"$0\" --no-cache \"$1\"); echo \"ends with $?\"
        tc qdisc show dev lo; tc filter show dev lo ingress";
    let output = Command::new("unshare")
        .args(["-n", "bash", "-c", script, WASM_BPF])
        .arg(&guest)
        .output();
    let Ok(output) = output.map_err(|error| println!("skipped: unshare: {error}")) else {
        return;
    };
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() || text.contains("ends with 100") || text.contains("ends with 101")
    {
        println!("skipped: no network namespace, or no traffic control: {text}{said}");
        return;
    }
    assert!(said.contains("Too many open files"), "{text}{said}");
    assert!(text.contains("ends with 0"), "{text}{said}");
    assert!(!text.contains("clsact") && !text.contains("bpf"), "{text}");
}
