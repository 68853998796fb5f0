//! Operations on maps.

use crate::guest::{self, Said, guests};
use libbpf_rs::libbpf_sys as sys;
use test_support::probe;

/// What `maps.bpf.c` is made of.
fn kinds_of_maps() -> Result<(), String> {
    guests()?;
    probe::socket_filters()?;
    for (name, kind) in [
        ("LPM tries", sys::BPF_MAP_TYPE_LPM_TRIE),
        ("queues", sys::BPF_MAP_TYPE_QUEUE),
        ("stacks", sys::BPF_MAP_TYPE_STACK),
        ("bloom filters", sys::BPF_MAP_TYPE_BLOOM_FILTER),
        ("arrays of maps", sys::BPF_MAP_TYPE_ARRAY_OF_MAPS),
        ("arrays of cgroups", sys::BPF_MAP_TYPE_CGROUP_ARRAY),
        ("hashes of sockets", sys::BPF_MAP_TYPE_SOCKHASH),
        ("task storage", sys::BPF_MAP_TYPE_TASK_STORAGE),
    ] {
        probe::map(name, kind)?;
    }
    probe::perf_buffers()
}

#[test]
pub fn maps_of_every_kind_have_the_sizes_of_the_kernel() {
    let Some(_together) = guest::needs(&[kinds_of_maps]) else {
        return;
    };
    let cpus = libbpf_rs::num_possible_cpus().expect("a number");
    let said = Said::default();
    let outcome = guest::run_with("maps", &cpus.to_string(), guest::config(&said));
    assert_eq!(
        outcome.expect("a good end").exit_code,
        0,
        "the guest ends at that line\n{}",
        said.text()
    );
}
