//! The processes of a host: what the one that runs the guest may do, and what happens when one of them ends.

use crate::guest::{self, events, guests};
use crate::loading::{compile, waiting};
use crate::place::in_own_network;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};
use wasm_bpf_host::{Config, confine};

/// A running host.
struct Host {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Host {
    /// Starts a host whose guest says that it is ready.
    fn start(file: &std::path::Path, options: &[&str], args: &[&str]) -> Self {
        let mut child = guest::program()
            .arg("--no-cache")
            .args(options)
            .arg(file)
            .args(args)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("a program that runs");
        let lines = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut host = Host { child, lines };
        let ready = host.line();
        if ready != "ready 0" {
            let (status, _, said) = host.end();
            panic!("{ready}, {status}: {said}");
        }
        host
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).expect("a line");
        line.trim_end().to_owned()
    }

    /// The process that runs the guest, that which loads for it, and those that have its objects.
    fn processes(&self) -> [Vec<u32>; 3] {
        let engine = self.child.id();
        let loaders = children(engine);
        let workers = loaders.iter().flat_map(|loader| children(*loader));
        let workers = workers.collect();
        [vec![engine], loaders, workers]
    }

    /// How it ends, what the guest and the host say meanwhile.
    fn end(mut self) -> (ExitStatus, String, String) {
        let (mut text, mut said) = (String::new(), String::new());
        self.lines.read_to_string(&mut text).expect("text");
        let mut stderr = self.child.stderr.take().expect("a pipe");
        stderr.read_to_string(&mut said).expect("text");
        (self.child.wait().expect("an end"), text, said)
    }
}

/// Fields of `/proc/PID/stat` after the name: state, parent.
fn stat(process: u32) -> Option<(String, u32)> {
    let text = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let (_, rest) = text.rsplit_once(')')?;
    let mut words = rest.split_whitespace();
    let state = words.next()?.to_owned();
    Some((state, words.next()?.parse().ok()?))
}

fn children(parent: u32) -> Vec<u32> {
    let entries = fs::read_dir("/proc").expect("/proc");
    let processes = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    let mut found: Vec<u32> = processes
        .filter(|process| stat(*process).is_some_and(|(_, of)| of == parent))
        .collect();
    found.sort_unstable();
    found
}

fn signal(processes: &[u32], name: &str) {
    for process in processes {
        let mut kill = Command::new("kill");
        let status = kill.args(["-s", name, &process.to_string()]).status();
        assert!(status.expect("kill").success(), "{name} {process}");
    }
}

/// Waits until something is so.
fn until(what: &str, is_so: impl Fn() -> bool) {
    let end = Instant::now() + Duration::from_secs(60);
    while !is_so() {
        assert!(Instant::now() < end, "{what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn is_running(process: u32) -> bool {
    stat(process).is_some_and(|(state, _)| state != "Z")
}

/// A line of `/proc/.../status`.
fn field<'a>(status: &'a str, name: &str) -> &'a str {
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    line.map_or("", |value| value.trim_start_matches(':').trim())
}

#[test]
fn the_process_of_the_guest_has_no_privileges() {
    let Some(_together) = guest::needs(&[events]) else {
        return;
    };
    let host = Host::start(&guest::file("processes"), &[], &["0"]);
    let [engine, loaders, workers] = host.processes();
    assert_eq!((loaders.len(), workers.len()), (1, 1));
    let tasks = fs::read_dir(format!("/proc/{}/task", engine[0])).expect("/proc");
    let mut count = 0;
    for task in tasks {
        let status = fs::read_to_string(task.expect("an entry").path().join("status"));
        let status = status.expect("a status");
        for set in ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"] {
            assert_eq!(field(&status, set), "0000000000000000", "{set}\n{status}");
        }
        assert_eq!(field(&status, "NoNewPrivs"), "1", "{status}");
        assert_eq!(field(&status, "Seccomp"), "2", "{status}");
        count += 1;
    }
    assert!(count > 1, "threads");
    // Ctrl-C is for the host.
    let group = |process: u32| {
        let text = fs::read_to_string(format!("/proc/{process}/stat")).expect("a process");
        let (_, rest) = text.rsplit_once(')').expect("a name");
        rest.split_whitespace().nth(2).expect("a group").to_owned()
    };
    assert_ne!(group(engine[0]), group(loaders[0]));
    signal(&loaders, "TERM");
    signal(&workers, "INT");
    signal(&engine, "INT");
    let (status, text, said) = host.end();
    // Older kernels do not attach a program to a raw tracepoint twice.
    let text = text.replace("attach -17", "attach 0");
    assert_eq!(
        text, "poll -4\nattach 0\nmap 1\nclose 0\nload 1\n",
        "{said}"
    );
    assert_eq!(status.code(), Some(0), "{said}");
    assert!(!is_running(loaders[0]) && !is_running(workers[0]));
}

