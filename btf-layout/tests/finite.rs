//! Every type is finite: no cycle, no bottomless nesting, and no more text than the section's size explains.
#![allow(
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::too_many_lines,
    clippy::unwrap_used,
    reason = "a test may fail, and a table of cases is long"
)]

mod flaw;

use btf_blobs::{Blob, kind};
use btf_layout::{Btf, Layout, Roots, TypeId};
use flaw::flaw;

/// What is wrong with `blob`, if anything.
fn verdict(blob: &Blob) -> Result<(), String> {
    flaw(&blob.bytes()).map_or(Ok(()), Err)
}

fn contains_itself(id: u32, what: &str) -> Result<(), String> {
    Err(format!("type {id} ({what}): contains itself"))
}

#[test]
fn by_value_cycles() {
    let mut blob = Blob::default();
    blob.structure("s", 4, &[("m", 1, 0)]);
    assert_eq!(verdict(&blob), contains_itself(1, "struct s"));

    let mut blob = Blob::default();
    blob.structure("a", 4, &[("m", 2, 0)]);
    blob.array(3, 1);
    blob.typedef("t", 4);
    blob.union("b", 4, &[("m", 1, 0)]);
    assert_eq!(verdict(&blob), contains_itself(1, "struct a"));
}

#[test]
fn chains_of_names() {
    for kinds in [
        [kind::TYPEDEF; 2],
        [kind::CONST; 2],
        [kind::VOLATILE, kind::TYPEDEF],
    ] {
        let mut blob = Blob::default();
        blob.to(kinds[0], "", 2);
        blob.to(kinds[1], "", 1);
        let verdict = verdict(&blob).expect_err("a cycle");
        assert!(verdict.ends_with("contains itself"), "{verdict}");
    }
    let mut blob = Blob::default();
    blob.typedef("t", 1);
    assert_eq!(verdict(&blob), contains_itself(1, "typedef t"));
    let mut blob = Blob::default();
    blob.array(1, 1);
    assert_eq!(verdict(&blob), contains_itself(1, "array"));
}

#[test]
fn chains_of_the_anonymous() {
    let mut blob = Blob::default();
    blob.ptr(1);
    assert_eq!(verdict(&blob), contains_itself(1, "pointer"));

    let mut blob = Blob::default();
    blob.ptr(2);
    blob.to(kind::CONST, "", 3);
    blob.ptr(1);
    assert_eq!(verdict(&blob), contains_itself(1, "pointer"));

    let mut blob = Blob::default();
    blob.ptr(2);
    blob.proto(0, &[("self", 1)]);
    assert_eq!(verdict(&blob), contains_itself(1, "pointer"));

    let mut blob = Blob::default();
    blob.proto(2, &[]);
    blob.ptr(1);
    assert_eq!(verdict(&blob), contains_itself(2, "pointer"));

    let mut blob = Blob::default();
    blob.structure("", 8, &[("next", 2, 0)]);
    blob.ptr(1);
    assert_eq!(verdict(&blob), contains_itself(1, "struct"));

    // The members of an anonymous member are promoted: what it points to is spelled out as well.
    let mut blob = Blob::default();
    blob.structure("outer", 8, &[("", 2, 0)]);
    blob.structure("promoted", 8, &[("up", 3, 0)]);
    blob.ptr(4);
    blob.structure("", 8, &[("", 1, 0)]);
    assert_eq!(verdict(&blob), contains_itself(1, "struct outer"));
}

/// What every list and tree in C looks like.
#[test]
fn a_name_ends_every_chain() {
    let mut blob = Blob::default();
    blob.structure("list", 8, &[("next", 2, 0)]);
    blob.ptr(1);
    blob.typedef("fn", 4);
    blob.ptr(5);
    blob.proto(3, &[("self", 3), ("list", 2)]);
    blob.typedef("node", 7);
    blob.structure("", 8, &[("next", 8, 0)]);
    blob.ptr(6);
    assert_eq!(verdict(&blob), Ok(()));
}

/// Types from `first` on, each holding the next; the last one holds an `int`.
fn chain(length: u32, mut link: impl FnMut(&mut Blob, u32) -> u32) -> Blob {
    let mut blob = Blob::default();
    let first = blob.int("int", 4, 0) + 1;
    for i in 0..length {
        link(&mut blob, if i + 1 == length { 1 } else { first + i + 1 });
    }
    blob
}

