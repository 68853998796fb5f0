//! Targets that are paths, and what is at them.

use crate::guest;
use crate::loading::{attach, compile};
use crate::place::{Cgroup, in_own_network};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use test_support::probe;

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
    let folder = tempfile::tempdir().expect("a folder");
    let place = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    fifo(Path::new(&place("fifo")));
    std::fs::write(place("file"), "").expect("a file");
    std::os::unix::fs::symlink("fifo", place("link")).expect("a link");
    for (name, source, words) in PROGRAMS {
        let Some(image) = compile(source) else { return };
        let Some(_together) = guest::needs(&[probe::cgroup_sockets, probe::socket_lookups]) else {
            continue;
        };
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
            let (errno, said) = attach(&image, name, &target);
            assert_eq!(errno, libc::ENOENT, "{name} at {target}: {said}");
            let expected = format!("cannot open {target}: {words}\n");
            assert!(said.ends_with(&expected), "{name} at {target}: {said}");
        }
    }
}

#[test]
pub fn a_cgroup_is_what_it_has_to_be() {
    let [(name, source, _), _] = PROGRAMS;
    let Some(image) = compile(source) else { return };
    let Some(_together) = guest::needs(&[probe::cgroup_sockets]) else {
        return;
    };
    Cgroup::with(|cgroup| {
        let (errno, said) = attach(&image, name, &cgroup.to_string_lossy());
        assert_eq!(errno, 0, "{said}");
        // Its files are none.
        let file = cgroup.join("cgroup.procs");
        let (errno, said) = attach(&image, name, &file.to_string_lossy());
        assert_eq!(errno, libc::ENOENT, "{said}");
    });
}

#[test]
pub fn a_network_namespace_is_what_it_has_to_be() {
    let [_, (name, source, _)] = PROGRAMS;
    let Some(image) = compile(source) else { return };
    let Some(_together) = guest::needs(&[probe::socket_lookups]) else {
        return;
    };
    in_own_network(|| {
        let (errno, said) = attach(&image, name, "/proc/thread-self/ns/net");
        assert_eq!(errno, 0, "{said}");
    });
}