/// Calls that no engine makes, and their results.
fn refused_calls() -> [(&'static str, libc::c_long); 12] {
    // SAFETY: each takes numbers and pointers that are NULL, and does nothing but fail.
    #[allow(unsafe_code, reason = "calls that no safe code makes")]
    unsafe {
        let null = std::ptr::null_mut::<libc::c_void>();
        [
            ("bpf", libc::syscall(libc::SYS_bpf, 5, null, 0)),
            ("bpf", libc::syscall(libc::SYS_bpf, 6, null, 0)),
            ("kill", libc::kill(1, 0).into()),
            ("ptrace", libc::ptrace(libc::PTRACE_TRACEME)),
            (
                "fork",
                libc::syscall(libc::SYS_clone, libc::SIGCHLD, null, null, null, null),
            ),
            ("unshare", libc::unshare(0).into()),
            (
                "mount",
                libc::syscall(libc::SYS_mount, null, null, null, 0, null),
            ),
            ("keyctl", libc::syscall(libc::SYS_keyctl, 0, 0, 0, 0, 0)),
            ("setns", libc::setns(0, 0).into()),
            ("fcntl", libc::fcntl(0, libc::F_SETOWN, 1).into()),
            (
                "perf_event_open",
                libc::syscall(libc::SYS_perf_event_open, null, 0, 0, 0, 0),
            ),
            (
                "openat2",
                libc::syscall(libc::SYS_openat2, -1, null, null, 0),
            ),
        ]
    }
}

/// What an engine never does is refused to this thread, and what it does is not.
#[test]
fn a_confined_thread_can_do_nothing_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("file");
    fs::write(&file, "hello").expect("a file");
    let dir = wasm_bpf_host::Dir {
        host: folder.path().to_owned(),
        guest: "/shared".to_owned(),
        writable: false,
    };
    let within = folder.path().join("new");
    let program = std::env::current_exe().expect("this program");
    let confined = std::thread::spawn(move || {
        let mut config = Config::default();
        config.dirs.push(dir);
        let confined = confine(&mut config).expect("a confined thread");
        // Files of the folder are read, and nothing else, by kernels with Landlock.
        assert_eq!(fs::read(&file).expect("the file"), b"hello");
        let missing = confined.missing().to_vec();
        let has_landlock = !missing.iter().any(|line| line.contains("files"));
        if has_landlock {
            assert!(fs::File::open(&program).is_err());
            assert!(fs::write(&within, "x").is_err());
            assert!(fs::read_dir("/proc/self/fd").is_err());
        }
        assert!(Command::new("/bin/true").status().is_err());
        assert!(std::net::UdpSocket::bind("127.0.0.1:0").is_err());
        assert!(std::os::unix::net::UnixDatagram::unbound().is_err());
        for (name, result) in refused_calls() {
            assert!(result < 0, "{name}: {result}");
        }
        // Threads, memory and time are there.
        let thread = std::thread::spawn(move || fs::File::open(program).is_err());
        assert_eq!(thread.join().expect("a thread"), has_landlock);
        std::thread::sleep(Duration::from_millis(1));
        missing
    });
    let missing = confined.join().expect("a thread that ends");
    println!("missing: {missing:?}");
}

