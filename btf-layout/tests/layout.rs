//! What hand-made blobs are laid out as.
#![allow(
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::too_many_lines,
    clippy::unwrap_used,
    reason = "a test may fail, and a table of cases is long"
)]

use btf_blobs::{Blob, HDR_LEN_AT, HEADER_LEN, kind, patch};
use btf_layout::{Bits, Btf, Bytes, FlatPlace, Layout, Roots, TypeId};

/// The layout of all types of `blob`, as text.
fn layout_of(blob: &Blob) -> String {
    let bytes = blob.bytes();
    let btf = Btf::parse(&bytes).expect("valid BTF");
    Layout::plan(&btf, &Roots::All)
        .expect("a layout")
        .to_string()
}

/// Everything the reader says about every type.
fn all_types(btf: &Btf<'_>) -> Vec<String> {
    let text = |id| {
        format!(
            "{id} {} {:?} {:?}",
            btf.name(id),
            btf.size(id),
            btf.kind(id)
        )
    };
    btf.ids().map(text).collect()
}

fn sample() -> Blob {
    let mut blob = Blob::default();
    let int = blob.int("int", 4, btf_blobs::SIGNED);
    let pointer = blob.ptr(int);
    let array = blob.array(pointer, 3);
    blob.bitfields(
        "s",
        32,
        &[("a", int, 0, 3), ("b", int, 3, 7), ("c", array, 64, 0)],
    );
    blob.enumeration(
        kind::ENUM | kind::FLAG,
        "e",
        2,
        &[("MINUS", u32::MAX), ("TWO", 2)],
    );
    blob
}

#[test]
fn a_longer_header_changes_nothing() {
    let plain = sample().bytes();
    let mut longer = plain.clone();
    longer.splice(HEADER_LEN..HEADER_LEN, [0xff; 8]);
    patch(&mut longer, HDR_LEN_AT, HEADER_LEN as u32 + 8);
    let (plain, longer) = (Btf::parse(&plain), Btf::parse(&longer));
    assert_eq!(
        all_types(&plain.expect("valid BTF")),
        all_types(&longer.expect("valid BTF"))
    );
}

#[test]
fn the_byte_order_changes_nothing_but_itself() {
    let (little, big) = (sample().bytes(), sample().big_endian());
    let (little, big) = (
        Btf::parse(&little).expect("valid BTF"),
        Btf::parse(&big).expect("valid BTF"),
    );
    assert_eq!(all_types(&little), all_types(&big));
    assert_ne!(little.endian(), big.endian());
}

#[test]
fn split_btf_continues_its_base() {
    let base = sample();
    let mut split = base.split();
    let pointer = split.ptr(4);
    let own = split.structure("own", 40, &[("s", 4, 0), ("p", pointer, 256)]);
    let (base, split) = (base.bytes(), split.bytes());
    let base = Btf::parse(&base).expect("valid BTF");
    let btf = Btf::parse_split(&split, &base).expect("valid split BTF");
    assert_eq!((btf.first(), btf.len()), (TypeId(6), 8));
    assert_eq!((btf.name(TypeId(4)), btf.name(TypeId(own))), ("s", "own"));
    let layout = Layout::plan(&btf, &Roots::Only(vec![TypeId(own)])).expect("a layout");
    let ids: Vec<_> = layout.defs().iter().map(|def| def.id.0).collect();
    assert_eq!(ids, [4, own]);
    // A base that is itself split.
    let empty = Blob::default().split().bytes();
    let again = Btf::parse_split(&empty, &btf).expect("valid split BTF");
    assert_eq!((again.first(), again.len()), (TypeId(8), 8));
    assert_eq!(all_types(&again), all_types(&btf));
}

