//! Whatever a guest leaves open is closed.

use crate::guest::{self, ALONE, Said};
use std::fs;
use std::time::{Duration, Instant};
use wasm_bpf::{Config, Limits};

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

/// Programs and maps in the kernel that only these tests have.
fn in_kernel(name: &str) -> usize {
    use libbpf_rs::query::{MapInfoIter, ProgInfoIter};
    let programs = ProgInfoIter::default().filter(|program| program.name == "on_syscall");
    let maps = MapInfoIter::default().filter(|map| map.name == name);
    programs.count() + maps.count()
}

#[test]
fn nothing_is_left_of_a_guest() {
    if !guest::possible() {
        return;
    }
    let _alone = ALONE
        .write()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    // What the first guest that prints brings with it stays, once for all.
    let config = Config::default().log(Said::default().log());
    guest::run_with("crowd", "1", config).expect("an end");
    let before = open();
    for name in ["hostile", "rings", "sizes", "perf"] {
        let config = Config::default().log(Said::default().log());
        let outcome = guest::run_with(name, &guest::thread_id(), config).expect("an end");
        assert_eq!(outcome.exit_code, 0);
        assert_eq!(open(), before, "{name}");
    }
    // One that takes all it can, and one that traps then.
    for arg in ["1", "t"] {
        let limits = Limits {
            objects: 5,
            attachments: 50,
            ..Limits::default()
        };
        let config = Config::default().log(Said::default().log()).limits(limits);
        let result = guest::run_with("crowd", arg, config);
        assert_eq!(result.is_ok(), arg == "1", "{result:?}");
        assert_eq!(open(), before, "crowd {arg}");
    }
    // The kernel frees a moment later.
    let end = Instant::now() + Duration::from_secs(10);
    while in_kernel("second") > 0 {
        assert!(
            Instant::now() < end,
            "programs or maps are still in the kernel"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}
