//! The wasm32 header of a whole kernel, and of objects made to be hard, against an independent reading of the same BTF.
//!
//! Every size, offset and enumerator is asserted in C made from the oracle's numbers; every bitfield is written and read in
//! running wasm; and the header has to compile in every dialect, wherever it stands among wasi-libc's and others of ours.

#![allow(
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "small numbers, and a test that may fail"
)]

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;
use test_support::c_checks::{self, Bitfield, Counts, GUARD};
use test_support::c_names::CNames;
use test_support::oracle::Oracle;
use test_support::{
    DIALECTS, Guest, bpf_object, clang, compile_bpf, compilers::compilers, files_in, scratch, skip,
    stdout_of, tests_dir, tool, types::kernel_types, wasm_header, wasm_module,
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
        let names = CNames::beside_libc(&oracle);
        Ok(Subject {
            name: file.display().to_string(),
            header: wasm_header(file),
            oracle,
            names,
        })
    }
}

/// A kernel's BTF, read once.
static KERNEL: LazyLock<Result<Subject, String>> = LazyLock::new(|| {
    compilers()?;
    Ok(Subject::new(kernel_types()?)?)
});

/// The value, or the end of a test that cannot run here.
macro_rules! need {
    ($result:expr) => {
        match $result {
            Ok(value) => value,
            Err(reason) => return skip(reason.as_ref()),
        }
    };
}

#[test]
fn every_size_offset_and_enumerator_of_the_kernel_is_right() {
    let kernel = need!(&*KERNEL);
    let counts = check_layout(kernel);
    assert!(
        counts.records > 5_000 && counts.members > 40_000,
        "not a whole kernel: {counts:?}"
    );
}

#[test]
fn every_bitfield_of_the_kernel_is_right() {
    let kernel = need!(&*KERNEL);
    let count = check_bitfields(kernel);
    assert!(count > 1_000, "not a whole kernel: {count} bitfields");
}

#[test]
fn the_kernel_header_compiles_before_libc() {
    check_beside_libc(need!(&*KERNEL), Order::Before);
}

#[test]
fn the_kernel_header_compiles_behind_libc() {
    check_beside_libc(need!(&*KERNEL), Order::After);
}

/// Compilers spell the types of one source differently (`long`, `long int`); that must not make two definitions of one.
#[test]
fn headers_of_the_kernel_and_an_object_stand_together() {
    let kernel = need!(&*KERNEL);
    let bpftool = need!(tool("bpftool").ok_or("bpftool is not installed"));
    let folder = scratch();
    let mut native = Command::new(bpftool);
    let types = need!(kernel_types());
    native.args(["btf", "dump", "file"]).arg(types);
    native.args(["format", "c"]);
    fs::write(folder.path().join("vmlinux.h"), stdout_of(&mut native)).expect("a header file");
    let object = bpf_object(folder.path(), "beside", BESIDE_KERNEL);
    let object = Subject::new(&object).expect("bpftool, which is there");
    let (assertions, counts) = c_checks::assertions(&object.oracle, &object.names);
    assert!(
        counts.members > 1_000,
        "the object shares too little with the kernel: {counts:?}"
    );
    for dialect in DIALECTS {
        let dialect = dialect.map(str::to_owned);
        compile(
            kernel,
            &dialect,
            &format!("{INCLUDE}{}{assertions}", object.header),
        );
        compile(
            kernel,
            &dialect,
            &format!("{}{INCLUDE}{assertions}", object.header),
        );
    }
}

const BESIDE_KERNEL: &str = r#"
#include "vmlinux.h"
struct event { u32 pid; struct task_struct *task; struct page page; enum bpf_map_type map; struct own { u64 a; size_t b; } own; };
struct event event;
struct task_struct task;
struct sk_buff skb;
struct vm_operations_struct vm_operations;
struct device device;
struct stat stat;
enum perf_callchain_context context;
"#;

#[test]
fn objects_made_to_be_hard_are_right() {
    need!(compilers());
    let folder = scratch();
    let sources = files_in(&tests_dir().join("hard"), ".bpf.c");
    assert!(sources.len() >= 3, "sources are missing");
    let old = folder.path().join("old.btf");
    fs::write(&old, test_support::old_encodings::blob().bytes()).expect("a BTF file");
    let objects = sources
        .iter()
        .map(|source| compile_bpf(folder.path(), source));
    let late = folder.path().join("late.btf");
    fs::write(&late, test_support::late_arms::blob().bytes()).expect("a BTF file");
    for object in objects.chain([old, late]) {
        let subject = need!(Subject::new(&object));
        check_layout(&subject);
        check_bitfields(&subject);
        check_beside_libc(&subject, Order::Before);
        check_beside_libc(&subject, Order::After);
    }
    // Those with snapshots are compiled beside libc where they are reviewed.
    for object in files_in(&tests_dir().join("bpf"), ".bpf.o") {
        let subject = need!(Subject::new(&object));
        check_layout(&subject);
        check_bitfields(&subject);
    }
}

/// The files in `folder` whose names end with `end`, in order.
const INCLUDE: &str = "#include \"types.h\"\n";

