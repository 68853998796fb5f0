//! A guest that tries to read `task_struct` from a socket filter, by each route; and guests that mean well.

use std::path::Path;
use std::process::Command;
use test_support::bpf_object::{
    ALLOC, BpfObject, EXEC, FUNC, GLOBAL, NOTYPE, OBJECT, call, exit, insn,
};
use wasm_bpf_host::Profile;
use wasm_bpf_host::image::verify;

/// What the profile `confined` says of an object.
fn refusal(object: &BpfObject) -> String {
    let bytes = object.build();
    let image = verify(&bytes).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(Profile::trusted().check_image(&image), Ok(()));
    let refusal = Profile::confined().check_image(&image);
    refusal.expect_err("a refusal").to_string()
}

fn with(code: &[[u8; 8]]) -> BpfObject {
    BpfObject::with_program(&[code.concat(), exit()].concat())
}

/// Helpers by which memory of the kernel or of processes is read, written or found, or what runs is acted on.
#[test]
fn helpers_that_reach_beyond_packets() {
    for (helper, name) in [
        (4, "probe_read"),
        (6, "trace_printk"),
        (14, "get_current_pid_tgid"),
        (16, "get_current_comm"),
        (23, "redirect"),
        (27, "get_stackid"),
        (35, "get_current_task"),
        (36, "probe_write_user"),
        (45, "probe_read_str"),
        (58, "override_return"),
        (67, "get_stack"),
        (84, "sk_lookup_tcp"),
        (107, "sk_storage_get"),
        (109, "send_signal"),
        (112, "probe_read_user"),
        (113, "probe_read_kernel"),
        (115, "probe_read_kernel_str"),
        (137, "skc_to_tcp_sock"),
        (141, "get_task_stack"),
        (148, "copy_from_user"),
        (149, "snprintf_btf"),
        (153, "per_cpu_ptr"),
        (156, "task_storage_get"),
        (158, "get_current_task_btf"),
        (165, "snprintf"),
        (166, "sys_bpf"),
        (169, "timer_init"),
        (175, "task_pt_regs"),
        (177, "trace_vprintk"),
        (179, "kallsyms_lookup_name"),
        (180, "find_vma"),
        (191, "copy_from_user_task"),
        (194, "kptr_xchg"),
        (209, "user_ringbuf_drain"),
        (212, "#212"),
        (-1, "#-1"),
    ] {
        let text = refusal(&with(&[insn(0x85, 0, 0, 0, helper)]));
        let expected = format!(
            "function program, instruction 0: the profile does not allow the helper {name}"
        );
        assert_eq!(text, expected);
    }
}

/// After other instructions, in subprograms, and in programs that are not loaded.
#[test]
fn every_instruction_is_read() {
    let task = insn(0x85, 0, 0, 0, 35);
    let wide = [insn(0x18, 1, 0, 0, 35), insn(0, 0, 0, 0, 0)];
    let text = refusal(&with(&[wide[0], wide[1], insn(0xb7, 1, 0, 0, 1), task]));
    assert!(
        text.contains("instruction 3: the profile does not allow the helper get_current_task"),
        "{text}"
    );
    let mut object = BpfObject::with_program(&call(1, -1));
    let text = object.section(".text", ALLOC | EXEC, &[&task[..], &exit()].concat());
    object.symbol("hidden", GLOBAL | FUNC, text, 0, 24);
    object.relocation(1, 0, 3 - 1);
    let text = refusal(&object);
    assert!(text.contains("function hidden, instruction 0:"), "{text}");
    let mut object = BpfObject::with_program(&exit());
    object.program("?socket", "off", &[&task[..], &exit()].concat());
    assert!(refusal(&object).contains("function off, instruction 0:"));
}

/// Functions of the kernel: by name, which libbpf puts into a call of whatever form; by number; by register.
#[test]
fn functions_of_the_kernel() {
    for (src, helper) in [(1, -1), (0, 5), (2, 5)] {
        let mut object = with(&[insn(0x85, 0, src, 0, helper)]);
        let void = object.btf.prototype(0);
        let function = object.btf.function("bpf_rdonly_cast", void, 2);
        object.btf.entry(".ksyms", function, 0, 0);
        let symbol = object.symbol("bpf_rdonly_cast", GLOBAL | NOTYPE, 0, 0, 0);
        object.relocation(1, 0, symbol);
        let text = refusal(&object);
        assert!(
            text.contains("the kernel's function bpf_rdonly_cast")
                || text.contains("instruction 0: the profile does not allow this call"),
            "{text}"
        );
    }
    for code in [0x85, 0x8d, 0x86, 0x8e] {
        let src = if code == 0x85 { 2 } else { 1 };
        let text = refusal(&with(&[insn(code, 0, src, 0, 71_234)]));
        assert!(
            text.contains("instruction 0: the profile does not allow this call of the kernel"),
            "{text}"
        );
    }
}

/// `init_task` is a `task_struct`: with a type it is a pointer that may be followed, without one an address.
#[test]
fn variables_of_the_kernel() {
    for typed in [true, false] {
        let mut object = with(&[insn(0x18, 1, 0, 0, 0), insn(0, 0, 0, 0, 0)]);
        let ty = match typed {
            true => object.btf.structure("task_struct", 0, &[]),
            false => 0,
        };
        object.btf.variable(".ksyms", "init_task", ty, 2, 0, 0);
        let symbol = object.symbol("init_task", GLOBAL | NOTYPE, 0, 0, 0);
        object.relocation(1, 0, symbol);
        assert_eq!(
            refusal(&object),
            "the profile does not allow the kernel's variable init_task"
        );
    }
    // By the number of its type: under no profile at all.
    let object = with(&[insn(0x18, 1, 3, 0, 71_234), insn(0, 0, 0, 0, 0)]);
    assert!(verify(&object.build()).is_err());
}

