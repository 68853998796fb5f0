//! The object model against libbpf and bpftool.

use skel_gen::Skeleton;
use skel_gen::object::{Map, MapOrigin};
use std::fs;
use test_support::objects::{self, all, name_of, with_skeleton};

/// What both sides say of a map.
#[derive(Debug, PartialEq, Eq)]
struct MapFacts {
    name: String,
    kind: u32,
    key_size: u32,
    value_size: u32,
    max_entries: u32,
    flags: u32,
    autocreate: bool,
}

impl MapFacts {
    fn ours(map: &Map<'_>) -> Self {
        MapFacts {
            name: map.name.clone(),
            kind: map.kind.0,
            key_size: map.key_size,
            value_size: map.value_size,
            max_entries: map.max_entries,
            flags: map.flags,
            autocreate: map.autocreate,
        }
    }

    fn libbpfs(map: &libbpf_rs::OpenMap<'_>) -> Self {
        MapFacts {
            name: map.name().to_string_lossy().into_owned(),
            kind: map.map_type() as u32,
            key_size: map.key_size(),
            value_size: map.value_size(),
            max_entries: map.max_entries(),
            flags: map.map_flags(),
            autocreate: map.autocreate(),
        }
    }
}

/// Name, section and autoload of programs.
type ProgramFacts = Vec<(String, String, bool)>;

fn our_programs(skeleton: &Skeleton<'_>) -> ProgramFacts {
    let programs = skeleton.object.programs.iter();
    programs
        .map(|p| (p.name.to_owned(), p.section.to_owned(), p.autoload))
        .collect()
}

fn libbpfs_programs(object: &libbpf_rs::OpenObject) -> ProgramFacts {
    let text = |text: &std::ffi::OsStr| text.to_string_lossy().into_owned();
    object
        .progs()
        .map(|p| (text(p.name()), text(p.section()), p.autoload()))
        .collect()
}

/// What the two do not say alike of maps and programs.
pub(crate) fn facts_that_differ(
    skeleton: &Skeleton<'_>,
    theirs: &libbpf_rs::OpenObject,
) -> Option<String> {
    let ours: Vec<_> = skeleton.object.maps.iter().map(MapFacts::ours).collect();
    let libbpfs: Vec<_> = theirs.maps().map(|map| MapFacts::libbpfs(&map)).collect();
    if ours != libbpfs {
        return Some(format!("{ours:?}, to libbpf {libbpfs:?}"));
    }
    let (ours, libbpfs) = (our_programs(skeleton), libbpfs_programs(theirs));
    (ours != libbpfs).then(|| format!("{ours:?}, to libbpf {libbpfs:?}"))
}

#[test]
fn maps_and_programs_are_libbpfs() {
    let (mut maps, mut programs) = (0, 0);
    for file in all() {
        with_skeleton(&file, |skeleton| {
            let bytes = fs::read(&file).expect("an object");
            let theirs = objects::open(&name_of(&file), &bytes).expect("libbpf opens it");
            let name = theirs
                .name()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            // libbpf cuts it to what the kernel takes.
            assert_eq!(
                skeleton
                    .object
                    .name
                    .get(..15)
                    .unwrap_or(&skeleton.object.name),
                name
            );
            let differs = facts_that_differ(skeleton, &theirs);
            assert_eq!(differs, None, "{}", file.display());
            maps += skeleton.object.maps.len();
            programs += skeleton.object.programs.len();
        });
    }
    println!(
        "{maps} maps and {programs} programs of {} objects",
        all().len()
    );
    assert!(maps > 80 && programs > 40);
}

