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

mod signatures;

use std::collections::BTreeSet;
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
