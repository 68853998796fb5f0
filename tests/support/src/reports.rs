//! A minimal object for each fault of libbpf 1.7 that `docs/libbpf-reports` describes, under the name of its page.

use crate::bpf_object::{
    ALLOC, BpfObject, EXEC, FUNC, GLOBAL, NOTYPE, OBJECT, call, exit, insn, load,
};
use crate::btf_blob::{ENUM64, FUNC as BTF_FUNC, INT, STRUCT, ext};

/// What libbpf makes of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The process dies, or never ends, while libbpf opens it.
    AtOpen,
    /// The same while it loads it, which takes privileges.
    AtLoad,
    /// It goes on, with memory of the process read, overwritten or used up.
    Silent,
}

/// An object, and what verification says of it.
pub struct Report {
    pub name: &'static str,
    pub object: Vec<u8>,
    pub refused: &'static str,
    pub fault: Fault,
}

fn report(name: &'static str, fault: Fault, refused: &'static str, object: &BpfObject) -> Report {
    Report {
        name,
        object: object.build(),
        refused,
        fault,
    }
}

/// All of them.
pub fn all() -> Vec<Report> {
    vec![
        struct_ops_offset_wraps(),
        struct_ops_member_outside(),
        struct_ops_member_far_outside(),
        struct_ops_in_maps(),
        result_type_missing(),
        type_holds_itself(),
        typedef_of_itself(),
        load_without_second_half(),
        access_string_negative(),
        enumerator_negative(),
        bitfield_of_pointer(),
        subprogram_chain(),
        arena_address(),
        relocation_wraps(),
        ksym_of_another_kind(),
        tristate_of_one_byte(),
        usdt_map_value(),
        jump_table_wraps(),
        records_counted_otherwise(),
    ]
}

/// An object with a table of functions: a struct of this size with one member, a pointer to a function, at this bit; placed at
/// this offset of a section of 256 bytes.
fn struct_ops(size: u32, bit: u32, offset: u32, ty: &str, member: &str) -> BpfObject {
    let mut object = BpfObject::default();
    let program = object.program("struct_ops/callback", "callback", &exit());
    let void = object.btf.prototype(0);
    let pointer = object.btf.pointer(void);
    let table = object.btf.structure(ty, size, &[(member, pointer, bit)]);
    let section = object.section(".struct_ops", ALLOC, &[0; 256]);
    object
        .btf
        .variable(".struct_ops", "table", table, 1, offset, size);
    object.btf.section_size(".struct_ops", 256);
    object.symbol("table", GLOBAL | OBJECT, section, 0, 8);
    object.relocation(section, u64::from(offset + bit / 8) % 248, 1);
    assert_eq!(program, 1);
    object
}

/// `offset + size` is counted in 32 bits.
fn struct_ops_offset_wraps() -> Report {
    let object = struct_ops(0x200, 0, 0xffff_ff00, "ops", "callback");
    let refused = "section '.struct_ops': variable 'table' ends past the end of the section";
    report("struct-ops-offset-wraps", Fault::AtOpen, refused, &object)
}

/// The pointer to the program is written over the end of the copy of the table.
fn struct_ops_member_outside() -> Report {
    let object = struct_ops(24, 23 * 8, 0, "ops", "callback");
    let refused =
        "(struct ops), member 'callback': ends at bit 248, past the end of the type at bit 192";
    report("struct-ops-member-outside", Fault::Silent, refused, &object)
}

/// A member of the kernel's type is copied from wherever the object says.
fn struct_ops_member_far_outside() -> Report {
    let mut object = BpfObject::default();
    object.program("socket", "program", &exit());
    let int = object.btf.record("unsigned int", INT << 24, 4, &[32]);
    let table = object
        .btf
        .structure("tcp_congestion_ops", 64, &[("flags", int, 0xffff_ffe0)]);
    let section = object.section(".struct_ops", ALLOC, &[0; 64]);
    object.btf.variable(".struct_ops", "table", table, 1, 0, 64);
    object.symbol("table", GLOBAL | OBJECT, section, 0, 64);
    let refused = "member 'flags': ends at bit 4294967296, past the end of the type at bit 512";
    report("struct-ops-member-outside", Fault::AtLoad, refused, &object)
}

/// A map of a type that libbpf makes itself, and then takes for its own.
fn struct_ops_in_maps() -> Report {
    let mut object = BpfObject::with_program(&exit());
    object.map(
        "table",
        &[
            ("type", 26),
            ("key_size", 4),
            ("value_size", 8),
            ("max_entries", 1),
        ],
    );
    let refused = "map 'table': a table of functions is no definition of '.maps'";
    report("struct-ops-in-maps", Fault::AtLoad, refused, &object)
}

