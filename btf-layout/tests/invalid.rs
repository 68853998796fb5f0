//! What is refused, and in which words: each error names the header field, the offset or the type.

mod support;

use btf_layout::{Btf, Layout, Roots};
use support::{
    Blob, HDR_LEN_AT, HEADER_LEN, STR_LEN_AT, STR_OFF_AT, TYPE_LEN_AT, TYPE_OFF_AT, kind, patch,
};

/// Why `blob` is refused.
#[track_caller]
fn refused(blob: &[u8]) -> String {
    match Btf::parse(blob) {
        Ok(btf) => panic!("accepted, with {} types", btf.len()),
        Err(error) => error.to_string(),
    }
}

/// Why no layout is made of what is valid BTF.
#[track_caller]
fn not_laid_out(blob: &Blob) -> String {
    let bytes = blob.bytes();
    let btf = Btf::parse(&bytes).expect("valid BTF");
    match Layout::plan(&btf, &Roots::All) {
        Ok(layout) => panic!("laid out:\n{layout}"),
        Err(error) => error.to_string(),
    }
}

fn with_int() -> (Blob, u32) {
    let mut blob = Blob::default();
    let int = blob.int("int", 4, support::SIGNED);
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
    assert_eq!(refused(&blob.bytes()), message);

    let (mut blob, int) = with_int();
    blob.to(kind::FUNC, "f", int);
    let message = "type 2 (function f): refers to type 1 (int) where a function type is needed";
    assert_eq!(refused(&blob.bytes()), message);

    let (mut blob, int) = with_int();
    blob.record(kind::DATASEC, "d", 1, 4, &[int, 0, 4]);
    let message = "type 2 (data section d): refers to type 1 (int) where a variable is needed";
    assert_eq!(refused(&blob.bytes()), message);

    let (mut blob, int) = with_int();
    blob.record(kind::DECL_TAG, "x", 0, int, &[u32::MAX]);
    let message =
        "type 2 (declaration tag x): refers to type 1 (int) where a declaration is needed";
    assert_eq!(refused(&blob.bytes()), message);
}

#[test]
fn sizes() {
    for size in [0, 3, 5, 32, u32::MAX] {
        let mut blob = Blob::default();
        blob.record(kind::INT, "int", 0, size, &[32]);
        assert_eq!(
            refused(&blob.bytes()),
            format!("type 1 (int int): impossible size of {size} bytes")
        );
    }
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
    let mut blob = Blob::default();
    blob.array(0, 4);
    assert_eq!(
        refused(&blob.bytes()),
        "type 1 (array): holds type 0 by value, which has no size"
    );
    for (kind, word) in [(kind::FWD, 0), (kind::FUNC_PROTO, 0), (kind::TYPEDEF, 0)] {
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
    assert_eq!(not_laid_out(&blob), message);

    let (mut blob, int) = with_int();
    blob.bitfields("s", 8, &[("a", int, 0, 5), ("b", int, 4, 5)]);
    let message = "type 2 (struct s), member 'b': starts at bit 4, inside the member before it, which ends at bit 5";
    assert_eq!(not_laid_out(&blob), message);

    let (mut blob, int) = with_int();
    blob.union("u", 8, &[("a", int, 0), ("b", int, 32)]);
    assert_eq!(
        not_laid_out(&blob),
        "type 2 (union u), member 'b': starts at bit 32 of a union"
    );

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
    assert_eq!(
        refused(&split.bytes()),
        "BTF string section: does not start with an empty string"
    );
    split.ptr(9);
    let error = Btf::parse_split(&split.bytes(), &little).expect_err("no split BTF");
    assert_eq!(
        error.to_string(),
        "type 3 (pointer): refers to type 9, which does not exist"
    );
}
