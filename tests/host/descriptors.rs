//! A guest that uses up the descriptors of the host.

use crate::guest;
use crate::loading::{compile, exhausting};
use crate::place::in_own_network;
use std::process::Command;
use test_support::probe;

/// Filters of traffic control are detached by a socket, for which there has to be a descriptor.
#[test]
fn what_is_attached_is_detached_without_a_free_descriptor() {
    let Some(image) = compile(
        "SEC(\"tc\") int on_ingress(void *c) { return -1; }
        SEC(\"socket\") int on_packet(void *c) { return 0; }",
    ) else {
        return;
    };
    let Some(_together) = guest::needs(&[probe::socket_filters]) else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let guest = folder.path().join("guest.wasm");
    let module = exhausting(&image, ["on_ingress", "on_packet"], "lo");
    std::fs::write(&guest, module).expect("a file");
    in_own_network(|| {
        if !probe::all(&[probe::traffic_control]) {
            return;
        }
        let script = "ulimit -n 60; exec \"$0\" --no-cache \"$1\"";
        let output = Command::new("sh")
            .args(["-c", script])
            .arg(guest::program().get_program())
            .arg(&guest)
            .output()
            .expect("a program that runs");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains("Too many open files"), "{said}");
        assert_eq!(output.status.code(), Some(0), "{said}");
        // The filter is gone, and so is its queue: there is room for one.
        probe::make_queue(1).expect("an interface without a queue");
    });
}
