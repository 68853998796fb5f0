//! Objects damaged where they hurt: every one is refused or gives a skeleton, without a panic, in time and in proportion.
//!
//! `BPFTOOL_WASM_SEED` makes it another one, `BPFTOOL_WASM_OBJECTS` sets its length.

use fastrand::Rng;
use skel_gen::object::{BpfObject, Elf};
use skel_gen::{Input, Skeleton, SkeletonTypes, c, rust};
use std::collections::BTreeMap;
use std::fs;
use std::panic::catch_unwind;
use std::time::Duration;
use test_support::elf::{E_SHOFF, ElfFile, RELOCATION, SECTION, SYMBOL, with_long_names};
use test_support::objects::{all, contents};

/// Objects of a run, if nobody asks for more.
const OBJECTS: u64 = 12_000;
/// Time of a processor that no object takes; most take less than a millisecond. How busy the machine is does not count.
const MOST: Duration = Duration::from_secs(10);
/// One in so many is rendered as Rust as well, which takes longer.
const RUST: u64 = 16;
/// A skeleton's text, and the times it may be larger than the object.
const ROOM: usize = 8 << 20;
const PROPORTION: usize = 64;

/// The processor's time that this thread has had, where the kernel counts it.
fn used() -> Duration {
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = text.split(' ').next().unwrap_or_default().parse();
    nanoseconds.map_or(Duration::ZERO, Duration::from_nanos)
}

pub(crate) fn env(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// A number that is wrong in an interesting way.
fn odd(rng: &mut Rng, old: usize) -> u64 {
    match rng.u8(..8) {
        0 => 0,
        1 => u64::MAX,
        2 => 1 << rng.u8(..64),
        3 => (1 << rng.u8(..64)) - 1,
        4 => (old as u64).wrapping_add(1),
        5 => (old as u64).wrapping_sub(1),
        6 => old as u64 ^ 1 << rng.u8(..32),
        _ => rng.u64(..4096),
    }
}

/// Writes an odd number of 1 to 8 bytes somewhere in a part, aligned as its size.
fn write_odd(rng: &mut Rng, elf: &mut ElfFile, (start, len): (usize, usize)) -> String {
    let size = 1 << rng.u8(..4);
    let Some(at) = (len / size > 0).then(|| start + rng.usize(..len / size) * size) else {
        return "nothing".to_owned();
    };
    if at + 8 > elf.bytes.len() {
        return "nothing".to_owned();
    }
    let number = match size {
        1 => elf.number::<1>(at),
        2 => elf.number::<2>(at),
        4 => elf.number::<4>(at),
        _ => elf.number::<8>(at),
    };
    let number = odd(rng, number);
    match size {
        1 => elf.put::<1>(at, number),
        2 => elf.put::<2>(at, number),
        4 => elf.put::<4>(at, number),
        _ => elf.put::<8>(at, number),
    }
    format!("{size} bytes at {at} are {number:#x}")
}

/// One entry of a table gets the bytes of another.
fn copy_entry(
    rng: &mut Rng,
    elf: &mut ElfFile,
    (start, len): (usize, usize),
    entry: usize,
) -> String {
    let count = len / entry;
    if count == 0 {
        return "nothing".to_owned();
    }
    let (from, to) = (rng.usize(..count), rng.usize(..count));
    elf.bytes.copy_within(
        start + from * entry..start + (from + 1) * entry,
        start + to * entry,
    );
    format!("entry {to} of the table at {start} is entry {from}")
}

/// Where the parts of an undamaged object are: first byte and length.
pub(crate) struct Parts {
    headers: (usize, usize),
    symbols: (usize, usize),
    relocations: (usize, usize),
    btf: (usize, usize),
    records: (usize, usize),
    /// Of every section with bytes in the file.
    sections: Vec<(usize, usize)>,
}

impl Parts {
    /// `None` for an object that has not all of them.
    pub(crate) fn of(elf: &ElfFile) -> Option<Self> {
        let contents = |name| Some(elf.contents(elf.find(name)?));
        let sections = (1..elf.section_count()).map(|i| elf.contents(i));
        Some(Parts {
            headers: (elf.number::<8>(E_SHOFF), elf.section_count() * SECTION),
            symbols: contents(".symtab")?,
            relocations: contents(".rel.BTF")?,
            btf: contents(".BTF")?,
            records: contents(".BTF.ext")?,
            sections: sections
                .filter(|(at, len)| at + len <= elf.bytes.len())
                .collect(),
        })
    }

    /// Damages one of them that is not read as BTF.
    pub(crate) fn damage_elf(&self, rng: &mut Rng, elf: &mut ElfFile) -> String {
        match rng.u8(..7) {
            0 => write_odd(rng, elf, (0, 64)),
            1 => write_odd(rng, elf, self.headers),
            2 => copy_entry(rng, elf, self.headers, SECTION),
            3 => write_odd(rng, elf, self.symbols),
            4 => copy_entry(rng, elf, self.symbols, SYMBOL),
            5 => write_odd(rng, elf, self.relocations),
            _ => write_odd(rng, elf, self.records),
        }
    }

    /// Damages one of them.
    pub(crate) fn damage(&self, rng: &mut Rng, elf: &mut ElfFile) -> String {
        match rng.u8(..9) {
            0 => write_odd(rng, elf, (0, 64)),
            1 => write_odd(rng, elf, self.headers),
            2 => copy_entry(rng, elf, self.headers, SECTION),
            3 => write_odd(rng, elf, self.symbols),
            4 => copy_entry(rng, elf, self.symbols, SYMBOL),
            5 => copy_entry(rng, elf, self.relocations, RELOCATION),
            6 => write_odd(rng, elf, self.btf),
            7 => write_odd(rng, elf, self.records),
            _ => {
                let section = self.sections[rng.usize(..self.sections.len())];
                write_odd(rng, elf, section)
            }
        }
    }
}

/// How far an object comes.
fn skeleton_of(file: &[u8]) -> &'static str {
    let Ok(elf) = Elf::parse(file) else {
        return "no ELF file";
    };
    let Ok(input) = Input::parse(file) else {
        return "no BTF";
    };
    let Ok(btf) = btf_layout::Btf::parse(input.btf) else {
        return "bad BTF";
    };
    let Ok(object) = BpfObject::parse("damaged", elf, &btf) else {
        return "no object";
    };
    let Ok(skeleton) = Skeleton::new(object, &btf, SkeletonTypes::Needed) else {
        return "no layout";
    };
    check_places(&skeleton);
    let text = c::wasm_skeleton(&skeleton);
    assert!(
        text.len() < file.len() * PROPORTION + ROOM,
        "{} bytes of text",
        text.len()
    );
    "a skeleton"
}