/// The type of a function's result is not looked at.
fn result_type_missing() -> Report {
    let mut object = BpfObject::with_program(&call(1, -1));
    let prototype = object.btf.prototype(4711);
    // One that every kernel has and that takes nothing, since parameters are compared first.
    let function = object.btf.function("schedule", prototype, 2);
    object.btf.entry(".ksyms", function, 0, 0);
    let symbol = object.symbol("schedule", GLOBAL | NOTYPE, 0, 0, 0);
    object.relocation(1, 0, symbol);
    let refused = "type 1 (function type): refers to type 4711, which does not exist";
    report("result-type-missing", Fault::AtLoad, refused, &object)
}

/// Alignment is looked for in a struct that holds itself.
fn type_holds_itself() -> Report {
    let mut object = BpfObject::with_program(&exit());
    object.btf.structure("s", 8, &[("s", 1, 0)]);
    object.btf.variable(".kconfig", "CONFIG_S", 1, 2, 0, 8);
    object.symbol("CONFIG_S", GLOBAL | NOTYPE, 0, 0, 0);
    let refused = "type 1 (struct s): contains itself";
    report("type-holds-itself", Fault::AtOpen, refused, &object)
}

/// Names are followed to what they name.
fn typedef_of_itself() -> Report {
    let mut object = BpfObject::with_program(&exit());
    let typedef = object.btf.record("t", 8 << 24, 1, &[]);
    let section = object.section(".maps", ALLOC, &[0; 8]);
    object.btf.variable(".maps", "map", typedef, 1, 0, 8);
    object.symbol("map", GLOBAL | OBJECT, section, 0, 8);
    let refused = "type 1 (typedef t): contains itself";
    report("type-holds-itself", Fault::AtOpen, refused, &object)
}

/// The second half of a load is written to, though the program ends before it.
fn load_without_second_half() -> Report {
    let mov = insn(0xb7, 0, 0, 0, 0);
    // What is written is the upper half of the next allocation's size.
    let half = insn(0x18, 1, 0, 0, 0x4141_4141);
    let mut object = BpfObject::with_program(&[mov, mov, half].concat());
    let data = object.section(".data", 3, &[0; 8]);
    object.relocation(1, 16, 2);
    object.symbol("variable", GLOBAL | OBJECT, data, 0, 8);
    let refused = "function 'program', instruction 2: a load of 64 bits without its second half";
    report("load-without-second-half", Fault::AtLoad, refused, &object)
}

/// An object with one CO-RE relocation, of the first type.
fn core(mut object: BpfObject, access: &str, kind: u32) -> BpfObject {
    let access = object.btf.string(access);
    let name = object.btf.string("socket");
    object.ext = Some(ext(name, &[], &[], &[[0, 1, access, kind]]));
    object
}

/// Access strings are read as signed numbers, and compared with the number of members only.
fn access_string_negative() -> Report {
    let mut object = BpfObject::with_program(&exit());
    object.btf.structure("task_struct", 4, &[("pid", 2, 0)]);
    object.btf.int("int", 4);
    let refused = "CO-RE records of 'socket', record 0: its access string is none";
    report(
        "access-string-negative",
        Fault::AtLoad,
        refused,
        &core(object, "0:-100000000", 0),
    )
}

/// The same for values of enums.
fn enumerator_negative() -> Report {
    let mut object = BpfObject::with_program(&exit());
    let name = object.btf.string("PIDTYPE_PID");
    object.btf.record("pid_type", 6 << 24 | 1, 4, &[name, 0]);
    let refused = "CO-RE records of 'socket', record 0: its access string is none";
    report(
        "access-string-negative",
        Fault::AtLoad,
        refused,
        &core(object, "-100000000", 11),
    )
}

/// What stands where integers have their size is divided by.
fn bitfield_of_pointer() -> Report {
    let mut object = BpfObject::with_program(&exit());
    let member = object.btf.string("pid");
    object.btf.record(
        "task_struct",
        1 << 31 | STRUCT << 24 | 1,
        8,
        &[member, 2, 1 << 24],
    );
    object.btf.pointer(0);
    let refused = "member 'pid': is a bitfield of 1 bits in a type that cannot hold it";
    report(
        "bitfield-of-pointer",
        Fault::AtLoad,
        refused,
        &core(object, "0:0", 0),
    )
}

/// libbpf calls itself for each subprogram of a chain.
fn subprogram_chain() -> Report {
    const LEN: u64 = 100_000;
    let to = |next: i32| [insn(0x85, 0, 1, 0, next), insn(0x95, 0, 0, 0, 0)].concat();
    let mut object = BpfObject::with_program(&to(-1));
    let text: Vec<u8> = (0..LEN).flat_map(|_| to(1)).chain(exit()).collect();
    let text = object.section(".text", ALLOC | EXEC, &text);
    for i in 0..=LEN {
        let symbol = object.symbol("f", FUNC, text, i * 16, 16);
        if i == 0 {
            object.relocation(1, 0, symbol);
        }
    }
    let refused = "out of proportion: 513 subprograms of a program, more than 512";
    report("subprogram-chain", Fault::AtLoad, refused, &object)
}

