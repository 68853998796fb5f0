//! Each fault that `docs/libbpf-reports` describes: verification refuses its object, and libbpf really has it.

use crate::child::{End, libbpf};
use crate::files::refusal;
use crate::reports::{Fault, all};
use std::path::Path;

#[test]
fn all_are_refused() {
    for report in all() {
        let text = refusal(&report.object);
        assert!(text.contains(report.refused), "{}: {text}", report.name);
    }
}

/// In processes of their own, which end by a signal. What only corrupts memory may end well.
#[test]
fn libbpf_has_these_faults() {
    let root = rustix::process::geteuid().is_root();
    for report in all() {
        let load = match report.fault {
            Fault::AtOpen => false,
            Fault::AtLoad if root => true,
            Fault::AtLoad => {
                println!("skipped: {}: loading takes root", report.name);
                continue;
            }
            Fault::Silent => continue,
        };
        let end = libbpf(&report.object, load);
        println!("{}: {end:?}", report.name);
        assert!(matches!(end, End::Killed(_)), "{}: {end:?}", report.name);
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
