//! Holds a native header against the oracle: in C, in a running program, and in what clang takes it for on BPF.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;
use test_support::c_checks::{self, Bitfield, Counts};
use test_support::c_names::CNames;
use test_support::oracle::{Definition, Oracle, Place};
use test_support::{bpf_object, bpftool_wasm, clang, run, scratch, stdout_of};

/// A header under test, and what it should say.
#[derive(Debug)]
pub(crate) struct Subject {
    name: String,
    pub(crate) header: String,
    oracle: Oracle,
    names: CNames,
}

/// `btf dump file FILE format c`, with further words.
pub(crate) fn native_header(file: &Path, more: &[&str]) -> String {
    let file = file.to_string_lossy();
    let mut args = vec!["btf", "dump", "file", &file, "format", "c"];
    args.extend(more);
    bpftool_wasm(&args)
}

/// What headers are compiled for.
pub(crate) const TARGETS: [&str; 2] = ["--target=x86_64-linux-gnu", "--target=bpf"];

pub(crate) const INCLUDE: &str = "#include \"types.h\"\n";

/// Compiles `text`, in which [`INCLUDE`] stands for the header, with all warnings.
pub(crate) fn compile(header: &str, options: &[&str], text: &str) {
    let folder = scratch();
    fs::write(folder.path().join("types.h"), header).expect("a header file");
    let file = folder.path().join("unit.c");
    fs::write(&file, text).expect("a source file");
    stdout_of(clang().arg("-fsyntax-only").args(options).arg(&file));
}

impl Subject {
    /// `Err` without bpftool.
    pub(crate) fn new(file: &Path) -> Result<Self, &'static str> {
        let oracle = Oracle::read(file).ok_or("bpftool is not installed")?;
        let names = CNames::alone(&oracle);
        Ok(Subject {
            name: file.display().to_string(),
            header: native_header(file, &[]),
            oracle,
            names,
        })
    }

    /// Holds every definition against the oracle, for every target.
    pub(crate) fn check_layout(&self, dialect: &str) -> Counts {
        let (assertions, counts) = c_checks::assertions(&self.oracle, &self.names);
        let assertions = portable(&assertions);
        for target in TARGETS {
            compile(
                &self.header,
                &[target, dialect],
                &format!("{INCLUDE}{assertions}"),
            );
        }
        // What no definition holds belongs to a variable or is pointed to, and C could not name it.
        let (left, held) = (c_checks::unreachable(&self.oracle), self.oracle.held());
        for id in &left {
            let anonymous = self.oracle.name(*id).is_empty() && !held.contains(id);
            assert!(anonymous, "{}: type {id} is not checked", self.name);
        }
        println!("{}: {counts:?}, {} targets", self.name, TARGETS.len());
        counts
    }

    /// Sets and reads every bitfield in a native program; returns their number.
    pub(crate) fn check_bitfields(&self) -> usize {
        let bitfields = c_checks::bitfields(&self.oracle, &self.names);
        if bitfields.is_empty() {
            return 0;
        }
        let folder = scratch();
        fs::write(folder.path().join("types.h"), &self.header).expect("a header file");
        let source = folder.path().join("probe.c");
        let program = folder.path().join("probe");
        fs::write(&source, probes(&bitfields)).expect("a source file");
        let mut compiler = clang();
        compiler.args(["-std=c17", "-Wno-bitfield-constant-conversion"]);
        stdout_of(compiler.arg(&source).arg("-o").arg(&program));
        let output = run(&mut Command::new(&program));
        let failed = String::from_utf8_lossy(&output.stdout);
        let numbers = failed.lines().filter_map(|line| line.parse().ok());
        let wrong: Vec<&Bitfield> = numbers.map(|i: usize| &bitfields[i]).collect();
        assert!(
            output.status.success(),
            "{}: {} bitfields are wrong: {:?}",
            self.name,
            wrong.len(),
            wrong.first()
        );
        println!("{}: {} bitfields probed", self.name, bitfields.len());
        bitfields.len()
    }

    /// Has clang compile the header for BPF and compares its BTF with the one the header was made from; returns the number of
    /// members.
    pub(crate) fn check_bpf_view(&self) -> usize {
        let is_record = |of: &Definition<'_>| matches!(of.word, "struct" | "union");
        let records: Vec<_> = self.oracle.definitions().filter(is_record).collect();
        let parts = records.chunks(VIEW).map(|some| self.check_view_of(some));
        let count = parts.sum();
        println!("{}: {count} members are BPF's", self.name);
        count
    }

    fn check_view_of(&self, records: &[Definition<'_>]) -> usize {
        let mut source = self.header.clone();
        for (i, record) in records.iter().enumerate() {
            let name = c_checks::whole(record, &self.names);
            line(&mut source, format_args!("{name} variable{i};"));
        }
        let folder = scratch();
        let object = bpf_object(folder.path(), "view", &source);
        let seen = Oracle::read(&object).expect("bpftool, which is there");
        let named = seen
            .definitions()
            .map(|seen| ((seen.word, seen.name), seen));
        let found: BTreeMap<_, _> = named.collect();
        let mut count = 0;
        for record in records {
            let name = (record.word, self.names.of(record.id));
            let Some(twin) = found.get(&name) else {
                panic!("{}: {name:?} is missing", self.name);
            };
            assert_eq!(twin.size, record.size, "{}: size of {name:?}", self.name);
            let (right, mut ours) = (places(&self.oracle, record.id), places(&seen, twin.id));
            ours.retain(|place| right.binary_search(place).is_ok() || !place.2.contains("__pad"));
            assert_eq!(ours, right, "{}: members of {name:?}", self.name);
            count += right.len();
        }
        count
    }
}

