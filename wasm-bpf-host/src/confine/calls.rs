//! System calls that an engine needs, and none else. What is not listed fails with `EPERM`.

use libbpf_rs::libbpf_sys;
use libc::c_long;
use seccompiler::{
    BackendError, BpfProgram, SeccompAction, SeccompCmpArgLen as Len, SeccompCmpOp as Op,
    SeccompCondition, SeccompFilter, SeccompRule,
};
use std::collections::BTreeMap;

/// Confines this thread, and those that it starts. What the kernel does not have.
pub(super) fn confine(files: bool) -> Option<String> {
    let apply = |program: BpfProgram| seccompiler::apply_filter(&program);
    let result = absent().map(apply).and_then(|first| {
        let second = allowed(files).map(apply)?;
        Ok(first.and(second))
    });
    note(result)
}

/// Opens no files any more, in all threads.
pub(super) fn confine_all_threads() -> Option<String> {
    note(allowed(false).map(|program| seccompiler::apply_filter_all_threads(&program)))
}

fn note(result: Result<Result<(), seccompiler::Error>, BackendError>) -> Option<String> {
    let error = match result {
        Ok(Ok(())) => return None,
        Ok(Err(error)) => error.to_string(),
        Err(error) => error.to_string(),
    };
    Some(format!("system calls are not filtered: {error}"))
}

type Rules = BTreeMap<c_long, Vec<SeccompRule>>;

fn program(
    rules: Rules,
    other: SeccompAction,
    these: SeccompAction,
) -> Result<BpfProgram, BackendError> {
    let arch = std::env::consts::ARCH.try_into()?;
    SeccompFilter::new(rules, other, these, arch)?.try_into()
}

/// Calls that a filter cannot look into, because what they are to do is in memory. Who is told that the kernel does not have them
/// uses those that it can.
fn absent() -> Result<BpfProgram, BackendError> {
    let rules = ABSENT.map(|call| (call, Vec::new())).into_iter().collect();
    let missing = SeccompAction::Errno(libc::ENOSYS.unsigned_abs());
    program(rules, SeccompAction::Allow, missing)
}

const ABSENT: [c_long; 2] = [libc::SYS_clone3, libc::SYS_openat2];

fn allowed(files: bool) -> Result<BpfProgram, BackendError> {
    // Those that are absent are answered by the other filter.
    let mut rules: Rules = ALWAYS
        .iter()
        .chain(&ABSENT)
        .map(|call| (*call, Vec::new()))
        .collect();
    rules.extend(OLD.iter().map(|call| (*call, Vec::new())));
    rules.extend(looked_into()?);
    if files {
        rules.extend(FILES.iter().map(|call| (*call, Vec::new())));
        rules.extend(OLD_FILES.iter().map(|call| (*call, Vec::new())));
        // No file gets the right to run as its owner.
        rules.insert(libc::SYS_openat, vec![rule(&[masked(3, SET_ID, 0)?])?]);
    }
    let refused = SeccompAction::Errno(libc::EPERM.unsigned_abs());
    program(rules, refused, SeccompAction::Allow)
}

/// `S_ISUID` and `S_ISGID`.
const SET_ID: u64 = 0o6000;

fn rule(conditions: &[SeccompCondition]) -> Result<SeccompRule, BackendError> {
    SeccompRule::new(conditions.to_vec())
}

fn is(argument: u8, value: u64) -> Result<SeccompCondition, BackendError> {
    SeccompCondition::new(argument, Len::Dword, Op::Eq, value)
}

fn masked(argument: u8, mask: u64, value: u64) -> Result<SeccompCondition, BackendError> {
    SeccompCondition::new(argument, Len::Dword, Op::MaskedEq(mask), value)
}

/// One rule for each value that an argument may have.
fn one_of(
    argument: u8,
    values: impl IntoIterator<Item = u64>,
) -> Result<Vec<SeccompRule>, BackendError> {
    let rules = values
        .into_iter()
        .map(|value| rule(&[is(argument, value)?]));
    rules.collect()
}

