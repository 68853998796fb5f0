//! What a test needs of the machine it runs on. Each feature is tried by itself before it is used: what the machine refuses is
//! skipped by name, and nothing else with it. In the throwaway machine nothing is refused.

use libbpf_rs::libbpf_sys as sys;
use std::ffi::{CStr, CString};
use std::fs;
use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::path::Path;

/// Whether something is there. If not: what it is, and what the machine said.
pub type Feature = fn() -> Result<(), String>;

/// Whether all of these are there; says which one is not, in a line that `make test` counts.
pub fn all(features: &[Feature]) -> bool {
    let refused = features.iter().find_map(|feature| feature().err());
    if let Some(refused) = &refused {
        println!("skipped: {refused}");
    }
    refused.is_none()
}

fn named<T>(name: &str, result: io::Result<T>) -> Result<(), String> {
    result.map(drop).map_err(|error| format!("{name}: {error}"))
}

/// A function of the kernel that making a directory calls.
pub const TRACED_FUNCTION: &str = "do_mkdirat";

/// A tracepoint of the kernel.
pub const TRACEPOINT: (&str, &str) = ("raw_syscalls", "sys_enter");

pub fn socket_filters() -> Result<(), String> {
    named(
        "socket filters",
        load(sys::BPF_PROG_TYPE_SOCKET_FILTER, 0, ""),
    )
}

pub fn xdp() -> Result<(), String> {
    named("XDP", load(sys::BPF_PROG_TYPE_XDP, sys::BPF_XDP, ""))
}

pub fn socket_lookups() -> Result<(), String> {
    let program = load(sys::BPF_PROG_TYPE_SK_LOOKUP, sys::BPF_SK_LOOKUP, "");
    named("lookups of sockets", program)
}

/// Traffic control; to be called in a network namespace of one's own.
pub fn traffic_control() -> Result<(), String> {
    let filter = load(sys::BPF_PROG_TYPE_SCHED_CLS, 0, "").and_then(|_| {
        make_queue(1)?;
        remove_queue(1)
    });
    named("traffic control", filter)
}

pub fn perf_events() -> Result<(), String> {
    let mut attributes = sys::perf_event_attr {
        type_: sys::PERF_TYPE_SOFTWARE,
        config: sys::PERF_COUNT_SW_CPU_CLOCK.into(),
        ..Default::default()
    };
    attributes.__bindgen_anon_1.sample_freq = 99;
    attributes.set_freq(1);
    let program = load(sys::BPF_PROG_TYPE_PERF_EVENT, 0, "");
    named(
        "perf events",
        program.and_then(|_| open_event(attributes, -1, 0)),
    )
}

pub fn raw_tracepoints() -> Result<(), String> {
    let program = load(sys::BPF_PROG_TYPE_RAW_TRACEPOINT, 0, "");
    let attached = program.and_then(|program| attach_raw(&program, Some(c"sys_enter")));
    named("raw tracepoints", attached)
}

pub fn tracepoints_with_types() -> Result<(), String> {
    let program = load(
        sys::BPF_PROG_TYPE_TRACING,
        sys::BPF_TRACE_RAW_TP,
        TRACEPOINT.1,
    );
    let attached = program.and_then(|program| attach_raw(&program, None));
    named("tracepoints with types", attached)
}

/// Tracepoints have their numbers in tracefs; to be called where that may be mounted.
pub fn tracepoints() -> Result<(), String> {
    let folder = Path::new("/sys/kernel/tracing/events")
        .join(TRACEPOINT.0)
        .join(TRACEPOINT.1);
    let program = load(sys::BPF_PROG_TYPE_TRACEPOINT, 0, "");
    named(
        "tracepoints",
        program.and_then(|_| fs::read(folder.join("id"))),
    )
}

pub fn kernel_functions() -> Result<(), String> {
    named("kprobes", probe_event("kprobe", TRACED_FUNCTION))
}

pub fn program_functions() -> Result<(), String> {
    named("uprobes", probe_event("uprobe", "/proc/self/exe"))
}

