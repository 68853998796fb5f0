//! What objects say of variables, externs and maps.

use crate::files::{passes, refusal};
use test_support::bpf_object::{BpfObject, GLOBAL, NOBITS, NOTYPE, OBJECT, WEAK, exit};
use wasm_bpf_host::image::{ExternKind, verify};

fn minimal() -> BpfObject {
    BpfObject::with_program(&exit())
}

/// An object with a variable of 4 bytes in a section of 8, which its symbol and its record have at these offsets.
fn variable(symbol: u64, record: u32, section_size: u32) -> BpfObject {
    let mut object = minimal();
    let data = object.section(".data", 3, &[0; 8]);
    let int = object.btf.int("int", 4);
    object.btf.variable(".data", "number", int, 1, record, 4);
    object.btf.section_size(".data", section_size);
    object.symbol("number", GLOBAL | OBJECT, data, symbol, 4);
    object
}

#[test]
fn variables_lie_in_their_sections() {
    let outside = "section '.data': variable 'number' ends past the end of the section";
    passes(&variable(4, 0, 0).build());
    passes(&variable(4, 4, 8).build());
    assert_eq!(refusal(&variable(4, 5, 8).build()), outside);
    assert_eq!(refusal(&variable(4, u32::MAX, 8).build()), outside);
    // A static one has its place from the record alone.
    let mut object = variable(4, 0, 0);
    object.btf.variable(".data", "other", 1, 0, 6, 4);
    assert!(refusal(&object.build()).contains("variable 'other' ends past"));
    // More than its type has.
    let mut object = variable(4, 0, 0);
    object.btf.variable(".data", "other", 1, 0, 0, 9);
    assert!(refusal(&object.build()).contains("variable 'other' ends past"));
    let mut object = variable(4, 0, 0);
    object.btf.variable(".data", "other", 1, 1, 0, 4);
    assert!(refusal(&object.build()).contains("variable 'other' has no symbol"));
    let mut object = variable(4, 0, 0);
    let other = object.section(".data.other", 3, &[0; 8]);
    object.btf.variable(".data", "other", 1, 1, 0, 4);
    object.symbol("other", GLOBAL | OBJECT, other, 0, 4);
    let text = refusal(&object.build());
    assert!(
        text.contains("variable 'other' is in another section"),
        "{text}"
    );
    // Two records of one section, of which libbpf would take one for some things and the other for others.
    let mut object = variable(4, 0, 0);
    let var = object.btf.record("x", 14 << 24, 1, &[0]);
    object.btf.record(".data", 15 << 24 | 1, 8, &[var, 0, 4]);
    assert!(refusal(&object.build()).contains("there is another section of that name"));
    // A function, to which libbpf would write a linkage.
    let mut object = variable(4, 0, 0);
    let prototype = object.btf.prototype(0);
    let function = object.btf.function("f", prototype, 1);
    object.btf.entry(".data", function, 0, 0);
    assert!(refusal(&object.build()).contains("variable 'f' is a function"));
}

#[test]
fn externs_have_a_type_in_a_section_of_theirs() {
    let object = |section: &str, linkage| {
        let mut object = minimal();
        let int = object.btf.int("int", 4);
        object
            .btf
            .variable(section, "CONFIG_HZ", int, linkage, 0, 4);
        object.symbol("CONFIG_HZ", WEAK | NOTYPE, 0, 0, 0);
        object.build()
    };
    let kinds = |bytes: &[u8]| {
        let image = verify(bytes).expect("a good object");
        image
            .externs()
            .iter()
            .map(|one| one.kind)
            .collect::<Vec<_>>()
    };
    assert_eq!(kinds(&object(".kconfig", 2)), [ExternKind::Kconfig]);
    assert_eq!(kinds(&object(".ksyms", 2)), [ExternKind::Variable]);
    assert!(refusal(&object(".elsewhere", 2)).contains("'CONFIG_HZ'"));
    let mut object = minimal();
    object.symbol("nothing", GLOBAL | NOTYPE, 0, 0, 0);
    assert!(refusal(&object.build()).contains("extern 'nothing' needs"));
    let mut object = minimal();
    let char = object.btf.int("char", 1);
    let text = object.btf.array(char, 0);
    object.btf.variable(".kconfig", "CONFIG_A", text, 2, 0, 0);
    object.symbol("CONFIG_A", GLOBAL | NOTYPE, 0, 0, 0);
    assert!(refusal(&object.build()).contains("extern 'CONFIG_A'"));
    let mut object = minimal();
    let char = object.btf.int("char", 1);
    let text = object.btf.array(char, 1 << 20);
    object.btf.variable(".kconfig", "CONFIG_A", text, 2, 0, 0);
    object.symbol("CONFIG_A", GLOBAL | NOTYPE, 0, 0, 0);
    assert!(refusal(&object.build()).contains("does not fit the space of '.kconfig'"));
}