/// Three ways to say `int a : 3, b : 5; int c`.
#[test]
fn legacy_bitfields() {
    let mut new = Blob::default();
    let int = new.int("int", 4, btf_blobs::SIGNED);
    new.bitfields(
        "s",
        8,
        &[("a", int, 0, 3), ("b", int, 3, 5), ("c", int, 32, 0)],
    );
    let expected = "\
[2] struct s size 8
       0 +1    bits
        bit   0 +3   a: s32
        bit   3 +5   b: s32
       1 +3    pad
       4 +4    c: s32
";
    assert_eq!(layout_of(&new), expected);
    for (offset_of_int, offset_of_member) in [(0, 3), (3, 0), (1, 2)] {
        let mut old = Blob::default();
        let int = old.int("int", 4, btf_blobs::SIGNED);
        let three = old.int_bits("int", 4, btf_blobs::SIGNED, 0, 3);
        let five = old.int_bits("int", 4, btf_blobs::SIGNED, offset_of_int, 5);
        let five = old.typedef("five", five);
        old.structure(
            "s",
            8,
            &[
                ("a", three, 0),
                ("b", five, offset_of_member),
                ("c", int, 32),
            ],
        );
        let text = layout_of(&old);
        let (_, text) = text.split_once("[5] struct").expect("the struct");
        let expected = expected
            .replace("[2] struct", "")
            .replace("b: s32", "b: [4] five");
        assert_eq!(text, expected);
    }
}

/// C has its members in order; Rust and others may not.
#[test]
fn members_out_of_order() {
    let mut blob = Blob::default();
    let int = blob.int("int", 4, 0);
    let char = blob.int("char", 1, btf_blobs::CHAR);
    blob.structure(
        "s",
        8,
        &[("last", char, 56), ("first", int, 0), ("zero", char, 32)],
    );
    let expected = "\
[3] struct s size 8
       0 +4    first: u32
       4 +1    zero: char8
       5 +2    pad
       7 +1    last: char8
";
    assert_eq!(layout_of(&blob), expected);
}

#[test]
fn bit_units() {
    let mut blob = Blob::default();
    let long = blob.int("long", 8, 0);
    let char = blob.int("char", 1, btf_blobs::CHAR);
    blob.bitfields(
        "wide",
        16,
        &[("a", long, 4, 50), ("b", char, 56, 0), ("c", long, 74, 2)],
    );
    let expected = "\
[3] struct wide size 16
       0 +7    bits
        bit   0 +4   filler
        bit   4 +50  a: u64
        bit  54 +2   filler
       7 +1    b: char8
       8 +1    pad
       9 +1    bits
        bit   0 +2   filler
        bit   2 +2   c: u64
        bit   4 +4   filler
      10 +6    pad
";
    assert_eq!(layout_of(&blob), expected);
}

#[test]
fn unions() {
    let mut blob = Blob::default();
    let int = blob.int("int", 4, 0);
    let rows = [("a", int, 5 << 24), ("b", int, 0)];
    blob.composite(kind::UNION | kind::FLAG, "u", 8, &rows);
    let expected = "\
[2] union u size 8
       0 +1    bits
        bit   0 +5   a: u32
        bit   5 +3   filler
       0 +4    b: u32
       0 +8    pad
";
    assert_eq!(layout_of(&blob), expected);
}

#[test]
fn empty_and_flexible() {
    let mut blob = Blob::default();
    let int = blob.int("int", 4, 0);
    let flexible = blob.array(int, 0);
    blob.structure("empty", 0, &[]);
    blob.union("nothing", 0, &[]);
    blob.structure("tail", 4, &[("n", int, 0), ("rest", flexible, 32)]);
    blob.structure("all padding", 3, &[]);
    let expected = "\
[3] struct empty size 0
[4] union nothing size 0
[5] struct tail size 4
       0 +4    n: u32
       4 +0    rest: u32[0]
[6] struct all padding size 3
       0 +3    pad
";
    assert_eq!(layout_of(&blob), expected);
}

