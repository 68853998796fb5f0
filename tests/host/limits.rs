//! What the host does not allow.

use crate::guest::{self, Said};
use std::collections::BTreeSet;
use wasm_bpf_host::{AttachKind, Limits};

/// Runs the guest of ring buffers; how it ended, and what the host said.
fn run(limits: Limits) -> (i32, String) {
    let said = Said::default();
    let config = guest::config(&said).limits(limits);
    let outcome = guest::run_with("sizes", &guest::thread_id(), config).expect("an end");
    (outcome.exit_code, said.text())
}

#[test]
pub fn what_is_not_allowed_is_refused_with_a_reason() {
    let Some(_together) = guest::needs(&[guest::events]) else {
        return;
    };
    let types = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect());
    let limits = Limits {
        program_types: types(&["xdp", "kprobe"]),
        ..Limits::default()
    };
    let (code, said) = run(limits);
    assert_ne!(code, 0);
    assert!(
        said.contains("on_syscall: the host does not allow programs of type raw_tracepoint"),
        "{said}"
    );

    let limits = Limits {
        attach_kinds: Some(BTreeSet::from([AttachKind::Xdp])),
        ..Limits::default()
    };
    let (code, said) = run(limits);
    assert_ne!(code, 0);
    assert!(
        said.contains("does not allow to attach to tracepoint"),
        "{said}"
    );

    let limits = Limits {
        maps: 5,
        ..Limits::default()
    };
    let (code, said) = run(limits);
    assert_ne!(code, 0);
    assert!(said.contains("no more than 5 maps"), "{said}");

    let limits = Limits {
        map_entries: 1 << 19,
        ..Limits::default()
    };
    let (code, said) = run(limits);
    assert_ne!(code, 0);
    assert!(
        said.contains("map first: the host allows no more than 524288 entries"),
        "{said}"
    );

    let limits = Limits {
        objects: 0,
        ..Limits::default()
    };
    let (code, said) = run(limits);
    assert_ne!(code, 0);
    assert!(said.contains("no more than 0 objects"), "{said}");

    let limits = Limits {
        program_types: types(&["raw_tracepoint"]),
        attach_kinds: Some(BTreeSet::from([AttachKind::Tracepoint])),
        maps: 7,
        map_entries: 1 << 20,
        objects: 1,
        attachments: 1,
        ..Limits::default()
    };
    let (code, said) = run(limits);
    assert_eq!(code, 0, "{said}");
}
