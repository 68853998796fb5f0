//! Edits of the image are what they say: libbpf, which opens the edited image, finds them and nothing else.

use crate::objects::{all, case, contents, name_of, open, switch, with_skeleton, write};
use libbpf_rs::OpenObject;
use skel_gen::Skeleton;
use skel_gen::object::{Map, MapOrigin};

/// A size that is no other map's. libbpf makes powers of two of ring buffers' sizes: it is one.
const RESIZED: u32 = 1 << 28;

/// What libbpf is expected to find in an edited image.
struct Expected {
    /// For each program.
    autoload: Vec<bool>,
    /// For each map.
    max_entries: Vec<u32>,
    /// For each map that is a data section: its bytes.
    values: Vec<Option<Vec<u8>>>,
}

impl Expected {
    /// Of an image that is not edited.
    fn of(skeleton: &Skeleton<'_>) -> Self {
        let object = &skeleton.object;
        Expected {
            autoload: object
                .programs
                .iter()
                .map(|program| program.autoload)
                .collect(),
            max_entries: object.maps.iter().map(|map| map.max_entries).collect(),
            values: object.maps.iter().map(|map| value(skeleton, map)).collect(),
        }
    }

    fn check(&self, object: &OpenObject, what: &str) {
        let autoload: Vec<_> = object.progs().map(|program| program.autoload()).collect();
        assert_eq!(self.autoload, autoload, "{what}");
        let max_entries: Vec<_> = object.maps().map(|map| map.max_entries()).collect();
        assert_eq!(self.max_entries, max_entries, "{what}");
        for (map, expected) in object.maps().zip(&self.values) {
            if let Some(expected) = expected {
                let value = map.initial_value().expect("an initial value");
                assert!(expected == value, "{what}: {:?}", map.name());
            }
        }
    }
}

/// The bytes a data section is loaded with; not those of tables of functions, which libbpf completes.
fn value(skeleton: &Skeleton<'_>, map: &Map<'_>) -> Option<Vec<u8>> {
    if matches!(map.origin, MapOrigin::StructOps { .. }) {
        return None;
    }
    let (at, len) = contents(skeleton, map)?;
    Some(match at {
        Some(at) => skeleton.image.bytes[at as usize..][..len].to_vec(),
        None => vec![0; len],
    })
}

/// An image, edited step by step, and what has to come of it.
struct Edited<'s, 'a> {
    skeleton: &'s Skeleton<'a>,
    image: Vec<u8>,
    expected: Expected,
}

impl<'s, 'a> Edited<'s, 'a> {
    fn new(skeleton: &'s Skeleton<'a>) -> Self {
        Edited {
            skeleton,
            image: skeleton.image.bytes.clone(),
            expected: Expected::of(skeleton),
        }
    }

    /// Switches program `i`, and with it those of its section.
    fn switch(&mut self, i: usize, on: bool) {
        let patches = &self.skeleton.image.switches[i];
        if patches.is_empty() {
            return;
        }
        switch(&mut self.image, patches, on);
        let programs = &self.skeleton.object.programs;
        let section = programs[i].section_index;
        for (program, autoload) in programs.iter().zip(&mut self.expected.autoload) {
            if program.section_index == section {
                *autoload = on;
            }
        }
    }

    /// Sets the size of map `i`. Whether the image can say it.
    fn resize(&mut self, i: usize, max_entries: u32) -> bool {
        let Some(at) = self.skeleton.object.maps[i].max_entries_at else {
            return false;
        };
        write(&mut self.image, at, &max_entries.to_le_bytes());
        self.expected.max_entries[i] = max_entries;
        true
    }

    /// Changes the bytes of map `i`. Whether the image has any.
    fn fill(&mut self, i: usize, mut byte: impl FnMut() -> u8) -> bool {
        let at = contents(self.skeleton, &self.skeleton.object.maps[i]).and_then(|(at, _)| at);
        let (Some(at), Some(value)) = (at, &mut self.expected.values[i]) else {
            return false;
        };
        value.fill_with(&mut byte);
        write(&mut self.image, at, value);
        true
    }

