//! C headers and sources where objects may stand.

use super::{Outcome, fails, words};
use std::fs;
use test_support::{can_compile, scratch, tool};

const HEADER: &str = "\
#include <stdint.h>
struct event { int pid; uint64_t time; char comm[16]; };
typedef struct { int low : 3; unsigned high : 5; } bits_t;
enum color { RED, GREEN = 5 };
enum big { BIG = 0x100000000ULL };
union any { struct event e; struct { int x, y; } at; long l; };
typedef enum { OFF, ON } switch_t;
typedef int (*callback_t)(struct event *);
struct outer { struct inner { int z; } i; struct elsewhere *p; };
enum { FIRST, LAST = 7 };
static inline int unseen(int x) { struct local { int k; } l = { x }; return l.k; }
";

/// The types that clang must have, by its own sizes for BPF.
const TYPES: [&str; 8] = [
    "struct event",
    "bits_t",
    "enum color",
    "enum big",
    "union any",
    "switch_t",
    "callback_t",
    "struct outer",
];

#[test]
fn every_type_of_a_header_is_there_with_clangs_size() {
    if !can_compile() {
        return;
    }
    let folder = scratch();
    fs::write(folder.path().join("event.h"), HEADER).unwrap();
    let dump = |line: &str| {
        let outcome = Outcome::of(folder.path(), &words(line));
        assert_eq!(
            (outcome.code, outcome.stderr.as_str()),
            (Some(0), ""),
            "{line}"
        );
        outcome.stdout
    };
    let header = dump("btf dump file event.h format c -j");
    // clang for BPF refuses an array of negative size: its sizes are those that the header asserts.
    let mut check = HEADER.to_owned();
    for name in TYPES {
        let start = format!("static_assert(sizeof({name}) == ");
        let (_, size) = header
            .split_once(&start)
            .unwrap_or_else(|| panic!("no {name}: {header}"));
        let size = size.split_once(',').unwrap().0;
        check += &format!(
            "char check{}[sizeof({name}) == {size} ? 1 : -1];\n",
            check.len()
        );
    }
    fs::write(folder.path().join("check.c"), check).unwrap();
    let mut clang = std::process::Command::new("clang-19");
    clang.args([
        "-target",
        "bpf",
        "-ffreestanding",
        "-fsyntax-only",
        "check.c",
    ]);
    test_support::stdout_of(clang.current_dir(folder.path()));
    for part in [
        "struct inner {",
        "unsigned int high : 5;",
        "LAST = 7,",
        "ON = 1,",
    ] {
        assert!(header.contains(part), "{part}: {header}");
    }
    // Of system headers only what is needed, of functions nothing.
    for part in ["int_fast8_t", "local", "__kept"] {
        assert!(!header.contains(part), "{part}: {header}");
    }
    assert!(dump("btf dump file event.h format rust -j").contains("pub struct event"));
    assert!(dump("btf dump file event.h").contains("STRUCT 'event' size=32"));
    assert_eq!(
        dump("btf dump file event.h type bits_t format c -j")
            .matches("static_assert")
            .count(),
        1
    );

    // The same in a source, which includes from elsewhere.
    fs::create_dir(folder.path().join("include")).unwrap();
    fs::rename(
        folder.path().join("event.h"),
        folder.path().join("include/event.h"),
    )
    .unwrap();
    fs::write(
        folder.path().join("a.bpf.c"),
        "#include \"event.h\"\nstruct own { struct event e; };",
    )
    .unwrap();
    let of_source = dump("btf dump file a.bpf.c -I include format c -j");
    assert!(of_source.contains("struct own {") && of_source.contains("struct event {"));
    assert!(
        !of_source.contains("enum color"),
        "not the source's own, and not needed"
    );
}

#[test]
fn what_clang_refuses_is_refused_in_its_words() {
    let Some(clang) = ["clang", "clang-19"].iter().find_map(|name| tool(name)) else {
        return test_support::skip("no clang");
    };
    if std::env::var_os("CLANG").is_some() {
        return test_support::skip("CLANG names another compiler");
    }
    let folder = scratch();
    fs::write(folder.path().join("bad.h"), "struct x { missing_t a; };\n").unwrap();
    let message = format!(
        "{} could not compile 'bad.h':\nbad.h:1:12: error: unknown type name 'missing_t'\n    \
         1 | struct x {{ missing_t a; }};\n      |            ^\n1 error generated.",
        clang.display()
    );
    fails(folder.path(), "btf dump file bad.h format c", 234, &message);
    fails(
        folder.path(),
        "btf dump file none.h",
        254,
        "failed to load BTF from none.h: No such file or directory",
    );
}
