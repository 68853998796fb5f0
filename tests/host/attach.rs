//! Ways to attach, by target. Interfaces and mounts are those of namespaces of the test's own.

use crate::guest::{self, Said, guests};
use crate::place::{Cgroup, connecting, in_own_network, with_tracefs};
use std::fs;
use std::net::UdpSocket;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use test_support::probe::{self, TRACED_FUNCTION, TRACEPOINT};
use wasm_bpf_host::Runner;

/// A program of the object `guests/attach/OBJECT.bpf.c`.
#[derive(Clone, Copy, Debug)]
struct Program(&'static str, &'static str);

impl Program {
    /// Attaches it; how the guest ended, what the host said.
    fn attach(self, target: &str, runs: bool) -> (i32, String) {
        let Program(object, program) = self;
        guest::object(&format!("attach/{object}"));
        let said = Said::default();
        let mut args = vec![
            "attach".to_owned(),
            std::process::id().to_string(),
            guest::thread_id(),
            format!("/objects/{object}.bpf.o"),
            program.to_owned(),
            target.to_owned(),
        ];
        args.extend(runs.then(|| "runs".to_owned()));
        let mut config = guest::config(&said);
        config.args = args;
        config.dirs.push(guest::objects());
        let outcome = guest::runner(&guest::module("attach"), config).and_then(Runner::run);
        let outcome = outcome.unwrap_or_else(|error| panic!("{self:?}: {error:?}"));
        (outcome.exit_code, said.text())
    }

    /// It runs there.
    fn runs(self, target: &str) {
        let (code, said) = self.attach(target, true);
        assert_eq!(code, 0, "{self:?} at {target}: {said}");
    }

    /// It is refused with this error, and these words.
    fn fails(self, target: &str, errno: i32, words: &str) {
        let (code, said) = self.attach(target, false);
        assert_eq!(code, errno, "{self:?} at {target}: {said}");
        assert!(said.contains(words), "{self:?} at {target}: {said}");
    }
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
    let Some(_together) = guest::needs(&[guests, probe::program_functions]) else {
        return;
    };
    let _probes = Activity::start(|| static_probe(1_234_567));
    let on_static_probe = Program("usdt", "on_static_probe");
    let program = std::env::current_exe().expect("a program");
    let program = program.display();
    on_static_probe.runs(&format!("{program}:wasm_bpf:probed"));
    on_static_probe.fails(&format!("{program}:none:such"), 2, "cannot attach it");
    on_static_probe.fails("libc", 22, "binary:provider:name");
}

#[test]
pub fn functions_of_a_program() {
    let Some(_together) = guest::needs(&[guests, probe::program_functions]) else {
        return;
    };
    let _calls = Activity::start(|| {
        std::hint::black_box(wasm_bpf_probed(std::hint::black_box(1)));
    });
    let [on_entry, on_return] = ["on_entry", "on_return"].map(|name| Program("uprobe", name));
    let program = std::env::current_exe().expect("a program");
    let program = program.display();
    on_entry.runs(&format!("{program}:wasm_bpf_probed"));
    on_return.runs(&format!("{program}:wasm_bpf_probed"));
    on_entry.runs(&format!("{program}:wasm_bpf_probed+0"));
    on_entry.fails(
        &format!("{program}:no_such_function"),
        2,
        "no_such_function",
    );
    on_entry.fails("/no/such/program:main", 2, "/no/such/program");
    on_entry.fails("", 22, "it takes a target: binary:symbol");
    on_entry.fails("main", 22, "the target has to be binary:symbol");
    on_entry.fails("/dev/zero:main", 22, "not a regular file");
    // A symbol table whose entries have no size, by which libbpf would divide.
    let mut library = test_support::bpf_object::BpfObject::default();
    let table = library.section(".dynsym", 0, &[0; 48]);
    (library.edit(table).kind, library.edit(table).link) = (11, 3);
    // Nobody has it open for writing.
    let file = tempfile::NamedTempFile::new()
        .expect("a file")
        .into_temp_path();
    fs::write(&file, library.library()).expect("a file");
    on_entry.fails(
        &format!("{}:main", file.display()),
        22,
        "its entries have another size",
    );
}

/// Makes a directory and removes it, again and again.
fn directories() -> Activity {
    let folder = tempfile::tempdir().expect("a scratch folder");
    Activity::start(move || {
        let path = folder.path().join("made");
        fs::create_dir(&path).expect("a new folder");
        fs::remove_dir(&path).expect("an empty folder");
    })
}

#[test]
pub fn functions_of_the_kernel() {
    let Some(_together) = guest::needs(&[guests, probe::kernel_functions]) else {
        return;
    };
    let _directories = directories();
    let [on_function, on_result] = ["on_function", "on_result"].map(|name| Program("kprobe", name));
    on_function.runs(TRACED_FUNCTION);
    on_result.runs(TRACED_FUNCTION);
    on_function.fails("no_such_function", 2, "no_such_function");
    on_function.fails("", 22, "a function of the kernel");
}

#[test]
pub fn entries_and_exits_of_functions_of_the_kernel() {
    let Some(_together) = guest::needs(&[guests, probe::function_entries_and_exits]) else {
        return;
    };
    let _directories = directories();
    let [on_entry, on_exit] = ["on_entry", "on_exit"].map(|name| Program("fentry", name));
    on_entry.runs("");
    on_exit.runs("");
    on_entry.runs(TRACED_FUNCTION);
    on_entry.fails("vfs_read", 22, "its section says it");
}

