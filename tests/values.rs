//! Values: what the wasm32 guest reads and writes through a generated header, and a program through generated Rust, is what
//! native code, which has BPF's layout, reads and writes through the C source. Random structs, random bytes.
//!
//! `BPFTOOL_WASM_SEED` makes it another one, `BPFTOOL_WASM_STRUCTS` sets its length.

#![allow(
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "small numbers, and a test that may fail"
)]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use test_support::Guest;
use test_support::random_c::{self, LARGEST, Leaf, Record, Unit};
use test_support::rust::{Rust, rust_types};

/// Structs of one translation unit.
const BATCH: usize = 40;
/// How often each struct is filled.
const ROUNDS: usize = 4;
/// Structs of a run, if nobody asks for more.
const STRUCTS: usize = 240;

const DRIVER: &str = include_str!("support/src/random_c/driver.c");

#[test]
fn values_of_random_structs_agree() {
    if !test_support::can_compile() {
        return;
    }
    let structs = env("BPFTOOL_WASM_STRUCTS").unwrap_or(STRUCTS as u64) as usize;
    let seed = env("BPFTOOL_WASM_SEED").unwrap_or(1);
    println!("BPFTOOL_WASM_SEED={seed} BPFTOOL_WASM_STRUCTS={structs}");
    let (next, values) = (AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                loop {
                    let first = next.fetch_add(BATCH, Ordering::Relaxed);
                    if first >= structs {
                        break;
                    }
                    let batch = Batch::compile(seed.wrapping_add((first / BATCH) as u64));
                    values.fetch_add(batch.compare(), Ordering::Relaxed);
                }
            });
        }
    });
    println!(
        "{} values compared, {ROUNDS} times each",
        values.into_inner()
    );
}

/// Rust takes long to compile so much code: part of the structs, all of them if a number was asked for.
#[test]
fn values_of_random_structs_agree_in_rust() {
    if !test_support::can_compile() {
        return;
    }
    let structs = env("BPFTOOL_WASM_STRUCTS").unwrap_or(STRUCTS as u64 / 2) as usize;
    let seed = env("BPFTOOL_WASM_SEED").unwrap_or(1);
    println!("BPFTOOL_WASM_SEED={seed} BPFTOOL_WASM_STRUCTS={structs}");
    let rust = Rust::new();
    let mut values = 0;
    for batch in 0..structs.div_ceil(BATCH) {
        values += compare_rust(&rust, seed.wrapping_add(batch as u64));
    }
    println!("{values} values compared, {ROUNDS} times each");
}

/// Compares what a program reads and writes through generated Rust; returns the number of values.
fn compare_rust(rust: &Rust, seed: u64) -> usize {
    println!("batch of BPFTOOL_WASM_SEED={seed}");
    let unit = Unit::random(seed, BATCH);
    let source = unit.source();
    let object = bpf_object(rust.folder(), &unit);
    let seeds: Vec<Vec<i32>> = (0..BATCH)
        .map(|i| {
            (0..ROUNDS)
                .map(|round| round_seed(seed, i, round))
                .collect()
        })
        .collect();
    let program = random_c::rust::program(&rust_types(&object), &unit, &seeds);
    let driver = driver(&unit);
    let native = run_native(rust.folder(), seed, BATCH, &source, &driver);
    let found = test_support::stdout_of(&mut Command::new(rust.program("values", &program)));
    let (mut native, mut found) = (native.as_slice(), found.as_slice());
    for record in &unit.records {
        for round in 0..ROUNDS {
            let (native, found) = (next(&mut native), next(&mut found));
            let found = Results::parse(found, record);
            let native = Results::parse(native, record);
            if let Some(difference) = native.difference("rust", &found, record) {
                panic!(
                    "{difference}\nin {}, round {round}, of BPFTOOL_WASM_SEED={seed}:\n\n{}",
                    record.name,
                    unit.source_of(record)
                );
            }
        }
    }
    unit.records.iter().map(|record| record.leaves.len()).sum()
}

/// Results after their length.
fn next<'a>(rest: &mut &'a [u8]) -> &'a [u8] {
    let len = word(rest) as usize;
    take(rest, len)
}

/// The unit as an object with all of its types.
fn bpf_object(folder: &Path, unit: &Unit) -> PathBuf {
    let keep: String = unit
        .records
        .iter()
        .enumerate()
        .map(|(i, record)| format!("{} v{i};\n", record.name))
        .collect();
    let quiet = "#pragma clang diagnostic ignored \"-Weverything\"\n";
    test_support::bpf_object(folder, "types", &format!("{quiet}{}{keep}", unit.source()))
}

