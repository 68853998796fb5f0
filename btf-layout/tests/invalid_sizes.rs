//! Which types no layout can be made of, and in which words.
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
use btf_layout::{Btf, Layout, Roots};
use flaw::flaw;

/// Why no layout can be made of the first type in `blob` of which none can be made.
#[track_caller]
fn refused(blob: &[u8]) -> String {
    flaw(blob).expect("a flaw")
}

fn with_int() -> (Blob, u32) {
    let mut blob = Blob::default();
    let int = blob.int("int", 4, btf_blobs::SIGNED);
    (blob, int)
}

#[test]
fn sizes() {
    for size in [3, 5, 32, u32::MAX] {
        let mut blob = Blob::default();
        blob.record(kind::INT, "int", 0, size, &[32]);
        assert_eq!(
            refused(&blob.bytes()),
            format!("type 1 (int int): impossible size of {size} bytes")
        );
    }
    let mut blob = Blob::default();
    blob.int_bits("int", 0, 0, 0, 8);
    assert_eq!(
        refused(&blob.bytes()),
        "type 1 (int int): impossible size of 0 bytes"
    );
    for size in [0, 3, 16] {
        let mut blob = Blob::default();
        blob.enumeration(kind::ENUM, "e", size, &[("A", 0)]);
        assert_eq!(
            refused(&blob.bytes()),
            format!("type 1 (enum e): impossible size of {size} bytes")
        );
    }
    let mut blob = Blob::default();
    blob.to(kind::FLOAT, "float", 3);
    assert_eq!(
        refused(&blob.bytes()),
        "type 1 (float float): impossible size of 3 bytes"
    );
    for (offset, bits) in [(0, 0), (0, 33), (1, 32), (31, 2), (255, 255)] {
        let mut blob = Blob::default();
        blob.int_bits("int", 4, 0, offset, bits);
        let message = format!("type 1 (int int): {bits} bits at bit {offset} do not fit 4 bytes");
        assert_eq!(refused(&blob.bytes()), message);
    }
    let (mut blob, int) = with_int();
    blob.array(int, 1 << 29);
    let message = "type 2 (array): impossible size of 2147483648 bytes";
    assert_eq!(refused(&blob.bytes()), message);
    let (mut blob, int) = with_int();
    let inner = blob.array(int, 1 << 28);
    blob.array(inner, u32::MAX);
    let message = "type 3 (array): impossible size of 4611686017353646080 bytes";
    assert_eq!(refused(&blob.bytes()), message);
    let mut blob = Blob::default();
    blob.structure("s", 1 << 31, &[]);
    assert_eq!(
        refused(&blob.bytes()),
        "type 1 (struct s): impossible size of 2147483648 bytes"
    );
}

#[test]
fn values_have_a_size() {
    for (kind, word) in [(kind::FWD, 0), (kind::FUNC_PROTO, 0)] {
        let mut blob = Blob::default();
        let unsized_type = blob.to(kind, if kind == kind::FUNC_PROTO { "" } else { "x" }, word);
        blob.structure("s", 4, &[("m", unsized_type, 0)]);
        let message = "type 2 (struct s), member 'm': holds type 1 by value, which has no size";
        assert_eq!(refused(&blob.bytes()), message);
    }
    // clang writes a forward declaration of an enum without a size.
    let mut blob = Blob::default();
    let forward = blob.enumeration(kind::ENUM, "e", 0, &[]);
    blob.ptr(forward);
    assert!(Btf::parse(&blob.bytes()).is_ok());
    blob.structure("s", 4, &[("m", forward, 0)]);
    let message = "type 3 (struct s), member 'm': holds type 1 by value, which has no size";
    assert_eq!(refused(&blob.bytes()), message);
}