    fn check(&self, what: &str) {
        let name = &self.skeleton.object.name;
        let object = open(name, &self.image).unwrap_or_else(|e| panic!("{name}: {what}: {e}"));
        self.expected.check(&object, &format!("{name}: {what}"));
    }
}

#[test]
fn programs_are_switched_one_section_at_a_time() {
    let (mut switched, mut fixed) = (0, 0);
    for file in all() {
        with_skeleton(&file, |skeleton| {
            Edited::new(skeleton).check("as it is");
            for (i, program) in skeleton.object.programs.iter().enumerate() {
                let known = !skeleton.image.switches[i].is_empty();
                *(if known { &mut switched } else { &mut fixed }) += 1;
                for on in [true, false] {
                    let mut edited = Edited::new(skeleton);
                    edited.switch(i, on);
                    edited.check(&format!("{} {on}", program.name));
                    edited.switch(i, !on);
                    edited.check(&format!("{} {on} and back", program.name));
                }
            }
        });
    }
    println!("{switched} programs can be switched, {fixed} cannot");
    assert!(switched > 45 && fixed < 4);
}

/// Records of lines and relocations are found by their section's name: if switching gave two sections one name, they would be
/// applied to the wrong program. So this cannot be switched at all.
#[test]
fn sections_that_differ_by_the_mark_alone_stay_apart() {
    with_skeleton(&case("twins"), |skeleton| {
        let programs = skeleton.object.programs.iter().map(|program| program.name);
        let switches = skeleton
            .image
            .switches
            .iter()
            .map(|patches| !patches.is_empty());
        let found: Vec<_> = programs.zip(switches).collect();
        assert_eq!(found, [("plain", true), ("marked", false)]);
    });
}

#[test]
fn sizes_of_maps_are_changed_one_at_a_time() {
    let (mut changed, mut fixed) = (0, Vec::new());
    for file in all() {
        with_skeleton(&file, |skeleton| {
            for (i, map) in skeleton.object.maps.iter().enumerate() {
                let mut edited = Edited::new(skeleton);
                if edited.resize(i, RESIZED) {
                    edited.check(&map.name);
                    changed += 1;
                } else if map.origin == MapOrigin::Source {
                    fixed.push(format!("{}: {}", name_of(&file), map.name));
                }
            }
        });
    }
    println!("{changed} maps can be resized; these share their number: {fixed:#?}");
    assert!(changed > 10);
}

#[test]
fn contents_of_sections_are_changed_one_at_a_time() {
    let mut changed = 0;
    for file in all() {
        with_skeleton(&file, |skeleton| {
            for (i, map) in skeleton.object.maps.iter().enumerate() {
                let mut edited = Edited::new(skeleton);
                let mut next = 0_u8;
                let filled = edited.fill(i, || {
                    next = next.wrapping_add(0x3b);
                    next
                });
                if filled {
                    edited.check(&map.name);
                    changed += 1;
                }
            }
        });
    }
    println!("{changed} sections");
    assert!(changed >= 20);
}

#[test]
fn any_number_of_edits_at_once() {
    let mut rng = fastrand::Rng::with_seed(0x62_7066);
    let mut images = 0;
    for file in all() {
        with_skeleton(&file, |skeleton| {
            for round in 0..40 {
                let mut edited = Edited::new(skeleton);
                for i in 0..skeleton.object.programs.len() {
                    if rng.bool() {
                        edited.switch(i, rng.bool());
                    }
                }
                for i in 0..skeleton.object.maps.len() {
                    if rng.bool() {
                        edited.resize(i, 4096 << rng.u32(..16));
                    }
                    if rng.bool() {
                        edited.fill(i, || rng.u8(..));
                    }
                }
                edited.check(&format!("round {round}"));
                images += 1;
            }
        });
    }
    println!("{images} images");
}