pub fn function_entries_and_exits() -> Result<(), String> {
    for kind in [sys::BPF_TRACE_FENTRY, sys::BPF_TRACE_FEXIT] {
        let program = load(sys::BPF_PROG_TYPE_TRACING, kind, TRACED_FUNCTION);
        let attached = program.and_then(|program| attach_raw(&program, None));
        named("fentry and fexit", attached)?;
    }
    Ok(())
}

pub fn security_hooks() -> Result<(), String> {
    let program = load(sys::BPF_PROG_TYPE_LSM, sys::BPF_LSM_MAC, "path_mkdir");
    let attached = program.and_then(|program| attach_raw(&program, None));
    named("LSM", attached)?;
    let hooks = fs::read_to_string("/sys/kernel/security/lsm");
    match hooks {
        Ok(hooks) if !hooks.split(',').any(|hook| hook.trim() == "bpf") => {
            Err("LSM: this kernel was booted without the hooks of BPF".to_owned())
        }
        _ => Ok(()),
    }
}

pub fn iterators() -> Result<(), String> {
    let program = load(
        sys::BPF_PROG_TYPE_TRACING,
        sys::BPF_TRACE_ITER,
        "bpf_map_elem",
    );
    named("iterators", program)
}

pub fn cgroup_programs() -> Result<(), String> {
    let program = load(
        sys::BPF_PROG_TYPE_CGROUP_SOCK_ADDR,
        sys::BPF_CGROUP_INET4_CONNECT,
        "",
    );
    named("programs of cgroups", program)
}

pub fn cgroup_sockets() -> Result<(), String> {
    let program = load(
        sys::BPF_PROG_TYPE_CGROUP_SOCK,
        sys::BPF_CGROUP_INET_SOCK_CREATE,
        "",
    );
    named("programs of cgroups' sockets", program)
}

pub fn socket_operations() -> Result<(), String> {
    let program = load(sys::BPF_PROG_TYPE_SOCK_OPS, sys::BPF_CGROUP_SOCK_OPS, "");
    named("socket operations", program)
}

pub fn arrays() -> Result<(), String> {
    map("arrays", sys::BPF_MAP_TYPE_ARRAY)
}

pub fn hashes_of_maps() -> Result<(), String> {
    map("hashes of maps", sys::BPF_MAP_TYPE_HASH_OF_MAPS)
}

pub fn ring_buffers() -> Result<(), String> {
    map("ring buffers", sys::BPF_MAP_TYPE_RINGBUF)
}

pub fn perf_buffers() -> Result<(), String> {
    map("perf buffers", sys::BPF_MAP_TYPE_PERF_EVENT_ARRAY)
}

/// Types of the running kernel in sysfs.
pub fn kernel_types() -> Result<(), String> {
    named("the kernel's BTF", fs::metadata("/sys/kernel/btf/vmlinux"))
}

/// Whether the kernel makes a map of this type.
pub fn map(name: &str, kind: u32) -> Result<(), String> {
    // SAFETY: takes a number and no options.
    #[allow(unsafe_code, reason = "libbpf-rs does not tell the error")]
    let answer = unsafe { sys::libbpf_probe_bpf_map_type(kind, std::ptr::null()) };
    match answer {
        1 => Ok(()),
        0 => Err(format!("{name}: the kernel refuses to make one")),
        error => named(name, Err::<(), _>(io::Error::from_raw_os_error(-error))),
    }
}

/// A descriptor, of what libbpf and the kernel return.
fn descriptor(result: i64) -> io::Result<OwnedFd> {
    match i32::try_from(result) {
        // SAFETY: a new descriptor, which nobody else has.
        #[allow(unsafe_code, reason = "system calls return numbers")]
        Ok(fd) if fd >= 0 => Ok(unsafe { OwnedFd::from_raw_fd(fd) }),
        _ => Err(io::Error::from_raw_os_error(
            i32::try_from(-result).unwrap_or(libc::EINVAL),
        )),
    }
}