#[test]
fn members_fit() {
    let (mut blob, int) = with_int();
    blob.structure("s", 6, &[("a", int, 0), ("b", int, 32)]);
    let message =
        "type 2 (struct s), member 'b': ends at bit 64, past the end of the type at bit 48";
    assert_eq!(refused(&blob.bytes()), message);

    let (mut blob, int) = with_int();
    blob.structure("s", 8, &[("a", int, 4)]);
    let message = "type 2 (struct s), member 'a': starts at bit 4, which is not on a byte boundary";
    assert_eq!(refused(&blob.bytes()), message);

    let (mut blob, int) = with_int();
    blob.structure("s", 4, &[("a", int, u32::MAX - 7)]);
    let message =
        "type 2 (struct s), member 'a': ends at bit 4294967320, past the end of the type at bit 32";
    assert_eq!(refused(&blob.bytes()), message);

    let (mut blob, int) = with_int();
    blob.bitfields("s", 8, &[("a", int, 0, 33)]);
    let message =
        "type 2 (struct s), member 'a': is a bitfield of 33 bits in a type that cannot hold it";
    assert_eq!(refused(&blob.bytes()), message);

    let (mut blob, int) = with_int();
    blob.bitfields("s", 4, &[("a", int, 30, 3)]);
    let message =
        "type 2 (struct s), member 'a': ends at bit 33, past the end of the type at bit 32";
    assert_eq!(refused(&blob.bytes()), message);

    let (mut blob, int) = with_int();
    let pointer = blob.ptr(int);
    blob.bitfields("s", 8, &[("a", pointer, 0, 3)]);
    let message =
        "type 3 (struct s), member 'a': is a bitfield of 3 bits in a type that cannot hold it";
    assert_eq!(refused(&blob.bytes()), message);

    // In the old encoding the integer says so.
    let mut blob = Blob::default();
    let three = blob.int_bits("int", 4, 0, 0, 3);
    blob.structure("s", 4, &[("a", three, 30)]);
    let message =
        "type 2 (struct s), member 'a': ends at bit 33, past the end of the type at bit 32";
    assert_eq!(refused(&blob.bytes()), message);
}

#[test]
fn layouts() {
    let (mut blob, int) = with_int();
    blob.structure("s", 8, &[("a", int, 0), ("b", int, 16)]);
    let message = "type 2 (struct s), member 'b': starts at bit 16, inside the member before it, which ends at bit 32";
    assert_eq!(refused(&blob.bytes()), message);

    let (mut blob, int) = with_int();
    blob.bitfields("s", 8, &[("a", int, 0, 5), ("b", int, 4, 5)]);
    let message = "type 2 (struct s), member 'b': starts at bit 4, inside the member before it, which ends at bit 5";
    assert_eq!(refused(&blob.bytes()), message);

    // Wherever they stand in the declaration, and whatever stands between them.
    let (mut blob, int) = with_int();
    blob.structure("s", 12, &[("b", int, 16), ("c", int, 64), ("a", int, 0)]);
    let message = "type 2 (struct s), member 'b': starts at bit 16, inside the member before it, which ends at bit 32";
    assert_eq!(refused(&blob.bytes()), message);

    let (mut blob, int) = with_int();
    blob.union("u", 7, &[("a", int, 0), ("b", int, 32)]);
    let message =
        "type 2 (union u), member 'b': ends at bit 64, past the end of the type at bit 56";
    assert_eq!(refused(&blob.bytes()), message);

    let big = with_int().0.big_endian();
    let btf = Btf::parse(&big).expect("valid BTF");
    let error = Layout::plan(&btf, &Roots::All).expect_err("no layout");
    assert_eq!(error, btf_layout::Error::BigEndian);
}

#[test]
fn split_btf_needs_its_base() {
    let (base, int) = with_int();
    let mut split = base.split();
    split.typedef("mine", int);
    let (little, big) = (base.bytes(), base.big_endian());
    let little = Btf::parse(&little).expect("valid BTF");
    let big = Btf::parse(&big).expect("valid BTF");
    assert!(Btf::parse_split(&split.bytes(), &little).is_ok());
    let error = Btf::parse_split(&split.bytes(), &big).expect_err("no split BTF");
    assert_eq!(error, btf_layout::Error::MixedByteOrder);
    let alone = Btf::parse(&split.bytes()).expect_err("no BTF of its own");
    assert_eq!(
        alone.to_string(),
        "BTF string section: does not start with an empty string"
    );
    assert!(alone.may_be_split());
    split.ptr(9);
    let error = Btf::parse_split(&split.bytes(), &little).expect_err("no split BTF");
    assert_eq!(
        error.to_string(),
        "type 3 (pointer): refers to type 9, which does not exist"
    );
}
