//! What the guest library's header declares, against the headers of libbpf and of Linux.

use super::{INCLUDE, check_syntax, compiler};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use test_support::{DIALECTS, can_compile, clang, run, scratch, stdout_of};

/// The functions that a header declares or defines, and their types, from the compiler's syntax tree.
fn functions(include: &str) -> BTreeMap<String, String> {
    let folder = scratch();
    let file = folder.path().join("unit.c");
    fs::write(&file, include).expect("a source file");
    let mut command = compiler();
    command.args(["-fsyntax-only", "-Xclang", "-ast-dump"]);
    let tree = String::from_utf8(stdout_of(command.arg(&file))).expect("UTF-8");
    let lines = tree
        .lines()
        .filter(|line| line.contains("FunctionDecl "))
        .filter_map(|line| {
            let (head, rest) = line.split_once(" '")?;
            let (ty, _) = rest.split_once('\'')?;
            let name = head.rsplit(' ').next()?;
            Some((name.to_owned(), ty.replace("_Bool", "bool")))
        });
    lines.collect()
}

/// Functions that libbpf does not have, or that differ because a skeleton here is not libbpf's. Prefixes end in a star.
const OWN: [&str; 20] = [
    "bpf_buffer__*",
    "bpf_map__lookup_percpu",
    "bpf_map__set_link",
    "bpf_object__attach_skeleton",
    "bpf_object__destroy_skeleton",
    "bpf_object__detach_skeleton",
    "bpf_object__flush_skeleton",
    "bpf_object__free_skeleton",
    "bpf_object__load_skeleton",
    "bpf_object__new_skeleton",
    "bpf_object__open_skeleton",
    "bpf_object__sync_skeleton",
    "bpf_program__set_target",
    "bpf_sample__truncated",
    "bpf_set_prog_attach_target",
    "bpf_wasm__*",
    "perf_buffer__truncated",
    "ring_buffer__truncated",
    "wasm_bpf_*",
    "wasm_*_bpf_*",
];

/// Functions that are newer than Debian's libbpf, with the types of libbpf 1.5.
const NEWER: [(&str, &str); 2] = [
    ("bpf_map__autoattach", "bool (const struct bpf_map *)"),
    ("bpf_map__set_autoattach", "int (struct bpf_map *, bool)"),
];

fn is_own(name: &str) -> bool {
    OWN.iter().any(|own| {
        let mut parts = own.split('*');
        let first = parts.next().unwrap_or_default();
        let fits = name.strip_prefix(first).is_some_and(|rest| {
            parts
                .clone()
                .all(|part| part.is_empty() || rest.contains(part))
        });
        fits && (own.contains('*') || name == first)
    })
}

#[test]
fn signatures_are_libbpfs() {
    const LIBBPF: &str = "#include <bpf/bpf.h>\n#include <bpf/libbpf.h>\n";
    if !can_compile() {
        return;
    }
    let mut probe = clang();
    probe.args([
        "-fsyntax-only",
        "-x",
        "c",
        "-include",
        "bpf/libbpf.h",
        "/dev/null",
    ]);
    if !run(&mut probe).status.success() {
        return test_support::skip("libbpf's headers are not installed");
    }
    let (ours, theirs) = (functions(INCLUDE), functions(LIBBPF));
    let mut wrong = String::new();
    let mut compared = 0;
    for (name, ty) in &ours {
        let prefixes = ["bpf_", "libbpf_", "perf_buffer__", "ring_buffer__", "wasm_"];
        if is_own(name) || !prefixes.iter().any(|prefix| name.starts_with(prefix)) {
            continue; // libc's, too
        }
        compared += 1;
        let newer = NEWER.iter().find(|(newer, _)| newer == name);
        let theirs = theirs.get(name).map(String::as_str);
        let theirs = theirs.or(newer.map(|(_, ty)| *ty));
        if theirs != Some(ty) {
            writeln!(wrong, "{name}: {ty}, in libbpf {theirs:?}").expect("a string");
        }
    }
    println!("{compared} functions have libbpf's types");
    assert!(compared > 60 && wrong.is_empty(), "{compared}\n{wrong}");
}

#[test]
fn constants_are_linuxs() {
    if !can_compile() {
        return;
    }
    let Ok(linux) = fs::read_to_string("/usr/include/linux/bpf.h") else {
        return test_support::skip("Linux's headers are not installed");
    };
    let header = test_support::bpftool_wasm(&["gen", "header"]);
    let (mut text, mut count) = ("#include <linux/bpf.h>\n".to_owned(), 0);
    for line in header.lines() {
        let Some((name, value)) = line.trim().trim_end_matches(',').split_once(" = ") else {
            continue;
        };
        let declared = [",", " ", "\t", "\n"].map(|end| linux.contains(&format!("\t{name}{end}")));
        if name.starts_with("BPF_") && value.parse::<u32>().is_ok() && declared.contains(&true) {
            writeln!(text, "_Static_assert({name} == {value}, \"{name}\");").expect("a string");
            count += 1;
        }
    }
    let folder = scratch();
    check_syntax(folder.path(), DIALECTS[1], &[], &text);
    println!("{count} constants compared");
    assert!(count > 35, "{count}");
}
