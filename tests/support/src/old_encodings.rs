//! What compilers wrote before they told bitfields and signs apart from types, and what only some of them write.

use btf_blobs::{BOOL, Blob, SIGNED, kind};

/// Bitfields that are types of their own, and enums whose sign only a flag tells.
pub fn blob() -> Blob {
    let mut blob = Blob::default();
    let [int, char] = [blob.int("int", 4, SIGNED), blob.int("char", 1, 0)];
    let five = blob.int_bits("unsigned int", 4, 0, 0, 5);
    let shifted = blob.int_bits("unsigned int", 4, 0, 3, 4);
    let signed = blob.int_bits("int", 4, SIGNED, 0, 7);
    let flag = blob.int_bits("_Bool", 1, BOOL, 0, 1);
    let forty = blob.int_bits("long unsigned int", 8, 0, 0, 40);
    let typedef = blob.typedef("five_bits", five);
    let qualified = blob.to(kind::CONST, "", typedef);
    let array = blob.array(five, 3);
    let part = blob.structure("", 4, &[("x", signed, 2), ("y", qualified, 9)]);
    let members = [
        ("a", five, 0),
        ("b", shifted, 5),
        ("c", signed, 12),
        ("d", qualified, 19),
        ("e", int, 32),
        ("f", forty, 64),
        ("g", flag, 104),
        ("h", char, 112),
        ("", part, 128),
        ("i", array, 160),
        ("j", part, 256),
    ];
    blob.structure("old", 36, &members);
    let members = [
        ("a", five, 0),
        ("b", forty, 0),
        ("c", signed, 0),
        ("d", int, 0),
    ];
    blob.union("old_union", 8, &members);
    // The flag says signed although no value is negative; unsigned although the value was.
    let values = [("ZERO", 0), ("ONE", 1)];
    let never = blob.enumeration(kind::ENUM | kind::FLAG, "never_negative", 4, &values);
    let tiny = blob.enumeration(kind::ENUM, "tiny", 1, &[("ALL_ONES", u32::MAX)]);
    let members = [
        ("a", never, 0, 2),
        ("b", tiny, 2, 8),
        ("c", forty, 10, 40),
        ("d", tiny, 56, 0),
        ("e", never, 64, 32),
    ];
    blob.bitfields("new", 12, &members);
    blob
}