#[test]
fn a_crash_of_what_loads_an_object_is_an_error_of_the_guests() {
    let Some(_together) = guest::needs(&[events]) else {
        return;
    };
    for (name, words) in [
        // One that is sent SIGSEGV goes on: Rust's handler waits for the fault to come again.
        ("ABRT", "ended by signal 6 (SIGABRT)"),
        ("KILL", "ended by signal 9 (SIGKILL)"),
    ] {
        let host = Host::start(&guest::file("processes"), &[], &["0"]);
        let [_, _, workers] = host.processes();
        signal(&workers, name);
        let (status, text, said) = host.end();
        // The next object has another process.
        assert_eq!(
            text, "poll -5\nattach -5\nmap 0\nclose 0\nload 1\n",
            "{said}"
        );
        assert_eq!(status.code(), Some(0), "{said}");
        assert!(said.contains(words), "{said}");
        assert!(
            said.contains("the process that had the object has ended"),
            "{said}"
        );
    }
}

#[test]
fn the_end_of_the_loader_is_an_error_of_the_guests() {
    let Some(_together) = guest::needs(&[events]) else {
        return;
    };
    let host = Host::start(&guest::file("processes"), &[], &["0"]);
    let [_, loaders, workers] = host.processes();
    signal(&loaders, "KILL");
    let (status, text, said) = host.end();
    assert_eq!(
        text, "poll -5\nattach -5\nmap 0\nclose 0\nload 0\n",
        "{said}"
    );
    assert_eq!(status.code(), Some(0), "{said}");
    assert!(
        said.contains("the loader ended by signal 9 (SIGKILL)"),
        "{said}"
    );
    until("the worker goes on", || !is_running(workers[0]));
}

/// Whether the kernel has links for traffic control.
fn has_links() -> bool {
    let release = fs::read_to_string("/proc/sys/kernel/osrelease").expect("/proc");
    let mut numbers = release
        .split('.')
        .map(|number| number.parse::<u32>().unwrap_or(0));
    (numbers.next(), numbers.next()) >= (Some(6), Some(6))
}

/// Whether the kernel has a program of this name.
fn in_kernel(name: &str) -> bool {
    let mut programs = libbpf_rs::query::ProgInfoIter::default();
    programs.any(|program| program.name == *name)
}

/// Whoever of the host's is killed, nothing is left of what it has attached.
#[test]
fn nothing_is_left_of_a_host_that_is_killed() {
    let Some(image) = compile("SEC(\"tc\") int left_0123456789(void *c) { return -1; }") else {
        return;
    };
    let Some(_together) = guest::needs(&[guests]) else {
        return;
    };
    // A name that nobody else has now.
    let name = format!("left_{:010}", std::process::id());
    let image = renamed(image, b"left_0123456789", name.as_bytes());
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("guest.wasm");
    fs::write(&file, waiting(&image, &name, "lo")).expect("a file");
    // The interface is that of this thread's network namespace, and so of the hosts that it starts.
    in_own_network(|| {
        for killed in [&[0][..], &[1], &[2], &[0, 1], &[0, 2], &[0, 1, 2]] {
            if killed.len() == 3 && !has_links() {
                println!(
                    "not here: kernels before 6.6 keep filters of which nobody knows any more"
                );
                continue;
            }
            nothing_is_left_of(&file, &name, killed);
        }
    });
}

/// Puts `new` everywhere in place of `old`, which is as long.
fn renamed(mut image: Vec<u8>, old: &[u8], new: &[u8]) -> Vec<u8> {
    assert_eq!(old.len(), new.len());
    for at in 0..image.len() - old.len() {
        if image[at..].starts_with(old) {
            image[at..at + new.len()].copy_from_slice(new);
        }
    }
    image
}

/// Kills processes, of which some may have ended by then, as others have.
fn kill_at_once(processes: &[u32]) {
    let mut kill = Command::new("kill");
    kill.args(["-s", "KILL"]).stderr(Stdio::null());
    let status = kill.args(processes.iter().map(u32::to_string)).status();
    status.expect("kill");
}

/// Kills some processes of a host whose guest has attached the program `name`.
fn nothing_is_left_of(file: &std::path::Path, name: &str, killed: &[usize]) {
    let host = Host::start(file, &[], &[]);
    assert!(in_kernel(name));
    let processes = host.processes();
    let names: Vec<u32> = killed
        .iter()
        .flat_map(|which| processes[*which].clone())
        .collect();
    kill_at_once(&names);
    until(&format!("{killed:?}: it is still attached"), || {
        !in_kernel(name)
    });
    kill_at_once(&processes[0]);
    host.end();
    for process in processes.concat() {
        until("a process goes on", || !is_running(process));
    }
}