/// Records per unit of a BPF view: clang's time grows with the square of this.
const VIEW: usize = 700;

/// Place and path of every member of `id`, in order.
fn places(oracle: &Oracle, id: usize) -> Vec<(u64, u64, String)> {
    let members = oracle.members(id);
    let place = members.iter().map(|member| {
        let (first, bits) = match member.place {
            Place::Bytes { offset, size } => (offset * 8, size * 8),
            Place::Bits { first, width, .. } => (first, width),
        };
        let steps = member.path.iter();
        let path: Vec<_> = steps
            .map(|step| format!("{}{:?}", or_anon(step.name), step.dimensions))
            .collect();
        (first, bits, path.join("."))
    });
    let mut places: Vec<_> = place.collect();
    places.sort();
    places
}

/// The name of a member in C, which has no scalars without one.
fn or_anon(name: &str) -> &str {
    if name.is_empty() { "__anon" } else { name }
}

/// Assertions for a compiler without libc, less those of the one exception: `va_list` itself is the compiler's, so that
/// <stdarg.h> works, and no two targets have the same. (Members of that type are not excepted.)
fn portable(assertions: &str) -> String {
    let assertions = assertions.replacen(
        "#include <assert.h>",
        "#define static_assert _Static_assert",
        1,
    );
    let excepted = [
        "va_list",
        "va_list_again",
        "__builtin_va_list",
        "__gnuc_va_list",
    ];
    let excepted = excepted.map(|name| format!("SIZE({name}, "));
    let kept = assertions
        .lines()
        .filter(|line| !excepted.iter().any(|start| line.starts_with(start)));
    kept.flat_map(|line| [line, "\n"]).collect()
}

/// A program that probes `bitfields` and writes the number of each that is wrong.
fn probes(bitfields: &[Bitfield]) -> String {
    let largest = bitfields.iter().map(|bitfield| bitfield.size).max();
    // What is const has bits, too.
    let mut text = format!(
        "#define const\n{INCLUDE}#undef const\n#define LARGEST {}\n{}",
        largest.unwrap_or(0),
        include_str!("probe.c")
    );
    for (i, Bitfield { ty, path, .. }) in bitfields.iter().enumerate() {
        line(&mut text, format_args!("SETTER({i}, {ty}, {path})"));
    }
    text.push_str("int main(void)\n{\n");
    for (i, bitfield) in bitfields.iter().enumerate() {
        let Bitfield {
            size, first, width, ..
        } = bitfield;
        let signed = u8::from(bitfield.signed);
        line(
            &mut text,
            format_args!("\tt_probe({i}, t_set{i}, {size}, {first}, {width}, {signed});"),
        );
    }
    text.push_str("\treturn t_failures != 0;\n}\n");
    text
}

fn line(text: &mut String, line: std::fmt::Arguments<'_>) {
    writeln!(text, "{line}").expect("memory to write to");
}
