//! An edited image in the kernel of this machine. Only socket filters are loaded, and none is attached.

use libbpf_rs::query::{ProgInfoIter, ProgInfoQueryOptions};
use libbpf_rs::{MapCore, MapFlags, Object};
use skel_gen::Skeleton;
use std::fs;
use test_support::objects::{case, contents, open, switch, with_skeleton, write};
use test_support::{boot, probe};

/// What the tests load. The object has relocations, for which libbpf reads the kernel's types even if nothing relocated is loaded.
fn loading() -> Result<(), String> {
    probe::kernel_types()?;
    probe::socket_filters()?;
    probe::arrays()
}

/// These tests in the throwaway machine, if this one does not take part.
#[test]
fn what_this_machine_refuses_is_tested_in_the_throwaway_machine() {
    if loading().is_ok() {
        return;
    }
    let scenario = test_support::scratch();
    let folder = scenario.path().join("tests/bpf/skeletons");
    fs::create_dir_all(&folder).expect("a new folder");
    fs::copy(case("load"), folder.join("load.bpf.o")).expect("an object");
    let args = "kernel:: --skip throwaway_machine";
    let env = [("BPFTOOL_WASM_TESTS", "/scenario/tests")];
    if let Err(refused) = boot::run_own_tests(scenario.path(), "objects", &env, args) {
        test_support::skip(&format!("the throwaway machine: {refused}"));
    }
}

fn load(skeleton: &Skeleton<'_>, image: &[u8]) -> libbpf_rs::Result<Object> {
    open(&skeleton.object.name, image)
        .expect("an object")
        .load()
}

fn switch_on(skeleton: &Skeleton<'_>, image: &mut [u8], program: &str) {
    let i = skeleton
        .object
        .programs
        .iter()
        .position(|candidate| candidate.name == program);
    switch(image, &skeleton.image.switches[i.expect("a program")], true);
}

/// The first byte of a variable in the image.
fn place(skeleton: &Skeleton<'_>, variable: &str) -> u32 {
    let sections = skeleton.object.data.iter();
    let mut found = sections.filter_map(|section| {
        let found = section
            .variables
            .iter()
            .find(|candidate| candidate.name == variable)?;
        Some(section.file_offset? + found.offset.0)
    });
    found.next().expect("a variable with bytes in the image")
}

#[test]
fn the_kernel_gets_the_edited_bytes() {
    if !probe::all(&[loading]) {
        return;
    }
    with_skeleton(&case("load"), |skeleton| {
        let mut image = skeleton.image.bytes.clone();
        switch_on(skeleton, &mut image, "filter");
        write(
            &mut image,
            place(skeleton, "limit"),
            &0x0123_4567_89ab_cdef_u64.to_le_bytes(),
        );
        write(&mut image, place(skeleton, "text"), b"edited, and long");
        write(&mut image, place(skeleton, "other"), &77_u32.to_le_bytes());
        write(
            &mut image,
            place(skeleton, "counter"),
            &88_u32.to_le_bytes(),
        );
        let sized = skeleton
            .object
            .maps
            .iter()
            .find(|map| map.name == "sized")
            .expect("a map");
        write(
            &mut image,
            sized.max_entries_at.expect("a number of its own"),
            &123_u32.to_le_bytes(),
        );

        let object = load(skeleton, &image).expect("the kernel takes it");
        let mut sections = 0;
        for (map, ours) in object.maps().zip(&skeleton.object.maps) {
            let Some((at, len)) = contents(skeleton, ours) else {
                continue;
            };
            let value = map
                .lookup(&0_u32.to_le_bytes(), MapFlags::ANY)
                .expect("a look-up");
            let expected = at.map_or(vec![0; len], |at| image[at as usize..][..len].to_vec());
            assert_eq!(value, Some(expected), "{}", ours.name);
            sections += 1;
        }
        assert_eq!(sections, 4);
        let map = object
            .maps()
            .find(|map| map.name() == "sized")
            .expect("a map");
        assert_eq!(
            map.info().expect("what the kernel knows").info.max_entries,
            123
        );
    });
}

/// `BPF_CORE_READ` and the like depend on records that name the section: they are found under its new name.
#[test]
fn programs_that_are_switched_on_keep_their_records() {
    if !probe::all(&[loading]) {
        return;
    }
    let vmlinux = fs::read("/sys/kernel/btf/vmlinux").expect("this kernel's BTF");
    with_skeleton(&case("load"), |skeleton| {
        let mut image = skeleton.image.bytes.clone();
        switch_on(skeleton, &mut image, "relocated");
        let object = load(skeleton, &image).expect("the kernel takes it");
        let program = object
            .progs()
            .find(|program| program.name() == "relocated")
            .expect("a program");
        assert_eq!(
            program.insns()[0].imm,
            offset_of_tgid(&vmlinux),
            "not relocated"
        );
        let mut lines =
            ProgInfoIter::with_query_opts(ProgInfoQueryOptions::default().include_line_info(true))
                .filter(|info| info.name == "relocated" && !info.line_info.is_empty());
        assert!(lines.next().is_some(), "no line information");
    });
}

fn offset_of_tgid(vmlinux: &[u8]) -> i32 {
    let btf = btf_layout::Btf::parse(vmlinux).expect("valid BTF");
    let mut structs = btf.ids().filter_map(|id| match btf.kind(id) {
        btf_layout::Kind::Struct(composite) if btf.name(id) == "task_struct" => Some(composite),
        _ => None,
    });
    let task = structs.next().expect("task_struct");
    let member = task
        .members()
        .find(|member| member.name == "tgid")
        .expect("its member");
    i32::try_from(member.place.offset.0 / 8).expect("an offset")
}

/// The last check of the switch: a program that no verifier takes fails the load if and only if it is on.
#[test]
fn programs_that_are_off_are_not_loaded() {
    if !probe::all(&[loading]) {
        return;
    }
    with_skeleton(&case("load"), |skeleton| {
        let mut image = skeleton.image.bytes.clone();
        load(skeleton, &image).expect("nothing to load");
        switch_on(skeleton, &mut image, "broken");
        // libbpf would print all that the verifier says.
        let print = libbpf_rs::set_print(None);
        assert!(load(skeleton, &image).is_err());
        libbpf_rs::set_print(print);
    });
}