/// The kernel gives an arena the address that it asks for, whatever is there.
fn arena_address() -> Report {
    let mut object = BpfObject::with_program(&exit());
    let name = object.btf.string("address");
    let address = object
        .btf
        .record("", ENUM64 << 24 | 1, 8, &[name, 0x5555_0000, 0x5555]);
    let members = [("type", 33), ("map_flags", 1024), ("max_entries", 16)];
    let mut members: Vec<(String, u32)> = members
        .iter()
        .map(|(field, number)| ((*field).to_owned(), object.btf.uint(*number)))
        .collect();
    members.push(("map_extra".to_owned(), address));
    object.map_of("arena", &members);
    let refused = "map 'arena': an arena chooses its address by map_extra";
    report("arena-address", Fault::Silent, refused, &object)
}

/// `r_offset + 8` is counted in 64 bits, and the slots of a map then in 32.
fn relocation_wraps() -> Report {
    let mut object = BpfObject::with_program(&exit());
    let inner = object.btf.uint(2);
    let inner = object.btf.structure("", 8, &[("type", inner, 0)]);
    let inner = object.btf.pointer(inner);
    let values = object.btf.array(inner, 0);
    let members = [("type", 12), ("key_size", 4), ("max_entries", 1)];
    let mut members: Vec<(String, u32)> = members
        .iter()
        .map(|(field, number)| ((*field).to_owned(), object.btf.uint(*number)))
        .collect();
    members.push(("values".to_owned(), values));
    let symbol = object.map_of("outer", &members);
    let maps = 3;
    object.relocation(maps, u64::MAX - 7, symbol);
    let refused = "section '.rel.maps': relocation 0 lies outside its section";
    report("relocation-wraps", Fault::Silent, refused, &object)
}

/// An extern gets its linkage, though what the section lists is no variable and has no place for one.
fn ksym_of_another_kind() -> Report {
    let mut object = BpfObject::with_program(&exit());
    object.btf.int("int", 4);
    object.btf.variable(".ksyms", "jiffies", 1, 2, 0, 0);
    let other = object.btf.record("jiffies", 8 << 24, 1, &[]);
    object.btf.entry(".ksyms", other, 0, 0);
    object.symbol("jiffies", GLOBAL | NOTYPE, 0, 0, 0);
    let refused = "(data section .ksyms): refers to type 3 (typedef) where a variable is needed";
    report("ksym-of-another-kind", Fault::Silent, refused, &object)
}

/// Four bytes are written to a value that has one.
fn tristate_of_one_byte() -> Report {
    let mut object = BpfObject::with_program(&exit());
    let name = object.btf.string("TRI_NO");
    object
        .btf
        .record("libbpf_tristate", ENUM64 << 24 | 1, 1, &[name, 0, 0]);
    object
        .btf
        .variable(".kconfig", "CONFIG_BPF_SYSCALL", 1, 2, 0, 1);
    object.symbol("CONFIG_BPF_SYSCALL", GLOBAL | NOTYPE, 0, 0, 0);
    let refused = "extern 'CONFIG_BPF_SYSCALL' has less than the 4 bytes that libbpf writes";
    report("tristate-of-one-byte", Fault::Silent, refused, &object)
}

/// The kernel reads as many bytes as the map says, from a buffer of libbpf's that has 208.
fn usdt_map_value() -> Report {
    let mut object = BpfObject::with_program(&exit());
    let fields = [
        ("type", 2),
        ("key_size", 4),
        ("value_size", 65536),
        ("max_entries", 256),
    ];
    object.map("__bpf_usdt_specs", &fields);
    let refused =
        "map '__bpf_usdt_specs': its elements are larger than those that libbpf writes to it";
    report("usdt-map-value", Fault::Silent, refused, &object)
}

/// `offset + size` of a table of jumps is counted in 32 bits.
fn jump_table_wraps() -> Report {
    let mut object = BpfObject::with_program(&load());
    let tables = object.section(".jumptables", 0, &[0; 16]);
    let symbol = object.symbol("table", GLOBAL | OBJECT, tables, 0xffff_fff8, 8);
    object.relocation(1, 0, symbol);
    let refused = "'table': it ends past the end of its section";
    report("jump-table-wraps", Fault::Silent, refused, &object)
}

/// A record with more than 65535 parts is another record for libbpf, which counts them in 16 bits.
fn records_counted_otherwise() -> Report {
    let mut object = BpfObject::with_program(&exit());
    object.btf.record("f", BTF_FUNC << 24 | 1 << 16, 2, &[]);
    object.btf.prototype(0);
    let refused = "type 1: it has more parts than libbpf can count";
    report("records-counted-otherwise", Fault::Silent, refused, &object)
}