/// Loads the smallest program of a kind: it returns 0. `hook` is what it is for, where the kernel wants to know.
pub fn load(kind: u32, attach: u32, hook: &str) -> io::Result<OwnedFd> {
    let instructions = [
        sys::bpf_insn {
            code: 0xb7, // r0 = 0
            ..Default::default()
        },
        sys::bpf_insn {
            code: 0x95, // return r0
            ..Default::default()
        },
    ];
    let hook = CString::new(hook).expect("no NUL");
    // SAFETY: strings and arrays live during the calls, and have the lengths that are given.
    #[allow(unsafe_code, reason = "libbpf-rs loads objects only")]
    let result = unsafe {
        let mut options = sys::bpf_prog_load_opts {
            sz: size_of::<sys::bpf_prog_load_opts>() as sys::size_t,
            expected_attach_type: attach,
            ..Default::default()
        };
        if !hook.is_empty() {
            match sys::libbpf_find_vmlinux_btf_id(hook.as_ptr(), attach) {
                id if id > 0 => options.attach_btf_id = id.unsigned_abs(),
                error => return Err(io::Error::from_raw_os_error(-error)),
            }
        }
        sys::bpf_prog_load(
            kind,
            c"probe".as_ptr(),
            c"GPL".as_ptr(),
            instructions.as_ptr(),
            instructions.len() as sys::size_t,
            &raw mut options,
        )
    };
    descriptor(result.into())
}

/// Attaches a program to a raw tracepoint or, without a name, to what it was loaded for.
fn attach_raw(program: &OwnedFd, name: Option<&CStr>) -> io::Result<OwnedFd> {
    let name = name.map_or(std::ptr::null(), CStr::as_ptr);
    // SAFETY: an open descriptor, and a string or NULL.
    #[allow(unsafe_code, reason = "libbpf-rs attaches programs of objects only")]
    let result = unsafe { sys::bpf_raw_tracepoint_open(name, program.as_raw_fd()) };
    descriptor(result.into())
}

/// A probe of a function of the kernel, or of the first byte of a file, which is none.
fn probe_event(source: &str, place: &str) -> io::Result<OwnedFd> {
    load(sys::BPF_PROG_TYPE_KPROBE, 0, "")?;
    let kind = fs::read_to_string(format!("/sys/bus/event_source/devices/{source}/type"))?;
    let place = CString::new(place).expect("no NUL");
    let mut attributes = sys::perf_event_attr {
        type_: kind.trim().parse().map_err(io::Error::other)?,
        ..Default::default()
    };
    attributes.__bindgen_anon_3.config1 = place.as_ptr() as u64;
    open_event(attributes, -1, 0)
}

fn open_event(mut attributes: sys::perf_event_attr, process: i32, cpu: i32) -> io::Result<OwnedFd> {
    attributes.size = u32::try_from(size_of::<sys::perf_event_attr>()).expect("a small struct");
    let (group, flags) = (-1, 0);
    // SAFETY: the struct has its size in it, and what it points to lives during the call.
    #[allow(unsafe_code, reason = "a system call without a safe wrapper here")]
    let result = unsafe {
        libc::syscall(
            libc::SYS_perf_event_open,
            &raw const attributes,
            process,
            cpu,
            group,
            flags,
        )
    };
    match result {
        -1 => Err(io::Error::last_os_error()),
        fd => descriptor(fd),
    }
}

fn queue(interface: i32) -> sys::bpf_tc_hook {
    sys::bpf_tc_hook {
        sz: size_of::<sys::bpf_tc_hook>() as sys::size_t,
        ifindex: interface,
        attach_point: sys::BPF_TC_INGRESS | sys::BPF_TC_EGRESS,
        ..Default::default()
    }
}

/// Makes the queue `clsact` of an interface, which has to have none.
pub fn make_queue(interface: i32) -> io::Result<()> {
    let mut hook = queue(interface);
    // SAFETY: the struct has its size in it.
    #[allow(unsafe_code, reason = "libbpf-rs does not tell whether there was one")]
    let result = unsafe { sys::bpf_tc_hook_create(&raw mut hook) };
    match result {
        0 => Ok(()),
        error => Err(io::Error::from_raw_os_error(-error)),
    }
}

/// Removes it.
pub fn remove_queue(interface: i32) -> io::Result<()> {
    let mut hook = queue(interface);
    // SAFETY: the struct has its size in it.
    #[allow(unsafe_code, reason = "libbpf-rs has no such call")]
    let result = unsafe { sys::bpf_tc_hook_destroy(&raw mut hook) };
    match result {
        0 => Ok(()),
        error => Err(io::Error::from_raw_os_error(-error)),
    }
}