/// The driver in C for a unit.
fn driver(unit: &Unit) -> String {
    let leaves = unit.records.iter().map(|record| record.leaves.len());
    let most = leaves.max().unwrap_or_default();
    let subjects = subjects(unit);
    format!("#define LARGEST {LARGEST}\n#define MOST_LEAVES {most}\n{DRIVER}{subjects}")
}

/// A number from the environment.
fn env(name: &str) -> Option<u64> {
    let value = std::env::var(name).ok()?;
    Some(
        value
            .parse()
            .unwrap_or_else(|e| panic!("{name}={value}: {e}")),
    )
}

/// Random structs, and both programs that read and write them.
struct Batch {
    /// The first of a run with this seed.
    seed: u64,
    unit: Unit,
    native: Vec<u8>,
    guest: Guest,
}

impl Batch {
    fn compile(seed: u64) -> Self {
        let unit = Unit::random(seed, BATCH);
        let folder = test_support::scratch();
        let source = unit.source();
        println!("batch of BPFTOOL_WASM_SEED={seed}");
        let object = bpf_object(folder.path(), &unit);
        let header = test_support::wasm_header(&object);
        compile_as_every_dialect(folder.path(), &header);
        let driver = driver(&unit);
        let guest = Guest::new(&test_support::wasm_module(
            folder.path(),
            "guest",
            &(header + &driver),
        ));
        let native = run_native(folder.path(), seed, BATCH, &source, &driver);
        Batch {
            seed,
            unit,
            native,
            guest,
        }
    }

    /// Compares all results; returns the number of values.
    fn compare(mut self) -> usize {
        let base = self.guest.call("output", &[]) as usize;
        let mut rest = self.native.as_slice();
        for (i, record) in self.unit.records.iter().enumerate() {
            for round in 0..ROUNDS {
                let len = self
                    .guest
                    .call("run", &[i as i32, round_seed(self.seed, i, round)])
                    as usize;
                let wasm = Results::parse(&self.guest.memory()[base..][..len], record);
                let (len, tail) = rest.split_first_chunk::<8>().expect("another result");
                let (native, tail) = tail.split_at(u64::from_le_bytes(*len) as usize);
                rest = tail;
                if let Some(difference) =
                    Results::parse(native, record).difference("wasm", &wasm, record)
                {
                    panic!(
                        "{difference}\nin {}, round {round}, of BPFTOOL_WASM_SEED={}:\n\n{}",
                        record.name,
                        self.seed,
                        self.unit.source_of(record)
                    );
                }
            }
        }
        self.unit
            .records
            .iter()
            .map(|record| record.leaves.len())
            .sum()
    }
}

/// C++ hides a type behind a member of its name: random structs try that as well.
fn compile_as_every_dialect(folder: &Path, header: &str) {
    let file = folder.join("header.h");
    std::fs::write(&file, header).expect("a header");
    for dialect in test_support::DIALECTS {
        let mut command = test_support::clang();
        command
            .args(["--target=wasm32-wasi", "-fsyntax-only"])
            .args(dialect)
            .arg(&file);
        test_support::stdout_of(&mut command);
    }
}

/// Seed for filling struct `i`; its lowest bit is the round's.
fn round_seed(seed: u64, i: usize, round: usize) -> i32 {
    let mixed = seed
        .wrapping_mul(0x10001)
        .wrapping_add(i as u64 * 256 + round as u64);
    mixed as u32 as i32
}

/// What each struct is to the driver.
fn subjects(unit: &Unit) -> String {
    let (mut functions, mut table) = (String::new(), String::new());
    for (i, record) in unit.records.iter().enumerate() {
        let name = &record.name;
        let mut span = format!("sizeof({name})");
        if let Some(path) = &record.flexible {
            let member = path.trim_start_matches('p');
            span += &format!(" + 2 * sizeof((({name} *)0){member}[0])");
        }
        functions += &format!("_Static_assert({span} <= LARGEST, \"room\");\n");
        functions +=
            &format!("static void visit{i}(void *at) {{\n    {name} *p = at;\n    (void)p;\n");
        for Leaf { path, what, .. } in &record.leaves {
            let visit = format!("{what:?}").to_uppercase();
            functions += &format!("    {visit}({path})\n");
        }
        for (path, name) in &record.types {
            functions += &format!("    TYPE({path}, {name})\n");
        }
        functions += "}\n";
        table += &format!("    {{ sizeof({name}), {span}, visit{i} }},\n");
    }
    format!("{functions}const struct subject subjects[] = {{\n{table}}};\n")
}