/// Calls that are allowed for some arguments only.
fn looked_into() -> Result<Rules, BackendError> {
    let number = |value: i32| u64::from(value.unsigned_abs());
    let own = u64::from(std::process::id());
    let thread = u64::from((libc::CLONE_VM | libc::CLONE_THREAD).unsigned_abs());
    let bpf = [
        libbpf_sys::BPF_MAP_LOOKUP_ELEM,
        libbpf_sys::BPF_MAP_UPDATE_ELEM,
        libbpf_sys::BPF_MAP_DELETE_ELEM,
        libbpf_sys::BPF_MAP_GET_NEXT_KEY,
        libbpf_sys::BPF_OBJ_GET_INFO_BY_FD,
        libbpf_sys::BPF_ITER_CREATE,
    ];
    // Nobody is sent signals by a descriptor of it.
    let fcntl = [
        libc::F_DUPFD,
        libc::F_DUPFD_CLOEXEC,
        libc::F_GETFD,
        libc::F_SETFD,
        libc::F_GETFL,
        libc::F_SETFL,
        libc::F_ADD_SEALS,
        libc::F_GET_SEALS,
        libc::F_OFD_SETLK,
    ];
    let ioctl = [
        libc::TCGETS,
        libc::TIOCGWINSZ,
        libc::FIONREAD,
        libc::FIONBIO,
        libc::FIOCLEX,
    ];
    // `PR_SET_VMA` of newer headers.
    let prctl = [
        libc::PR_SET_NAME,
        libc::PR_GET_NAME,
        libc::PR_SET_NO_NEW_PRIVS,
        0x5356_4d41,
    ];
    let no_new_limit = SeccompCondition::new(2, Len::Qword, Op::Eq, 0)?;
    Ok(BTreeMap::from([
        (libc::SYS_clone, vec![rule(&[masked(0, thread, thread)?])?]),
        (libc::SYS_bpf, one_of(0, bpf.map(u64::from))?),
        (libc::SYS_fcntl, one_of(1, fcntl.map(number))?),
        (libc::SYS_ioctl, one_of(1, ioctl)?),
        (libc::SYS_prctl, one_of(0, prctl.map(number))?),
        (libc::SYS_prlimit64, vec![rule(&[no_new_limit])?]),
        (libc::SYS_tgkill, one_of(0, [own])?),
        (libc::SYS_socketpair, one_of(0, [number(libc::AF_UNIX)])?),
        // A filter for all threads, and none that is looser.
        (libc::SYS_seccomp, Vec::new()),
    ]))
}

/// Memory, threads, time, and what is open.
const ALWAYS: &[c_long] = &[
    libc::SYS_brk,
    libc::SYS_clock_getres,
    libc::SYS_clock_gettime,
    libc::SYS_clock_nanosleep,
    libc::SYS_close,
    libc::SYS_close_range,
    libc::SYS_dup,
    libc::SYS_dup3,
    libc::SYS_epoll_create1,
    libc::SYS_epoll_ctl,
    libc::SYS_epoll_pwait,
    libc::SYS_epoll_pwait2,
    libc::SYS_eventfd2,
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_fstat,
    libc::SYS_futex,
    libc::SYS_getcpu,
    libc::SYS_getegid,
    libc::SYS_geteuid,
    libc::SYS_getgid,
    libc::SYS_getpid,
    libc::SYS_getppid,
    libc::SYS_getrandom,
    libc::SYS_getrusage,
    libc::SYS_gettid,
    libc::SYS_gettimeofday,
    libc::SYS_getuid,
    libc::SYS_lseek,
    libc::SYS_madvise,
    libc::SYS_membarrier,
    libc::SYS_memfd_create,
    libc::SYS_mincore,
    libc::SYS_mmap,
    libc::SYS_mprotect,
    libc::SYS_mremap,
    libc::SYS_munmap,
    libc::SYS_nanosleep,
    libc::SYS_pipe2,
    libc::SYS_ppoll,
    libc::SYS_pread64,
    libc::SYS_preadv,
    libc::SYS_preadv2,
    libc::SYS_pwrite64,
    libc::SYS_pwritev,
    libc::SYS_pwritev2,
    libc::SYS_read,
    libc::SYS_readv,
    libc::SYS_recvfrom,
    libc::SYS_recvmsg,
    libc::SYS_restart_syscall,
    libc::SYS_rseq,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sched_getaffinity,
    libc::SYS_sched_yield,
    libc::SYS_sendmsg,
    libc::SYS_sendto,
    libc::SYS_set_robust_list,
    libc::SYS_shutdown,
    libc::SYS_sigaltstack,
    libc::SYS_sysinfo,
    libc::SYS_uname,
    libc::SYS_wait4,
    libc::SYS_waitid,
    libc::SYS_write,
    libc::SYS_writev,
];

/// The same, by older names.
#[cfg(target_arch = "x86_64")]
const OLD: &[c_long] = &[libc::SYS_arch_prctl, libc::SYS_epoll_wait, libc::SYS_poll];
#[cfg(not(target_arch = "x86_64"))]
const OLD: &[c_long] = &[];

/// Files of the folders that the guest has, and of the cache.
const FILES: &[c_long] = &[
    libc::SYS_copy_file_range,
    libc::SYS_faccessat,
    libc::SYS_faccessat2,
    libc::SYS_fadvise64,
    libc::SYS_fallocate,
    libc::SYS_fdatasync,
    libc::SYS_flock,
    libc::SYS_fsync,
    libc::SYS_ftruncate,
    libc::SYS_getcwd,
    libc::SYS_getdents64,
    libc::SYS_linkat,
    libc::SYS_mkdirat,
    libc::SYS_newfstatat,
    libc::SYS_readlinkat,
    libc::SYS_renameat2,
    libc::SYS_statx,
    libc::SYS_symlinkat,
    libc::SYS_unlinkat,
    libc::SYS_utimensat,
];

/// The same, by older names.
#[cfg(target_arch = "x86_64")]
const OLD_FILES: &[c_long] = &[
    libc::SYS_access,
    libc::SYS_lstat,
    libc::SYS_mkdir,
    libc::SYS_readlink,
    libc::SYS_rename,
    libc::SYS_renameat,
    libc::SYS_rmdir,
    libc::SYS_stat,
    libc::SYS_unlink,
];
#[cfg(not(target_arch = "x86_64"))]
const OLD_FILES: &[c_long] = &[];
