//! Guests that load hostile objects, and guests under a profile: an error for the guest, and the host lives.

use crate::guest::{self, Said};
use crate::loading;
use std::fmt::Write as _;
use test_support::bpf_object::{BpfObject, exit, insn};
use test_support::probe;
use test_support::reports;
use wasm_bpf_host::{Limits, Profile, Runner};

/// A guest that loads an object, and ends with 0 if it gets a handle, else with 1.
fn loader(object: &[u8]) -> Vec<u8> {
    let mut bytes = String::new();
    for byte in object {
        write!(bytes, "\\{byte:02x}").expect("text");
    }
    let (pages, len) = (object.len() / 65536 + 2, object.len());
    let text = format!(
        r#"(module
            (import "wasm_bpf" "wasm_load_bpf_object" (func $load (param i32 i32) (result i64)))
            (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
            (memory (export "memory") {pages})
            (data (i32.const 1024) "{bytes}")
            (func (export "_start")
                (call $exit (i64.eqz (call $load (i32.const 1024) (i32.const {len}))))))"#
    );
    wat::parse_str(text).expect("a module")
}

/// Runs it under a profile; how it ended, and what the host said.
fn load(object: &[u8], profile: Profile) -> (i32, String) {
    let said = Said::default();
    let mut config = guest::plain_config(&said);
    config.limits.profile = profile;
    let outcome = guest::runner(&loader(object), config).and_then(Runner::run);
    (outcome.expect("an end").exit_code, said.text())
}

/// The objects that libbpf does not survive. This process has to.
#[test]
pub fn hostile_objects_do_not_reach_libbpf() {
    let _together = guest::needs(&[]);
    for report in reports::all() {
        let (code, said) = load(&report.object, Profile::trusted());
        // Of those that are too large already, nothing else is looked at.
        if said.contains("the host allows no more than") {
            assert_eq!(code, 1, "{}: {said}", report.name);
            continue;
        }
        assert_eq!(code, 1, "{}: {said}", report.name);
        assert!(
            said.contains("the BPF object is refused: "),
            "{}: {said}",
            report.name
        );
        assert!(said.contains(report.refused), "{}: {said}", report.name);
    }
}

/// A socket filter that asks for the running task.
fn spy() -> Vec<u8> {
    let code = [&insn(0x85, 0, 0, 0, 35)[..], &exit()].concat();
    BpfObject::with_program(&code).build()
}

#[test]
pub fn a_profile_is_enforced_before_load() {
    let _together = guest::needs(&[]);
    let (code, said) = load(&spy(), Profile::confined());
    assert_eq!(code, 1);
    assert!(
        said.contains("the profile does not allow the helper get_current_task"),
        "{said}"
    );
    if !probe::all(&[probe::socket_filters]) {
        return;
    }
    let harmless = BpfObject::with_program(&exit()).build();
    let (code, said) = load(&harmless, Profile::confined());
    assert_eq!((code, said.as_str()), (0, ""));
    let (code, said) = load(&spy(), Profile::trusted());
    assert_eq!((code, said.as_str()), (0, ""));
}

#[test]
pub fn profiles_on_the_command_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let module = folder.path().join("spy.wasm");
    std::fs::write(&module, loader(&spy())).expect("a module");
    let run = |profile: &str| {
        let mut command = guest::program();
        command
            .args(["--no-cache", "--profile", profile])
            .arg(&module);
        let output = command.output().expect("a program that runs");
        (
            output.status.code(),
            String::from_utf8_lossy(&output.stderr).into_owned(),
        )
    };
    let (code, said) = run("confined");
    assert_eq!(code, Some(1));
    assert!(
        said.contains("does not allow the helper get_current_task"),
        "{said}"
    );
    let (code, said) = run("/no/such/profile");
    assert_eq!(code, Some(2));
    assert!(said.contains("neither trusted nor confined"), "{said}");
    let file = folder.path().join("mine.toml");
    std::fs::write(&file, "[helpers]\nallow = ['get_current_tusk']\n").expect("a file");
    let (code, said) = run(&file.to_string_lossy());
    assert_eq!(code, Some(2));
    assert!(
        said.contains("mine.toml, line 2: there is no helper get_current_tusk"),
        "{said}"
    );
    std::fs::write(&file, "[helpers]\nallow = ['get_current_task']\n").expect("a file");
    let (code, said) = run(&file.to_string_lossy());
    assert!(
        !said.contains("the profile does not allow"),
        "{code:?} {said}"
    );
}

/// libbpf prints names and texts of an object as they are.
#[test]
pub fn what_libbpf_says_may_be_any_bytes() {
    let Some(mut image) = loading::compile("SEC(\"socket\") int program(void *c) { return 0; }")
    else {
        return;
    };
    let Some(_together) = guest::needs(&[probe::socket_filters]) else {
        return;
    };
    let license = image.windows(4).position(|bytes| bytes == b"GPL\0");
    image[license.expect("a license") + 1] = 0x8d;
    assert!(loading::load(&image, Limits::default()).0);
}