/// Programs whose arguments are pointers to types of the kernel, that run when a process does something, or that replace others.
#[test]
fn types_of_programs() {
    for (section, kind) in [
        ("tp_btf/sched_switch", "tracing"),
        ("fentry/do_exit", "tracing"),
        ("fmod_ret/x", "tracing"),
        ("iter/task", "tracing"),
        ("lsm/bprm_check_security", "lsm"),
        ("lsm_cgroup/socket_create", "lsm"),
        ("freplace/x", "ext"),
        ("kprobe/do_exit", "kprobe"),
        ("uprobe//bin/sh:main", "kprobe"),
        ("usdt", "kprobe"),
        ("raw_tp/sched_switch", "raw_tracepoint"),
        ("tp/sched/sched_switch", "tracepoint"),
        ("perf_event", "perf_event"),
        ("syscall", "syscall"),
        ("struct_ops/x", "struct_ops"),
        ("netfilter", "netfilter"),
        ("sk_msg", "sk_msg"),
        ("sockops", "sock_ops"),
        ("cgroup/connect4", "cgroup_sock_addr"),
        ("cgroup/dev", "cgroup_device"),
        ("flow_dissector", "flow_dissector"),
    ] {
        for section in [section.to_owned(), format!("?{section}")] {
            let mut object = BpfObject::default();
            object.program(&section, "program", &exit());
            let expected =
                format!("program program: the profile does not allow programs of type {kind}");
            assert_eq!(refusal(&object), expected);
        }
    }
    let mut object = BpfObject::default();
    object.program("xdpx", "program", &exit());
    assert_eq!(
        refusal(&object),
        "program program: the profile allows no section xdpx, which says no type"
    );
    // What libbpf says, once it has opened an object.
    let confined = Profile::confined();
    assert_eq!(confined.check_program("p", 1), Ok(()));
    for kind in [0, 2, 5, 17, 26, 27, 28, 29, 31, 1000] {
        assert!(confined.check_program("p", kind).is_err(), "{kind}");
    }
}

#[test]
fn maps() {
    let object = |fields: &[(&str, u32)]| {
        let mut object = BpfObject::with_program(&exit());
        object.map("map", fields);
        object
    };
    for (kind, name) in [
        (7, "stack_trace"),
        (8, "cgroup_array"),
        (14, "devmap"),
        (15, "sockmap"),
        (16, "cpumap"),
        (17, "xskmap"),
        (18, "sockhash"),
        (24, "sk_storage"),
        (29, "task_storage"),
        (31, "user_ringbuf"),
        (33, "arena"),
        (99, "#99"),
    ] {
        let text = refusal(&object(&[("type", kind), ("max_entries", 1)]));
        assert_eq!(
            text,
            format!("map map: the profile does not allow maps of type {name}")
        );
    }
    let text = refusal(&object(&[("type", 1), ("max_entries", 1), ("pinning", 1)]));
    assert_eq!(text, "map map: the profile does not allow pinned maps");
    let text = refusal(&object(&[
        ("type", 1),
        ("max_entries", 1),
        ("map_flags", 0x1001),
    ]));
    assert_eq!(text, "map map: the profile does not allow the flags 0x1000");
    let text = refusal(&object(&[("type", 27), ("max_entries", 128 << 20)]));
    assert_eq!(
        text,
        "the profile allows maps of 67108864 bytes together, not 134217728"
    );
    // Tables of functions, and of jumps, of which libbpf makes maps as well.
    let mut object = BpfObject::with_program(&exit());
    let ops = object.btf.structure("ops", 8, &[]);
    let section = object.section(".struct_ops", ALLOC, &[0; 8]);
    object.btf.variable(".struct_ops", "table", ops, 0, 0, 8);
    object.symbol("table", OBJECT, section, 0, 8);
    assert_eq!(
        refusal(&object),
        "map table: the profile does not allow maps of type struct_ops"
    );
    let mut object = BpfObject::with_program(&exit());
    object.section(".jumptables", 0, &[0; 8]);
    assert_eq!(
        refusal(&object),
        "map .jumptables: the profile does not allow maps of type insn_array"
    );
}

/// Programs as they are written, one of each type that is allowed, and those that are not.
#[test]
fn programs_in_c() {
    if let Err(missing) = test_support::compilers::compilers() {
        return println!("skipped: {missing}");
    }
    let folder = tempfile::tempdir().expect("a scratch folder");
    let compile = |name: &str| {
        let source =
            Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../tests/profile/{name}.bpf.c"));
        let object = folder.path().join(format!("{name}.bpf.o"));
        let mut command = Command::new("clang-19");
        command.args([
            "-target", "bpf", "-g", "-O2", "-Wall", "-Werror", "-mcpu=v3",
        ]);
        command.args([
            "-I/usr/include/x86_64-linux-gnu",
            "-I/usr/include/aarch64-linux-gnu",
        ]);
        let output = command
            .arg("-c")
            .arg(source)
            .arg("-o")
            .arg(&object)
            .output()
            .expect("clang");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        std::fs::read(object).expect("an object")
    };
    let packets = compile("packets");
    let image = verify(&packets).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(Profile::confined().check_image(&image), Ok(()));
    let spies = compile("spies");
    let image = verify(&spies).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(Profile::trusted().check_image(&image), Ok(()));
    let text = Profile::confined()
        .check_image(&image)
        .expect_err("a refusal")
        .to_string();
    assert!(text.contains("does not allow"), "{text}");
}
