//! `format raw`, plain and JSON, against bpftool's own text. Each accepted difference is in the docs of `skel_gen::raw`.
#![allow(
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::too_many_lines,
    clippy::unwrap_used,
    reason = "a test may fail, and a table of cases is long"
)]
#![expect(
    clippy::cast_possible_truncation,
    reason = "the blobs made here are small"
)]

use anyhow::{Context, Result, bail, ensure};
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;
use test_support::types::kernel_types;

const OURS: &str = env!("CARGO_BIN_EXE_bpftool-wasm");

/// The ways to ask for the records of a file; options may stand anywhere.
const MODES: [&[&str]; 4] = [&[], &["format", "raw"], &["-j"], &["format", "raw", "-p"]];

/// Every kind there is, in most of its variants.
const ALL_KINDS: &str = r#"
#define DECL_TAG(x) __attribute__((btf_decl_tag(x)))
#define TYPE_TAG(x) __attribute__((btf_type_tag(x)))
#define SEC(x) __attribute__((section(x), used))
typedef unsigned int u32;
typedef unsigned long long u64;
enum e1s : signed char { E1A = -128, E1B = 127 };
enum e1u : unsigned char { E1C = 255 };
enum e2s : short { E2A = -32768, E2B = 32767 };
enum e2u : unsigned short { E2C = 65535 };
enum e4s { E4A = -2147483647 - 1, E4B = 2147483647 };
enum e4u { E4C = 4294967295u, E4D = 0x80000000u };
enum e8s : long long { E8A = -9223372036854775807LL - 1, E8B = 9223372036854775807LL };
enum e8u : unsigned long long { E8C = 18446744073709551615ULL, E8D = 0 };
struct bits { int a : 3; unsigned b : 5; u64 c : 40; _Bool d : 1; signed char e : 2; long : 0; enum e4u f : 7; char g; };
union both { struct { int x, y; }; float f; double d; char a[3][4]; };
struct DECL_TAG("of a struct") all {
    int m DECL_TAG("of a member");
    int TYPE_TAG("quotes: \" and ', a tab: \t, a line break: \n, UTF-8: é☃") *p;
    struct fwd_struct *fs; union fwd_union *fu; enum fwd_enum *fe;
    const volatile int cv; int *restrict r;
    __int128 i128; unsigned __int128 u128; _Bool flag; char c; signed char sc; unsigned char uc; short s; long l;
    float fl; double db;
    void (*variadic)(int, ...); int (*empty_list)(void); const char *(*named)(const char *fmt, u32 n);
    enum e1s a1; enum e1u a2; enum e2s a3; enum e2u a4; enum e4s a5; enum e4u a6; enum e8s a7; enum e8u a8;
    struct bits bits; union both both; struct {} empty; union {} empty_union; char flexible[];
};
typedef struct all all_t DECL_TAG("of a typedef");
enum { ANON_A, ANON_B = -7 } anon;
all_t *all;
int initialized = 4;
static volatile int hidden;
const volatile int constant = 3;
extern int config SEC(".kconfig") __attribute__((weak));
extern void symbol(void) SEC(".ksyms") __attribute__((weak));
static __attribute__((noinline)) int helper(int a DECL_TAG("of a parameter"), all_t *t) { hidden++; return t->m + a; }
__attribute__((noinline)) int global(all_t *t) DECL_TAG("of a function");
int global(all_t *t) { return helper(hidden, t); }
SEC("kprobe/x") int prog(void *ctx) { symbol(); return global(all) + constant + initialized + anon + config; }
"#;

/// A name only JSON has to escape, and bpftool 7.1 gets wrong.
const BACKSLASH: &str = r#"int x __attribute__((btf_decl_tag("one \\ and \\\" two")));"#;

/// The value, or the end of the test if there is none.
macro_rules! need {
    ($value:expr, $reason:literal) => {
        match $value {
            Some(value) => value,
            None => {
                println!("skipped: {}", $reason);
                return Ok(());
            }
        }
    };
}

