//! Each fault that `docs/libbpf-reports` describes: verification refuses its object, and libbpf really has it.

use crate::child::{End, libbpf};
use crate::files::refusal;
use std::path::Path;
use test_support::reports::{Fault, all};
use test_support::{boot, probe};

#[test]
fn all_are_refused() {
    for report in all() {
        let text = refusal(&report.object);
        assert!(text.contains(report.refused), "{}: {text}", report.name);
    }
}

/// In a process of its own, which ends by a signal. What only corrupts memory may end well.
fn assert_kills_libbpf(fault: Fault) {
    for report in all().iter().filter(|report| report.fault == fault) {
        let end = libbpf(&report.object, fault == Fault::AtLoad);
        println!("{}: {end:?}", report.name);
        assert!(matches!(end, End::Killed(_)), "{}: {end:?}", report.name);
    }
}

#[test]
fn libbpf_has_the_faults_of_opening() {
    assert_kills_libbpf(Fault::AtOpen);
}

#[test]
fn libbpf_has_the_faults_of_loading() {
    if probe::all(&[probe::socket_filters]) {
        assert_kills_libbpf(Fault::AtLoad);
    }
}

/// The tests that take privileges in the throwaway machine, if this one does not give them.
#[test]
fn what_this_machine_refuses_is_tested_in_the_throwaway_machine() {
    if probe::socket_filters().is_ok() && probe::program_functions().is_ok() {
        return;
    }
    let scenario = tempfile::tempdir().expect("a scratch folder");
    let args = "libbpf_has --skip throwaway_machine";
    if let Err(refused) = boot::run_own_tests(scenario.path(), "image", &[], args) {
        println!("skipped: the throwaway machine: {refused}");
    }
}

/// For who sends the reports: writes the objects into the folder that `WASM_BPF_REPORTS` names.
#[test]
fn objects_as_files() {
    let Some(folder) = std::env::var_os("WASM_BPF_REPORTS") else {
        return;
    };
    std::fs::create_dir_all(&folder).expect("a folder");
    let mut last = "";
    for report in all() {
        let number = if report.name == last { "-2" } else { "" };
        let path = Path::new(&folder).join(format!("{}{number}.bpf.o", report.name));
        std::fs::write(&path, report.object).expect("a file");
        last = report.name;
    }
}

/// Each has its page, and each page its object.
#[test]
fn pages_and_objects_are_the_same() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/libbpf-reports");
    let mut pages: Vec<String> = std::fs::read_dir(folder)
        .expect("the folder of reports")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .filter(|name| name != "README.md")
        .collect();
    pages.retain(|name| !name.starts_with("target-"));
    pages.sort();
    let mut names: Vec<String> = all()
        .iter()
        .map(|report| format!("{}.md", report.name))
        .collect();
    names.sort();
    names.dedup();
    assert_eq!(pages, names);
}
