//! Target `image`: what a guest hands over as a BPF object, through our verification, then libbpf.
//!
//! ```text
//! input = which of the kernel's calls fail (1 byte; 0: none), ELF file
//! ```
//!
//! What our verification refuses, libbpf never sees.

use crate::fake;
use crate::silence::hush;
use btf_blobs::elf;
use btf_blobs::objects::checked_in;
use btf_blobs::target::Reached;
use fastrand::Rng;
use libbpf_rs::{MapCore, ObjectBuilder};
use wasm_bpf_host::image::verify;

/// Verifies an image; what passes is opened and loaded.
pub fn check(input: &[u8]) -> Reached {
    let Some((luck, file)) = input.split_first() else {
        return Reached::Nothing;
    };
    hush();
    let image = match verify(file) {
        Ok(image) => image,
        Err(error) => {
            assert!(!error.to_string().is_empty(), "{error:?}");
            return Reached::Nothing;
        }
    };
    fake::begin(*luck);
    let mut builder = ObjectBuilder::default();
    let opened = builder
        .name("guest")
        .and_then(|builder| builder.open_memory(image.bytes()));
    let Ok(open) = opened else {
        return Reached::Input;
    };
    // The host counts what libbpf is going to make before it does. A section of an unknown type counts, and becomes none.
    let maps = open.maps().count();
    assert!(
        maps <= image.maps().len(),
        "{maps} maps of {:?}",
        image.maps()
    );
    let before = fake::answered();
    let Ok(object) = open.load() else {
        return Reached::Input;
    };
    let made = object.maps().filter(libbpf_rs::Map::autocreate).count();
    assert!(made == 0 || fake::answered() > before, "maps of no kernel");
    for map in object.maps() {
        std::hint::black_box((map.name().len(), map.key_size(), map.value_size()));
    }
    Reached::Done
}

/// Damages the file, or has other calls fail.
pub fn mutate(rng: &mut Rng, input: &mut Vec<u8>) -> String {
    if input.is_empty() || rng.u8(..16) == 0 {
        input.resize(input.len().max(1), 0);
        input[0] = if rng.bool() { 0 } else { rng.u8(..) };
        return format!("luck {}", input[0]);
    }
    let mut file = input.split_off(1);
    let damage = elf::mutate(rng, &mut file);
    input.extend(file);
    damage
}

/// Every object that is checked in.
pub fn seeds() -> Vec<Vec<u8>> {
    let objects = checked_in().into_iter();
    objects
        .map(|(_, object)| [&[0], object.as_slice()].concat())
        .collect()
}
