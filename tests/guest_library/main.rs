//! The C guest library: its harness, natively under sanitizers and as a wasm module; its signatures against libbpf's; what it
//! imports; how small it is; that it gets along with every dialect and every header of wasi-libc.
#![allow(
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::too_many_lines,
    clippy::unwrap_used,
    reason = "a test may fail, and a table of cases is long"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use test_support::{DIALECTS, Guest, can_compile, clang, run, scratch, stdout_of, tests_dir};

/// The files of the harness that see the library, each compiled in every dialect; the mock host does not.
const HARNESS: [&str; 8] = [
    "library.c",
    "objects.c",
    "programs.c",
    "tables.c",
    "maps.c",
    "events.c",
    "buffers.c",
    "second_unit.c",
];
const HOST: [&str; 2] = ["mock_host.c", "mock_maps.c"];
const WASM: &str = "--target=wasm32-wasi";
const INCLUDE: &str = "#include \"libbpf-wasm.h\"\n";

/// Bytes that the minimal guest may take, with libc's allocator and without.
const MINIMAL: u64 = 20_000;
const MINIMAL_WITHOUT_MALLOC: u64 = 10_000;

fn guest_dir() -> PathBuf {
    tests_dir().join("guest")
}

fn header_dir() -> PathBuf {
    tests_dir().join("../libbpf-wasm/include")
}

/// clang with every warning an error, which finds the library and the harness.
fn compiler() -> Command {
    let mut command = clang();
    command.arg("-I").arg(header_dir());
    command.arg("-I").arg(guest_dir());
    command
}

/// Compiles the harness, the host in C17 and the rest in `dialect`, and links it with `link`. The options go to both steps.
fn build_harness(
    folder: &Path,
    dialect: [&str; 3],
    options: &[&str],
    link: &[&str],
    output: &Path,
) {
    let mut objects = Vec::new();
    let host = HOST.map(|file| (file, DIALECTS[1]));
    let files = HARNESS.map(|file| (file, dialect));
    for (file, dialect) in files.into_iter().chain(host) {
        let object = folder.join(file).with_extension("o");
        let mut compile = compiler();
        compile.args(options).args(dialect).arg("-c");
        stdout_of(compile.arg(guest_dir().join(file)).arg("-o").arg(&object));
        objects.push(object);
    }
    let mut command = compiler();
    command.args(options).args(link).args(objects);
    stdout_of(command.arg("-o").arg(output));
}

/// Runs a check once for each dialect, all at the same time.
fn in_dialects(dialects: &[[&'static str; 3]], check: impl Fn([&'static str; 3]) + Sync) {
    std::thread::scope(|scope| {
        for &dialect in dialects {
            let check = &check;
            scope.spawn(move || check(dialect));
        }
    });
}

#[test]
fn behaves_under_sanitizers() {
    const SANITIZERS: [&str; 4] = [
        "-fsanitize=address,undefined",
        "-fno-sanitize-recover=all",
        "-g",
        "-O0", // ten times as quick to build, and nothing is optimised away
    ];
    if !can_compile() {
        return;
    }
    let folder = scratch();
    let empty = folder.path().join("empty.c");
    fs::write(&empty, "int main(void) { return 0; }\n").expect("a source file");
    let mut probe = clang();
    probe.args(SANITIZERS).arg(&empty);
    if !run(probe.arg("-o").arg(folder.path().join("empty")))
        .status
        .success()
    {
        return test_support::skip(
            "clang-19 has no sanitizers: libclang-rt-19-dev is not installed",
        );
    }
    in_dialects(&DIALECTS, |dialect| {
        let folder = scratch();
        let program = folder.path().join("harness");
        build_harness(folder.path(), dialect, &SANITIZERS, &[], &program);
        stdout_of(&mut Command::new(&program));
    });
}

#[test]
fn behaves_as_wasm() {
    if !can_compile() {
        return;
    }
    // The compiler is the same for all; C and C++ will do.
    in_dialects(&[DIALECTS[1], DIALECTS[3]], |dialect| {
        let folder = scratch();
        let module = folder.path().join("harness.wasm");
        build_harness(
            folder.path(),
            dialect,
            &[WASM, "-O2"],
            &["-nostartfiles", "-Wl,--no-entry"],
            &module,
        );
        let mut guest = Guest::new(&fs::read(&module).expect("a module"));
        let failures = guest.call("run", &[]);
        let at = guest.call("report", &[]) as usize;
        let report = guest.memory()[at..].iter().take_while(|byte| **byte != 0);
        let report: Vec<u8> = report.copied().collect();
        assert_eq!(
            failures,
            0,
            "{dialect:?}:\n{}",
            String::from_utf8_lossy(&report)
        );
    });
}

/// Checks the syntax of a text in a dialect.
fn check_syntax(folder: &Path, dialect: [&str; 3], options: &[String], text: &str) {
    let file = folder.join("unit.c");
    fs::write(&file, text).expect("a source file");
    let mut command = compiler();
    command.args(dialect).args(options).arg("-fsyntax-only");
    stdout_of(command.arg(&file));
}