/// The Rust skeleton of an object that may be damaged: it is Rust, whatever is in the names.
fn rust_of(file: &[u8]) {
    let btf = Input::parse(file).ok();
    let btf = btf.and_then(|input| btf_layout::Btf::parse(input.btf).ok());
    let (Ok(elf), Some(btf)) = (Elf::parse(file), btf) else {
        return;
    };
    let object = BpfObject::parse("damaged", elf, &btf).ok();
    let skeleton = object.and_then(|object| Skeleton::new(object, &btf, SkeletonTypes::All).ok());
    if let Some(skeleton) = skeleton {
        let text = rust::wasm_skeleton(&skeleton, &rust::Embed::Inline).expect("Rust");
        let size = text.len();
        assert!(
            size < file.len() * PROPORTION + ROOM,
            "{size} bytes of text"
        );
        syn::parse_file(&text).unwrap_or_else(|error| panic!("{error}:\n{text}"));
    }
}

/// All that a guest may write lies in the image.
fn check_places(skeleton: &Skeleton<'_>) {
    let len = skeleton.image.bytes.len();
    let check = |at: u32, size: usize| assert!(at as usize + size <= len, "{size} bytes at {at}");
    let patches = skeleton.image.switches.iter().flatten();
    patches.for_each(|patch| check(patch.at, 4));
    for map in &skeleton.object.maps {
        if let Some(at) = map.max_entries_at {
            check(at, 4);
        }
        if let Some((Some(at), size)) = contents(skeleton, map) {
            check(at, size);
        }
    }
}

#[test]
fn damaged_objects() {
    let seed = env("BPFTOOL_WASM_SEED").unwrap_or(1);
    let count = env("BPFTOOL_WASM_OBJECTS").unwrap_or(OBJECTS);
    println!("BPFTOOL_WASM_SEED={seed} BPFTOOL_WASM_OBJECTS={count}");
    let mut rng = Rng::with_seed(seed);
    let objects: Vec<Vec<u8>> = all()
        .iter()
        .map(|file| fs::read(file).expect("an object"))
        .collect();
    let objects = objects.into_iter().map(ElfFile::new);
    let objects: Vec<_> = objects
        .filter_map(|elf| Some((Parts::of(&elf)?, elf)))
        .collect();
    assert!(objects.len() > 10);
    let mut outcomes = BTreeMap::new();
    for i in 0..count {
        let (parts, elf) = &objects[rng.usize(..objects.len())];
        let mut elf = elf.clone();
        let times = rng.usize(1..4);
        let story: Vec<_> = (0..times)
            .map(|_| parts.damage(&mut rng, &mut elf))
            .collect();
        let start = used();
        let outcome = catch_unwind(|| {
            if i % RUST == 0 {
                rust_of(&elf.bytes);
            }
            skeleton_of(&elf.bytes)
        });
        let took = used() - start;
        if outcome.is_err() || took > MOST {
            let kept = test_support::kept().join("damaged.o");
            fs::write(&kept, &elf.bytes).expect("a place to keep the file");
            panic!("{story:?} took {took:?}; kept as {}", kept.display());
        }
        *outcomes.entry(outcome.unwrap_or_default()).or_insert(0) += 1;
    }
    println!("{outcomes:?}");
    assert!(outcomes["a skeleton"] > 0 && outcomes["no object"] > 0);
}

/// Names may share bytes: a small file can have more text in its names than any computer has room for.
#[test]
fn names_out_of_proportion() {
    // Sections of code, each called by a part of one long name; each has a program of that name.
    const COUNT: usize = 3000;
    const NAME: usize = 60_000;
    let file = with_long_names(COUNT, NAME);
    assert!(file.len() < 2 << 20);
    let start = used();
    let outcome = skeleton_of(&file);
    assert_eq!(outcome, "no object");
    assert!(used() - start < MOST);
    assert_eq!(skeleton_of(&with_long_names(30, 100)), "a skeleton");
}
