//! The native header, `vmlinux.h`: of a whole kernel, of objects made to be hard and of random ones, against an independent
//! reading of the same BTF, for x86-64 (or whatever this machine is) and for BPF.
//!
//! Every size, offset and enumerator is asserted in C made from the oracle's numbers. Bitfields are written and read by a native
//! program; for BPF, clang's own BTF of what it read in the header has to say the same as the BTF the header was made from.

#[path = "support/random_c/mod.rs"]
mod random_c;
mod support;

use random_c::Unit;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use support::blob::Blob;
use support::c_checks::{self, Counts};
use support::c_names::CNames;
use support::oracle::{Definition, Oracle, Place};
use support::{
    BPFTOOL_WASM, VMLINUX, bpf_object, bpftool_wasm, clang, run, scratch, skip, stdout_of,
    tests_dir, tool,
};

/// A header under test, and what it should say.
#[derive(Debug)]
struct Subject {
    name: String,
    header: String,
    oracle: Oracle,
    names: CNames,
}

impl Subject {
    /// `Err` without bpftool.
    fn new(file: &Path) -> Result<Self, &'static str> {
        let oracle = Oracle::read(file).ok_or("bpftool is not installed")?;
        let names = CNames::alone(&oracle);
        Ok(Subject {
            name: file.display().to_string(),
            header: native_header(file, &[]),
            oracle,
            names,
        })
    }
}

/// `btf dump file FILE format c`, with further words.
fn native_header(file: &Path, more: &[&str]) -> String {
    let file = file.to_string_lossy();
    let mut args = vec!["btf", "dump", "file", &file, "format", "c"];
    args.extend(more);
    bpftool_wasm(&args)
}

/// The running kernel's BTF, read once.
static KERNEL: LazyLock<Result<Subject, &str>> = LazyLock::new(|| {
    has_clang()?;
    let file = Path::new(VMLINUX);
    if !file.exists() {
        return Err("this kernel shows no BTF");
    }
    Subject::new(file)
});

fn has_clang() -> Result<(), &'static str> {
    tool("clang-19")
        .map(|_| ())
        .ok_or("clang-19 is not installed")
}

/// The value, or the end of a test that cannot run here.
macro_rules! need {
    ($result:expr) => {
        match $result {
            Ok(value) => value,
            Err(reason) => return skip(reason),
        }
    };
}

/// What the header is compiled for.
const TARGETS: [&str; 2] = ["--target=x86_64-linux-gnu", "--target=bpf"];

#[test]
fn every_size_offset_and_enumerator_of_the_kernel_is_right() {
    let kernel = need!(&*KERNEL);
    let counts = check_layout(kernel, &["-std=gnu17"]);
    assert!(
        counts.records > 9_000 && counts.members > 60_000,
        "not a whole kernel: {counts:?}"
    );
}

#[test]
fn the_kernel_header_compiles_in_every_dialect() {
    let kernel = need!(&*KERNEL);
    let unsorted = native_header(Path::new(VMLINUX), &["unsorted"]);
    assert_ne!(kernel.header, unsorted, "`unsorted` has no effect");
    for target in TARGETS {
        for dialect in [
            "-std=gnu11",
            "-std=c11",
            "-std=c17",
            "-std=c23",
            "-std=gnu23",
        ] {
            compile(&kernel.header, &[target, dialect], INCLUDE);
        }
        compile(&unsorted, &[target], INCLUDE);
    }
}

#[test]
fn every_bitfield_of_the_kernel_is_right() {
    let count = check_bitfields(need!(&*KERNEL));
    assert!(count > 1_000, "not a whole kernel: {count} bitfields");
}

#[test]
fn bpf_sees_the_kernel_as_it_is() {
    let kernel = need!(&*KERNEL);
    let count = check_bpf_view(kernel);
    assert!(count > 60_000, "not a whole kernel: {count} members");
}

