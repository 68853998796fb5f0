//! Definitions of maps that libbpf takes, and those that it refuses.

use crate::opens::Verdict::{self, Opens, Refused};
use crate::opens::{check, compile, map, report};
use test_support::scratch;

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
    if !test_support::can_compile() {
        return;
    }
    let folder = scratch();
    let types = "typedef int (*number_t)[1]; typedef int array_t[1]; typedef u32 *pointer_t; ";
    report(MAPS.iter().map(|(members, verdict)| {
        let source = format!("{types}{}", map(members));
        let bytes = compile(folder.path(), &source, &["-g"]);
        check(members, &bytes, *verdict)
    }));
}
