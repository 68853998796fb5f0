//! ELF files whose headers, sections, symbols and relocations are not what they have to be.

use test_support::bpf_object::{
    BpfObject, COMPRESSED, EXEC, FUNC, GLOBAL, NOBITS, OBJECT, call, exit, insn, load,
};
use wasm_bpf_host::image::verify;

/// What verification says of an object; it has to refuse it.
#[track_caller]
pub fn refusal(bytes: &[u8]) -> String {
    chain(&verify(bytes).map(drop).expect_err("a refusal"))
}

/// An error and its causes.
pub fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    let texts: Vec<String> = causes.map(ToString::to_string).collect();
    texts.join(": ")
}

/// It has to pass.
#[track_caller]
pub fn passes(bytes: &[u8]) {
    if let Err(error) = verify(bytes) {
        panic!("{error}");
    }
}

fn minimal() -> BpfObject {
    BpfObject::with_program(&exit())
}

/// The minimal object with some bytes of its header changed.
fn with_bytes(at: usize, bytes: &[u8]) -> Vec<u8> {
    let mut file = minimal().build();
    file[at..at + bytes.len()].copy_from_slice(bytes);
    file
}

#[test]
fn the_minimal_object_passes() {
    passes(&minimal().build());
    let image = minimal().build();
    let image = verify(&image).expect("a good object");
    assert_eq!(image.functions().len(), 1);
    assert!(image.maps().is_empty() && image.externs().is_empty());
}

#[test]
fn headers() {
    let file = minimal().build();
    assert_eq!(refusal(&file[..40]), "ELF header: the file ends inside it");
    assert_eq!(refusal(b""), "ELF header: the file ends inside it");
    assert!(refusal(&file[..file.len() - 1]).contains("section table ends past"));
    for (at, bytes, expected) in [
        (0, &[0][..], "no ELF file"),
        (4, &[1], "64-bit"),
        (5, &[2], "little-endian"),
        (16, &[2], "no object"),
        (18, &[62], "another machine"),
        (40, &[0xff; 8], "section table ends past"),
        (58, &[0], "other than 64"),
        (60, &[0, 0], "number of sections"),
        (60, &[0xff, 0xff], "number of sections"),
        (62, &[0xff, 0xff], "section names does not exist"),
        (62, &[1, 0], "no strings"),
    ] {
        let text = refusal(&with_bytes(at, bytes));
        assert!(
            text.contains(expected) || text.contains("another size"),
            "{at}: {text}"
        );
    }
}

#[test]
fn sections_lie_in_the_file_and_share_nothing() {
    let mut object = minimal();
    let data = object.section(".data", 3, &[1; 64]);
    passes(&object.build());
    object.edit(data).size = Some(1 << 20);
    assert!(refusal(&object.build()).contains("'.data': it ends past the end of the file"));
    object.edit(data).size = Some(u64::MAX);
    assert!(refusal(&object.build()).contains("'.data': it ends past the end of the file"));
    // A little more than it has: what comes after it is another's.
    object.edit(data).size = Some(72);
    assert!(refusal(&object.build()).contains("share bytes of the file"));
    let bss = object.section(".bss", 3, &[]);
    object.edit(data).size = None;
    object.edit(bss).kind = NOBITS;
    object.edit(bss).size = Some(1 << 30);
    passes(&object.build());
    object.edit(bss).size = Some(1 << 32);
    assert!(refusal(&object.build()).contains("'.bss': it has more than 2 GiB"));
}

#[test]
fn sections_are_what_libbpf_takes_them_for() {
    let mut object = minimal();
    let data = object.section(".data", 3, &[1; 64]);
    object.edit(data).flags |= COMPRESSED;
    assert!(refusal(&object.build()).contains("'.data': it is compressed"));
    object.edit(data).flags &= !COMPRESSED;
    object.edit(data).align = 3;
    assert!(refusal(&object.build()).contains("no power of two"));
    object.edit(data).align = 8;
    object.section(".data", 3, &[2; 64]);
    assert!(refusal(&object.build()).contains("'.data': there is another section of that name"));
    let mut object = minimal();
    let code = object.section("xdp", EXEC, &exit());
    object.edit(code).kind = NOBITS;
    assert!(refusal(&object.build()).contains("'xdp': it is code without bytes"));
    let mut object = minimal();
    object.section("xdp", EXEC, &[0; 12]);
    assert!(refusal(&object.build()).contains("'xdp': its size is no multiple of 8"));
}