/// An anonymous enum is called what its first typedef is called; an enum without values is a forward declaration.
#[test]
fn enums() {
    let mut blob = Blob::default();
    let anonymous = blob.enumeration(kind::ENUM, "", 4, &[("A", 0)]);
    let constant = blob.to(kind::CONST, "", anonymous);
    blob.typedef("first", constant);
    blob.typedef("second", anonymous);
    let forward = blob.enumeration(kind::ENUM, "forward", 4, &[]);
    blob.enumeration(kind::ENUM, "", 1, &[("B", 255)]);
    blob.structure("s", 8, &[("a", anonymous, 0), ("f", forward, 32)]);
    let expected = "\
[1] enum - size 4 unsigned
    A = 0
[3] typedef first = [3] first
[4] typedef second = [3] first
[6] enum - size 1 unsigned
    B = 255
[7] struct s size 8
       0 +4    a: [3] first
       4 +4    f: u32
";
    assert_eq!(layout_of(&blob), expected);
}

#[test]
fn by_value_order() {
    let mut blob = Blob::default();
    blob.structure("outer", 16, &[("m", 2, 0), ("p", 4, 64)]);
    blob.typedef("alias", 3);
    blob.array(5, 2);
    blob.ptr(1);
    blob.structure("inner", 4, &[("x", 6, 0)]);
    blob.int("int", 4, 0);
    let bytes = blob.bytes();
    let btf = Btf::parse(&bytes).expect("valid BTF");
    let layout = Layout::plan(&btf, &Roots::All).expect("a layout");
    let ids: Vec<_> = layout.defs().iter().map(|def| def.id.0).collect();
    assert_eq!(ids, [5, 2, 1]);
}

#[test]
fn roots() {
    let bytes = sample().bytes();
    let btf = Btf::parse(&bytes).expect("valid BTF");
    let select = |ids: &[u32], names: &[&str]| {
        let ids: Vec<_> = ids.iter().copied().map(TypeId).collect();
        let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
        Roots::select(&btf, &ids, &names).map_err(|error| error.to_string())
    };
    let only = |ids: &[u32]| Ok(Roots::Only(ids.iter().copied().map(TypeId).collect()));
    assert_eq!(select(&[], &[]), Ok(Roots::All));
    assert_eq!(select(&[5, 2], &["s"]), only(&[5, 2, 4]));
    assert_eq!(select(&[4], &["struct s", "enum e"]), only(&[4, 5]));
    assert_eq!(select(&[0], &[]), Err("root_id 0: no such type".to_owned()));
    assert_eq!(select(&[6], &[]), Err("root_id 6: no such type".to_owned()));
    assert_eq!(
        select(&[], &["union s"]),
        Err("type 'union s': no such type".to_owned())
    );
    assert_eq!(select(&[], &[""]), Err("type '': no such type".to_owned()));
}

#[test]
fn members_of_anonymous_structs_are_those_of_the_struct_around() {
    let mut blob = Blob::default();
    let int = blob.int("int", 4, btf_blobs::SIGNED);
    let inner = blob.bitfields("", 8, &[("x", int, 0, 0), ("y", int, 37, 3)]);
    let tagged = blob.bitfields("tagged", 4, &[("t", int, 0, 0)]);
    let middle = blob.bitfields("", 12, &[("m", int, 0, 0), ("", inner, 32, 0)]);
    let outer = [("a", int, 0, 0), ("", middle, 64, 0), ("", tagged, 160, 0)];
    let outer = blob.bitfields("outer", 24, &outer);
    let bytes = blob.bytes();
    let btf = Btf::parse(&bytes).expect("valid BTF");
    let layout = Layout::plan(&btf, &Roots::All).expect("a layout");
    let record = layout.record(TypeId(outer)).expect("a struct");
    let members = layout.flat_members(record);
    let found: Vec<_> = members
        .iter()
        .map(|member| (member.name, member.place))
        .collect();
    let whole = |offset| FlatPlace::Bytes {
        offset: Bytes(offset),
        size: Bytes(4),
    };
    let bits = FlatPlace::Bits {
        first: Bits(133),
        width: Bits(3),
    };
    let expected = [
        ("a", whole(0)),
        ("m", whole(8)),
        ("x", whole(12)),
        ("y", bits),
        ("", whole(20)),
    ];
    assert_eq!(found, expected);
    assert_eq!(members[4].ty, TypeId(tagged));
}