#[test]
fn objects_made_to_be_hard_are_right() {
    need!(has_clang());
    let folder = scratch();
    let own = bpf_object(folder.path(), "native", HARD);
    let sources = files(&tests_dir().join("hard"), ".bpf.c");
    assert!(sources.len() >= 3, "sources are missing");
    let hard = sources
        .iter()
        .map(|source| compile_bpf(folder.path(), source));
    let objects = files(&tests_dir().join("bpf"), ".bpf.o");
    for object in hard.chain(objects).chain([own]) {
        let subject = need!(Subject::new(&object));
        // Not GNU's dialect: that has the macros `unix` and `linux`.
        check_layout(&subject, &["-std=c17"]);
        check_bitfields(&subject);
        check_bpf_view(&subject);
    }
}

/// The prototypes of kernel functions, and what there is besides layout, as text.
#[test]
fn pointers_functions_and_tags_are_spelled_as_c_has_them() {
    need!(has_clang());
    let folder = scratch();
    let header = native_header(&bpf_object(folder.path(), "native", HARD), &[]);
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
        assert!(
            header.lines().any(|found| found == line),
            "not in the header: {line}\n{header}"
        );
    }
    assert!(
        !header.contains("no_kfunc"),
        "a function that is no kfunc is declared"
    );
}

/// BPF programs build from our own `vmlinux.h`: the members they read are left to the loader, which finds them in the kernel.
#[test]
fn bpf_programs_build_and_relocate() {
    let kernel = need!(&*KERNEL);
    let folder = scratch();
    fs::write(folder.path().join("vmlinux.h"), &kernel.header).expect("a header file");
    let plain = format!("#define BPF_NO_PRESERVE_ACCESS_INDEX\n{PROGRAM}");
    let [relocated, fixed] = [("relocated", PROGRAM), ("fixed", &plain)].map(|(name, source)| {
        let object = bpf_object(folder.path(), name, source);
        let count = relocations(&object);
        println!("{name}: {count} CO-RE relocations");
        (object, count)
    });
    // One for each member read, `real_parent->tgid` being two; without the attribute only what asks for them by itself.
    assert_eq!((relocated.1, fixed.1), (7, 2), "CO-RE relocations");
    let bpftool = need!(tool("bpftool").ok_or("bpftool is not installed"));
    let needed = folder.path().join("needed.btf");
    stdout_of(
        Command::new(bpftool)
            .args(["gen", "min_core_btf", VMLINUX])
            .arg(&needed)
            .arg(&relocated.0),
    );
    let needed = Oracle::read(&needed).expect("bpftool, which is there");
    let found: Vec<_> = needed
        .definitions()
        .map(|definition| definition.name)
        .collect();
    assert!(
        found.contains(&"task_struct") && found.contains(&"sched_entity"),
        "the kernel has only {found:?} of what is read"
    );
}

const PROGRAM: &str = r#"#include "vmlinux.h"
#define SEC(name) __attribute__((section(name), used))
static long (*const bpf_probe_read_kernel)(void *to, u32 size, const void *from) = (void *)113;
struct { int pid, parent; void *pgd; u64 flags; } seen;
SEC("tp_btf/sched_switch") int watch(u64 *context)
{
	struct task_struct *task = (void *)context[2];
	struct task_struct *before = (void *)context[1];
	struct task_struct *kept = bpf_task_acquire(task);
	seen.pid = task->pid;
	seen.parent = task->real_parent->tgid;
	seen.flags = before->flags + before->se.vruntime;
	bpf_probe_read_kernel(&seen.pgd, sizeof seen.pgd, __builtin_preserve_access_index(&task->mm->pgd));
	if (kept)
		bpf_task_release(kept);
	return BPF_PROG_TYPE_KPROBE;
}
char LICENSE[] SEC("license") = "GPL";
"#;

/// The number of CO-RE relocations in an object's `.BTF.ext`.
fn relocations(object: &Path) -> u32 {
    let section = object.with_extension("ext");
    let dump = format!("--dump-section=.BTF.ext={}", section.display());
    stdout_of(
        Command::new("llvm-objcopy-19")
            .arg(dump)
            .arg(object)
            .arg("/dev/null"),
    );
    let bytes = fs::read(&section).expect("a section");
    let word =
        |at: u32| u32::from_le_bytes(bytes[at as usize..][..4].try_into().expect("four bytes"));
    let (header, start, end) = (word(4), word(24), word(24) + word(28));
    // The record size; then for each section its name, its count, and that many records.
    let (mut at, mut count) = (header + start + 4, 0);
    while at < header + end {
        count += word(at + 4);
        at += 8 + word(at + 4) * word(header + start);
    }
    count
}

