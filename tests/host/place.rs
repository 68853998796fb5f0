//! Places of a test's own: a network namespace, mounts, a cgroup. They are gone when it ends.

use crate::guest;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// Leaves the namespaces that the rest of the process has, with this thread and those that it starts.
fn leave(namespaces: i32) -> io::Result<()> {
    // SAFETY: takes a number.
    #[allow(unsafe_code, reason = "a system call without a safe wrapper here")]
    match unsafe { libc::unshare(namespaces) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

/// Calls `test` on a thread that has been prepared; where that is refused, the test is skipped.
fn prepared(prepare: impl FnOnce() -> Result<(), String> + Send, test: impl FnOnce() + Send) {
    let run = guest::like_here(|| match prepare() {
        Ok(()) => test(),
        Err(refused) => println!("skipped: {refused}"),
    });
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().spawn_scoped(scope, run);
        let ended = thread.expect("a thread").join();
        ended.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    });
}

/// In a network namespace that has only `lo`.
pub fn in_own_network(test: impl FnOnce() + Send) {
    let prepare = || {
        leave(libc::CLONE_NEWNET).map_err(|error| format!("network namespaces: {error}"))?;
        let mut up = Command::new("ip");
        match up.args(["link", "set", "lo", "up"]).status() {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(format!("network namespaces: ip ends with {status}")),
            Err(error) => Err(format!("the program ip: {error}")),
        }
    };
    prepared(prepare, test);
}

/// Mounts a file system that nobody else sees.
fn mount(kind: &str, place: &Path) -> Result<(), String> {
    let private = || {
        leave(libc::CLONE_FS | libc::CLONE_NEWNS)?;
        mount_with("none", "/", libc::MS_REC | libc::MS_PRIVATE)?;
        mount_with(kind, &place.to_string_lossy(), 0)
    };
    private().map_err(|error| format!("{kind}, which is not mounted and cannot be: {error}"))
}

fn mount_with(kind: &str, place: &str, flags: libc::c_ulong) -> io::Result<()> {
    let [kind, place] = [kind, place].map(|text| std::ffi::CString::new(text).expect("no NUL"));
    // SAFETY: strings that live during the call; these file systems take no data.
    #[allow(unsafe_code, reason = "a system call without a safe wrapper here")]
    let result = unsafe {
        libc::mount(
            c"none".as_ptr(),
            place.as_ptr(),
            kind.as_ptr(),
            flags,
            std::ptr::null(),
        )
    };
    match result {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

/// Where tracefs is mounted, if need be for this test only.
pub fn with_tracefs(test: impl FnOnce() + Send) {
    let place = Path::new("/sys/kernel/tracing");
    let prepare = || {
        if place.join("events").exists() {
            return Ok(());
        }
        mount("tracefs", place)
    };
    prepared(prepare, test);
}

/// A cgroup that goes away with the value.
#[derive(Debug)]
pub struct Cgroup(PathBuf);

impl Cgroup {
    /// Calls `test` with a cgroup of its own, below one that is mounted already or for this test only.
    pub fn with(test: impl FnOnce(&Path) + Send) {
        let own = tempfile::tempdir().expect("a scratch folder");
        let mounted = Cgroup::mounted();
        let place = mounted.clone().unwrap_or_else(|| own.path().to_owned());
        let prepare = || match mounted {
            Some(_) => Ok(()),
            None => mount("cgroup2", &place),
        };
        prepared(prepare, || match Cgroup::below(&place) {
            Ok(cgroup) => test(&cgroup.0),
            Err(error) => println!("skipped: cgroups of version 2: {error}"),
        });
    }

    fn mounted() -> Option<PathBuf> {
        let mounts = fs::read_to_string("/proc/mounts").ok()?;
        mounts.lines().find_map(|line| {
            let mut words = line.split(' ');
            let (place, kind) = (words.nth(1)?, words.next()?);
            (kind == "cgroup2").then(|| place.into())
        })
    }

    fn below(place: &Path) -> io::Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = place.join(format!("wasm-bpf-{}-{count}", std::process::id()));
        fs::create_dir(&folder)?;
        Ok(Cgroup(folder))
    }
}

impl Drop for Cgroup {
    fn drop(&mut self) {
        // What was in it may take a moment to be gone.
        for _ in 0..1000 {
            if fs::remove_dir(&self.0).is_ok() {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// A process that ends with the value.
#[derive(Debug)]
pub struct Shell(Child);

impl Drop for Shell {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A process in a cgroup that connects to where nobody listens, again and again. `None`, and a line that says why, without.
pub fn connecting(cgroup: &Path) -> Option<Shell> {
    // It ends with the test, even if that is killed.
    let script = format!(
        "echo $$ > {}/cgroup.procs || exit
        while kill -0 {}; do echo | nc 127.0.0.1 9; sleep 0.01; done",
        cgroup.display(),
        std::process::id()
    );
    let mut command = Command::new("busybox");
    command.args(["sh", "-c", &script]);
    match command.stdout(Stdio::null()).stderr(Stdio::null()).spawn() {
        Ok(child) => Some(Shell(child)),
        Err(error) => {
            println!("skipped: the program busybox: {error}");
            None
        }
    }
}
