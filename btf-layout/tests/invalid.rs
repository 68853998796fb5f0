//! What is refused, and in which words: each error names the header field, the offset or the type.
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

use btf_blobs::{
    Blob, HDR_LEN_AT, HEADER_LEN, STR_LEN_AT, STR_OFF_AT, TYPE_LEN_AT, TYPE_OFF_AT, kind, patch,
};
use btf_layout::{Btf, Layout, Roots};
use flaw::flaw;

/// Why `blob` is refused.
#[track_caller]
fn refused(blob: &[u8]) -> String {
    match Btf::parse(blob) {
        Ok(btf) => panic!("accepted, with {} types", btf.len()),
        Err(error) => error.to_string(),
    }
}

fn with_int() -> (Blob, u32) {
    let mut blob = Blob::default();
    let int = blob.int("int", 4, btf_blobs::SIGNED);
    (blob, int)
}

#[test]
fn headers() {
    let good = with_int().0.bytes();
    assert!(Btf::parse(&good).is_ok());
    assert_eq!(refused(b""), "BTF header needs 24 bytes, only 0 found");
    assert_eq!(
        refused(&good[..1]),
        "BTF header needs 24 bytes, only 1 found"
    );
    assert_eq!(
        refused(&good[..23]),
        "BTF header needs 24 bytes, only 23 found"
    );
    assert_eq!(refused(b"#!"), "not BTF: magic 0x2123, expected 0xeb9f");
    assert_eq!(
        refused(&[0x7f; 40]),
        "not BTF: magic 0x7f7f, expected 0xeb9f"
    );
    let patched = |at, word| {
        let mut blob = good.clone();
        patch(&mut blob, at, word);
        refused(&blob)
    };
    let magic = 0xeb9f;
    assert_eq!(
        patched(0, magic | 2 << 16),
        "BTF header: version is 2, expected 1"
    );
    assert_eq!(
        patched(0, magic | 1 << 16 | 1 << 24),
        "BTF header: flags is 1, expected 0"
    );
    assert_eq!(
        patched(HDR_LEN_AT, 20),
        "BTF header: hdr_len is 20, expected 24 or more"
    );
    assert_eq!(
        patched(TYPE_OFF_AT, 2),
        "BTF header: type_off is 2, expected a multiple of 4"
    );
    assert_eq!(
        patched(TYPE_LEN_AT, 15),
        "BTF header: type_len is 15, expected a multiple of 4"
    );
}

#[test]
fn sections_lie_inside_the_blob() {
    let good = with_int().0.bytes();
    let (mut long, len) = (good.clone(), good.len());
    patch(&mut long, TYPE_LEN_AT, 1 << 20);
    let message = "BTF type section (offset 24, length 1048576) ends past the blob (45 bytes)";
    assert_eq!(len, 45);
    assert_eq!(refused(&long), message);
    let mut far = good.clone();
    patch(&mut far, STR_OFF_AT, u32::MAX);
    let message = "BTF string section (offset 4294967319, length 5) ends past the blob (45 bytes)";
    assert_eq!(refused(&far), message);
    let mut header = good.clone();
    patch(&mut header, HDR_LEN_AT, u32::MAX);
    let message = "BTF type section (offset 4294967295, length 16) ends past the blob (45 bytes)";
    assert_eq!(refused(&header), message);
    for cut in HEADER_LEN..len {
        assert!(
            refused(&good[..cut]).contains("ends past the blob"),
            "cut off at {cut}"
        );
    }
}

#[test]
fn strings() {
    let blob = |strings: &[u8]| {
        let mut blob = Blob::default();
        blob.strings = strings.to_vec();
        blob.bytes()
    };
    assert_eq!(
        refused(&blob(b"")),
        "BTF string section: does not start with an empty string"
    );
    assert_eq!(
        refused(&blob(b"int\0")),
        "BTF string section: does not start with an empty string"
    );
    assert_eq!(
        refused(&blob(b"\0int")),
        "BTF string section: does not end with a NUL byte"
    );
    assert_eq!(
        refused(&blob(b"\0\xff\0")),
        "BTF string section: is not UTF-8"
    );
    let mut cut = with_int().0.bytes();
    patch(&mut cut, STR_LEN_AT, 4);
    assert_eq!(
        refused(&cut),
        "BTF string section: does not end with a NUL byte"
    );
}

#[test]
fn names() {
    let (mut blob, int) = with_int();
    blob.types[0] = 5;
    assert_eq!(
        refused(&blob.bytes()),
        "type 1 (int): name offset 5 is outside the string section"
    );
    blob.types[0] = u32::MAX;
    let message = "type 1 (int): name offset 4294967295 is outside the string section";
    assert_eq!(refused(&blob.bytes()), message);

    let (mut blob, _) = with_int();
    blob.record(kind::STRUCT, "s", 1, 4, &[99, int, 0]);
    let message = "type 2 (struct s), member 0: name offset 99 is outside the string section";
    assert_eq!(refused(&blob.bytes()), message);

    let (mut blob, _) = with_int();
    blob.record(kind::ENUM, "e", 1, 4, &[99, 0]);
    let message = "type 2 (enum e): name offset 99 is outside the string section";
    assert_eq!(refused(&blob.bytes()), message);

    // Offsets inside a character are no names; those inside a string are.
    let mut blob = Blob::default();
    blob.int("é", 4, 0);
    blob.types[0] = 2;
    assert_eq!(
        refused(&blob.bytes()),
        "type 1 (int): name offset 2 is outside the string section"
    );
    let (mut blob, int) = with_int();
    blob.types[0] += 1;
    let bytes = blob.bytes();
    let btf = Btf::parse(&bytes).expect("valid BTF");
    assert_eq!(btf.name(btf_layout::TypeId(int)), "nt");
}

