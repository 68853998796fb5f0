//! Sources of each sort: objects that libbpf opens, and those that it refuses.

use crate::opens::Verdict::{self, Opens, Refused};
use crate::opens::{check, compile, map, report};
use test_support::scratch;

const PROGRAM: &str = "SEC(\"socket\") int program(void *ctx)";
const OPS: &str = "struct ops { int (*run)(void *); int number; }; \
                   SEC(\"struct_ops/run\") int run(void *ctx) { return 0; }";
const CONFIG: &str = "__attribute__((section(\".kconfig\")))";
const KSYM: &str = "__attribute__((section(\".ksyms\")))";

/// Sources of objects.
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
            "int number = 1; struct { __uint(type, 1); int *key; } odd SEC(\".maps\") = { .key = &number };"
                .to_owned(),
            Refused(&["'.rel.maps'", "map 'odd'", "no slots"]),
        ),
    ]
}

#[test]
fn sources_of_every_sort() {
    if !test_support::can_compile() {
        return;
    }
    let folder = scratch();
    report(sources().into_iter().map(|(source, verdict)| {
        let bytes = compile(folder.path(), &source, &["-g"]);
        check(&source, &bytes, verdict)
    }));
}

#[test]
fn objects_without_btf() {
    if !test_support::can_compile() {
        return;
    }
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