#[test]
pub fn security_hooks() {
    let Some(_together) = guest::needs(&[guests, probe::security_hooks]) else {
        return;
    };
    let _directories = directories();
    Program("lsm", "on_mkdir").runs("");
}

#[test]
pub fn socket_filters() {
    let Some(_together) = guest::needs(&[guests, probe::socket_filters]) else {
        return;
    };
    in_own_network(|| {
        let _packets = packets();
        let on_packet = Program("socket", "on_packet");
        on_packet.runs("lo");
        on_packet.runs("any");
        assert_wants_an_interface(on_packet);
    });
}

#[test]
pub fn xdp() {
    let Some(_together) = guest::needs(&[guests, probe::xdp]) else {
        return;
    };
    in_own_network(|| {
        let _packets = packets();
        let on_frame = Program("xdp", "on_frame");
        on_frame.runs("lo");
        assert_wants_an_interface(on_frame);
    });
}

#[test]
pub fn traffic_control() {
    let Some(_together) = guest::needs(&[guests]) else {
        return;
    };
    in_own_network(|| {
        if !probe::all(&[probe::traffic_control]) {
            return;
        }
        let packets = packets();
        let [on_ingress, on_egress] = ["on_ingress", "on_egress"].map(|name| Program("tc", name));
        on_ingress.runs("lo");
        on_ingress.runs("lo:ingress");
        on_egress.runs("lo");
        on_ingress.runs("lo:egress");
        assert_wants_an_interface(on_ingress);
        assert_wants_an_interface(on_egress);
        drop(packets);
        // The queue that the host has made is gone with the filter: there is room for one.
        probe::make_queue(1).expect("an interface without a queue");
    });
}

/// Packets on `lo`.
fn packets() -> Activity {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a socket");
    let address = socket.local_addr().expect("an address");
    Activity::start(move || {
        socket.send_to(b"hello", address).expect("a packet");
    })
}

fn assert_wants_an_interface(program: Program) {
    program.fails("nothing0", 19, "no network interface nothing0");
    program.fails("", 22, "it takes a target: a network interface");
}

#[test]
pub fn network_namespaces() {
    let Some(_together) = guest::needs(&[guests, probe::socket_lookups]) else {
        return;
    };
    in_own_network(|| {
        let on_lookup = Program("sk_lookup", "on_lookup");
        let _packets = packets();
        on_lookup.runs("/proc/thread-self/ns/net");
        on_lookup.fails("/no/such/ns", 2, "cannot open /no/such/ns");
    });
}

#[test]
pub fn raw_tracepoints() {
    let Some(_together) = guest::needs(&[guests, probe::raw_tracepoints]) else {
        return;
    };
    let on_raw = Program("raw_tp", "on_raw");
    on_raw.runs("sys_enter");
    on_raw.fails("", 22, "the name of a tracepoint");
    on_raw.fails("no_such_tracepoint", 2, "no_such_tracepoint");
}

#[test]
pub fn tracepoints_with_types() {
    let Some(_together) = guest::needs(&[guests, probe::tracepoints_with_types]) else {
        return;
    };
    let on_btf = Program("tp_btf", "on_btf");
    on_btf.runs("");
    on_btf.runs("sys_enter");
    on_btf.fails("sched_switch", 22, "its section says it");
}

#[test]
pub fn tracepoints() {
    let Some(_together) = guest::needs(&[guests]) else {
        return;
    };
    with_tracefs(|| {
        if !probe::all(&[probe::tracepoints]) {
            return;
        }
        let on_tracepoint = Program("tp", "on_tracepoint");
        let (category, name) = TRACEPOINT;
        on_tracepoint.runs(&format!("{category}:{name}"));
        on_tracepoint.fails("sched", 22, "category:name");
        on_tracepoint.fails("no:such", 2, "cannot attach it to no:such");
    });
}

#[test]
pub fn perf_events() {
    let Some(_together) = guest::needs(&[guests, probe::perf_events]) else {
        return;
    };
    let on_sample = Program("perf_event", "on_sample");
    let busy = Activity::start(|| {
        for i in 0..1_000_000_u64 {
            std::hint::black_box(wasm_bpf_probed(i));
        }
    });
    on_sample.runs("cpu-clock@99");
    drop(busy);
    on_sample.fails("no-such-event", 22, "cpu-clock@99, not no-such-event");
    on_sample.fails("cpu-clock@often", 22, "cpu-clock@99");
}

#[test]
pub fn iterators_are_read_by_polling() {
    let Some(_together) = guest::needs(&[guests, probe::iterators]) else {
        return;
    };
    let list = Program("iter", "list");
    list.runs("elements");
    list.fails("nothing", 22, "a map of the object");
}

#[test]
pub fn programs_of_cgroups() {
    let Some(_together) = guest::needs(&[guests, probe::cgroup_programs]) else {
        return;
    };
    Cgroup::with(|cgroup| {
        let Some(_connecting) = connecting(cgroup) else {
            return;
        };
        let on_connect = Program("cgroup", "on_connect");
        on_connect.runs(&cgroup.to_string_lossy());
        on_connect.fails("/no/such/cgroup", 2, "cannot open /no/such/cgroup");
    });
}

#[test]
pub fn socket_operations_of_cgroups() {
    let Some(_together) = guest::needs(&[guests, probe::socket_operations]) else {
        return;
    };
    Cgroup::with(|cgroup| {
        let Some(_connecting) = connecting(cgroup) else {
            return;
        };
        let on_socket = Program("sockops", "on_socket");
        on_socket.runs(&cgroup.to_string_lossy());
        on_socket.fails("", 22, "the path of a cgroup");
    });
}