/// Structs per unit and number of units of a run.
const BATCH: usize = 40;
const UNITS: u64 = 6;

#[test]
fn random_structs_are_right() {
    need!(has_clang());
    let seed = std::env::var("BPFTOOL_WASM_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or_else(|| fastrand::u64(..1 << 32));
    println!("BPFTOOL_WASM_SEED={seed}");
    let folder = scratch();
    for seed in seed..seed + UNITS {
        let unit = Unit::random(seed, BATCH);
        let mut source = format!(
            "#pragma clang diagnostic ignored \"-Weverything\"\n{}",
            unit.source()
        );
        for (i, record) in unit.records.iter().enumerate() {
            line(&mut source, format_args!("{} v{i};", record.name));
        }
        let subject = need!(Subject::new(&bpf_object(
            folder.path(),
            &format!("random{seed}"),
            &source
        )));
        check_layout(&subject, &["-std=c17"]);
        check_bitfields(&subject);
        check_bpf_view(&subject);
    }
}

/// What only the native header shows: pointers, functions, qualifiers, tags and everything else that wasm32 sees as numbers.
const HARD: &str = r#"
typedef __builtin_va_list va_list;
typedef va_list va_list_again;
struct format { const char *text; va_list args; va_list_again *more; };
struct later; union either; struct never;
struct uses_later { struct later *a; void (*b)(struct later *, union either **, struct never *); struct later *(*c)(void); };
struct later { struct uses_later in; struct later *next, *prev; };
union either { struct later *a; union either *b; };
typedef struct list list_t;
struct list { list_t *next; list_t *(*each)(list_t *, int (*)(list_t *, ...)); };
typedef struct { struct { int a; } *p; struct { int b; } q; list_t list; } named_by_typedef;
typedef int callback(const struct list *restrict, void *restrict const *, volatile int);
typedef callback *callbacks[3][2];
struct signatures { callback *a; callbacks b; int (*(*c)[4])(callback *, char (*)[5]); const char *const volatile *const *d[2];
	void (*const e)(void); int (*(*(*f)(void))[3])(int); callbacks *g; struct list (*h)(union either, list_t); };
enum shared_by_pointer { SHARED_A, SHARED_B };
struct anonymous_enums { enum { INNER_A, INNER_B = 70000 } a, b; enum { POINTED_A = -5 } *c; enum { ROW_A = 1L << 40 } d[2];
	void (*e)(enum { PARAM_A } x); enum shared_by_pointer *f; };
enum { ALONE_A = 300, ALONE_B };
enum : unsigned char { ALONE_SMALL = 255 } alone_small;
struct restricted { char *restrict a; int *restrict *restrict b; };
struct tagged { int __attribute__((btf_type_tag("user"))) *a; int __attribute__((btf_type_tag("a"))) *__attribute__((btf_type_tag("b"))) *b;
	struct { int c; } __attribute__((btf_type_tag("rcu"))) *d; };
struct gap { char a; char b __attribute__((aligned(4096))); char c __attribute__((aligned(512))); } __attribute__((aligned(64)));
struct packed_gap { char a; char :0; long b; short c __attribute__((aligned(2))); char d[3]; long e; } __attribute__((packed));
struct holds_gap { char a; struct gap b; struct packed_gap c; int d : 3; int : 0; int e : 3; };
struct all_chars { char a; char b __attribute__((aligned(4))); char c[3]; };
union big { int a; char b[5]; } __attribute__((aligned(128)));
struct scalars { char a; __int128 b; long double c; _Bool d; unsigned long long e; unsigned f : 20; };
struct pad_names { char a; long __pad0[40] __attribute__((aligned(1024))); char __pad7; char b __attribute__((aligned(1024))); };
struct nest { struct nest *self; struct { struct nest *outer; union { list_t *l; struct { enum { DEEP } deep; }; }; } in[2]; };

struct format v0; struct uses_later v1; named_by_typedef v2; struct signatures v3; struct anonymous_enums v4; struct restricted v5;
struct tagged v6; struct holds_gap v7; struct all_chars v8; union big v9; struct scalars v10; struct pad_names v11; struct nest v12;
struct never *v13; __typeof__(ALONE_A) v14; enum { ALONE_A2 = ALONE_B } v15;
#define KFUNC __attribute__((btf_decl_tag("bpf_kfunc")))
KFUNC int kfunc_two(struct nest *nest, const char *volatile name, list_t *(*each)(list_t *, ...)) { return 0; }
KFUNC __attribute__((btf_decl_tag("bpf_fastcall"))) void *kfunc_one(void) { return 0; }
KFUNC int SHARED_kfunc(enum { KFUNC_PARAM } e) { return e; }
int no_kfunc(int a) { return a; }
int one(int i) { struct never { int a; } static volatile never; never.a = i; return never.a; }
int two(int i) { union never { int a; long b; } static volatile never; never.a = i; return never.a; }
"#;

/// The files in `folder` whose names end with `end`, in order.
fn files(folder: &Path, end: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut files: Vec<_> = paths
        .filter(|path| path.to_string_lossy().ends_with(end))
        .collect();
    files.sort();
    files
}

fn compile_bpf(folder: &Path, source: &Path) -> PathBuf {
    let object = folder
        .join(source.file_stem().expect("a file name"))
        .with_extension("o");
    let mut command = Command::new("clang-19");
    command.args([
        "-target",
        "bpf",
        "-g",
        "-O2",
        "-fms-extensions",
        "-Wno-microsoft",
        "-c",
    ]);
    stdout_of(command.arg(source).arg("-o").arg(&object));
    object
}

const INCLUDE: &str = "#include \"types.h\"\n";

/// Compiles `text`, in which [`INCLUDE`] stands for the header, with all warnings.
fn compile(header: &str, options: &[&str], text: &str) {
    let folder = scratch();
    fs::write(folder.path().join("types.h"), header).expect("a header file");
    let file = folder.path().join("unit.c");
    fs::write(&file, text).expect("a source file");
    stdout_of(clang().arg("-fsyntax-only").args(options).arg(&file));
}

/// Holds every definition against the oracle, for every target.
fn check_layout(subject: &Subject, options: &[&str]) -> Counts {
    let (assertions, counts) = c_checks::assertions(&subject.oracle, &subject.names);
    // BPF has no libc; the keyword will do.
    let assertions = assertions.replacen(
        "#include <assert.h>",
        "#define static_assert _Static_assert",
        1,
    );
    let assertions = without_va_lists(&assertions);
    for target in TARGETS {
        let options: Vec<_> = options.iter().copied().chain([target]).collect();
        compile(&subject.header, &options, &format!("{INCLUDE}{assertions}"));
    }
    // What no definition holds belongs to a variable or is pointed to, and C could not name it.
    let (left, held) = (
        c_checks::unreachable(&subject.oracle),
        subject.oracle.held(),
    );
    for id in &left {
        assert!(
            subject.oracle.name(*id).is_empty() && !held.contains(id),
            "{}: type {id} is not checked",
            subject.name
        );
    }
    println!(
        "{}: {counts:?}, for {} targets",
        subject.name,
        TARGETS.len()
    );
    counts
}

/// The one exception: `va_list` itself is the compiler's, so that <stdarg.h> works, and no two targets have the same. (Members of that
/// type are not excepted.)
fn without_va_lists(assertions: &str) -> String {
    let excepted = [
        "SIZE(va_list, ",
        "SIZE(va_list_again, ",
        "SIZE(__builtin_va_list, ",
        "SIZE(__gnuc_va_list, ",
    ];
    let kept = assertions
        .lines()
        .filter(|line| !excepted.iter().any(|start| line.starts_with(start)));
    kept.flat_map(|line| [line, "\n"]).collect()
}

/// Sets and reads every bitfield in a native program; returns their number.
fn check_bitfields(subject: &Subject) -> usize {
    let folder = scratch();
    fs::write(folder.path().join("types.h"), &subject.header).expect("a header file");
    let bitfields = c_checks::bitfields(&subject.oracle, &subject.names);
    if bitfields.is_empty() {
        return 0;
    }
    let largest = bitfields
        .iter()
        .map(|bitfield| bitfield.size)
        .max()
        .unwrap_or(0);
    // What is const has bits, too.
    let mut text =
        format!("#define const\n{INCLUDE}#undef const\n#define LARGEST {largest}\n{PROBE}");
    for (i, bitfield) in bitfields.iter().enumerate() {
        let (ty, path) = (&bitfield.ty, &bitfield.path);
        line(&mut text, format_args!("SETTER({i}, {ty}, {path})"));
    }
    text.push_str("int main(void)\n{\n");
    for (i, bitfield) in bitfields.iter().enumerate() {
        let (size, first, width, signed) = (
            bitfield.size,
            bitfield.first,
            bitfield.width,
            u8::from(bitfield.signed),
        );
        line(
            &mut text,
            format_args!("\tt_probe({i}, t_set{i}, {size}, {first}, {width}, {signed});"),
        );
    }
    text.push_str("\treturn t_failures != 0;\n}\n");
    let (file, program) = (folder.path().join("probe.c"), folder.path().join("probe"));
    fs::write(&file, text).expect("a source file");
    stdout_of(
        clang()
            .args(["-std=c17", "-Wno-bitfield-constant-conversion"])
            .arg(&file)
            .arg("-o")
            .arg(&program),
    );
    let output = run(&mut Command::new(&program));
    let failed = String::from_utf8_lossy(&output.stdout);
    let first = failed
        .lines()
        .next()
        .and_then(|line| line.parse::<usize>().ok())
        .map(|i| &bitfields[i]);
    assert!(
        output.status.success(),
        "{}: {} of {} bitfields are wrong, {first:?} first",
        subject.name,
        failed.lines().count(),
        bitfields.len()
    );
    println!("{}: {} bitfields probed", subject.name, bitfields.len());
    bitfields.len()
}

/// Sets each bitfield to ones among zeroes and to zeroes among ones, looks at every bit, and reads the value back.
const PROBE: &str = r#"
static int t_failures;
static unsigned char t_bytes[LARGEST + 16] __attribute__((aligned(16)));
#define SETTER(i, type, path) \
	static __int128 t_set##i(long long value) { type *it = (type *)t_bytes; it->path = value; return it->path; }
static void t_probe(int i, __int128 (*set)(long long), long size, long first, int width, int is_signed)
{
	for (int ones = 0; ones < 2; ones++) {
		for (long at = 0; at < size; at++)
			t_bytes[at] = ones ? 0 : 0xff;
		__int128 read = set(ones ? -1 : 0);
		int good = read == (!ones ? 0 : is_signed || width == 128 ? -1 : ((__int128)1 << width) - 1);
		for (long bit = 0; bit < size * 8; bit++) {
			int inside = bit >= first && bit < first + width;
			good &= (t_bytes[bit / 8] >> bit % 8 & 1) == (inside ? ones : !ones);
		}
		if (!good) {
			__builtin_printf("%d\n", i);
			t_failures++;
			return;
		}
	}
}
"#;

/// Records per unit: clang's time grows with the square of this.
const VIEW: usize = 700;

/// Has clang compile the header for BPF and compares its BTF with the one the header was made from; returns the number of members.
fn check_bpf_view(subject: &Subject) -> usize {
    let records = subject
        .oracle
        .definitions()
        .filter(|definition| matches!(definition.word, "struct" | "union"));
    let count = records
        .collect::<Vec<_>>()
        .chunks(VIEW)
        .map(|some| check_view_of(subject, some))
        .sum();
    println!(
        "{}: {count} members are the same in BPF's view",
        subject.name
    );
    count
}

fn check_view_of(subject: &Subject, records: &[Definition<'_>]) -> usize {
    let mut source = subject.header.clone();
    for (i, record) in records.iter().enumerate() {
        line(
            &mut source,
            format_args!("{} variable{i};", c_checks::whole(record, &subject.names)),
        );
    }
    let folder = scratch();
    let seen =
        Oracle::read(&bpf_object(folder.path(), "view", &source)).expect("bpftool, which is there");
    let found: BTreeMap<_, _> = seen
        .definitions()
        .map(|seen| ((seen.word, seen.name), seen))
        .collect();
    let mut count = 0;
    for record in records {
        let name = (record.word, subject.names.of(record.id));
        let twin = found
            .get(&name)
            .unwrap_or_else(|| panic!("{}: {name:?} is missing", subject.name));
        assert_eq!(twin.size, record.size, "{}: size of {name:?}", subject.name);
        let (right, mut ours) = (places(&subject.oracle, record.id), places(&seen, twin.id));
        ours.retain(|place| right.binary_search(place).is_ok() || !place.2.contains("__pad"));
        assert_eq!(ours, right, "{}: members of {name:?}", subject.name);
        count += right.len();
    }
    count
}

/// Place and path of every member of `id`, in order.
fn places(oracle: &Oracle, id: usize) -> Vec<(u64, u64, String)> {
    let members = oracle.members(id);
    let place = members.iter().map(|member| {
        let (first, bits) = match member.place {
            Place::Bytes { offset, size } => (offset * 8, size * 8),
            Place::Bits { first, width, .. } => (first, width),
        };
        let path: Vec<_> = member
            .path
            .iter()
            .map(|step| format!("{}{:?}", step.name, step.dimensions))
            .collect();
        (first, bits, path.join("."))
    });
    let mut places: Vec<_> = place.collect();
    places.sort();
    places
}

/// BTF that no C compiler makes has to be C all the same.
#[test]
fn what_c_has_no_words_for_compiles() {
    need!(has_clang());
    let folder = scratch();
    let file = folder.path().join("odd.btf");
    fs::write(&file, odd().bytes()).expect("a BTF file");
    let header = native_header(&file, &[]);
    println!("{header}");
    fs::write(folder.path().join("types.h"), &header).expect("a header file");
    let unit = folder.path().join("unit.c");
    fs::write(&unit, format!("{INCLUDE}{ODD}")).expect("a source file");
    for target in TARGETS {
        for dialect in ["-std=gnu17", "-std=c23"] {
            stdout_of(
                Command::new("clang-19")
                    .args(["-fsyntax-only", "-w", target, dialect])
                    .arg(&unit),
            );
        }
    }
}

/// What the header of [`odd`] has to say, where clang's acceptance does not say it.
const ODD: &str = r#"
#define SIZE(type, size) _Static_assert(sizeof(type) == size, #type);
#define AT(type, member, at) _Static_assert(__builtin_offsetof(type, member) == at, #type "." #member);
SIZE(struct floats, 64) AT(struct floats, b, 16) AT(struct floats, c, 32) AT(struct floats, d, 44) AT(struct floats, e, 48) AT(struct floats, f, 56)
SIZE(struct rust, 16) AT(struct rust, z, 0) AT(struct rust, _0, 2) AT(struct rust, while___bpf, 4) AT(struct rust, twice, 8)
AT(struct rust, twice___2, 12) AT(struct rust, __anon, 14) AT(struct rust, Vec_T_, 15)
SIZE(struct for___bpf, 1048576) SIZE(union empty_but_large, 100) SIZE(struct only_tail, 3)
SIZE(union tag, 4) SIZE(int___bpf, 4) SIZE(struct points, 56)
"#;

fn odd() -> Blob {
    let mut blob = Blob::default();
    let [int, byte, half] = [("int", 1, 4), ("u8", 0, 1), ("u16", 0, 2)]
        .map(|(name, sign, size)| blob.int(name, sign, size, 0, size * 8));
    let wrong = blob.int("long unsigned int", 0, 4, 0, 32);
    let float = |blob: &mut Blob, name, size| blob.add::<0>(name, 16, 0, size, &[]);
    let [extended, quad] =
        [("_Float16", 2), ("f128", 16)].map(|(name, size)| float(&mut blob, name, size));
    let [x87, single, double] = [("long double", 12), ("f32", 4), ("f64", 8)]
        .map(|(name, size)| float(&mut blob, name, size));
    let members = [
        ("a", extended, 0, 0),
        ("b", quad, 128, 0),
        ("c", x87, 256, 0),
        ("d", single, 352, 0),
        ("e", double, 384, 0),
        ("f", wrong, 448, 0),
    ];
    blob.record("floats", 4, 0, 64, &members);
    let members = [
        ("while", int, 32, 0),
        ("twice", int, 64, 0),
        ("twice", half, 96, 0),
        ("", byte, 112, 0),
        ("Vec<T>", byte, 120, 0),
        ("0", half, 16, 0),
        ("z", half, 0, 0),
    ];
    blob.record("rust", 4, 0, 16, &members);
    blob.record("for", 4, 0, 1 << 20, &[]);
    blob.record("empty_but_large", 5, 0, 100, &[]);
    blob.record("only_tail", 4, 0, 3, &[("a", byte, 0, 0)]);
    blob.record("tag", 5, 0, 4, &[("a", int, 0, 0)]);
    let array = blob.add("", 3, 0, 0, &[[int, int, 3]]);
    let array_name = blob.add::<0>("row", 8, 0, array, &[]);
    let keyword = blob.add::<0>("int", 8, 0, int, &[]);
    let names = [blob.name("same"), blob.name("same"), blob.name("return")];
    let [returns_array, returns_row] = [array, array_name].map(|result| {
        let params = [
            [names[0], keyword],
            [0, 0],
            [names[1], int],
            [names[2], int],
            [0, 0],
        ];
        let proto = blob.add("", 13, 0, result, &params);
        blob.add::<0>("", 2, 0, proto, &[])
    });
    let restrict = blob.add::<0>("", 11, 0, int, &[]);
    let restrict_function = blob.add::<0>("", 11, 0, returns_array, &[]);
    let pointer = |blob: &mut Blob, to| blob.add::<0>("", 2, 0, to, &[]);
    let [tag, nameless] = ["tag", ""].map(|name| blob.add::<0>(name, 7, 0, 0, &[]));
    let no_values = blob.add::<0>("no_values", 6, 0, 4, &[]);
    let [tag, nameless, enumeration, restricted] =
        [tag, nameless, no_values, restrict].map(|to| pointer(&mut blob, to));
    let members = [
        returns_array,
        returns_row,
        restrict_function,
        tag,
        nameless,
        enumeration,
        restricted,
    ];
    let members: Vec<_> = (0..)
        .zip(members)
        .map(|(i, ty)| {
            (
                ["a", "b", "c", "d", "e", "f", "g"][i as usize],
                ty,
                i * 64,
                0,
            )
        })
        .collect();
    blob.record("points", 4, 0, 56, &members);
    blob
}

/// A typedef of a pointer to itself, which BTF can state and C cannot.
#[test]
fn a_typedef_that_needs_itself_is_refused() {
    let mut blob = Blob::default();
    blob.add::<0>("endless", 8, 0, 2, &[]);
    blob.add::<0>("", 2, 0, 1, &[]);
    let folder = scratch();
    let file = folder.path().join("endless.btf");
    fs::write(&file, blob.bytes()).expect("a BTF file");
    let output = run(Command::new(BPFTOOL_WASM)
        .args(["btf", "dump", "file"])
        .arg(&file)
        .args(["format", "c"]));
    assert!(
        !output.status.success() && output.stdout.is_empty(),
        "no error"
    );
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(
        message.contains("type 1 (typedef endless): contains itself"),
        "{message}"
    );
}

fn line(text: &mut String, line: std::fmt::Arguments<'_>) {
    writeln!(text, "{line}").expect("memory to write to");
}