type Link = fn(&mut Blob, u32) -> u32;

#[test]
fn depth_is_bounded() {
    let most = Btf::MAX_DEPTH - 1;
    let links: [(&str, Link); 6] = [
        ("typedefs", |blob, to| blob.typedef("t", to)),
        ("qualifiers", |blob, to| blob.to(kind::CONST, "", to)),
        ("pointers", |blob, to| blob.ptr(to)),
        ("arrays", |blob, to| blob.array(to, 1)),
        ("structs", |blob, to| {
            blob.structure("s", 4, &[("m", to, 0)])
        }),
        ("anonymous structs", |blob, to| {
            blob.structure("", 4, &[("m", to, 0)])
        }),
    ];
    for (what, link) in links {
        assert_eq!(verdict(&chain(most, link)), Ok(()), "{most} {what}");
        let bytes = chain(most, link).bytes();
        let btf = Btf::parse(&bytes).expect("valid BTF");
        for roots in [Roots::All, Roots::Only(btf.ids().collect())] {
            assert!(Layout::plan(&btf, &roots).is_ok(), "{most} {what}");
        }
        for length in [most + 1, 10_000] {
            let verdict = verdict(&chain(length, link));
            let deep = |text: String| text.ends_with("nested more than 128 levels deep");
            assert!(
                verdict.clone().is_err_and(deep),
                "{length} {what}: {verdict:?}"
            );
        }
    }
}

/// The other way round, where each type is measured before it is used.
#[test]
fn depth_is_bounded_from_below() {
    let mut blob = Blob::default();
    let mut last = blob.int("int", 4, 0);
    for _ in 1..Btf::MAX_DEPTH {
        last = blob.typedef("t", last);
    }
    assert_eq!(verdict(&blob), Ok(()));
    let id = blob.typedef("t", last);
    let message = format!("type {id} (typedef t): nested more than 128 levels deep");
    assert_eq!(verdict(&blob), Err(message));
}

/// Base and split section are measured one by one, and count together.
#[test]
fn depth_counts_through_the_base() {
    let base = chain(Btf::MAX_DEPTH - 1, |blob, to| blob.typedef("t", to));
    let mut split = base.split();
    split.typedef("one too many", 2);
    let bytes = base.bytes();
    let base = Btf::parse(&bytes).expect("valid BTF");
    let bytes = split.bytes();
    let split = Btf::parse_split(&bytes, &base).expect("good records");
    let last = TypeId(split.len() - 1);
    let flaw = split.flaw(last).expect("too deep").to_string();
    assert!(flaw.ends_with("nested more than 128 levels deep"), "{flaw}");
    assert_eq!(split.flawed().collect::<Vec<_>>(), [last]);
}

type Twice = fn(&mut Blob, u32) -> u32;

/// `levels` types, each of which mentions the one before twice. None has any bytes, so that only text is too large.
fn doubling(levels: u32, twice: Twice) -> Blob {
    let mut blob = Blob::default();
    let int = blob.int("int", 4, 0);
    let mut last = blob.array(int, 0);
    for _ in 0..levels {
        last = twice(&mut blob, last);
    }
    blob
}

const DOUBLING: [(&str, Twice); 7] = [
    ("anonymous structs", |blob, last| {
        blob.structure("", 0, &[("a", last, 0), ("b", last, 0)])
    }),
    ("anonymous members", |blob, last| {
        blob.structure("", 0, &[("", last, 0), ("", last, 0)])
    }),
    ("named structs", |blob, last| {
        blob.structure("s", 0, &[("", last, 0), ("", last, 0)])
    }),
    ("anonymous unions", |blob, last| {
        blob.union("", 0, &[("a", last, 0), ("b", last, 0)])
    }),
    ("arrays", |blob, last| {
        let array = blob.array(last, 1);
        blob.structure("", 0, &[("a", array, 0), ("b", array, 0)])
    }),
    ("functions", |blob, last| {
        let pointer = blob.ptr(last);
        blob.proto(0, &[("a", pointer), ("b", pointer)])
    }),
    ("pointers to the anonymous", |blob, last| {
        let pointer = blob.ptr(last);
        blob.structure("", 16, &[("a", pointer, 0), ("b", pointer, 64)])
    }),
];