#[test]
fn vmlinux_is_as_bpftool_prints_it() -> Result<()> {
    let bpftool = need!(bpftool(), "bpftool is not installed");
    let vmlinux = match kernel_types() {
        Ok(vmlinux) => vmlinux,
        Err(reason) => {
            println!("skipped: {reason}");
            return Ok(());
        }
    };
    for mode in MODES {
        let args = dump(vmlinux, mode);
        same(&args, &run(OURS, &args)?, &run(bpftool, &args)?)?;
    }
    Ok(())
}

#[test]
fn objects_are_as_bpftool_prints_them() -> Result<()> {
    let bpftool = need!(bpftool(), "bpftool is not installed");
    let folder = TempDir::new()?;
    for target in ["bpf", "bpfeb"] {
        let object = need!(compile(&folder, target, ALL_KINDS)?, "no clang-19");
        for mode in MODES {
            let args = dump(&object, mode);
            same(&args, &run(OURS, &args)?, &run(bpftool, &args)?)?;
        }
        let text = run(OURS, &dump(&object, &[]))?;
        for kind in "INT PTR ARRAY STRUCT UNION ENUM FWD TYPEDEF VOLATILE CONST RESTRICT FUNC FUNC_PROTO VAR \
                     DATASEC FLOAT DECL_TAG TYPE_TAG ENUM64"
            .split_whitespace()
        {
            ensure!(text.contains(&format!("] {kind} '")), "{target}: no {kind} in the object");
        }
    }
    Ok(())
}

#[test]
fn a_backslash_is_escaped_in_json_alone() -> Result<()> {
    let bpftool = need!(bpftool(), "bpftool is not installed");
    let folder = TempDir::new()?;
    let object = need!(compile(&folder, "bpf", BACKSLASH)?, "no clang-19");
    for mode in MODES {
        let args = dump(&object, mode);
        let (ours, theirs) = (run(OURS, &args)?, run(bpftool, &args)?);
        let json = mode.iter().any(|word| word.starts_with('-'));
        let name = if json {
            r#""one \\ and \\\" two""#
        } else {
            r#"'one \ and \" two'"#
        };
        ensure!(ours.contains(name), "{args:?}: no {name} in\n{ours}");
        let as_old = if json {
            ours.replace(r"\\", r"\n")
        } else {
            ours.clone()
        };
        let expected = if as_old == theirs { as_old } else { ours };
        same(&args, &expected, &theirs)?;
    }
    Ok(())
}

#[test]
fn blobs_no_compiler_writes_are_as_bpftool_prints_them() -> Result<()> {
    let bpftool = need!(bpftool(), "bpftool is not installed");
    let folder = TempDir::new()?;
    for order in [u32::to_le_bytes, u32::to_be_bytes] {
        let file = folder.path().join("odd.btf");
        std::fs::write(&file, odd().bytes(order))?;
        for mode in MODES {
            let args = dump(&file, mode);
            let (ours, mut theirs) = (run(OURS, &args)?, run(bpftool, &args)?);
            if mode.iter().any(|word| word.starts_with('-')) {
                theirs = escape_controls(&theirs);
                ensure!(
                    ours.contains(r#"\u0001\u001f"#),
                    "{args:?}: control characters"
                );
            }
            same(&args, &ours, &theirs)?;
        }
    }
    Ok(())
}

#[test]
fn split_btf_prints_its_own_records_alone() -> Result<()> {
    let bpftool = need!(bpftool(), "bpftool is not installed");
    let folder = TempDir::new()?;
    let (base, split) = (
        folder.path().join("base.btf"),
        folder.path().join("split.btf"),
    );
    let blob = odd();
    std::fs::write(&base, blob.bytes(u32::to_le_bytes))?;
    std::fs::write(&split, blob.split().bytes(u32::to_le_bytes))?;
    for mode in MODES {
        let mut args = dump(&split, mode);
        args.extend(["-B".to_owned(), base.display().to_string()]);
        let ours = run(OURS, &args)?;
        ensure!(
            ours.contains("split_struct") && !ours.contains("FUNC_PROTO"),
            "{args:?}:\n{ours}"
        );
        same(&args, &ours, &run(bpftool, &args)?)?;
    }
    Ok(())
}

/// bpftool 7.1 has no `root_id`: the whole dump is the reference.
#[test]
fn roots_are_printed_in_the_order_asked_for() -> Result<()> {
    let folder = TempDir::new()?;
    let file = folder.path().join("odd.btf");
    std::fs::write(&file, odd().bytes(u32::to_le_bytes))?;
    let all = run(OURS, &dump(&file, &[]))?;
    let record = |id: usize| {
        let (_, rest) = all
            .split_once(&format!("[{id}] "))
            .context("no such record")?;
        let end = rest.find("\n[").map_or(rest.len(), |end| end + 1);
        anyhow::Ok(format!("[{id}] {}", &rest[..end]))
    };
    let args = dump(&file, &["root_id", "2", "root_id", "1"]);
    same(&args, &run(OURS, &args)?, &(record(2)? + &record(1)?))?;
    let args = dump(&file, &["root_id", "1", "-j"]);
    let expected = r#"{"types":[{"id":1,"kind":"INT","name":"int","size":4,"bits_offset":0,"nr_bits":32,"encoding":"SIGNED"}]}"#;
    same(&args, &run(OURS, &args)?, &format!("{expected}\n"))
}

/// bpftool, which Debian keeps out of the `PATH` of ordinary users.
fn bpftool() -> Option<&'static str> {
    let answers = |path: &&str| Command::new(path).arg("version").output().is_ok();
    ["bpftool", "/usr/sbin/bpftool"].into_iter().find(answers)
}

