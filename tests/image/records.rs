//! Records of `.BTF.ext`, and how much of everything there may be.

use crate::files::{passes, refusal};
use test_support::bpf_object::{ALLOC, BpfObject, EXEC, FUNC, GLOBAL, OBJECT, call, exit, insn};
use test_support::btf_blob::ext;
use wasm_bpf_host::image::verify;

fn minimal() -> BpfObject {
    BpfObject::with_program(&exit())
}

/// An object with records of its section; `change` gets them as words.
fn with_records(change: impl Fn(&mut Vec<u32>)) -> Vec<u8> {
    let mut object = minimal();
    object.btf.structure("s", 4, &[("a", 2, 0)]);
    object.btf.int("int", 4);
    let prototype = object.btf.prototype(0);
    let function = object.btf.function("program", prototype, 1);
    let (section, access) = (object.btf.string("socket"), object.btf.string("0:0"));
    let records = ext(
        section,
        &[[0, function]],
        &[[0, 0, section, 0], [8, 0, 0, 0]],
        &[[0, 1, access, 0]],
    );
    let mut words: Vec<u32> = records
        .as_chunks()
        .0
        .iter()
        .map(|word| u32::from_le_bytes(*word))
        .collect();
    change(&mut words);
    object.ext = Some(words.iter().flat_map(|word| word.to_le_bytes()).collect());
    object.build()
}

#[track_caller]
fn refused(at: usize, number: u32, expected: &str) {
    let text = refusal(&with_records(|words| words[at] = number));
    assert!(text.contains(expected), "{at}: {text}");
}

#[test]
fn headers_of_records() {
    passes(&with_records(|_| {}));
    let header = "'.BTF.ext': its header is damaged";
    refused(0, 0x0002_eb9f, header);
    refused(1, 20, header);
    refused(1, 1 << 20, header);
    refused(1, 33, header);
    refused(2, 2, "function records: are not in the section");
    refused(2, u32::MAX - 3, "function records: are not in the section");
    refused(3, 1 << 20, "function records: are not in the section");
}

#[test]
fn records() {
    // After the header: functions (size, section, count, record), lines, relocations.
    refused(8, 4, "function records: have a size that is none");
    refused(8, 10, "function records: have a size that is none");
    refused(8, 1 << 20, "function records: have a size that is none");
    refused(9, 0, "function records: are of no section, or none");
    refused(9, u32::MAX, "function records: are of no section, or none");
    refused(10, 0, "function records: are of no section, or none");
    refused(10, 2, "function records: end past their part");
    refused(10, u32::MAX, "function records: end past their part");
    refused(
        11,
        4,
        "function records of 'socket', record 0: it is of the middle of an instruction",
    );
    refused(
        11,
        16,
        "record 0: its instruction is past the end of the section",
    );
    refused(
        12,
        1,
        "function records of 'socket', record 0: its type is no function",
    );
    refused(12, u32::MAX, "record 0: its type is no function");
    refused(13, 12, "line records: have a size that is none");
    refused(
        17,
        u32::MAX,
        "line records of 'socket', record 0: its file or its text is no string",
    );
    refused(
        18,
        1 << 20,
        "line records of 'socket', record 0: its file or its text is no string",
    );
    refused(25, 1 << 20, "CO-RE records: are of no section, or none");
    refused(
        28,
        99,
        "CO-RE records of 'socket', record 0: its type does not exist",
    );
    refused(29, 0, "record 0: its access string is none");
    refused(30, 13, "record 0: it is of an unknown kind");
    refused(30, 8, "record 0: a relocation of a type accesses no member");
    refused(
        30,
        10,
        "record 0: its access string is of no value of the enum",
    );
    // Records of a section that was renamed are left alone.
    let mut object = minimal();
    let prototype = object.btf.prototype(0);
    let function = object.btf.function("program", prototype, 1);
    let name = object.btf.string("renamed");
    object.ext = Some(ext(name, &[[8000, function]], &[], &[]));
    passes(&object.build());
}

#[test]
fn access_strings() {
    let check = |access: &str, kind| {
        let mut object = minimal();
        object
            .btf
            .structure("s", 16, &[("a", 2, 0), ("b", 3, 32), ("c", 4, 128)]);
        object.btf.int("int", 4);
        object.btf.array(2, 3);
        object.btf.array(2, 0);
        let access = object.btf.string(access);
        let section = object.btf.string("socket");
        object.ext = Some(ext(section, &[], &[], &[[0, 1, access, kind]]));
        verify(&object.build())
            .map(drop)
            .map_err(|error| error.to_string())
    };
    for good in ["0", "7", "0:0", "0:1:2", "0:2:99"] {
        assert_eq!(check(good, 0), Ok(()), "{good}");
    }
    for bad in [
        "0:3",
        "0:1:3",
        "0:0:0",
        "0:-1",
        "-1",
        "0:2147483648",
        "0:",
        "x",
    ] {
        assert!(check(bad, 0).is_err(), "{bad}");
    }
    assert_eq!(check("0", 8), Ok(()));
    assert!(check("0:0", 8).is_err());
}