#[test]
fn maps() {
    let object = |fields: &[(&str, u32)]| {
        let mut object = minimal();
        object.map("map", fields);
        object.build()
    };
    passes(&object(&[
        ("type", 1),
        ("key_size", 4),
        ("value_size", 8),
        ("max_entries", 1),
    ]));
    passes(&object(&[
        ("type", 30),
        ("value_size", 8),
        ("max_entries", 1),
        ("map_extra", 15),
    ]));
    let text = refusal(&object(&[
        ("type", 30),
        ("value_size", 8),
        ("map_extra", 16),
    ]));
    assert!(
        text.contains("map_extra of a bloom filter is 15 at most"),
        "{text}"
    );
    for kind in [1, 2, 27] {
        let text = refusal(&object(&[("type", kind), ("map_extra", 1)]));
        assert_eq!(text, "map 'map': map_extra has no meaning for its type");
    }
    passes(&object(&[("type", 33), ("max_entries", 1 << 20)]));
    for pages in [0, (1 << 20) + 1, 1 << 28] {
        let text = refusal(&object(&[("type", 33), ("max_entries", pages)]));
        assert_eq!(text, "map 'map': an arena has from one page to 4 GiB");
    }
    assert!(
        refusal(&object(&[("type", 33), ("map_extra", 1 << 20)])).contains("chooses its address")
    );
    assert!(refusal(&object(&[("type", 1), ("pinning", 2)])).contains("field 'pinning' is 2"));
    assert!(refusal(&object(&[("type", 1), ("shape", 2)])).contains("unknown field 'shape'"));
    assert!(refusal(&object(&[("max_entries", 1)])).contains("states no type"));
    // Its name would be a path.
    let mut object = minimal();
    object.map("../../map", &[("type", 1), ("pinning", 1)]);
    assert!(refusal(&object.build()).contains("its name is no file name"));
    let mut object = minimal();
    object.section("maps", 3, &[0; 20]);
    assert!(refusal(&object.build()).contains("legacy definitions"));
    let mut object = minimal();
    object.map("map", &[("type", 1)]);
    object.edit(3).kind = NOBITS;
    object.edit(3).size = Some(1 << 30);
    assert!(refusal(&object.build()).contains("definitions of maps, but no bytes"));
}

/// A map of maps whose inner definition has these fields.
fn map_of_maps(inner: &[(&str, u32)]) -> BpfObject {
    let mut object = minimal();
    let fields: Vec<_> = inner
        .iter()
        .map(|(name, number)| (*name, object.btf.uint(*number)))
        .collect();
    let members: Vec<_> = fields
        .iter()
        .enumerate()
        .map(|(i, (name, ty))| (*name, *ty, i as u32 * 64))
        .collect();
    let inner = object.btf.structure("", members.len() as u32 * 8, &members);
    let pointer = object.btf.pointer(inner);
    let values = object.btf.array(pointer, 0);
    let mut members: Vec<(String, u32)> = [("type", 12), ("key_size", 4), ("max_entries", 4)]
        .iter()
        .map(|(name, number)| ((*name).to_owned(), object.btf.uint(*number)))
        .collect();
    members.push(("values".to_owned(), values));
    object.map_of("outer", &members);
    object
}

#[test]
fn inner_maps() {
    let good = map_of_maps(&[
        ("type", 2),
        ("key_size", 4),
        ("value_size", 100),
        ("max_entries", 10),
    ])
    .build();
    let image = verify(&good).expect("a good object");
    let inner = image.maps()[0].inner.as_deref().expect("an inner map");
    assert_eq!(
        (inner.kind, inner.value_size, inner.max_entries),
        (2, 100, 10)
    );
    assert_eq!(image.maps()[0].memory(8), 4 * (8 + 8 + 64) + 10 * 104);
    assert!(
        refusal(&map_of_maps(&[("type", 33), ("max_entries", 1)]).build())
            .contains("cannot be in a map")
    );
    assert!(refusal(&map_of_maps(&[("type", 26)]).build()).contains("cannot be in a map"));
    let text = refusal(&map_of_maps(&[("type", 1), ("map_extra", 4096)]).build());
    assert!(
        text.contains("'outer.inner': map_extra has no meaning"),
        "{text}"
    );
    assert!(
        refusal(&map_of_maps(&[("type", 12), ("values", 1)]).build())
            .contains("maps of maps themselves")
    );
}
