//! Ways to attach, by target. Interfaces are those of a network namespace of the test's own.

use crate::guest::{self, Said};
use std::fs;
use std::net::UdpSocket;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use wasm_bpf::{Config, Runner};

/// Attaches one program of `attach.bpf.c`; how the guest ended, what the host said.
fn attach(program: &str, target: &str, index: Option<u32>) -> (i32, String) {
    let _together = guest::together();
    let said = Said::default();
    let mut args = vec![
        "attach".to_owned(),
        std::process::id().to_string(),
        guest::thread_id(),
        program.to_owned(),
        target.to_owned(),
    ];
    args.extend(index.map(|index| index.to_string()));
    let config = Config::default().args(args).log(said.log());
    let outcome = guest::runner(&guest::module("attach"), config).and_then(Runner::run);
    let outcome = outcome.unwrap_or_else(|error| panic!("{program}: {error}"));
    (outcome.exit_code, said.text())
}

/// The program ran.
fn runs(program: &str, target: &str, index: u32) {
    let (code, said) = attach(program, target, Some(index));
    assert_eq!(code, 0, "{program} at {target}: {said}");
}

/// It was refused with this error, and these words.
fn fails(program: &str, target: &str, errno: i32, words: &str) {
    let (code, said) = attach(program, target, None);
    assert_eq!(code, errno, "{program} at {target}: {said}");
    assert!(said.contains(words), "{program} at {target}: {said}");
}

/// Does something again and again while a test runs.
struct Activity {
    stop: Arc<AtomicBool>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Activity {
    fn start(mut act: impl FnMut() + Send + 'static) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = stop.clone();
        let thread = std::thread::spawn(move || {
            while !stopped.load(Ordering::Relaxed) {
                act();
                std::thread::sleep(Duration::from_millis(2));
            }
        });
        let thread = Some(thread);
        Activity { stop, thread }
    }
}

impl Drop for Activity {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.join().expect("a thread that ends");
        }
    }
}

/// What uprobes of these tests are attached to.
#[unsafe(no_mangle)]
#[inline(never)]
#[allow(unsafe_code, reason = "a name that can be found")]
pub extern "C" fn wasm_bpf_probed(value: u64) -> u64 {
    std::hint::black_box(value + 1)
}

/// A static probe `wasm_bpf:probed` with one argument, as <sys/sdt.h> makes them.
#[cfg(target_arch = "x86_64")]
#[inline(never)]
fn static_probe(value: u64) {
    // SAFETY: the only instruction is one that does nothing.
    #[allow(unsafe_code, reason = "a probe is a note about an instruction")]
    unsafe {
        std::arch::asm!(
            "990: nop",
            ".pushsection .note.stapsdt, \"\", @note",
            ".balign 4",
            ".4byte 992f - 991f, 994f - 993f, 3",
            "991: .asciz \"stapsdt\"",
            "992: .balign 4",
            "993: .8byte 990b, _.stapsdt.base, 0",
            ".asciz \"wasm_bpf\"",
            ".asciz \"probed\"",
            ".asciz \"8@%rdi\"",
            "994: .balign 4",
            ".popsection",
            ".pushsection .stapsdt.base, \"a\", @progbits",
            ".hidden _.stapsdt.base",
            "_.stapsdt.base: .space 1",
            ".size _.stapsdt.base, 1",
            ".popsection",
            in("rdi") value,
        );
    }
}

#[test]
#[cfg(target_arch = "x86_64")]
pub fn static_probes_of_a_program() {
    if !guest::possible() {
        return;
    }
    let _probes = Activity::start(|| static_probe(1_234_567));
    let program = std::env::current_exe().expect("a program");
    let program = program.display();
    runs("on_static_probe", &format!("{program}:wasm_bpf:probed"), 13);
    fails(
        "on_static_probe",
        &format!("{program}:none:such"),
        2,
        "cannot attach it",
    );
    fails("on_static_probe", "libc", 22, "binary:provider:name");
}

#[test]
pub fn functions_of_a_program() {
    if !guest::possible() {
        return;
    }
    let _calls = Activity::start(|| {
        std::hint::black_box(wasm_bpf_probed(std::hint::black_box(1)));
    });
    let program = std::env::current_exe().expect("a program");
    let program = program.display();
    runs("on_entry", &format!("{program}:wasm_bpf_probed"), 0);
    runs("on_return", &format!("{program}:wasm_bpf_probed"), 1);
    runs("at_offset", &format!("{program}:wasm_bpf_probed+0"), 2);
    fails(
        "on_entry",
        &format!("{program}:no_such_function"),
        2,
        "no_such_function",
    );
    fails("on_entry", "/no/such/program:main", 2, "/no/such/program");
    fails("on_entry", "/dev/zero:main", 22, "not a regular file");
    // A symbol table whose entries have no size, by which libbpf would divide.
    let mut library = crate::bpf_object::BpfObject::default();
    let table = library.section(".dynsym", 0, &[0; 48]);
    (library.edit(table).kind, library.edit(table).link) = (11, 3);
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), library.library()).expect("a file");
    fails(
        "on_entry",
        &format!("{}:main", file.path().display()),
        22,
        "its entries have another size",
    );
    fails("on_entry", "", 22, "it takes a target: binary:symbol");
    fails("on_entry", "main", 22, "the target has to be binary:symbol");
}