/// Compiles `text`, in which [`INCLUDE`] stands for the header.
fn compile(subject: &Subject, options: &[String], text: &str) {
    let folder = scratch();
    fs::write(folder.path().join("types.h"), &subject.header).expect("a header file");
    let file = folder.path().join("unit");
    fs::write(&file, text).expect("a source file");
    let mut command = clang();
    stdout_of(
        command
            .args(["--target=wasm32-wasi", "-fsyntax-only"])
            .args(options)
            .arg(&file),
    );
}

/// Holds every definition against the oracle, in every dialect, with nothing included but the header itself.
fn check_layout(subject: &Subject) -> Counts {
    let (assertions, counts) = c_checks::assertions(&subject.oracle, &subject.names);
    for dialect in DIALECTS {
        compile(
            subject,
            &dialect.map(str::to_owned),
            &format!("{INCLUDE}{assertions}"),
        );
    }
    // Nothing missing, so much the assertions say; and nothing too much: each definition but `bool` asserts its own size.
    let own_assertions = subject.header.matches("static_assert(sizeof(").count();
    assert_eq!(
        own_assertions,
        counts.definitions() - counts.bools,
        "{}: definitions",
        subject.name
    );
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
        "{}: {counts:?}; {} anonymous structs that nothing holds",
        subject.name,
        left.len()
    );
    counts
}

/// Sets and reads every bitfield in running wasm; returns their number.
fn check_bitfields(subject: &Subject) -> usize {
    let folder = scratch();
    fs::write(folder.path().join("types.h"), &subject.header).expect("a header file");
    let bitfields = c_checks::bitfields(&subject.oracle, &subject.names);
    if bitfields.is_empty() {
        return 0;
    }
    let module = wasm_module(
        folder.path(),
        "probes",
        &c_checks::probes("types.h", &bitfields),
    );
    let mut guest = Guest::new(&module);
    let target = guest.call("target", &[]) as usize;
    for (i, bitfield) in bitfields.iter().enumerate() {
        for ones in [true, false] {
            probe(&mut guest, target, i, bitfield, ones);
        }
    }
    println!("{}: {} bitfields probed", subject.name, bitfields.len());
    bitfields.len()
}

/// Sets bitfield `i` to ones among zeroes, or to zeroes among ones, and looks at every byte and at the value read back.
fn probe(guest: &mut Guest, target: usize, i: usize, bitfield: &Bitfield, ones: bool) {
    let whole = target..target + (bitfield.size + GUARD) as usize;
    guest.memory()[whole.clone()].fill(if ones { 0 } else { 0xff });
    let result = guest.call("probe", &[i as i32, -i32::from(ones)]) as usize;
    let read = i64::from_le_bytes(
        guest.memory()[result..result + 8]
            .try_into()
            .expect("eight bytes"),
    );
    let expected = match (ones, bitfield.signed) {
        (false, _) => 0,
        (true, true) => -1,
        (true, false) => (u64::MAX >> (64 - bitfield.width)).cast_signed(),
    };
    assert_eq!(read, expected, "value read back from {bitfield:?}");
    let touched = bitfield.first..bitfield.first + bitfield.width;
    for (at, byte) in guest.memory()[whole].iter().enumerate() {
        let bits = (0..8).filter(|bit| touched.contains(&(at as u64 * 8 + bit)));
        let mask: u8 = bits.map(|bit| 1 << bit).sum();
        let expected = if ones { mask } else { !mask };
        assert_eq!(
            *byte,
            expected,
            "byte {at} after {} to {bitfield:?}",
            if ones { "ones" } else { "zeroes" }
        );
    }
}

/// Where the header stands.
#[derive(Clone, Copy, Debug)]
enum Order {
    Before,
    After,
}

/// What `tests/wasi-headers.sh` says: the include lines of all of wasi-libc, and the options they need.
static LIBC: LazyLock<(String, Vec<String>)> = LazyLock::new(|| {
    let script = tests_dir().join("wasi-headers.sh");
    let says = |args: &[&str]| {
        String::from_utf8(stdout_of(Command::new(&script).args(args))).expect("UTF-8")
    };
    (
        says(&[]),
        says(&["--flags"]).lines().map(str::to_owned).collect(),
    )
});

/// Compiles the header twice in a unit with all of libc, in every dialect, with all that libc has and with its default.
/// After libc every name has to mean ours, whatever libc's macros are.
fn check_beside_libc(subject: &Subject, order: Order) {
    let (libc, flags) = &*LIBC;
    let text = match order {
        Order::Before => format!("{INCLUDE}{libc}{INCLUDE}"),
        Order::After => format!("{libc}{INCLUDE}{INCLUDE}{libc}"),
    };
    let (assertions, _) = c_checks::assertions(&subject.oracle, &subject.names);
    for dialect in DIALECTS {
        let mut options = flags.clone();
        options.extend(dialect.map(str::to_owned));
        match order {
            Order::Before => compile(subject, &options, &text),
            Order::After => compile(subject, &options, &format!("{text}{assertions}")),
        }
        options.push("-U_GNU_SOURCE".to_owned());
        compile(subject, &options, &text);
    }
}
