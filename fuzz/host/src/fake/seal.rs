//! What sees to it that nothing reaches the kernel past the functions of this crate.

use landlock::{
    ABI, AccessFs, PathBeneath, PathFd, Ruleset, RulesetAttr, RulesetCreatedAttr, RulesetError,
    RulesetStatus,
};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule,
};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs;
use std::sync::Once;

thread_local! {
    /// `None`: not yet.
    static TRACING_IS_CLOSED: Cell<Option<bool>> = const { Cell::new(None) };
}

/// Closes the ways for the process, and for this thread and those that it starts.
pub(super) fn seal() {
    static PROCESS: Once = Once::new();
    PROCESS.call_once(|| {
        for program in [no_bpf(), no_interfaces()] {
            seccompiler::apply_filter_all_threads(&program).expect("a filter");
        }
    });
    if TRACING_IS_CLOSED.get().is_none() {
        let closed = match read_only_sys() {
            Ok(status) => status == RulesetStatus::FullyEnforced,
            Err(_) => false,
        };
        TRACING_IS_CLOSED.set(Some(closed));
    }
}

/// Whether programs may be attached to functions: where the kernel cannot do so by a perf event, libbpf writes to files of tracefs,
/// which takes Landlock to prevent.
pub fn may_trace() -> bool {
    TRACING_IS_CLOSED.get() == Some(true)
}

fn program(rules: BTreeMap<i64, Vec<SeccompRule>>, then: SeccompAction) -> BpfProgram {
    let arch = std::env::consts::ARCH.try_into().expect("a known machine");
    let filter = SeccompFilter::new(rules, SeccompAction::Allow, then, arch);
    filter.and_then(TryInto::try_into).expect("a good filter")
}

/// Whoever calls these dies.
fn no_bpf() -> BpfProgram {
    let calls = [libc::SYS_bpf, libc::SYS_perf_event_open];
    let rules = calls.map(|call| (call, Vec::new())).into_iter().collect();
    program(rules, SeccompAction::KillProcess)
}

/// No sockets of those kinds by which an interface is configured, or gets a filter.
fn no_interfaces() -> BpfProgram {
    let rule = |family: i32| {
        let family = u64::from(family.unsigned_abs());
        let is = SeccompCondition::new(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, family);
        SeccompRule::new(vec![is.expect("a condition")]).expect("a rule")
    };
    let families = [libc::AF_NETLINK, libc::AF_PACKET];
    let rules = [(libc::SYS_socket, families.map(rule).to_vec())];
    let refused = SeccompAction::Errno(libc::EPERM.unsigned_abs());
    program(rules.into_iter().collect(), refused)
}

/// Files are written everywhere but below `/sys`, where tracefs is.
fn read_only_sys() -> Result<RulesetStatus, RulesetError> {
    let writing = AccessFs::WriteFile | AccessFs::Truncate;
    let mut rules = Ruleset::default()
        .handle_access(AccessFs::from_write(ABI::V3) & writing)?
        .create()?;
    let entries = fs::read_dir("/").into_iter().flatten().flatten();
    for entry in entries.filter(|entry| entry.file_name() != "sys") {
        if let Ok(place) = PathFd::new(entry.path()) {
            let access = match entry.file_type().is_ok_and(|kind| kind.is_file()) {
                true => AccessFs::from_file(ABI::V3) & writing,
                false => writing,
            };
            rules = rules.add_rule(PathBeneath::new(place, access))?;
        }
    }
    Ok(rules.restrict_self()?.ruleset)
}
