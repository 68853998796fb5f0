//! BTF that no C compiler makes has to be C all the same, or refused.

use super::checks::{INCLUDE, TARGETS, native_header};
use super::need;
use btf_blobs::{Blob, SIGNED, kind};
use std::fs;
use std::process::Command;
use test_support::compilers::compilers;
use test_support::{scratch, skip, stdout_of};

#[test]
fn what_c_has_no_words_for_compiles() {
    need!(compilers());
    let folder = scratch();
    let file = folder.path().join("odd.btf");
    fs::write(&file, odd().bytes()).expect("a BTF file");
    let header = native_header(&file, &[]);
    println!("{header}");
    fs::write(folder.path().join("types.h"), &header).expect("a header file");
    let unit = folder.path().join("unit.c");
    let text = format!("{INCLUDE}{}", include_str!("odd.c"));
    fs::write(&unit, text).expect("a source file");
    for target in TARGETS {
        for dialect in ["-std=gnu17", "-std=c23"] {
            let mut clang = Command::new("clang-19");
            clang.args(["-fsyntax-only", "-w", target, dialect]);
            stdout_of(clang.arg(&unit));
        }
    }
}

/// Types that need themselves, through an anonymous struct behind a pointer, or as a typedef whose name a member hides.
#[test]
fn what_needs_itself_compiles() {
    need!(compilers());
    let folder = scratch();
    let file = folder.path().join("circle.btf");
    fs::write(&file, circles().bytes()).expect("a BTF file");
    let header = native_header(&file, &[]);
    println!("{header}");
    let unit = folder.path().join("unit.c");
    fs::write(&unit, format!("{INCLUDE}{SIZES}")).expect("a source file");
    fs::write(folder.path().join("types.h"), &header).expect("a header file");
    for target in TARGETS {
        let mut clang = Command::new("clang-19");
        clang.args(["-fsyntax-only", "-w", target]);
        stdout_of(clang.arg(&unit));
    }
}

const SIZES: &str = r#"
_Static_assert(sizeof(struct outer) == 8, "outer");
_Static_assert(sizeof(struct inner) == 16, "inner");
_Static_assert(sizeof(endless) == 8, "endless");
_Static_assert(sizeof(struct hides) == 16, "hides");
_Static_assert(sizeof(union twice___2) == 4, "twice___2");
_Static_assert(sizeof(*((struct to_twice *)0)->it) == 1, "to_twice");
"#;

fn circles() -> Blob {
    let mut blob = Blob::default();
    let int = blob.int("int", 4, SIGNED);
    let byte = blob.int("u8", 1, 0);
    // `outer` points to an anonymous struct that holds `inner`, which holds `outer`.
    let outer = blob.next_id();
    let (pointer, anonymous, inner) = (outer + 1, outer + 2, outer + 3);
    blob.structure("outer", 8, &[("it", pointer, 0)]);
    blob.ptr(anonymous);
    blob.structure("", 16, &[("held", inner, 0)]);
    blob.structure("inner", 16, &[("held", outer, 0), ("more", pointer, 64)]);
    // A typedef of a pointer to what holds it; and a struct in which a promoted member has its name.
    let endless = blob.next_id();
    let (pointer, anonymous) = (endless + 1, endless + 2);
    blob.typedef("endless", pointer);
    blob.ptr(anonymous);
    blob.structure("", 8, &[("it", endless, 0)]);
    let promoted = blob.structure("", 8, &[("endless", pointer, 0)]);
    blob.structure("hides", 16, &[("", promoted, 0), ("it", endless, 64)]);
    // The tag that the second would get is the name of a third, of which there is a forward declaration.
    blob.structure("twice", 2, &[("a", byte, 0), ("b", byte, 8)]);
    blob.union("twice", 4, &[("a", int, 0)]);
    blob.structure("twice___2", 1, &[("a", byte, 0)]);
    let forward = blob.to(kind::FWD, "twice___2", 0);
    let pointer = blob.ptr(forward);
    blob.structure("to_twice", 8, &[("it", pointer, 0)]);
    blob
}