/// Gives this thread, and those that it starts, a network namespace with only `lo`.
fn own_network() -> bool {
    // SAFETY: takes a number.
    #[allow(unsafe_code, reason = "a system call without a safe wrapper here")]
    let result = unsafe { libc::unshare(libc::CLONE_NEWNET) };
    let up = Command::new("ip")
        .args(["link", "set", "lo", "up"])
        .status();
    let possible = result == 0 && up.is_ok_and(|status| status.success());
    if !possible {
        println!("skipped: no network namespace of its own, or no program ip");
    }
    possible
}

#[test]
pub fn interfaces() {
    if !guest::possible() || !own_network() {
        return;
    }
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a socket");
    let address = socket.local_addr().expect("an address");
    let packets = Activity::start(move || {
        socket.send_to(b"hello", address).expect("a packet");
    });
    runs("on_packet", "lo", 3);
    runs("on_packet", "any", 3);
    runs("on_frame", "lo", 4);
    runs("on_ingress", "lo", 5);
    runs("on_ingress", "lo:ingress", 5);
    runs("on_egress", "lo", 6);
    runs("on_ingress", "lo:egress", 5);
    for program in ["on_packet", "on_frame", "on_ingress", "on_egress"] {
        fails(program, "nothing0", 19, "no network interface nothing0");
        fails(program, "", 22, "it takes a target: a network interface");
    }
    drop(packets);
    // The queue that the host has made is gone with the filter.
    let output = Command::new("tc")
        .args(["qdisc", "show", "dev", "lo"])
        .output();
    if let Ok(output) = output {
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(!text.contains("clsact"), "{text}");
    }
    let (code, said) = attach("on_lookup", "/proc/thread-self/ns/net", None);
    assert_eq!(code, 0, "{said}");
    fails("on_lookup", "/no/such/ns", 2, "cannot open /no/such/ns");
}

#[test]
pub fn tracepoints_and_events() {
    if !guest::possible() {
        return;
    }
    runs("on_raw", "sys_enter", 8);
    runs("on_btf", "", 9);
    runs("on_btf", "sys_enter", 9);
    let busy = Activity::start(|| {
        for i in 0..1_000_000_u64 {
            std::hint::black_box(wasm_bpf_probed(i));
        }
    });
    runs("on_sample", "cpu-clock@99", 7);
    drop(busy);
    fails(
        "on_sample",
        "no-such-event",
        22,
        "cpu-clock@99, not no-such-event",
    );
    fails("on_sample", "cpu-clock@often", 22, "cpu-clock@99");
    fails("on_raw", "", 22, "the name of a tracepoint");
    fails("on_raw", "no_such_tracepoint", 2, "no_such_tracepoint");
    fails("on_btf", "sched_switch", 22, "its section says it");
    fails("on_function", "", 22, "a function of the kernel");
    fails("on_tracepoint", "sched", 22, "category:name");
    fails("on_tracepoint", "no:such", 2, "cannot attach it to no:such");
}

#[test]
pub fn iterators_are_read_by_polling() {
    if !guest::possible() {
        return;
    }
    let (code, said) = attach("list", "elements", None);
    assert_eq!(code, 0, "{said}");
    fails("list", "nothing", 22, "a map of the object");
}

#[test]
pub fn the_poll_that_calls_an_export() {
    if !guest::possible() {
        return;
    }
    let (outcome, _) = guest::run("callback");
    assert_eq!(outcome.events, 5);
}

/// A child of the machine's cgroup that goes away with the value.
struct Cgroup(std::path::PathBuf);

impl Cgroup {
    fn new() -> Option<Self> {
        let mounts = fs::read_to_string("/proc/mounts").ok()?;
        let mount = mounts.lines().find_map(|line| {
            let mut words = line.split(' ');
            let (place, kind) = (words.nth(1)?, words.next()?);
            (kind == "cgroup2").then(|| place.to_owned())
        })?;
        let folder = std::path::Path::new(&mount).join(format!("wasm-bpf-{}", std::process::id()));
        fs::create_dir(&folder).ok()?;
        Some(Cgroup(folder))
    }
}

impl Drop for Cgroup {
    fn drop(&mut self) {
        // What was in it may take a moment to be gone.
        for _ in 0..100 {
            if fs::remove_dir(&self.0).is_ok() {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// A process that ends with the value.
struct Shell(Child);

impl Drop for Shell {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
pub fn cgroups() {
    if !guest::possible() {
        return;
    }
    let Some(cgroup) = Cgroup::new() else {
        println!("skipped: no cgroup of its own");
        return;
    };
    let target = cgroup.0.to_string_lossy();
    // A shell that joins the cgroup and connects; nobody listens.
    let script = format!(
        "echo $$ > {target}/cgroup.procs
        for i in $(seq 3000); do (: < /dev/tcp/127.0.0.1/9) 2> /dev/null; sleep 0.01; done"
    );
    let child = Command::new("bash")
        .args(["-c", &script])
        .stdout(Stdio::null())
        .spawn();
    let child = Shell(child.expect("bash"));
    let results = [("on_connect", 10), ("on_socket", 11)]
        .map(|(program, index)| attach(program, &target, Some(index)));
    drop(child);
    for (code, said) in results {
        assert_eq!(code, 0, "{said}");
    }
    fails(
        "on_connect",
        "/no/such/cgroup",
        2,
        "cannot open /no/such/cgroup",
    );
    fails("on_socket", "", 22, "the path of a cgroup");
}
