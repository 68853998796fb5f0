//! What no compiler of C writes: members without bytes, and unions whose arms start anywhere, as enums with data do in Rust.

use btf_blobs::{Blob, SIGNED, kind};

/// Unions of every sort of arm, after every sort of gap.
pub fn blob() -> Blob {
    let mut blob = Blob::default();
    let [int, char, long] =
        [("int", 4), ("char", 1), ("long", 8)].map(|(name, size)| blob.int(name, size, SIGNED));
    let unit = blob.int("()", 0, 0);
    let text = blob.array(char, 5);
    let units = blob.array(unit, 3);
    let nothing = blob.typedef("nothing", 0);
    let point = blob.structure("point", 8, &[("x", int, 0), ("y", int, 32)]);
    let part = blob.structure("", 8, &[("low", int, 0), ("high", int, 32)]);
    let rows: [(&str, u32, u32, u32); 13] = [
        ("first", int, 0, 0),
        ("natural", long, 64, 0),
        ("odd", char, 8, 0),
        ("unaligned", int, 8, 0),
        ("bits", int, 0, 5),
        ("late_bits", int, 3, 7),
        ("later_bits", int, 21, 9),
        ("text", text, 16, 0),
        ("named", point, 64, 0),
        ("", part, 96, 0),
        ("unit", unit, 32, 0),
        ("units", units, 64, 0),
        ("nothing", nothing, 0, 0),
    ];
    let rows = rows.map(|(name, ty, offset, width)| (name, ty, width << 24 | offset));
    let late = blob.composite(kind::UNION | kind::FLAG, "late", 24, &rows);
    blob.union("only", 16, &[("end", long, 64)]);
    blob.union("without_bytes", 4, &[("unit", unit, 0), ("nothing", 0, 0)]);
    let inside = blob.union("", 12, &[("one", char, 0), ("two", int, 64)]);
    let members = [
        ("before", unit, 0),
        ("a", int, 0),
        ("inside", nothing, 16),
        ("", inside, 32),
        ("late", late, 128),
        ("units", units, 320),
        ("behind", unit, 320),
    ];
    blob.structure("holds", 40, &members);
    blob.structure("holds_nothing", 0, &[("unit", unit, 0)]);
    let (to_unit, to_units) = (blob.ptr(unit), blob.ptr(units));
    let takes_unit = blob.proto(
        unit,
        &[("unit", unit), ("nothing", nothing), ("last", unit)],
    );
    let function = blob.ptr(takes_unit);
    let members = [("a", to_unit, 0), ("b", to_units, 64), ("c", function, 128)];
    blob.structure("points", 24, &members);
    blob
}