/// The contents of data sections: the bytes at the offset our image has them are what libbpf fills the map with.
#[test]
fn initial_values_are_where_the_image_has_them() {
    let mut sections = 0;
    for file in all() {
        with_skeleton(&file, |skeleton| {
            let bytes = fs::read(&file).expect("an object");
            let theirs = objects::open(&name_of(&file), &bytes).expect("libbpf opens it");
            for (map, libbpfs) in skeleton.object.maps.iter().zip(theirs.maps()) {
                let Some((at, len)) = objects::contents(skeleton, map) else {
                    continue;
                };
                let ours = match at {
                    Some(at) => &skeleton.image.bytes[at as usize..][..len],
                    None => &vec![0; len],
                };
                let mut value = libbpfs.initial_value().expect("an initial value").to_vec();
                if matches!(map.origin, MapOrigin::StructOps { .. }) {
                    forget_programs(ours, &mut value);
                }
                assert!(
                    ours == value,
                    "{}: {}: {ours:x?} {value:x?}",
                    file.display(),
                    map.name
                );
                sections += 1;
            }
        });
    }
    println!("{sections} sections");
    assert!(sections > 40);
}

/// In tables of functions, libbpf has put programs where the file has nothing but relocations.
fn forget_programs(ours: &[u8], value: &mut [u8]) {
    for (ours, value) in ours.chunks(8).zip(value.chunks_mut(8)) {
        if ours.iter().all(|byte| *byte == 0) {
            value.fill(0);
        }
    }
}

/// Values that the source of a case states, found in the image at the offset of their variable.
#[test]
fn variables_have_the_values_of_their_source() {
    let cases: &[(&str, &str, &str, &[u8])] = &[
        ("variables", ".rodata", "ro_char", b"r"),
        (
            "variables",
            ".rodata",
            "ro_long",
            &0x1122_3344_5566_7788_u64.to_le_bytes(),
        ),
        ("variables", ".rodata", "ro_shorts", &[1, 0, 2, 0, 3, 0]),
        (
            "variables",
            ".rodata",
            "ro_text",
            b"text with \"quotes\", \\ and ??/\0",
        ),
        (
            "variables",
            ".rodata.named",
            "named_limit",
            &10_u32.to_le_bytes(),
        ),
        ("variables", ".rodata.named", "named_byte", &[11]),
        ("variables", ".rodata.other.deep", "other_mask", &[0xff; 8]),
        ("variables", ".data", "data_char", b"d"),
        ("variables", ".data", "data_wide", &1_u128.to_le_bytes()),
        ("variables", ".data", "data_level", &7_u32.to_le_bytes()),
        (
            "variables",
            ".data",
            "data_wide_enum",
            &(1_u64 << 40).to_le_bytes(),
        ),
        (
            "variables",
            ".data",
            "data_pointer",
            &0x1234_u64.to_le_bytes(),
        ),
        ("variables", ".data", "data_aligned", &64_u32.to_le_bytes()),
        (
            "variables",
            ".data.named",
            "named_counter",
            &3_u64.to_le_bytes(),
        ),
        (
            "arena",
            ".addr_space.1",
            "shared_counter",
            &5_u32.to_le_bytes(),
        ),
        ("guest", ".rodata", "min_duration", &5_u64.to_le_bytes()),
        ("guest", ".data", "counter", &3_u32.to_le_bytes()),
    ];
    for (case, section, variable, bytes) in cases {
        with_skeleton(&objects::case(case), |skeleton| {
            let data = &skeleton.object.data;
            let section = data
                .iter()
                .find(|candidate| candidate.name == *section)
                .expect("a section");
            let named = section
                .variables
                .iter()
                .find(|v| v.name == *variable)
                .expect("a variable");
            let at = section.file_offset.expect("bytes in the file") + named.offset.0;
            assert_eq!(named.size.0 as usize, bytes.len(), "{case} {variable}");
            assert_eq!(
                &skeleton.image.bytes[at as usize..][..bytes.len()],
                *bytes,
                "{case} {variable}"
            );
        });
    }
}

#[test]
fn static_variables_are_hidden() {
    for file in all() {
        with_skeleton(&file, |skeleton| {
            for variable in skeleton
                .object
                .data
                .iter()
                .flat_map(|section| &section.variables)
            {
                assert!(!variable.name.contains("hidden"), "{}", variable.name);
            }
        });
    }
}
