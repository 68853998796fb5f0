//! Edits of the image are what they say: libbpf, which opens the edited image, finds them and nothing else.

use skel_gen::object::MapOrigin;
use test_support::edited::Edited;
use test_support::objects::{all, case, name_of, with_skeleton};

/// A size that is no other map's. libbpf makes powers of two of ring buffers' sizes: it is one.
const RESIZED: u32 = 1 << 28;

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
