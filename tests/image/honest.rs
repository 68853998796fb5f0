//! Objects that compilers make pass, whatever they were told.

use skel_gen::object::{BpfObject, Elf, Image};
use std::path::{Path, PathBuf};
use std::process::Command;
use wasm_bpf_host::image::verify;

pub fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests")
}

/// Files of a folder, and of those in it, whose names end in `suffix`.
pub fn files(folder: &Path, suffix: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path, suffix));
        } else if path.to_string_lossy().ends_with(suffix) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// What both sides say of a map: name, type, sizes and number of elements, flags.
type MapFacts = (String, u32, u32, u32, u32, u32, bool);

/// Has libbpf open an object, and verifies it: what the one takes the other takes, and both agree on programs and maps. Whether
/// libbpf takes it.
fn agree(what: &str, bytes: &[u8]) -> bool {
    let mut builder = libbpf_rs::ObjectBuilder::default();
    let open = builder.name("guest").expect("a name").open_memory(bytes);
    let Ok(open) = open else {
        return false;
    };
    let image = verify(bytes).unwrap_or_else(|error| panic!("{what}: {error}"));
    let theirs = open.maps().map(|map| {
        let name = map.name().to_string_lossy().into_owned();
        let kind = map.map_type() as u32;
        (
            name,
            kind,
            map.key_size(),
            map.value_size(),
            map.max_entries(),
            map.map_flags(),
            map.autocreate(),
        )
    });
    let theirs: Vec<MapFacts> = theirs.collect();
    let ours = image.maps().iter().map(|map| {
        // Of sections like `.bss.name`, libbpf cuts the name as the kernel would.
        let name = match map.name.strip_prefix(".bss.") {
            Some(_) => map.name.chars().take(15).collect(),
            None => map.name.clone(),
        };
        (
            name,
            map.kind,
            map.key_size,
            map.value_size,
            map.max_entries,
            map.flags,
            map.autocreate,
        )
    });
    let ours: Vec<MapFacts> = ours.collect();
    assert_eq!(ours, theirs, "{what}");
    let programs = image
        .functions()
        .iter()
        .filter(|function| function.section != ".text");
    let ours: Vec<_> = programs.map(|program| program.name.to_owned()).collect();
    let theirs: Vec<_> = open
        .progs()
        .map(|p| p.name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(ours, theirs, "{what}");
    true
}

/// The objects that are checked in, but for aya's, whose maps are defined as libbpf 1.0 and later refuse it.
fn checked_in() -> Vec<PathBuf> {
    let mut objects = files(&tests().join("bpf"), ".bpf.o");
    objects.retain(|object| !object.ends_with("aya.bpf.o"));
    objects
}

#[test]
fn objects_that_are_checked_in() {
    let objects = checked_in();
    for object in &objects {
        let bytes = std::fs::read(object).expect("an object");
        assert!(agree(&object.display().to_string(), &bytes));
    }
    assert!(objects.len() > 18, "{}", objects.len());
}

/// What skeletons hand over: the object with another table of section names, and all its programs switched off or on.
#[test]
fn images_of_skeletons() {
    let mut switched = 0;
    for file in checked_in() {
        let bytes = std::fs::read(&file).expect("an object");
        let input = skel_gen::Input::parse(&bytes).expect("BTF");
        let btf = btf_layout::Btf::parse(input.btf).expect("good BTF");
        let elf = Elf::parse(&bytes).expect("an ELF file");
        let object = BpfObject::parse("guest", elf, &btf).expect("an object");
        let image = Image::new(&object.elf, &btf, &object.programs).expect("an image");
        let what = file.display().to_string();
        assert!(agree(&what, &image.bytes));
        for enabled in [false, true] {
            let mut bytes = image.bytes.clone();
            for patch in image.switches.iter().flatten() {
                let word = if enabled {
                    patch.enabled
                } else {
                    patch.disabled
                };
                bytes[patch.at as usize..][..4].copy_from_slice(&word.to_le_bytes());
                switched += 1;
            }
            assert!(agree(&what, &bytes));
        }
    }
    assert!(switched > 50, "{switched}");
}

/// Objects of a folder that somebody names, such as those of a distribution.
#[test]
fn objects_of_others() {
    let Some(folder) = std::env::var_os("WASM_BPF_OBJECTS") else {
        println!("skipped: WASM_BPF_OBJECTS names no folder of objects");
        return;
    };
    let (mut taken, mut refused) = (0, 0);
    for object in files(Path::new(&folder), ".o") {
        let bytes = std::fs::read(&object).expect("an object");
        match agree(&object.display().to_string(), &bytes) {
            true => taken += 1,
            false => refused += 1,
        }
    }
    println!("{taken} objects, and {refused} that libbpf did not take");
}

/// Ways to compile an object.
const WAYS: [&[&str]; 8] = [
    &["-O2", "-g"],
    &["-O2", "-g", "-mcpu=v4"],
    &["-O2", "-g", "-mcpu=v1"],
    &["-O1", "-g", "-mcpu=v3"],
    &["-Os", "-g", "-gz"],
    &["-O2", "-g", "-fdata-sections"],
    &["-O2", "-gdwarf-4"],
    &["-O3", "-g", "-mcpu=v2"],
];

#[test]
fn objects_of_all_shapes() {
    if let Err(missing) = test_support::compilers::compilers() {
        return println!("skipped: {missing}");
    }
    let folder = tempfile::tempdir().expect("a scratch folder");
    let object = folder.path().join("object.bpf.o");
    let (mut made, mut refused) = (0, 0);
    for source in files(&tests(), ".bpf.c") {
        for way in WAYS {
            let mut command = Command::new("clang-19");
            command.args([
                "-target",
                "bpf",
                "-D__TARGET_ARCH_x86",
                "-w",
                "-I/usr/include/x86_64-linux-gnu",
            ]);
            command
                .args(way)
                .arg("-c")
                .arg(&source)
                .arg("-o")
                .arg(&object);
            if !command.output().expect("clang").status.success() {
                // It takes a vmlinux.h, or instructions that this processor does not have.
                refused += 1;
                continue;
            }
            let bytes = std::fs::read(&object).expect("an object");
            match agree(&format!("{} {way:?}", source.display()), &bytes) {
                true => made += 1,
                false => refused += 1,
            }
        }
    }
    println!("{made} objects, and {refused} that clang did not make or libbpf did not take");
    assert!(made > 150, "{made}");
}