#[test]
fn the_symbol_table_has_names_and_places() {
    let mut object = minimal();
    let data = object.section(".data", 3, &[1; 64]);
    object.symbol("a", GLOBAL | OBJECT, data, 0, 64);
    passes(&object.build());
    let mut outside = object.clone();
    outside.symbol("b", GLOBAL | OBJECT, data, 1, 64);
    assert!(refusal(&outside.build()).contains("'b': it ends past the end of its section"));
    let mut outside = object.clone();
    outside.symbol("b", GLOBAL | OBJECT, data, u64::MAX, 2);
    assert!(refusal(&outside.build()).contains("'b': it ends past the end of its section"));
    let mut nowhere = object.clone();
    nowhere.symbol("b", GLOBAL | OBJECT, 99, 0, 1);
    assert!(refusal(&nowhere.build()).contains("'b': its section does not exist"));
    let mut twice = object.clone();
    twice.symbol("a", GLOBAL | OBJECT, data, 0, 1);
    assert!(refusal(&twice.build()).contains("'a' is defined twice"));
    // `sh_entsize` and `sh_link` of the symbol table, which comes after the sections.
    let file = object.build();
    let table = usize::from_le_bytes(file[40..48].try_into().unwrap()) + 4 * 64;
    for (at, number, expected) in [
        (56, 0_u64, "24 bytes"),
        (56, 1, "24 bytes"),
        (40, 0, "ends in NUL"),
        (40, 1, "ends in NUL"),
    ] {
        let mut file = file.clone();
        file[table + at..][..4].copy_from_slice(&number.to_le_bytes()[..4]);
        let text = refusal(&file);
        assert!(
            text.contains(".symtab") && text.contains(expected),
            "{text}"
        );
    }
}

#[test]
fn functions_are_whole_and_apart() {
    let object = |offset: u64, size: u64| {
        let mut object = minimal();
        let section = object.section("xdp", EXEC, &[exit(), exit()].concat());
        object.symbol("one", GLOBAL | FUNC, section, 0, 16);
        object.symbol("two", GLOBAL | FUNC, section, offset, size);
        object.build()
    };
    passes(&object(16, 16));
    assert!(refusal(&object(8, 16)).contains("'two' in section 'xdp': it begins inside another"));
    assert!(refusal(&object(16, 0)).contains("'two' in section 'xdp': it has no instructions"));
    assert!(refusal(&object(20, 8)).contains("no whole number of instructions"));
    assert!(refusal(&object(16, 24)).contains("'two': it ends past the end of its section"));
}

/// libbpf would take the number for a descriptor of its own process: a map of the host's, or of another guest's.
#[test]
fn maps_are_named_by_relocations_only() {
    let load = |src| {
        [
            &[insn(0x18, 1, src, 0, 5), insn(0, 0, 0, 0, 0)].concat()[..],
            &exit(),
        ]
        .concat()
    };
    passes(&BpfObject::with_program(&load(0)).build());
    passes(&BpfObject::with_program(&load(4)).build());
    for src in [1, 2, 5, 6] {
        let text = refusal(&BpfObject::with_program(&load(src)).build());
        assert_eq!(
            text,
            "function 'program', instruction 0: it names a map by a descriptor of the host's"
        );
    }
    for src in [3, 7, 15] {
        let text = refusal(&BpfObject::with_program(&load(src)).build());
        assert!(text.contains("only a relocation may name"), "{text}");
    }
}

#[test]
fn relocations_are_of_instructions_that_have_them() {
    let object = |code: &[u8], offset, symbol| {
        let mut object = BpfObject::with_program(code);
        let data = object.section(".data", 3, &[1; 8]);
        object.symbol("variable", GLOBAL | OBJECT, data, 0, 8);
        object.relocation(1, offset, symbol);
        object.build()
    };
    passes(&object(&load(), 0, 2));
    assert!(
        refusal(&object(&load(), 0, 9))
            .contains("'.relsocket': relocation 0 refers to a symbol that does not")
    );
    assert!(refusal(&object(&load(), 32, 2)).contains("relocation 0 lies outside its section"));
    assert!(
        refusal(&object(&load(), u64::MAX - 7, 2))
            .contains("relocation 0 lies outside its section")
    );
    assert!(
        refusal(&object(&load(), 4, 2)).contains("relocation 0 does not begin at an instruction")
    );
    assert!(
        refusal(&object(&load(), 8, 2)).contains("relocation 0 is of an instruction that has none")
    );
    assert!(
        refusal(&object(&call(1, -1), 0, 2)).contains("only functions of '.text' can be called")
    );
}