/// Runs `driver` with the types as `source` has them; all results, each after its length.
fn run_native(folder: &Path, seed: u64, count: usize, source: &str, driver: &str) -> Vec<u8> {
    let file = folder.join("native.c");
    // Constants are written as well.
    let mut text =
        format!("#include <stdio.h>\n#define const\n{source}{driver}int main(void) {{\n");
    for (i, round) in (0..count).flat_map(|i| (0..ROUNDS).map(move |round| (i, round))) {
        text += &format!("    print({i}, {});\n", round_seed(seed, i, round));
    }
    text += "}\n";
    std::fs::write(&file, text).expect("a source file");
    let program = folder.join("native");
    test_support::stdout_of(
        Command::new("clang-19")
            .arg("-w")
            .arg(&file)
            .arg("-o")
            .arg(&program),
    );
    test_support::stdout_of(&mut Command::new(&program))
}

/// What the driver leaves for one struct.
struct Results<'a> {
    size: u64,
    bytes: &'a [u8],
    /// One for each leaf.
    values: Vec<u128>,
    /// Of all bytes, after each leaf was written.
    hashes: Vec<u64>,
    written: &'a [u8],
}

impl<'a> Results<'a> {
    fn parse(mut data: &'a [u8], record: &Record) -> Self {
        let data = &mut data;
        let size = word(data);
        let span = word(data) as usize;
        let padded = span.next_multiple_of(8);
        let bytes = &take(data, padded)[..span];
        let value = |data: &mut &[u8]| u128::from(word(data)) | u128::from(word(data)) << 64;
        let values = record.leaves.iter().map(|_| value(data)).collect();
        let hashes = record.leaves.iter().map(|_| word(data)).collect();
        let written = &take(data, padded)[..span];
        assert!(data.is_empty(), "results of another length");
        assert!(
            span < 16 || bytes.iter().any(|byte| *byte != 0),
            "no random bytes"
        );
        Results {
            size,
            bytes,
            values,
            hashes,
            written,
        }
    }

    /// What is not as in `self`, the native results, in those of `who`.
    fn difference(&self, who: &str, found: &Self, record: &Record) -> Option<String> {
        if (self.size, self.bytes.len()) != (found.size, found.bytes.len()) {
            return Some(format!(
                "size: native {}, {who} {}; with a flexible array's elements {} and {}",
                self.size,
                found.size,
                self.bytes.len(),
                found.bytes.len()
            ));
        }
        if self.bytes != found.bytes {
            return Some(format!(
                "a _Bool elsewhere: {}",
                images(who, self.bytes, found.bytes)
            ));
        }
        for (i, leaf) in record.leaves.iter().enumerate() {
            let (native, found) = (self.values[i], found.values[i]);
            let compared = who != "rust" || random_c::rust::has_place(leaf, record);
            if native != found && compared {
                let bytes = hex(self.bytes);
                return Some(format!(
                    "{} reads: native {native:#x}, {who} {found:#x}, of bytes {bytes}",
                    leaf.path
                ));
            }
        }
        let leaf = (0..record.leaves.len()).find(|i| self.hashes[*i] != found.hashes[*i]);
        let path = leaf.map_or("filling", |i| &record.leaves[i].path);
        if leaf.is_some() || self.written != found.written {
            return Some(format!(
                "writing {path}: {}",
                images(who, self.written, found.written)
            ));
        }
        None
    }
}

fn take<'a>(data: &mut &'a [u8], len: usize) -> &'a [u8] {
    data.split_off(..len).expect("results of full length")
}

fn word(data: &mut &[u8]) -> u64 {
    u64::from_le_bytes(take(data, 8).try_into().expect("eight bytes"))
}

/// Both images, and where they part.
fn images(who: &str, native: &[u8], wasm: &[u8]) -> String {
    let at = native
        .iter()
        .zip(wasm)
        .position(|(native, wasm)| native != wasm);
    format!(
        "first at byte {at:?}\nnative {}\n{who}   {}",
        hex(native),
        hex(wasm)
    )
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
