//! What libbpf opens has a skeleton, and what it refuses has none: sources and damages of each sort, with libbpf as the judge.

use crate::elf::{ElfFile, SH_SIZE};
use crate::model::facts_that_differ;
use crate::objects::{case, open};
use crate::support::{scratch, stdout_of};
use skel_gen::object::{BpfObject, Elf};
use skel_gen::{Input, InputError, Skeleton, c, rust};
use std::fs;
use std::path::Path;
use std::process::Command;

/// What both have to say of an object.
#[derive(Clone, Copy, Debug)]
enum Verdict {
    /// It opens.
    Opens,
    /// It does not; the words are in our message.
    Refused(&'static [&'static str]),
    /// libbpf opens it and we do not, for this reason.
    OursRefuse(&'static str, &'static [&'static str]),
}
use Verdict::{Opens, OursRefuse, Refused};

/// Uses the skeleton of an object, or says why there is none.
fn with_skeleton<R>(bytes: &[u8], use_it: impl FnOnce(&Skeleton<'_>) -> R) -> Result<R, String> {
    let text = |error: &dyn std::fmt::Display| error.to_string();
    let elf = Elf::parse(bytes).map_err(|error| text(&error))?;
    let blob = match Input::parse(bytes) {
        Ok(input) => input.btf,
        Err(InputError::NoBtf) => Input::WITHOUT_BTF,
        Err(error) => return Err(text(&error)),
    };
    let btf = btf_layout::Btf::parse(blob).map_err(|error| text(&error))?;
    let object = BpfObject::parse("subject", elf, &btf).map_err(|error| text(&error))?;
    let skeleton = Skeleton::new(object, &btf).map_err(|error| text(&error))?;
    Ok(use_it(&skeleton))
}

/// Both skeletons of an object, or why there are none.
pub(crate) fn skeletons(bytes: &[u8]) -> Result<(), String> {
    with_skeleton(bytes, |skeleton| {
        assert!(c::wasm_skeleton(skeleton).contains("subject__open"));
        let text = rust::wasm_skeleton(skeleton, &rust::Embed::Inline);
        assert!(text.contains("SubjectSkel"));
    })
}

/// What is wrong with the verdicts on an object, if anything is.
fn check(what: &str, bytes: &[u8], verdict: Verdict) -> Option<String> {
    let theirs = open("subject", bytes);
    let ours = skeletons(bytes);
    let (opens, words): (bool, &[&str]) = match verdict {
        Opens => (true, &[]),
        Refused(words) => (false, words),
        OursRefuse(reason, words) => {
            println!("{what}: only we refuse it: {reason}");
            (true, words)
        }
    };
    if theirs.is_ok() != opens {
        return Some(format!("{what}: libbpf: {theirs:?}; we: {ours:?}"));
    }
    if let (Opens, Ok(theirs)) = (&verdict, &theirs) {
        let differs = |skeleton: &Skeleton<'_>| facts_that_differ(skeleton, theirs);
        let differs = with_skeleton(bytes, differs).ok().flatten();
        if let Some(differs) = differs {
            return Some(format!("{what}: {differs}"));
        }
    }
    match (&verdict, &ours) {
        (Opens, Ok(())) => None,
        (Refused(_) | OursRefuse(..), Err(message)) => {
            let missing = words.iter().find(|word| !message.contains(**word))?;
            Some(format!("{what}: no '{missing}' in: {message}"))
        }
        (Opens | Refused(_) | OursRefuse(..), ours) => {
            Some(format!("{what}: {verdict:?}; we: {ours:?}"))
        }
    }
}

/// Fails with all that is wrong.
fn report(wrong: impl IntoIterator<Item = Option<String>>) {
    let wrong: Vec<String> = wrong.into_iter().flatten().collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What begins every source.
const HEAD: &str = r#"
#define SEC(name) __attribute__((section(name), used))
#define __uint(name, val) int (*name)[val]
#define __type(name, val) typeof(val) *name
#define __array(name, val) typeof(val) *name[]
#define __ulong(name, val) enum { name##_##val = val } name
#define __hidden __attribute__((visibility("hidden")))
#define __weak __attribute__((weak))
#define __noinline __attribute__((noinline))
typedef unsigned int u32;
"#;

/// Compiles BPF code with these options.
fn compile(folder: &Path, source: &str, options: &[&str]) -> Vec<u8> {
    let file = folder.join("subject.bpf.c");
    let object = folder.join("subject.bpf.o");
    fs::write(&file, format!("{HEAD}{source}\n")).expect("a source file");
    let mut command = Command::new("clang-19");
    command.args(["-target", "bpf", "-mcpu=v3", "-O2", "-w", "-c"]);
    command.args(options).arg(&file).arg("-o").arg(&object);
    stdout_of(&mut command);
    fs::read(&object).expect("an object")
}

/// The definition of a map with these members.
fn map(members: &str) -> String {
    format!("struct {{ {members} }} odd SEC(\".maps\");")
}

/// Map definitions by their members, all called `odd`.
const MAPS: &[(&str, Verdict)] = &[
    (
        "__uint(type, 1); __uint(key_size, 4); __uint(value_size, 4);",
        Opens,
    ),
    ("__uint(type, 0);", Refused(&["map 'odd'", "no type"])),
    ("__uint(type, 1); __uint(pinning, 0);", Opens),
    ("__uint(type, 1); __uint(pinning, 1);", Opens),
    (
        "__uint(type, 1); __uint(pinning, 2);",
        Refused(&["map 'odd'", "'pinning' is 2"]),
    ),
    (
        "__uint(type, 1); int pinning;",
        Refused(&["map 'odd'", "'pinning' is not a __uint"]),
    ),
    ("__uint(type, 30); __uint(map_extra, 3);", Opens),
    ("__uint(type, 30); __ulong(map_extra, 3);", Opens),
    (
        "__uint(type, 33); __ulong(map_extra, 0x100000000000ull);",
        Opens,
    ),
    (
        "__uint(type, 30); enum { a, b } map_extra;",
        Refused(&["map 'odd'", "'map_extra'", "__ulong"]),
    ),
    (
        "__uint(type, 30); u32 map_extra;",
        Refused(&["map 'odd'", "'map_extra'", "__uint"]),
    ),
    (
        "__uint(type, 1); __uint(numa_node, 1); __uint(map_flags, 4);",
        Opens,
    ),
    (
        "__uint(type, 1); u32 numa_node;",
        Refused(&["map 'odd'", "'numa_node' is not a __uint"]),
    ),
    (
        "__uint(type, 1); __uint(key_size, 4); __type(key, u32);",
        Opens,
    ),
    (
        "__uint(type, 1); __uint(key_size, 8); __type(key, u32);",
        Refused(&["map 'odd'", "two sizes of a key", "8 and 4"]),
    ),
    (
        "__uint(type, 1); __type(key, u32); __uint(key_size, 8);",
        Refused(&["map 'odd'", "two sizes of a key", "4 and 8"]),
    ),
    (
        "__uint(type, 1); __uint(key_size, 0); __type(key, u32);",
        Opens,
    ),
    (
        "__uint(type, 1); __type(value, u32); __uint(value_size, 8);",
        Refused(&["map 'odd'", "two sizes of a value"]),
    ),
    (
        "__uint(type, 1); u32 key;",
        Refused(&["map 'odd'", "'key' is not a __type"]),
    ),
    (
        "__uint(type, 1); __type(key, struct undefined);",
        Refused(&["map 'odd'", "'key'", "without a size"]),
    ),
    (
        "__uint(type, 1); __type(value, int (void));",
        Refused(&["map 'odd'", "'value'", "without a size"]),
    ),
    ("__uint(type, 1); __type(value, struct {});", Opens),
    (
        "typeof(int (*)[1]) type; int *colour;",
        Refused(&["map 'odd'", "unknown field 'colour'"]),
    ),
    ("number_t type;", Opens),
    (
        "array_t *type;",
        Refused(&["map 'odd'", "'type' is not a __uint"]),
    ),
    (
        "__uint(type, 1); pointer_t key;",
        Refused(&["map 'odd'", "'key' is not a __type"]),
    ),
    (
        "__uint(type, 1); __array(values, int (void));",
        Refused(&["map 'odd'", "'values'", "maps of maps"]),
    ),
    ("__uint(type, 3); __array(values, int (void));", Opens),
    (
        "__uint(type, 3); __array(values, int);",
        Refused(&["map 'odd'", "'values'", "functions"]),
    ),
    (
        "__uint(type, 3); int (*values[2])(void);",
        Refused(&["map 'odd'", "'values' is not an __array"]),
    ),
    (
        "__uint(type, 3); int values[0];",
        Refused(&["map 'odd'", "pointers"]),
    ),
    (
        "__uint(type, 3); int (*values[0])(void); __uint(map_flags, 1);",
        Refused(&["map 'odd'", "not the last"]),
    ),
    (
        "__uint(type, 3); __uint(value_size, 8); __array(values, int (void));",
        Refused(&["map 'odd'", "two sizes of a value"]),
    ),
    (
        "__uint(type, 12); __array(values, struct { __uint(type, 1); __uint(max_entries, 1); });",
        Opens,
    ),
    (
        "__uint(type, 12); __array(values, int (void));",
        Refused(&["map 'odd'", "map definitions"]),
    ),
    (
        "__uint(type, 12); __array(values, struct { __uint(max_entries, 1); });",
        Refused(&["map 'odd.inner'", "no type"]),
    ),
    (
        "__uint(type, 12); __array(values, struct { __uint(type, 1); u32 colour; });",
        Refused(&["map 'odd.inner'", "'colour'"]),
    ),
    (
        "__uint(type, 12); __array(values, struct { __uint(type, 1); __uint(pinning, 0); });",
        Refused(&["map 'odd.inner'", "'pinning'"]),
    ),
    (
        "__uint(type, 12); __array(values, struct { __uint(type, 12); __array(values, struct { __uint(type, 1); }); });",
        Refused(&["map 'odd.inner'", "maps of maps themselves"]),
    ),
];

#[test]
fn map_definitions() {
    let folder = scratch();
    let types = "typedef int (*number_t)[1]; typedef int array_t[1]; typedef u32 *pointer_t; ";
    report(MAPS.iter().map(|(members, verdict)| {
        let source = format!("{types}{}", map(members));
        let bytes = compile(folder.path(), &source, &["-g"]);
        check(members, &bytes, *verdict)
    }));
}

const PROGRAM: &str = "SEC(\"socket\") int program(void *ctx)";
const OPS: &str = "struct ops { int (*run)(void *); int number; }; \
                   SEC(\"struct_ops/run\") int run(void *ctx) { return 0; }";
const CONFIG: &str = "__attribute__((section(\".kconfig\")))";
const KSYM: &str = "__attribute__((section(\".ksyms\")))";

/// Sources; the second word of a line is what its name stands for.
fn sources() -> Vec<(String, Verdict)> {
    let program = |before: &str, body: &str| format!("{before} {PROGRAM} {{ {body} }}");
    let config = |ty: &str, array: &str| {
        let before = format!("extern {ty} CONFIG_X{array} {CONFIG};");
        program(&before, "return *(volatile char *)&CONFIG_X;")
    };
    let arena = |entries: u32| {
        format!(
            "struct {{ __uint(type, 33); __uint(max_entries, {entries}); }} arena SEC(\".maps\");"
        )
    };
    let in_arena =
        "int __attribute__((address_space(1))) shared[2000] SEC(\".addr_space.1\") = { 1 };";
    let table = |table: &str| format!("{OPS} {table}");
    let slots = |kind: u32, of: &str, more: &str, values: &str| {
        format!(
            "struct inner {{ __uint(type, 1); __uint(max_entries, 1); __uint(key_size, 4); __uint(value_size, 4); }} first SEC(\".maps\"); \
             int number = 1; int other(void *); {PROGRAM} {{ return 0; }} int sub(void *ctx) {{ return 1; }} \
             struct {{ __uint(type, {kind}); {more} __uint(max_entries, 4); __array(values, {of}); }} \
             outer SEC(\".maps\") = {{ .values = {{ {values} }} }};"
        )
    };
    vec![
        // Nothing, and next to nothing.
        (String::new(), Opens),
        (
            "char LICENSE[] SEC(\"license\") = \"GPL\";".to_owned(),
            Opens,
        ),
        ("int only(void *ctx) { return 0; }".to_owned(), Opens),
        ("int number = 1;".to_owned(), Opens),
        (program("", "return 0;"), Opens),
        // Sections with a meaning.
        (
            "int zero[0] SEC(\"license\");".to_owned(),
            Refused(&["section 'license'", "empty"]),
        ),
        ("u32 number SEC(\"version\") = 1;".to_owned(), Opens),
        (
            "char number SEC(\"version\") = 1;".to_owned(),
            Refused(&["section 'version'"]),
        ),
        (
            "int odd SEC(\"maps\") = 1;".to_owned(),
            Refused(&["section 'maps'", "legacy"]),
        ),
        (
            "int odd SEC(\".maps\") = 1;".to_owned(),
            Refused(&["map 'odd'", "not a struct"]),
        ),
        (
            format!("static {}", map("__uint(type, 1);")),
            Refused(&["map 'odd'", "static"]),
        ),
        (
            format!("__hidden {}", map("__uint(type, 1);")),
            Refused(&["map 'odd'", "hidden"]),
        ),
        ("static int only SEC(\"foo\") = 1;".to_owned(), Opens),
        // Programs.
        (
            "SEC(\"socket\") static int hidden(void *ctx) { return 0; }".to_owned(),
            Refused(&["program 'hidden' in section 'socket'", "static"]),
        ),
        (format!("__hidden {PROGRAM} {{ return 0; }}"), Opens),
        (
            program(
                "static __noinline int sub(int x) { return x * 7 ^ x; }",
                "return sub((long)ctx);",
            ),
            Opens,
        ),
        (
            program(
                "SEC(\"other\") __noinline int sub(int x) { return x * 7 ^ x; }",
                "return sub((long)ctx);",
            ),
            Refused(&["'.relsocket'", "calls 'sub' in section 'other'"]),
        ),
        (
            program(
                "int in_foo SEC(\"foo\") = 1;",
                "return *(volatile int *)&in_foo;",
            ),
            Refused(&["'.relsocket'", "'in_foo' in section 'foo'"]),
        ),
        (
            program("int common;", "return *(volatile int *)&common;"),
            Opens,
        ),
        (
            program(
                "static int sub(void *ctx) { return 1; }",
                "return ((long (*)(void *, void *))1)(ctx, sub);",
            ),
            Opens,
        ),
        // Externs.
        (config("int", ""), Opens),
        (config("_Bool", ""), Opens),
        (config("char", "[9]"), Opens),
        (config("unsigned long long", ""), Opens),
        (
            config("enum libbpf_tristate { TRI_NO, TRI_YES, TRI_MODULE }", ""),
            Opens,
        ),
        (
            config("enum other { NO }", ""),
            Refused(&["extern 'CONFIG_X'", "libbpf_tristate"]),
        ),
        (
            config("int", "[9]"),
            Refused(&["extern 'CONFIG_X'", "type"]),
        ),
        (
            config("char", "[]"),
            Refused(&["extern 'CONFIG_X'", "type"]),
        ),
        (
            config("__int128", ""),
            Refused(&["extern 'CONFIG_X'", "type"]),
        ),
        (
            config("struct { int x; }", ""),
            Refused(&["extern 'CONFIG_X'", "type"]),
        ),
        (
            program(&format!("extern int f(void) {CONFIG};"), "return f();"),
            Refused(&["extern 'f'", "function in section '.kconfig'"]),
        ),
        (
            program(
                &format!("extern const int sym {KSYM};"),
                "return *(volatile int *)&sym;",
            ),
            Opens,
        ),
        (
            program(
                &format!("extern const void sym {KSYM} __weak;"),
                "return !!&sym;",
            ),
            Opens,
        ),
        (
            program(
                &format!("extern int kfunc(int x) {KSYM} __weak;"),
                "return kfunc(1);",
            ),
            Opens,
        ),
        (
            program("extern int nowhere;", "return nowhere;"),
            Refused(&["extern 'nowhere'", "section"]),
        ),
        (
            program(
                "extern int elsewhere __attribute__((section(\".data\")));",
                "return elsewhere;",
            ),
            Refused(&["extern 'elsewhere'", "'.data'"]),
        ),
        // Arenas.
        (arena(4), Opens),
        (format!("{} {in_arena}", arena(4)), Opens),
        (
            format!("{} {in_arena}", arena(1)),
            Refused(&["map 'arena'", "no room", ".addr_space.1"]),
        ),
        (
            format!(
                "{} {}",
                arena(4),
                arena(4).replace("arena SEC", "other SEC")
            ),
            Refused(&["map 'other'", "second arena"]),
        ),
        (
            format!("{} {in_arena}", map("__uint(type, 1);")),
            Refused(&[".addr_space.1", "no map"]),
        ),
        (in_arena.to_owned(), Opens),
        // Tables of functions.
        (
            table("SEC(\".struct_ops\") struct ops t = { .run = run, .number = 1 };"),
            Opens,
        ),
        (
            table("SEC(\".struct_ops.link\") static struct ops t = { .run = run };"),
            Opens,
        ),
        (
            table("__hidden SEC(\".struct_ops.link\") struct ops t = { .run = run };"),
            Opens,
        ),
        (
            table(
                "SEC(\"?.struct_ops\") struct ops t = { .run = run }; SEC(\"?.struct_ops\") struct ops u = { .run = run };",
            ),
            Opens,
        ),
        (
            table("SEC(\".struct_ops\") struct { int (*run)(void *); } t = { .run = run };"),
            Refused(&["map 't'", ".struct_ops", "without a name"]),
        ),
        (
            table(
                "union u { int (*run)(void *); }; SEC(\".struct_ops\") union u t = { .run = run };",
            ),
            Refused(&["map 't'", "not a struct"]),
        ),
        (
            table("SEC(\".struct_ops\") int t = 1;"),
            Refused(&["map 't'", "not a struct"]),
        ),
        (
            table(
                "SEC(\"socket\") int other(void *ctx) { return 0; } SEC(\".struct_ops\") struct ops t = { .run = other };",
            ),
            Refused(&["'.rel.struct_ops'", "'other'", "member 'run' of table 't'"]),
        ),
        (
            table("struct odd { void *run; }; SEC(\".struct_ops\") struct odd t = { .run = run };"),
            Refused(&["'.rel.struct_ops'", "'run'", "no pointer to a function"]),
        ),
        // Slots of maps.
        (slots(3, "int (void *)", "", "[1] = (void *)program"), Opens),
        (
            slots(3, "int (void *)", "", "[1] = (void *)sub"),
            Refused(&["'.rel.maps'", "'sub'", "map 'outer'", "no program"]),
        ),
        (
            slots(3, "int (void *)", "", "(void *)&number"),
            Refused(&["'.rel.maps'", "'number'", "no program"]),
        ),
        (slots(12, "struct inner", "", "[2] = &first"), Opens),
        (
            slots(12, "struct inner", "", "(void *)&number"),
            Refused(&["'.rel.maps'", "'number'", "no map"]),
        ),
        (
            slots(13, "struct inner", "__uint(key_size, 4);", "&first"),
            Opens,
        ),
        (
            slots(13, "struct inner", "__uint(key_size, 8);", "&first"),
            Refused(&["map 'outer'", "8 bytes"]),
        ),
        (
            format!(
                "int number = 1; struct {{ __uint(type, 1); int *key; }} odd SEC(\".maps\") = {{ .key = &number }};"
            ),
            Refused(&["'.rel.maps'", "map 'odd'", "no slots"]),
        ),
    ]
}

#[test]
fn sources_of_every_sort() {
    let folder = scratch();
    report(sources().into_iter().map(|(source, verdict)| {
        let bytes = compile(folder.path(), &source, &["-g"]);
        check(&source, &bytes, verdict)
    }));
}

#[test]
fn objects_without_btf() {
    let folder = scratch();
    let program = format!("{PROGRAM} {{ return 0; }}");
    let variable = format!("int number = 1; {PROGRAM} {{ return *(volatile int *)&number; }}");
    let external = format!("extern int outside; {PROGRAM} {{ return outside; }}");
    let cases = [
        (program, Opens),
        (variable, Opens),
        (
            map("__uint(type, 1);"),
            Refused(&["no .BTF section", "section '.maps'"]),
        ),
        (
            format!("{OPS} SEC(\".struct_ops\") struct ops t = {{ .run = run }};"),
            Refused(&["no .BTF section", "section '.struct_ops'"]),
        ),
        (external, Refused(&["no .BTF section", "extern 'outside'"])),
    ];
    report(cases.map(|(source, verdict)| {
        let bytes = compile(folder.path(), &source, &[]);
        check(&source, &bytes, verdict)
    }));
}

/// Fields of headers that the other tests do not damage.
const SH_TYPE: usize = 4;
const SH_INFO: usize = 44;
const SH_ENTSIZE: usize = 56;
const SHT_PROGBITS: u64 = 1;
const SHT_SYMTAB: u64 = 2;
const SHT_NOBITS: u64 = 8;

/// A field of the header of a section becomes this number.
fn header<const N: usize>(section: &str, field: usize, number: u64) -> impl Fn(&mut ElfFile) {
    move |elf| {
        let header = elf.header(elf.section(section));
        elf.put::<N>(header + field, number);
    }
}

/// A part of a symbol becomes this number.
fn symbol<const N: usize>(name: &str, field: usize, number: u64) -> impl Fn(&mut ElfFile) {
    move |elf| {
        let symbol = elf.symbol(name);
        elf.put::<N>(symbol + field, number);
    }
}

/// A word of a section becomes this number.
fn word(section: &str, at: usize, number: u64) -> impl Fn(&mut ElfFile) {
    move |elf| {
        let start = elf.contents(elf.section(section)).0;
        elf.put::<4>(start + at, number);
    }
}

type Damage = Box<dyn Fn(&mut ElfFile)>;

#[test]
fn damaged_in_one_place() {
    let of = |damage: Damage| damage;
    let cases: Vec<(&str, &str, Damage, Verdict)> = vec![
        (
            "variables",
            "no symbols",
            of(Box::new(header::<4>(".symtab", SH_TYPE, SHT_PROGBITS))),
            Refused(&["stripped"]),
        ),
        (
            "variables",
            "two tables of symbols",
            of(Box::new(header::<4>(".rodata", SH_TYPE, SHT_SYMTAB))),
            Refused(&["symbol table"]),
        ),
        (
            "variables",
            "symbols of 8 bytes",
            of(Box::new(header::<8>(".symtab", SH_ENTSIZE, 8))),
            Refused(&["symbol table"]),
        ),
        (
            "variables",
            "relocations of 8 bytes",
            of(Box::new(header::<8>(".relsocket", SH_ENTSIZE, 8))),
            Refused(&["section '.relsocket'", "another size"]),
        ),
        (
            "variables",
            "relocations of nothing",
            of(Box::new(header::<4>(".relsocket", SH_INFO, 999))),
            Refused(&["section '.relsocket'"]),
        ),
        (
            "variables",
            "odd relocations of BTF",
            of(Box::new(header::<4>(".rel.BTF", SH_INFO, 999))),
            Opens,
        ),
        (
            "variables",
            "BTF without bytes",
            of(Box::new(header::<4>(".BTF", SH_TYPE, SHT_NOBITS))),
            Refused(&[".BTF"]),
        ),
        (
            "kinds",
            "records without a header",
            of(Box::new(word(".BTF.ext", 0, 0))),
            Refused(&["section '.BTF.ext'", "header"]),
        ),
        (
            "kinds",
            "records without an end",
            of(Box::new(word(".BTF.ext", 12, 1 << 20))),
            Refused(&["section '.BTF.ext'", "past its end"]),
        ),
        (
            "only_programs",
            "records that are not needed",
            of(Box::new(word(".BTF.ext", 0, 0))),
            Opens,
        ),
        (
            "programs",
            "a program without instructions",
            of(Box::new(symbol::<8>("first", 16, 0))),
            Refused(&["program 'first'", "no instructions"]),
        ),
        (
            "programs",
            "half an instruction",
            of(Box::new(symbol::<8>("first", 16, 12))),
            Refused(&["program 'first'", "within an instruction"]),
        ),
        (
            "programs",
            "a program that begins in one",
            of(Box::new(symbol::<8>("first", 8, 4))),
            Refused(&["program 'first'"]),
        ),
        (
            "variables",
            "a section that the file has not",
            of(Box::new(header::<8>(".data.named", SH_SIZE, 0))),
            Refused(&["section '.data.named'", "not in the file"]),
        ),
        (
            "variables",
            "a variable of no type",
            of(Box::new(symbol::<1>("data_char", 4, 1 << 4))),
            Refused(&["'data_char' has no symbol"]),
        ),
        (
            "programs",
            "a program twice",
            of(Box::new(|elf: &mut ElfFile| {
                let name = elf.number::<4>(elf.symbol("first")) as u64;
                elf.put::<4>(elf.symbol("second"), name);
            })),
            OursRefuse("C could not tell the two apart", &["defined twice"]),
        ),
        (
            "kconfig",
            "an extern without a symbol",
            of(Box::new(symbol::<1>("CONFIG_HZ", 4, 0))),
            Refused(&["extern 'CONFIG_HZ'", "no symbol"]),
        ),
        (
            "variables",
            "the other byte order",
            of(Box::new(|elf: &mut ElfFile| elf.put::<1>(5, 2))),
            Refused(&["big-endian"]),
        ),
    ];
    report(cases.into_iter().map(|(name, what, damage, verdict)| {
        let mut elf = ElfFile::new(fs::read(case(name)).expect("an object"));
        damage(&mut elf);
        check(&format!("{name}: {what}"), &elf.bytes, verdict)
    }));
}
