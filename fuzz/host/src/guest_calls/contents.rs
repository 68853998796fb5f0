//! What is in the guest's memory: images, names, and room.

use crate::protocol::TARGETS;
use crate::seeds;
use std::sync::LazyLock;

/// Pages of the guest's memory, and their bytes.
pub(super) const PAGES: u64 = 4;
pub(super) const MEMORY: i32 = 4 << 16;
/// Where texts are, and images.
const TEXTS: i32 = 1 << 10;
const IMAGES: i32 = 1 << 16;
/// Where nothing is.
pub(super) const SCRATCH: i32 = 3 << 16;

/// What is in memory.
pub(super) struct Contents {
    pub(super) images: Vec<(i32, Vec<u8>)>,
    pub(super) texts: Vec<(i32, Vec<u8>)>,
    pub(super) programs: Vec<i32>,
    pub(super) maps: Vec<i32>,
    pub(super) targets: Vec<i32>,
}

/// Names of maps: those of the images, of sections, and none.
pub(super) const MAPS: [&str; 18] = [
    "ring",
    "samples",
    "hash",
    "percpu",
    "queue",
    "sockets",
    "programs",
    "inner",
    "outer",
    ".bss",
    ".data",
    ".rodata",
    "x.bss",
    "guest.bss",
    "nobody",
    "",
    ".",
    "\u{e9}",
];

/// The same in every guest.
pub(super) static CONTENTS: LazyLock<Contents> = LazyLock::new(|| {
    let mut end = TEXTS;
    let mut texts = Vec::new();
    let mut places = |names: &[String]| -> Vec<i32> {
        let place = |name: &String| {
            let at = end;
            let text = [name.as_bytes(), b"\0"].concat();
            end += i32::try_from(text.len()).unwrap_or_default();
            texts.push((at, text));
            at
        };
        names.iter().map(place).collect()
    };
    let programs = places(&seeds::program_names());
    let maps = places(&MAPS.map(str::to_owned));
    let targets = places(&TARGETS.map(str::to_owned));
    assert!(end < IMAGES, "texts and images overlap");
    let mut at = IMAGES;
    let images = seeds::images().map(|image| {
        let place = at;
        let len = image.len().next_multiple_of(8);
        at += i32::try_from(len).unwrap_or_default();
        (place, image.to_vec())
    });
    assert!(at < SCRATCH, "images and what is free overlap");
    Contents {
        images: images.to_vec(),
        texts,
        programs,
        maps,
        targets,
    }
});

/// Where an image is, and its bytes.
pub(super) fn image(byte: u8) -> &'static (i32, Vec<u8>) {
    let images = &CONTENTS.images;
    &images[usize::from(byte) % images.len()]
}

/// One of these places, or another.
pub(super) fn place(places: &[i32], byte: u8) -> i32 {
    match byte {
        0..224 => places[usize::from(byte) % places.len()],
        _ => address(byte),
    }
}

/// Addresses at which one goes wrong.
pub(super) fn address(byte: u8) -> i32 {
    match byte % 12 {
        0 => 0,
        1 => MEMORY,
        2 => MEMORY - 1,
        3 => MEMORY - 4,
        4 => MEMORY - 8,
        5 => -1,
        6 => -8,
        7 => i32::MIN,
        8 => i32::MAX,
        9 => SCRATCH + 1,
        // Other bytes than they are meant for.
        10 => TEXTS,
        _ => IMAGES,
    }
}