/// Types of other languages, of 32-bit compilers and of nobody.
fn odd() -> Blob {
    let mut blob = Blob::default();
    let int = blob.int("int", 4, SIGNED);
    let byte = blob.int("u8", 1, 0);
    let half = blob.int("u16", 2, 0);
    floats(&mut blob);
    let members = [
        ("while", int, 32),
        ("twice", int, 64),
        ("twice", half, 96),
        ("", byte, 112),
        ("Vec<T>", byte, 120),
        ("0", half, 16),
        ("z", half, 0),
    ];
    blob.structure("rust", 16, &members);
    blob.structure("for", 1 << 20, &[]);
    blob.union("empty_but_large", 100, &[]);
    blob.structure("only_tail", 3, &[("a", byte, 0)]);
    pointers(&mut blob, int);
    blob
}

fn floats(blob: &mut Blob) {
    let mut float = |name, size| blob.record(kind::FLOAT, name, 0, size, &[]);
    let members = [
        ("a", float("_Float16", 2), 0),
        ("b", float("f128", 16), 128),
        ("c", float("long double", 12), 256),
        ("d", float("f32", 4), 352),
        ("e", float("f64", 8), 384),
        ("f", blob.int("long unsigned int", 4, 0), 448),
    ];
    blob.structure("floats", 64, &members);
}

/// Pointers to what C cannot spell: functions that return arrays, `restrict` integers, two kinds of one tag, anonymous types.
fn pointers(blob: &mut Blob, int: u32) {
    blob.union("tag", 4, &[("a", int, 0)]);
    let array = blob.array(int, 3);
    let row = blob.typedef("row", array);
    let keyword = blob.typedef("int", int);
    let params = [
        ("same", keyword),
        ("", 0),
        ("same", int),
        ("return", int),
        ("", 0),
    ];
    let returns_array = blob.proto(array, &params);
    let returns_row = blob.proto(row, &params);
    let function = blob.ptr(returns_array);
    let restricted = blob.to(kind::RESTRICT, "", int);
    let targets = [
        blob.to(kind::FWD, "tag", 0),
        blob.to(kind::FWD, "", 0),
        blob.enumeration(kind::ENUM, "no_values", 4, &[]),
        restricted,
        returns_row,
    ];
    let mut members = vec![function, blob.to(kind::RESTRICT, "", function)];
    members.extend(targets.map(|target| blob.ptr(target)));
    let names = ["a", "b", "c", "d", "e", "f", "g"].into_iter();
    let members: Vec<_> = names
        .zip(members)
        .zip((0..).step_by(64))
        .map(|((name, ty), bit)| (name, ty, bit))
        .collect();
    blob.structure("points", 56, &members);
}

/// Typedefs that need themselves, which BTF can state and C cannot: in place of the inner one stands `void`.
#[test]
fn typedefs_that_need_themselves_are_cut() {
    need!(compilers());
    let mut blob = Blob::default();
    let int = blob.int("int", 4, SIGNED);
    let pointer = blob.next_id() + 1;
    let endless = blob.typedef("endless", pointer);
    blob.ptr(endless);
    // A callback that takes a callback, by way of another name, and returns one.
    let callback = blob.next_id();
    blob.typedef("callback", callback + 1);
    blob.ptr(callback + 2);
    blob.proto(
        callback,
        &[("next", callback + 3), ("it", callback), ("n", int)],
    );
    blob.typedef("other", callback);
    // A row of structs inside the struct.
    let row = blob.next_id() + 1;
    blob.structure(
        "row",
        24,
        &[
            ("", callback + 5, 0),
            ("call", callback, 64),
            ("rows", row + 1, 128),
        ],
    );
    assert_eq!(row, blob.next_id());
    blob.structure("promotes", 8, &[("callback", int, 0), ("endless", int, 32)]);
    blob.ptr(row + 2);
    blob.array(row - 1, 3);
    let folder = scratch();
    let file = folder.path().join("endless.btf");
    fs::write(&file, blob.bytes()).expect("a BTF file");
    let header = native_header(&file, &[]);
    assert!(
        header.contains("/* endless needs itself: there it is void */\ntypedef void *endless;\n"),
        "{header}"
    );
    let text = format!(
        "{INCLUDE}_Static_assert(sizeof(struct row) == 24 && sizeof(callback) == 8, \"sizes\");\n"
    );
    fs::write(folder.path().join("types.h"), &header).expect("a header file");
    let unit = folder.path().join("unit.c");
    fs::write(&unit, text).expect("a source file");
    for target in TARGETS {
        let mut clang = Command::new("clang-19");
        clang.args(["-fsyntax-only", "-w", target]);
        stdout_of(clang.arg(&unit));
    }
}
