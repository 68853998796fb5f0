//! Whatever a guest leaves open is closed.

use crate::guest::{self, ALONE, PATIENCE, Said, events};
use std::fs;
use std::time::{Duration, Instant};
use test_support::probe;
use wasm_bpf_host::Config;

/// What this process has open, by kind.
fn open() -> Vec<String> {
    let entries = fs::read_dir("/proc/self/fd").expect("/proc");
    let mut kinds: Vec<String> = entries
        .filter_map(|entry| fs::read_link(entry.ok()?.path()).ok())
        .map(|target| target.to_string_lossy().into_owned())
        .filter(|target| target.starts_with("anon_inode") || target.starts_with("socket"))
        .collect();
    kinds.sort();
    kinds
}

/// What the kernel calls the guests' maps of variables, and nobody else's: the programs hold them.
fn object_name() -> String {
    format!("l{:x}", std::process::id())
}

/// How many of these the kernel has.
fn in_kernel() -> usize {
    let name = format!("{}.bss", object_name());
    let maps = libbpf_rs::query::MapInfoIter::default();
    maps.filter(|map| map.name == *name).count()
}

fn config() -> Config {
    let mut config = guest::plain_config(&Said::default());
    config.object_name = object_name();
    config
}

#[test]
pub fn nothing_is_left_of_a_guest() {
    let _alone = ALONE
        .write()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    if !probe::all(&[events]) {
        return;
    }
    // What the first guest that prints brings with it stays, once for all.
    guest::run_with("crowd", "1", config()).expect("an end");
    let before = open();
    for name in ["hostile", "rings", "sizes", "perf"] {
        let outcome = guest::run_with(name, &guest::thread_id(), config()).expect("an end");
        assert_eq!(outcome.exit_code, 0);
        assert_eq!(open(), before, "{name}");
    }
    // One that takes all it can, and one that traps then.
    for arg in ["1", "t"] {
        let mut config = config();
        config.limits.objects = 5;
        config.limits.attachments = 3;
        let result = guest::run_with("crowd", arg, config);
        let code = result.map(|outcome| outcome.exit_code).ok();
        assert_eq!(code, (arg == "1").then_some(0), "crowd {arg}");
        assert_eq!(open(), before, "crowd {arg}");
    }
    // The kernel frees a moment later. What is to be gone would be seen:
    let mut builder = libbpf_rs::ObjectBuilder::default();
    builder.name(object_name()).expect("a name");
    let open = builder
        .open_file(guest::object("events"))
        .expect("an object");
    let object = open.load().expect("a loaded object");
    assert!(in_kernel() > 0);
    drop(object);
    let end = Instant::now() + PATIENCE;
    while in_kernel() > 0 {
        assert!(
            Instant::now() < end,
            "programs or maps are still in the kernel"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}
