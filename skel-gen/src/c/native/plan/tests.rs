//! Native plans: the order of definitions, and what C has to be told for records to keep their layout.
#![allow(
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::too_many_lines,
    clippy::unwrap_used,
    reason = "a test may fail, and a table of cases is long"
)]

use super::{NativeItem, NativePlan, NativeStep};
use btf_blobs::{Blob, SIGNED, kind};
use btf_layout::{Bits, Btf, Bytes, Roots, TypeId};

/// The form of record `id` in one line: members by name, fillers as `:width`, arrays as `[size]`.
fn form(blob: &Blob, id: u32) -> String {
    let bytes = blob.bytes();
    let btf = Btf::parse(&bytes).expect("valid BTF");
    let mut plan = NativePlan::new(&btf, &Roots::All, true).expect("a plan");
    let record = plan.record(TypeId(id)).expect("a form");
    let item = |item: &NativeItem<'_>| match item {
        NativeItem::Member(member) => member.name.to_owned(),
        NativeItem::Filler {
            width: Bits(width),
            unit: Bytes(unit),
        } => format!("{unit}:{width}"),
        NativeItem::Bytes(Bytes(size)) => format!("[{size}]"),
        NativeItem::Empty(name) => format!("({name})"),
        NativeItem::Open => "{".to_owned(),
        NativeItem::Close { packed: false } => "}".to_owned(),
        NativeItem::Close { packed: true } => "} packed".to_owned(),
    };
    let mut words: Vec<_> = record.items.iter().map(item).collect();
    words.extend(record.packed.then(|| "packed".to_owned()));
    words.join(" ")
}

/// A blob with an `int` (1), a `char` (2) and a `long` (3).
fn scalars() -> Blob {
    let mut blob = Blob::default();
    blob.int("int", 4, SIGNED);
    blob.int("char", 1, SIGNED);
    blob.int("long", 8, SIGNED);
    blob
}

#[test]
fn natural_padding_is_left_to_the_compiler() {
    let mut blob = scalars();
    let id = blob.structure("s", 16, &[("a", 2, 0), ("b", 1, 32), ("c", 3, 64)]);
    assert_eq!(form(&blob, id), "a b c");
}

#[test]
fn gaps_are_filled_with_bits_no_wider_than_the_alignment() {
    let mut blob = scalars();
    let id = blob.structure("s", 24, &[("a", 2, 0), ("b", 3, 128)]);
    assert_eq!(form(&blob, id), "a 8:56 8:64 b");
    let id = blob.structure("s", 12, &[("a", 2, 0), ("b", 1, 64)]);
    assert_eq!(form(&blob, id), "a 4:24 4:32 b");
    let id = blob.structure("s", 3, &[("a", 2, 0)]);
    assert_eq!(form(&blob, id), "a 1:8 1:8");
    let id = blob.structure("s", 4096, &[("a", 2, 0), ("b", 2, 4080 * 8)]);
    assert_eq!(
        form(&blob, id),
        "a [4079] b 1:8 1:8 1:8 1:8 1:8 1:8 1:8 1:8 1:8 1:8 1:8 1:8 1:8 1:8 1:8"
    );
}

#[test]
fn bitfields_that_cross_their_type_or_start_late_are_kept_in_place() {
    let mut blob = scalars();
    let natural = [("a", 1, 0, 20), ("b", 1, 32, 20)];
    let id = blob.bitfields("s", 8, &natural);
    assert_eq!(form(&blob, id), "a b");
    let id = blob.bitfields("s", 8, &[("a", 1, 0, 3), ("b", 1, 32, 3)]);
    assert_eq!(form(&blob, id), "a 4:29 b");
    let id = blob.bitfields("s", 5, &[("a", 1, 0, 20), ("b", 1, 20, 20)]);
    assert_eq!(form(&blob, id), "a b packed");
}

#[test]
fn what_alignment_forbids_is_packed() {
    let mut blob = scalars();
    let inner = blob.structure("inner", 9, &[("a", 2, 0), ("b", 3, 8)]);
    assert_eq!(form(&blob, inner), "a b packed");
    let outer = blob.structure("outer", 16, &[("a", 2, 0), ("in", inner, 8), ("b", 1, 96)]);
    assert_eq!(form(&blob, outer), "a in b");
    let size = blob.structure("size", 6, &[("a", 1, 0), ("b", 2, 32)]);
    assert_eq!(form(&blob, size), "a b 8:8 packed");
    let union = blob.union("union", 5, &[("a", 1, 0)]);
    assert_eq!(form(&blob, union), "a [5] packed");
}