#[test]
fn compiles_everywhere() {
    if !can_compile() {
        return;
    }
    let script = tests_dir().join("wasi-headers.sh");
    let says = |args: &[&str]| {
        String::from_utf8(stdout_of(Command::new(&script).args(args))).expect("UTF-8")
    };
    let (libc, flags) = (says(&[]), says(&["--flags"]));
    let flags: Vec<String> = flags.lines().map(str::to_owned).collect();
    let alone = [
        WASM,
        "-Wpedantic",
        "-Wconversion",
        "-Wcast-align",
        "-Wshadow",
    ]
    .map(str::to_owned);
    in_dialects(&DIALECTS, |dialect| {
        let folder = scratch();
        let check = |options: &[String], text: &str| {
            check_syntax(folder.path(), dialect, options, text);
        };
        check(&alone, INCLUDE);
        check(&alone[..1], &format!("{INCLUDE}{INCLUDE}"));
        check(&flags, &format!("{INCLUDE}{libc}{INCLUDE}"));
        check(&flags, &format!("{libc}{INCLUDE}{libc}"));
    });
}

/// What guests written for the first header of this name rely on: their calls, and that it includes `<stdio.h>` and more.
const EARLIER_GUEST: &str = r#"
#include "demo.skel.h"

typedef uint32_t __u32;
typedef uint64_t __u64;

static int handle_event(void *ctx, void *data, size_t data_sz)
{
    const __u32 *pid = (const __u32 *)data;

    printf("%u\n", *pid);
    return 0;
}

int main(int argc, char **argv)
{
    struct demo *skel = demo__open();
    struct bpf_buffer *rb = NULL;
    __u32 lookup_key = -2, next_key;
    __u64 value;
    int err, fd;

    if (!skel || (argc > 1 && strcmp(argv[1], "-d") == 0 && strtol(argv[1], NULL, 10)))
        return 1;
    bpf_program__set_autoload(skel->progs.handle_exec, false);
    err = demo__load(skel);
    bpf_set_prog_attach_target(skel->progs.xdp_pass, argv[1]);
    if (err || demo__attach(skel))
        goto cleanup;
    fd = bpf_map__fd(skel->maps.exec_start);
    bpf_map_update_elem(fd, &lookup_key, &value, BPF_ANY);
    while (!bpf_map_get_next_key(fd, &lookup_key, &next_key)) {
        if (bpf_map_lookup_elem(fd, &next_key, &value) < 0 || bpf_map_delete_elem(fd, &next_key) < 0)
            goto cleanup;
        lookup_key = next_key;
    }
    rb = bpf_buffer__open(skel->maps.rb, handle_event, NULL);
    while (rb && err != -EINTR) {
        err = bpf_buffer__poll(rb, 100);
        if (err < 0)
            fprintf(stderr, "%s\n", strerror(-err));
    }
cleanup:
    bpf_buffer__free(rb);
    demo__destroy(skel);
    return err < 0 ? -err : 0;
}
"#;

/// Builds a guest as its users do; the module.
fn build_guest(file: &Path, options: &[&str]) -> Vec<u8> {
    let module = file.with_extension("wasm");
    let mut command = compiler();
    command.args([WASM, "-O2", "-s", "-Wl,--export-table"]);
    command.args(options).arg(file).arg("-o").arg(&module);
    stdout_of(&mut command);
    fs::read(module).expect("a module")
}

/// A copy of the minimal guest in `folder`.
fn minimal(folder: &Path) -> PathBuf {
    let file = folder.join("minimal.c");
    fs::copy(guest_dir().join("minimal.c"), &file).expect("a copy");
    file
}

#[test]
fn earlier_guests_build() {
    if !can_compile() {
        return;
    }
    let folder = scratch();
    let file = folder.path().join("earlier.c");
    fs::write(&file, EARLIER_GUEST).expect("a source file");
    build_guest(&file, &["-Wno-unused-parameter"]);
}

#[test]
fn imports_are_the_abi() {
    const IMPORTS: [&str; 6] = [
        "wasm_attach_bpf_program(i64, i32, i32) -> i32",
        "wasm_bpf_buffer_poll(i64, i32, i32, i32, i32, i32, i32) -> i32",
        "wasm_bpf_map_fd_by_name(i64, i32) -> i32",
        "wasm_bpf_map_operate(i32, i32, i32, i32, i32, i64) -> i32",
        "wasm_close_bpf_object(i64) -> i32",
        "wasm_load_bpf_object(i32, i32) -> i64",
    ];
    if !can_compile() {
        return;
    }
    let folder = scratch();
    let module = build_guest(&minimal(folder.path()), &[]);
    let module = wasmi::Module::new(&wasmi::Engine::default(), &module).expect("a valid module");
    let list = |types: &[wasmi::ValType]| {
        let names: Vec<String> = types
            .iter()
            .map(|ty| format!("{ty:?}").to_lowercase())
            .collect();
        names.join(", ")
    };
    let imports: BTreeSet<String> = module
        .imports()
        .filter(|import| import.module() == "wasm_bpf")
        .map(|import| {
            let ty = import.ty().func().expect("a function");
            let (params, results) = (list(ty.params()), list(ty.results()));
            format!("{}({params}) -> {results}", import.name())
        })
        .collect();
    assert_eq!(imports, IMPORTS.map(str::to_owned).into());
    let exports: BTreeSet<&str> = module.exports().map(|export| export.name()).collect();
    for name in ["memory", "_start", "__indirect_function_table"] {
        assert!(exports.contains(name), "{name} is not exported");
    }
}

#[test]
fn stays_small() {
    if !can_compile() {
        return;
    }
    let folder = scratch();
    let file = minimal(folder.path());
    let whole = build_guest(&file, &[]).len() as u64;
    let pool = build_guest(&file, &["-DPOOL"]).len() as u64;
    println!("minimal guest: {whole} bytes; without libc's malloc: {pool} bytes");
    assert!(whole <= MINIMAL && pool <= MINIMAL_WITHOUT_MALLOC);
}

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