/// Compiles `source` to a BPF object; `None` without a compiler.
fn compile(folder: &TempDir, target: &str, source: &str) -> Result<Option<PathBuf>> {
    let input = folder.path().join("input.bpf.c");
    let object = folder.path().join(format!("{target}.o"));
    std::fs::write(&input, source)?;
    let run = Command::new("clang-19")
        .args(["-target", target, "-g", "-O2", "-c", "-o"])
        .args([&object, &input])
        .output();
    match run {
        Ok(run) if run.status.success() => Ok(Some(object)),
        Ok(run) => bail!("clang-19: {}", String::from_utf8_lossy(&run.stderr)),
        Err(_) => Ok(None),
    }
}

fn dump(file: &Path, words: &[&str]) -> Vec<String> {
    let args = ["btf", "dump", "file"].map(str::to_owned).into_iter();
    let words = words.iter().map(|word| (*word).to_owned());
    args.chain([file.display().to_string()])
        .chain(words)
        .collect()
}

fn run(program: &str, args: &[String]) -> Result<String> {
    let run = Command::new(program)
        .args(args)
        .output()
        .context(program.to_owned())?;
    let errors = String::from_utf8_lossy(&run.stderr);
    ensure!(
        run.status.success(),
        "{program} {args:?}: {}: {errors}",
        run.status
    );
    String::from_utf8(run.stdout).with_context(|| format!("{program} {args:?}: not UTF-8"))
}

/// Fails with the place and a short stretch of both texts if they differ.
fn same(args: &[String], ours: &str, theirs: &str) -> Result<()> {
    ensure!(!ours.is_empty(), "{args:?}: nothing printed");
    if ours == theirs {
        return Ok(());
    }
    let at = ours
        .bytes()
        .zip(theirs.bytes())
        .take_while(|(a, b)| a == b)
        .count();
    let line = 1 + ours.bytes().take(at).filter(|byte| *byte == b'\n').count();
    let stretch = |text: &str| {
        let part: Vec<u8> = text
            .bytes()
            .skip(at.saturating_sub(200))
            .take(400)
            .collect();
        String::from_utf8_lossy(&part).into_owned()
    };
    let (ours, theirs) = (stretch(ours), stretch(theirs));
    bail!(
        "{args:?}: first difference in line {line}, byte {at}\n--- ours\n{ours}\n--- bpftool's\n{theirs}"
    )
}

