//! What the host does not allow.

use crate::guest::{self, Said};
use std::collections::BTreeSet;
use wasm_bpf_host::{AttachKind, Limits};

/// Runs the guest of ring buffers; how it ended, and what the host said.
fn run(limits: Limits) -> (i32, String) {
    let said = Said::default();
    let mut config = guest::config(&said);
    config.limits = limits;
    let outcome = guest::run_with("sizes", &guest::thread_id(), config).expect("an end");
    (outcome.exit_code, said.text())
}

#[test]
pub fn what_is_not_allowed_is_refused_with_a_reason() {
    let Some(_together) = guest::needs(&[guest::events]) else {
        return;
    };
    let types = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect());
    let mut limits = Limits::default();
    limits.program_types = types(&["xdp", "kprobe"]);
    let (code, said) = run(limits);
    assert_ne!(code, 0);
    assert!(
        said.contains("on_syscall: the host does not allow programs of type raw_tracepoint"),
        "{said}"
    );

    let mut limits = Limits::default();
    limits.attach_kinds = Some(BTreeSet::from([AttachKind::Xdp]));
    let (code, said) = run(limits);
    assert_ne!(code, 0);
    assert!(
        said.contains("does not allow to attach to tracepoint"),
        "{said}"
    );

    let mut limits = Limits::default();
    limits.maps = 5;
    let (code, said) = run(limits);
    assert_ne!(code, 0);
    assert!(said.contains("no more than 5 maps"), "{said}");

    let mut limits = Limits::default();
    limits.map_entries = 1 << 19;
    let (code, said) = run(limits);
    assert_ne!(code, 0);
    assert!(
        said.contains("map first: the host allows no more than 524288 entries"),
        "{said}"
    );

    let mut limits = Limits::default();
    limits.objects = 0;
    let (code, said) = run(limits);
    assert_ne!(code, 0);
    assert!(said.contains("no more than 0 objects"), "{said}");

    let mut limits = Limits::default();
    limits.program_types = types(&["raw_tracepoint"]);
    limits.attach_kinds = Some(BTreeSet::from([AttachKind::Tracepoint]));
    limits.maps = 7;
    limits.map_entries = 1 << 20;
    limits.objects = 1;
    limits.attachments = 1;
    let (code, said) = run(limits);
    assert_eq!(code, 0, "{said}");
}