#[test]
fn text_does_not_double_with_every_level() {
    for (what, twice) in DOUBLING {
        assert_eq!(verdict(&doubling(10, twice)), Ok(()), "10 levels of {what}");
        let verdict = verdict(&doubling(30, twice)).expect_err("too long");
        assert!(
            verdict.contains("is too long: written out, the types pass"),
            "{what}: {verdict}"
        );
    }
}

/// Anonymous types again and again, one after the other.
#[test]
fn text_is_in_proportion() {
    let repeated = |times: u32| {
        let mut blob = Blob::default();
        let int = blob.int("int", 4, 0);
        let rows: Vec<u32> = (0..times).flat_map(|i| [0, int, i * 32]).collect();
        let anonymous = blob.record(kind::STRUCT, "", times, 4 * times, &rows);
        for _ in 0..times {
            blob.typedef("t", anonymous);
        }
        blob
    };
    assert_eq!(verdict(&repeated(100)), Ok(()));
    let refused = verdict(&repeated(3_000)).expect_err("too long");
    assert!(refused.contains("is too long"), "{refused}");
    // A long name does the same.
    let named = |name: &str, times: usize| {
        let mut blob = Blob::default();
        let int = blob.int("int", 4, 0);
        let offset = blob.name(name);
        let rows: Vec<u32> = (0..times).flat_map(|_| [offset, int, 0]).collect();
        blob.record(
            kind::UNION,
            "u",
            u32::try_from(times).unwrap_or(0),
            4,
            &rows,
        );
        verdict(&blob)
    };
    assert_eq!(named(&"x".repeat(512), 10_000), Ok(()));
    assert!(named(&"x".repeat(100_000), 10_000).is_err_and(|text| text.contains("is too long")));
}

/// A function type of the base that only the split BTF refers to counts there.
#[test]
fn text_of_the_base_counts() {
    let mut base = Blob::default();
    let int = base.int("int", 4, 0);
    let proto = base.proto(0, &vec![("parameter", int); 10_000]);
    let bytes = base.bytes();
    let btf = Btf::parse(&bytes).expect("a valid base");
    let pointers = |times: u32| {
        let mut split = base.split();
        (0..times).for_each(|_| _ = split.ptr(proto));
        let bytes = split.bytes();
        let split = Btf::parse_split(&bytes, &btf).expect("good records");
        let planned = Layout::plan(&split, &Roots::All);
        planned.map(|_| ()).map_err(|error| error.to_string())
    };
    assert_eq!(pointers(10), Ok(()));
    let refused = pointers(1_000).expect_err("too long");
    assert!(refused.contains("is too long"), "{refused}");
}

/// One name may be long, as long as the others are not: a tag may hold any string.
#[test]
fn one_long_name_is_fine() {
    let mut blob = Blob::default();
    let int = blob.int("int", 4, 0);
    blob.to(kind::TYPE_TAG, &"x".repeat(1 << 20), int);
    let rows: Vec<u32> = (0..10_000).flat_map(|i| [0, int, i * 32]).collect();
    let id = blob.record(kind::STRUCT, "s", 10_000, 40_000, &rows);
    let bytes = blob.bytes();
    let btf = Btf::parse(&bytes).expect("valid BTF");
    assert_eq!(btf.size(TypeId(id)).map(|size| size.0), Some(40_000));
}

/// Functions that each take a pointer to the next: two levels each.
#[test]
fn functions_of_functions_are_bounded() {
    // The last one returns `void`, which is a level of its own.
    let most = Btf::MAX_DEPTH / 2 - 1;
    for (functions, is_good) in [(most, true), (most + 1, false)] {
        let mut blob = Blob::default();
        for function in (1..).step_by(2).take(functions as usize) {
            let is_last = function == functions * 2 - 1;
            blob.proto(0, &[("next", if is_last { 0 } else { function + 3 })]);
            blob.ptr(function);
        }
        let verdict = verdict(&blob);
        assert_eq!(verdict.is_ok(), is_good, "{functions}: {verdict:?}");
    }
}
