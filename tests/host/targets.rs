//! Targets that are paths, and what is at them.

use crate::guest::ALONE;
use crate::loading::{attach, compile};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::PoisonError;

const PROGRAMS: [(&str, &str, &str); 2] = [
    (
        "on_socket",
        "SEC(\"cgroup/sock_create\") int on_socket(void *c) { return 1; }",
        "not a cgroup",
    ),
    (
        "on_lookup",
        "SEC(\"sk_lookup\") int on_lookup(void *c) { return 1; }",
        "not a network namespace",
    ),
];

fn fifo(path: &Path) {
    let name = std::ffi::CString::new(path.as_os_str().as_bytes()).expect("a path");
    // SAFETY: the kernel reads a path.
    #[allow(unsafe_code, reason = "std makes no FIFOs")]
    let made = unsafe { libc::mkfifo(name.as_ptr(), 0o600) };
    assert_eq!(made, 0);
}

/// Whatever is there, and whether anything is: a guest learns the same.
#[test]
pub fn other_files_are_as_good_as_none() {
    let _together = ALONE.read().unwrap_or_else(PoisonError::into_inner);
    let folder = tempfile::tempdir().expect("a folder");
    let place = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    fifo(Path::new(&place("fifo")));
    std::fs::write(place("file"), "").expect("a file");
    std::os::unix::fs::symlink("fifo", place("link")).expect("a link");
    for (name, source, words) in PROGRAMS {
        let Some(image) = compile(source) else { return };
        for target in [
            place("fifo"),
            place("file"),
            place("link"),
            place("missing"),
            place("file/below"),
            place(""),
            "/dev/null".to_owned(),
            "/proc/self/ns/uts".to_owned(),
            "/proc/self/fd/2".to_owned(),
        ] {
            let Some((errno, said)) = attach(&image, name, &target) else {
                break;
            };
            assert_eq!(errno, libc::ENOENT, "{name} at {target}: {said}");
            let expected = format!("cannot open {target}: {words}\n");
            assert!(said.ends_with(&expected), "{name} at {target}: {said}");
        }
    }
}

/// A folder that goes away with the value.
struct Cgroup(std::path::PathBuf);

impl Drop for Cgroup {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir(&self.0);
    }
}

#[test]
pub fn a_cgroup_and_a_network_namespace_are_what_they_have_to_be() {
    let _together = ALONE.read().unwrap_or_else(PoisonError::into_inner);
    let [on_socket, on_lookup] = PROGRAMS.map(|(name, source, _)| (name, compile(source)));
    let mounts = std::fs::read_to_string("/proc/mounts").expect("/proc");
    let mount = mounts.lines().find_map(|line| {
        let mut words = line.split(' ');
        let (place, kind) = (words.nth(1)?, words.next()?);
        (kind == "cgroup2").then(|| Path::new(place).join(format!("target-{}", std::process::id())))
    });
    match mount.filter(|path| std::fs::create_dir(path).is_ok()) {
        None => println!("skipped: no cgroup of its own"),
        Some(path) => {
            let cgroup = Cgroup(path);
            if let (name, Some(image)) = &on_socket
                && let Some((errno, said)) = attach(image, name, &cgroup.0.to_string_lossy())
            {
                assert_eq!(errno, 0, "{said}");
                // Its files are none.
                let file = cgroup.0.join("cgroup.procs");
                let refused = attach(image, name, &file.to_string_lossy());
                assert_eq!(refused.map(|(errno, _)| errno), Some(libc::ENOENT));
            }
        }
    }
    let namespace = std::thread::spawn(move || {
        // SAFETY: takes a number.
        #[allow(unsafe_code, reason = "a system call without a safe wrapper here")]
        let left = unsafe { libc::unshare(libc::CLONE_NEWNET) };
        if left != 0 {
            println!("skipped: no network namespace of its own");
        } else if let (name, Some(image)) = on_lookup
            && let Some((errno, said)) = attach(&image, name, "/proc/thread-self/ns/net")
        {
            assert_eq!(errno, 0, "{said}");
        }
    });
    namespace.join().expect("a thread that ends well");
}