#[test]
fn records() {
    for unknown in [0, 20, 31, 32, 127] {
        let (mut blob, _) = with_int();
        blob.record(unknown, "", 0, 0, &[]);
        let message = format!("type 2: unknown BTF kind {unknown} at offset 16");
        assert_eq!(refused(&blob.bytes()), message);
    }
    let cut = "type 2: record at offset 16 is cut off by the end of the type section";
    let (mut blob, _) = with_int();
    blob.types.extend([0, 0]);
    assert_eq!(refused(&blob.bytes()), cut);
    for vlen in [2, 0xffff, 0x10000, 0xff_ffff] {
        let (mut blob, int) = with_int();
        blob.record(kind::STRUCT, "s", vlen, 4, &[0, int, 0]);
        assert_eq!(refused(&blob.bytes()), cut, "{vlen} members");
    }
}

/// More members than the 16 bits older formats had for their number.
#[test]
fn vlen_has_24_bits() {
    let (mut blob, int) = with_int();
    let rows: Vec<u32> = (0..70_000).flat_map(|i| [0, int, i * 32]).collect();
    blob.record(kind::STRUCT, "s", 70_000, 280_000, &rows);
    let bytes = blob.bytes();
    let btf = Btf::parse(&bytes).expect("valid BTF");
    let layout = Layout::plan(&btf, &Roots::All).expect("a layout");
    let record = layout.record(btf_layout::TypeId(2)).expect("a struct");
    assert_eq!(layout.slots(record).len(), 70_000);
}

#[test]
fn references() {
    let dangling = |kind, name: &str, rows: &[u32]| {
        let (mut blob, _) = with_int();
        let vlen = u32::from(matches!(
            kind,
            kind::STRUCT | kind::FUNC_PROTO | kind::DATASEC
        ));
        blob.record(kind, name, vlen, if vlen == 1 { 0 } else { 3 }, rows);
        refused(&blob.bytes())
    };
    let missing = "refers to type 3, which does not exist";
    assert_eq!(
        dangling(kind::PTR, "", &[]),
        format!("type 2 (pointer): {missing}")
    );
    assert_eq!(
        dangling(kind::TYPEDEF, "t", &[]),
        format!("type 2 (typedef t): {missing}")
    );
    assert_eq!(
        dangling(kind::FUNC, "f", &[]),
        format!("type 2 (function f): {missing}")
    );
    assert_eq!(
        dangling(kind::VAR, "v", &[0]),
        format!("type 2 (variable v): {missing}")
    );
    assert_eq!(
        dangling(kind::DECL_TAG, "x", &[0]),
        format!("type 2 (declaration tag x): {missing}")
    );
    assert_eq!(
        dangling(kind::ARRAY, "", &[3, 1, 1]),
        format!("type 2 (array): {missing}")
    );
    assert_eq!(
        dangling(kind::ARRAY, "", &[1, 3, 1]),
        format!("type 2 (array): {missing}")
    );
    assert_eq!(
        dangling(kind::STRUCT, "s", &[1, 3, 0]),
        format!("type 2 (struct s), member 'int': {missing}")
    );
    assert_eq!(
        dangling(kind::FUNC_PROTO, "", &[0, 3]),
        format!("type 2 (function type), member 0: {missing}")
    );
    assert_eq!(
        dangling(kind::DATASEC, "d", &[3, 0, 0]),
        format!("type 2 (data section d): {missing}")
    );
}

#[test]
fn references_lead_to_what_they_may() {
    let (mut blob, int) = with_int();
    let proto = blob.proto(int, &[]);
    let func = blob.to(kind::FUNC, "f", proto);
    blob.ptr(func);
    let message = "type 4 (pointer): refers to type 3, which is not a type but a function";
    assert_eq!(flaw(&blob.bytes()).unwrap(), message);

    let (mut blob, int) = with_int();
    blob.to(kind::FUNC, "f", int);
    let message = "type 2 (function f): refers to type 1 (int) where a function type is needed";
    assert_eq!(refused(&blob.bytes()), message);

    let (mut blob, int) = with_int();
    let proto = blob.proto(int, &[]);
    blob.proto(int, &[("callback", proto)]);
    let message =
        "type 3 (function type), member 'callback': holds type 2 by value, which has no size";
    assert_eq!(flaw(&blob.bytes()).unwrap(), message);

    let (mut blob, int) = with_int();
    let proto = blob.proto(int, &[]);
    blob.proto(proto, &[]);
    let message = "type 3 (function type): holds type 2 by value, which has no size";
    assert_eq!(flaw(&blob.bytes()).unwrap(), message);

    let (mut blob, int) = with_int();
    blob.record(kind::DATASEC, "d", 1, 4, &[int, 0, 4]);
    let message = "type 2 (data section d): refers to type 1 (int) where a variable is needed";
    assert_eq!(flaw(&blob.bytes()).unwrap(), message);

    let (mut blob, int) = with_int();
    blob.record(kind::DECL_TAG, "x", 0, int, &[u32::MAX]);
    let message =
        "type 2 (declaration tag x): refers to type 1 (int) where a declaration is needed";
    assert_eq!(flaw(&blob.bytes()).unwrap(), message);
}