#[test]
fn members_come_by_offset_and_must_not_overlap() {
    let mut blob = scalars();
    let id = blob.structure("s", 8, &[("b", 1, 32), ("a", 1, 0)]);
    assert_eq!(form(&blob, id), "a b");
    let id = blob.structure("overlap", 8, &[("a", 1, 0), ("b", 1, 16)]);
    let bytes = blob.bytes();
    let btf = Btf::parse(&bytes).unwrap();
    let plan = NativePlan::new(&btf, &Roots::All, true).unwrap();
    assert_eq!(plan.left_out(), [TypeId(id)]);
    let flaw = btf.flaw(TypeId(id)).unwrap().to_string();
    assert!(flaw.contains("(struct overlap), member 'b'"), "{flaw}");
}

#[test]
fn arms_that_start_late_are_structs_with_padding() {
    let mut blob = scalars();
    let id = blob.union("u", 16, &[("a", 3, 0), ("b", 1, 64), ("c", 2, 8)]);
    assert_eq!(form(&blob, id), "a { 4:32 4:32 b } { 1:8 c }");
    let id = blob.union("unaligned", 8, &[("a", 1, 8)]);
    assert_eq!(form(&blob, id), "{ 8:8 a } packed [8]");
    let flag = kind::UNION | kind::FLAG;
    let id = blob.composite(flag, "bits", 4, &[("a", 1, 3 << 24), ("b", 1, 5 << 24 | 3)]);
    assert_eq!(form(&blob, id), "a { 4:3 b }");
}

#[test]
fn members_without_bytes_are_none() {
    let mut blob = scalars();
    let unit = blob.int("()", 0, 0);
    let id = blob.structure(
        "s",
        8,
        &[("u", unit, 8), ("a", 1, 0), ("v", 0, 64), ("b", 1, 32)],
    );
    assert_eq!(form(&blob, id), "a (u) b (v)");
    let id = blob.union("u", 4, &[("a", 1, 0), ("u", unit, 0)]);
    assert_eq!(form(&blob, id), "a (u)");
}

/// `typedef void (*f)(f)`, which C can only say with another type in place of the inner one.
#[test]
fn what_needs_itself_is_cut() {
    let mut blob = Blob::default();
    let f = blob.typedef("f", 2);
    blob.ptr(3);
    blob.proto(0, &[("next", f)]);
    blob.structure("s", 8, &[("call", f, 0)]);
    let bytes = blob.bytes();
    let btf = Btf::parse(&bytes).unwrap();
    let plan = NativePlan::new(&btf, &Roots::All, true).unwrap();
    assert_eq!((plan.cut(), plan.left_out()), (&[TypeId(f)][..], &[][..]));
    assert_eq!(steps(&blob, &Roots::All, false), "D1 D4");
}

/// The steps of a plan: `D3` defines type 3, `F3` declares it.
fn steps(blob: &Blob, roots: &Roots, sorted: bool) -> String {
    let bytes = blob.bytes();
    let btf = Btf::parse(&bytes).expect("valid BTF");
    let plan = NativePlan::new(&btf, roots, sorted).expect("a plan");
    let step = |step: &NativeStep| match step {
        NativeStep::Define(id) => format!("D{id}"),
        NativeStep::Forward(id) => format!("F{id}"),
    };
    plan.steps().iter().map(step).collect::<Vec<_>>().join(" ")
}

#[test]
fn values_are_defined_before_and_pointees_are_declared() {
    let mut blob = Blob::default();
    // 1: struct z { struct a in; struct z *self; other *p; }
    blob.structure("z", 24, &[("in", 2, 0), ("self", 3, 64), ("p", 4, 128)]);
    blob.structure("a", 8, &[("back", 3, 0)]);
    blob.to(kind::PTR, "", 1);
    blob.to(kind::PTR, "", 5);
    blob.to(kind::TYPEDEF, "other", 6);
    blob.structure("other", 0, &[]);
    blob.enumeration(kind::ENUM, "", 4, &[("ALONE", 1)]);
    blob.enumeration(kind::ENUM, "e", 4, &[("E", 1)]);
    assert_eq!(steps(&blob, &Roots::All, false), "D7 F1 D2 F6 D5 D1 D6 D8");
    assert_eq!(steps(&blob, &Roots::All, true), "D7 D8 F1 D2 D6 D5 D1");
    assert_eq!(
        steps(&blob, &Roots::Only(vec![TypeId(1)]), true),
        "F1 D2 F6 D5 D1"
    );
    assert_eq!(steps(&blob, &Roots::Values(vec![TypeId(3)]), true), "F1");
}
