//! What BPF programs make of a native header: pointers, functions, tags, and members that the loader finds.

use super::checks::native_header;
use super::{KERNEL, compile_bpf, need};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use test_support::compilers::compilers;
use test_support::oracle::Oracle;
use test_support::{bpf_object, scratch, skip, stdout_of, tests_dir, tool, types::kernel_types};

/// A source whose BTF has everything that wasm32 sees as numbers.
pub(super) fn hard() -> PathBuf {
    tests_dir().join("native_header/hard.bpf.c")
}

#[test]
fn pointers_functions_and_tags_are_spelled_as_c_has_them() {
    need!(compilers());
    let folder = scratch();
    let header = native_header(&compile_bpf(folder.path(), &hard()), &[]);
    for line in [
        "struct later;",
        "struct never;",
        "\tvoid *args;",
        "\tvoid (*b)(struct later *, union either **, struct never *);",
        "typedef int callback(const struct list *restrict, void *const restrict *, volatile int);",
        "typedef callback *callbacks[3][2];",
        "\tint (*(*c)[4])(callback *, char (*)[5]);",
        "\tconst char *const volatile *const *d[2];",
        "\tvoid (*const e)(void);",
        "\tint (*(*(*f)(void))[3])(int);",
        "\tint *restrict *restrict b;",
        "\t__attribute__((btf_type_tag(\"user\"))) int *a;",
        "\tchar __pad8[1023];",
        "extern __bpf_fastcall void *kfunc_one(void) __weak __ksym;",
        "extern int kfunc_two(struct nest *nest, const char *volatile name, list_t *(*each)(list_t *, ...)) __weak __ksym;",
    ] {
        let found = header.lines().any(|found| found == line);
        assert!(found, "not in the header: {line}\n{header}");
    }
    assert!(
        !header.contains("no_kfunc"),
        "an ordinary function is declared"
    );
}

/// Roots asked for come with what they need and nothing else: what is only pointed to is declared, not defined.
#[test]
fn roots_bring_what_they_need() {
    need!(compilers());
    let folder = scratch();
    let object = compile_bpf(folder.path(), &hard());
    let header = native_header(&object, &["type", "struct uses_later", "type", "list_t"]);
    let mut lines = header.lines().filter(|line| {
        line.starts_with("struct") || line.starts_with("union") || line.starts_with("typedef")
    });
    let expected = [
        "struct later;",
        "union either;",
        "struct never;",
        "struct uses_later {",
        "struct list;",
        "typedef struct list list_t;",
        "struct list {",
    ];
    for expected in expected {
        assert_eq!(lines.next(), Some(expected), "{header}");
    }
    assert_eq!(lines.next(), None, "{header}");
    assert!(
        !header.contains("kfunc"),
        "kernel functions come with everything only:\n{header}"
    );
}

/// The members a program reads are left to the loader, which finds them in the running kernel.
#[test]
fn bpf_programs_build_and_relocate() {
    let kernel = need!(&*KERNEL);
    let folder = scratch();
    fs::write(folder.path().join("vmlinux.h"), &kernel.header).expect("a header file");
    let program = include_str!("program.bpf.c");
    let plain = format!("#define BPF_NO_PRESERVE_ACCESS_INDEX\n{program}");
    let [relocated, fixed] = [("relocated", program), ("fixed", &plain)].map(|(name, source)| {
        let object = bpf_object(folder.path(), name, source);
        let count = relocations(&object);
        println!("{name}: {count} CO-RE relocations");
        (object, count)
    });
    // One for each member read; without the attribute only what asks for it by itself.
    assert_eq!((relocated.1, fixed.1), (7, 2), "CO-RE relocations");
    let bpftool = need!(tool("bpftool").ok_or("bpftool is not installed"));
    let file = folder.path().join("needed.btf");
    let mut command = Command::new(bpftool);
    let types = need!(kernel_types());
    command.args(["gen", "min_core_btf"]).arg(types);
    stdout_of(command.arg(&file).arg(&relocated.0));
    let needed = Oracle::read(&file).expect("bpftool, which is there");
    for name in ["task_struct", "sched_entity", "mm_struct"] {
        let found = needed
            .definitions()
            .any(|definition| definition.name == name);
        assert!(found, "struct {name} is not among what the loader found");
    }
}

/// The number of CO-RE relocations in an object's `.BTF.ext`.
fn relocations(object: &Path) -> u32 {
    let section = object.with_extension("ext");
    let dump = format!("--dump-section=.BTF.ext={}", section.display());
    let mut command = Command::new("llvm-objcopy-19");
    stdout_of(command.arg(dump).arg(object).arg("/dev/null"));
    let bytes = fs::read(&section).expect("a section");
    let word = |at: u32| {
        let bytes = bytes[at as usize..][..4].try_into();
        u32::from_le_bytes(bytes.expect("four bytes"))
    };
    let (header, start, end) = (word(4), word(24), word(24) + word(28));
    // The size of a record; then for each section its name, its count, and that many records.
    let (mut at, mut count) = (header + start + 4, 0);
    while at < header + end {
        count += word(at + 4);
        at += 8 + word(at + 4) * word(header + start);
    }
    count
}