/// Each program with a large subprogram is a copy of it.
#[test]
fn what_libbpf_makes_of_it_is_bounded() {
    let programs = |count: usize, size: usize| {
        let mut object = BpfObject::default();
        let nops: Vec<u8> = (2..size)
            .flat_map(|_| insn(0xb7, 0, 0, 0, 0))
            .chain(exit())
            .collect();
        let text = object.section(".text", ALLOC | EXEC, &nops);
        let subprogram = object.symbol("f", GLOBAL | FUNC, text, 0, nops.len() as u64);
        let code = call(1, -1);
        let all: Vec<u8> = code.repeat(count);
        let section = object.section("socket", ALLOC | EXEC, &all);
        for i in 0..count {
            let at = (i * code.len()) as u64;
            object.symbol(
                &format!("p{i}"),
                GLOBAL | FUNC,
                section,
                at,
                code.len() as u64,
            );
            object.relocation(section, at, subprogram);
        }
        object.build()
    };
    passes(&programs(10, 100_000));
    let text = refusal(&programs(100, 100_000));
    assert!(
        text.contains("instructions of programs with their subprograms, more than 8388608"),
        "{text}"
    );
}

/// Types that the kernel's are searched for, and variables that symbols are searched for.
#[test]
fn searches_are_bounded() {
    let mut object = minimal();
    let int = object.btf.int("int", 4);
    let data = object.section(".data", 3, &[0; 8]);
    for i in 0..12_000 {
        let name = format!("v{i}");
        object.btf.variable(".data", &name, int, 1, 0, 4);
        object.symbol(&name, GLOBAL | OBJECT, data, 0, 4);
    }
    let text = refusal(&object.build());
    assert!(text.contains("steps of libbpf's searches"), "{text}");

    let mut object = minimal();
    let (access, section) = (object.btf.string("0"), object.btf.string("socket"));
    let int = object.btf.int("int", 4);
    let types: Vec<u32> = (0..5000)
        .map(|i| object.btf.structure(&format!("s{i}"), 4, &[("a", int, 0)]))
        .collect();
    let relocations: Vec<_> = types.iter().map(|ty| [0, *ty, access, 8]).collect();
    object.ext = Some(ext(section, &[], &[], &relocations));
    let text = refusal(&object.build());
    assert!(
        text.contains("5000 types of CO-RE relocations, more than 4096"),
        "{text}"
    );

    // A long name that all symbols share.
    let mut object = minimal();
    let long = "a".repeat(200_000);
    for _ in 0..200 {
        object.symbol("", 0, 0, 0, 0);
    }
    let at = object.name(&long);
    let mut file = object.build();
    let table = usize::from_le_bytes(file[40..48].try_into().unwrap()) + 3 * 64;
    let symbols = usize::from_le_bytes(file[table + 24..][..8].try_into().unwrap());
    for i in 2..202 {
        file[symbols + i * 24..][..4].copy_from_slice(&at.to_le_bytes());
    }
    let text = refusal(&file);
    assert!(
        text.contains("bytes of names that share their bytes"),
        "{text}"
    );
}

/// What libbpf copies, or writes into a message, for each program and each relocation.
#[test]
fn names_that_are_copied_are_bounded() {
    let object = |len: usize, programs: u64, relocations: u64| {
        let mut object = BpfObject::default();
        let name = format!("xdp/{}", "a".repeat(len));
        let section = object.section(&name, ALLOC | EXEC, &exit().repeat(programs as usize));
        for i in 0..programs {
            object.symbol(&format!("p{i}"), GLOBAL | FUNC, section, i * 16, 16);
        }
        let text = object.section(".text", ALLOC | EXEC, &exit());
        let symbol = object.symbol(&"v".repeat(len), GLOBAL | FUNC, text, 0, 16);
        let code = insn(0x85, 0, 1, 0, -1).repeat(relocations as usize + 1);
        let code = object.program("socket", "program", &code);
        for i in 0..relocations {
            object.relocation(code, i * 8, symbol);
        }
        object.build()
    };
    passes(&object(1000, 300, 300));
    for (programs, relocations) in [(300, 0), (1, 300)] {
        let text = refusal(&object(10_000, programs, relocations));
        assert!(
            text.contains("bytes of names that share their bytes"),
            "{text}"
        );
    }
}

/// Objects without BTF are objects as well, as long as they have no maps.
#[test]
fn objects_without_types() {
    let object = minimal();
    assert!(object.btf.is_empty());
    passes(&object.build());
    let mut object = minimal();
    object.section(".data", 3, &[0; 8]);
    passes(&object.build());
}
