//! Target `object`: an ELF object to a skeleton in C or in Rust, or edits of its image.
//!
//! ```text
//! input = what is made (1 byte), name of the object (1 byte), ELF file
//! ```

use crate::skeletons::{Work, exercise};
use btf_blobs::elf;
use btf_blobs::objects::checked_in;
use btf_blobs::target::Reached;
use fastrand::Rng;

/// Names as users give them; some mean something to C or to Rust, and some cannot be said in either.
const NAMES: [&str; 14] = [
    "fuzzed", "a", "int", "class", "self", "Self", "_", "9p", "event", "x y", "a*/b", "a??/b", "é",
    "",
];

/// Makes of an input what it asks for.
pub fn check(input: &[u8]) -> Reached {
    let Some(([work, name], file)) = input.split_first_chunk() else {
        return Reached::Nothing;
    };
    let name = NAMES.get(usize::from(*name) % NAMES.len());
    exercise(file, name.unwrap_or(&""), Work::of(*work))
}

/// Damages the options or the file.
pub fn mutate(rng: &mut Rng, input: &mut Vec<u8>) -> String {
    input.resize(input.len().max(2), 0);
    if rng.u8(..16) == 0 {
        let (at, value) = (rng.usize(..2), rng.u8(..));
        input[at] = value;
        return format!("option {at} = {value}");
    }
    let mut file = input.split_off(2);
    let damage = elf::mutate(rng, &mut file);
    input.extend(file);
    damage
}

/// Every object that is checked in, made into all that can be made of it, and one under every name.
pub fn seeds() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for (i, (_, object)) in checked_in().iter().enumerate() {
        for work in Work::ALL {
            let names = if i == 0 { NAMES.len() } else { 1 };
            for name in 0..names {
                let name = u8::try_from(name).unwrap_or_default();
                seeds.push([&[work as u8, name], object.as_slice()].concat());
            }
        }
    }
    seeds
}