/// JSON from bpftool, with the bare control characters it leaves in strings escaped.
fn escape_controls(json: &str) -> String {
    let escape = |c: char| match c {
        '\n' => c.to_string(),
        '\0'..='\x1f' => format!("\\u{:04x}", u32::from(c)),
        _ => c.to_string(),
    };
    json.chars().map(escape).collect()
}

/// A BTF blob under construction.
#[derive(Default)]
struct Blob {
    types: Vec<u32>,
    strings: String,
    /// Number of types, and length of strings, of the blob this one is split from.
    before: (u32, u32),
    count: u32,
}

impl Blob {
    fn name(&mut self, name: &str) -> u32 {
        let at = self.before.1 + self.strings.len() as u32;
        self.strings.extend([name, "\0"]);
        at
    }

    /// Adds a record and returns its id.
    fn add(&mut self, name: &str, kind: u32, vlen: u32, size_or_type: u32, tail: &[u32]) -> u32 {
        let name = if name.is_empty() { 0 } else { self.name(name) };
        self.types.extend([name, kind << 24 | vlen, size_or_type]);
        self.types.extend(tail);
        self.count += 1;
        self.before.0 + self.count
    }

    fn bytes(&self, order: fn(u32) -> [u8; 4]) -> Vec<u8> {
        let types = self.types.len() as u32 * 4;
        let header = [24, 0, types, types, self.strings.len() as u32];
        // Magic number (16 bits), version and flags (8 each).
        let big = order(1) == u32::to_be_bytes(1);
        let mut bytes = if big {
            [0xeb, 0x9f, 1, 0]
        } else {
            [0x9f, 0xeb, 1, 0]
        }
        .to_vec();
        bytes.extend(
            header
                .iter()
                .chain(&self.types)
                .flat_map(|word| order(*word)),
        );
        bytes.extend(self.strings.as_bytes());
        bytes
    }

    /// A blob that refers to types and names of this one.
    fn split(&self) -> Blob {
        let mut split = Blob {
            before: (self.count, self.strings.len() as u32),
            ..Blob::default()
        };
        let pointer = split.add("", 2, 0, 1, &[]);
        let name = split.name("own");
        split.add("split_struct", 4, 2, 16, &[name, pointer, 0, 1, 1, 64]);
        split
    }
}

/// Encodings, linkages and names that no compiler writes, or none any more.
fn odd() -> Blob {
    const FLAG: u32 = 1 << 7;
    let mut blob = Blob {
        strings: "\0".to_owned(),
        ..Blob::default()
    };
    let int = blob.add("int", 1, 0, 4, &[1 << 24 | 32]);
    let parameter = blob.name("a\x01\x1f\x7f\r\x0c\x08\"/b");
    let proto = blob.add("", 13, 1, int, &[parameter, int]);
    for encoding in 0..8 {
        blob.add("encoded", 1, 0, 4, &[encoding << 24 | 32]);
    }
    for linkage in 0..4 {
        blob.add("function", 12, linkage, proto, &[]);
    }
    let mut variable = 0;
    for linkage in 0..4 {
        variable = blob.add("variable", 14, 0, int, &[linkage]);
    }
    blob.add(".data", 15, 2, 8, &[variable, 0, 4, variable, 4, 4]);
    blob.add("whole attribute", 17 | FLAG, 0, variable, &[u32::MAX]);
    blob.add("whole attribute", 18 | FLAG, 0, int, &[]);
    let legacy = blob.add("legacy bits", 1, 0, 4, &[3 << 16 | 5]);
    let (x, y) = (blob.name("x"), blob.name("y"));
    let mut rows = |name, kind, size, tail: &[u32]| blob.add(name, kind, 2, size, tail);
    rows("legacy", 4, 8, &[x, legacy, 0, y, legacy, 32]);
    rows("high values", 6, 4, &[x, u32::MAX, y, 1 << 31]);
    rows("signed in 8", 6 | FLAG, 8, &[x, u32::MAX, y, 1]);
    blob.add("half", 16, 0, 2, &[]);
    blob.add("union", 7 | FLAG, 0, 0, &[]);
    blob
}
