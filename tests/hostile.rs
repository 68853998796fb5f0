//! Damaged and malicious files: every one is refused or handled, without a panic, in time and in bounded memory.
#![allow(
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::too_many_lines,
    clippy::unwrap_used,
    reason = "a test may fail, and a table of cases is long"
)]

#[path = "hostile/bombs.rs"]
mod bombs;
#[path = "hostile/headers.rs"]
mod headers;
mod support;

use btf_blobs::{mutate, random};
use btf_layout::{Btf, Layout, Roots};
use fastrand::Rng;
use skel_gen::object::{BpfObject, Elf};
use skel_gen::wit::{self, Arrays, Package};
use skel_gen::{Input, Skeleton, c, raw};
use std::fs;
use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

/// A case that takes longer never ends, on however busy a machine; most take less than a millisecond.
const PATIENCE: Duration = Duration::from_secs(600);

/// More text than any of the small files here explains.
const TEXT: usize = 64 << 20;

/// Most memory the process may have had at a time.
const MEMORY: u64 = 512 << 20;

/// Where text goes to be counted and forgotten.
#[derive(Default)]
struct Meter(usize);

impl Write for Meter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        if self.0 > TEXT {
            return Err(io::Error::other("too much text"));
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// How far a file came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    NoInput,
    NoBtf,
    NoLayout,
    Header,
    Skeleton,
}

/// Does with `file` all that the library can do.
fn exercise(file: &[u8], base: &Btf<'_>) -> Stage {
    let Ok(input) = Input::parse(file) else {
        return Stage::NoInput;
    };
    if let Ok(btf) = Btf::parse_split(input.btf, base) {
        exercise_btf(&btf);
    }
    let Ok(btf) = Btf::parse(input.btf) else {
        return Stage::NoBtf;
    };
    let stage = exercise_btf(&btf);
    let skeleton = Elf::parse(file)
        .and_then(|elf| BpfObject::parse("hostile", elf, &btf))
        .map(|object| Skeleton::new(object, &btf));
    match skeleton {
        Ok(Ok(_)) => Stage::Skeleton,
        _ => stage,
    }
}

fn exercise_btf(btf: &Btf<'_>) -> Stage {
    let ids = || raw::own_ids(btf);
    raw::plain(btf, ids(), &mut Meter::default()).expect("raw");
    raw::json(btf, ids(), true, &mut Meter::default()).expect("raw -p");
    let every_one = Roots::Only(btf.ids().collect());
    let mut stage = Stage::NoLayout;
    for roots in [Roots::All, every_one] {
        for sorted in [true, false] {
            if let Ok(text) = c::native_header(btf, &roots, sorted) {
                assert!(text.len() < TEXT, "format c: too much text");
            }
        }
        match Layout::plan(btf, &roots) {
            Ok(layout) => {
                write!(Meter::default(), "{layout}").expect("the layout as text");
                c::wasm_header(&layout, &mut Meter::default()).expect("format c -j");
                exercise_wit(&layout);
                stage = Stage::Header;
            }
            // The checker's message is for bugs of our own.
            Err(error) => assert!(
                !error.to_string().contains("layout check failed"),
                "{error}"
            ),
        }
    }
    stage
}

/// All forms of WIT; the text is in proportion, as that of C is.
fn exercise_wit(layout: &Layout<'_>) {
    for arrays in [Arrays::List, Arrays::Fixed, Arrays::Tuple] {
        let options = wit::Options {
            arrays,
            strings: arrays == Arrays::Fixed,
        };
        let Ok(package) = Package::new(layout, "hostile", options) else {
            continue;
        };
        assert!(
            wit::wit_text(&package).len() < TEXT,
            "format wit: too much text"
        );
        assert!(
            wit::rust_codec(&package).len() < TEXT,
            "lang rust: too much text"
        );
        if let Ok(text) = wit::c_codec(&package) {
            assert!(text.len() < TEXT, "lang c: too much text");
        }
    }
}

/// A file to try, and what was done to it.
type Case = (Vec<u8>, String);

/// Tries every case, one after the other; says how many came how far. A case that panics or hangs fails the test, and is kept.
fn try_all(name: &str, base: &[u8], cases: impl Iterator<Item = Case>) {
    let (send, receive) = mpsc::channel::<Case>();
    let (done, finished) = mpsc::channel();
    let base = base.to_vec();
    std::thread::spawn(move || {
        let base = Btf::parse(&base).expect("valid BTF");
        for (file, _) in receive {
            let outcome = catch_unwind(AssertUnwindSafe(|| exercise(&file, &base)));
            if done.send(outcome).is_err() {
                return;
            }
        }
    });
    let mut stages = Vec::new();
    for (file, damage) in cases {
        send.send((file.clone(), damage.clone()))
            .expect("a worker that lives");
        let what = match finished.recv_timeout(PATIENCE) {
            Ok(Ok(stage)) => {
                stages.push(stage);
                continue;
            }
            Ok(Err(_)) => "panics",
            Err(_) => "hangs",
        };
        let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.hostile"));
        fs::write(&kept, file).expect("a place to keep the file");
        panic!(
            "case {} {what}: {damage}; kept as {}",
            stages.len() + 1,
            kept.display()
        );
    }
    let mut summary = String::new();
    stages.sort();
    for part in stages.chunk_by(|a, b| a == b) {
        summary += &format!(" {:?} {}", part[0], part.len());
    }
    println!("{name}: {} cases:{summary}", stages.len());
    assert_bounded_memory();
}

fn assert_bounded_memory() {
    let Ok(status) = fs::read_to_string("/proc/self/status") else {
        return;
    };
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak = peak.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    let peak = peak.expect("VmHWM in kB") << 10;
    assert!(peak < MEMORY, "{} MiB at the peak", peak >> 20);
}

/// The objects that are checked in.
fn objects() -> Vec<Vec<u8>> {
    let folder = fs::read_dir(support::tests_dir().join("bpf")).expect("tests/bpf");
    let mut files: Vec<PathBuf> = folder
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "o"));
    files.sort();
    files
        .iter()
        .map(|file| fs::read(file).expect("an object"))
        .collect()
}

fn btf_of(object: &[u8]) -> Vec<u8> {
    Input::parse(object).expect("BTF").btf.to_vec()
}

fn blobs() -> Vec<Vec<u8>> {
    objects().iter().map(|object| btf_of(object)).collect()
}

fn any<'a>(rng: &mut Rng, files: &'a [Vec<u8>]) -> &'a Vec<u8> {
    &files[rng.usize(..files.len())]
}

#[test]
fn damaged_blobs() {
    let (blobs, mut rng) = (blobs(), mutate::rng());
    let cases = (0..mutate::cases(12_000)).map(|_| {
        let mut blob = any(&mut rng, &blobs).clone();
        let damage = match rng.u8(..4) {
            0 => mutate::blindly(&mut rng, &mut blob),
            _ => mutate::records(&mut rng, &mut blob),
        };
        (blob, damage)
    });
    try_all("damaged_blobs", &blobs[0], cases);
}

/// Types that fit together in ways no compiler knows.
#[test]
fn random_blobs() {
    let mut rng = mutate::rng();
    let cases = (0..mutate::cases(30_000)).map(|_| {
        let mut blob = random::blob(&mut rng, 60).bytes();
        let damage = match rng.u8(..3) {
            0 => mutate::records(&mut rng, &mut blob),
            _ => "as made".to_owned(),
        };
        (blob, damage)
    });
    try_all("random_blobs", &blobs()[0], cases);
}

#[test]
fn damaged_objects() {
    let (objects, mut rng) = (objects(), mutate::rng());
    let cases = (0..mutate::cases(6_000)).map(|_| {
        let mut object = any(&mut rng, &objects).clone();
        let damage = match rng.u8(..3) {
            0 => mutate::blindly(&mut rng, &mut object),
            // The headers, which lie at both ends.
            1 => {
                let mut header = object.drain(..64).collect();
                let damage = mutate::blindly(&mut rng, &mut header);
                object.splice(0..0, header);
                format!("header: {damage}")
            }
            _ => {
                let mut table = object.split_off(object.len() / 2);
                let damage = mutate::blindly(&mut rng, &mut table);
                object.extend(table);
                format!("second half: {damage}")
            }
        };
        (object, damage)
    });
    try_all("damaged_objects", &btf_of(&objects[0]), cases);
}

/// Every length that a file may have been cut off at.
#[test]
fn files_cut_off_anywhere() {
    let (blobs, objects) = (blobs(), objects());
    let smallest = |files: &[Vec<u8>]| files.iter().min_by_key(|file| file.len()).cloned();
    let files = [smallest(&blobs), smallest(&objects)].map(|file| file.expect("a file"));
    let cases = files.iter().flat_map(|file| {
        (0..file.len()).map(|len| (file[..len].to_vec(), format!("cut off at {len}")))
    });
    try_all("files_cut_off_anywhere", &blobs[0], cases);
}

/// A kernel's BTF, with damage deep inside.
#[test]
fn a_damaged_kernel() {
    let vmlinux = match support::types::kernel_types() {
        Ok(types) => fs::read(types).expect("a kernel's BTF"),
        Err(reason) => return support::skip(reason),
    };
    let mut rng = mutate::rng();
    let cases = (0..mutate::cases(8)).map(|_| {
        let mut blob = vmlinux.clone();
        let damage = mutate::records(&mut rng, &mut blob);
        (blob, damage)
    });
    try_all("a_damaged_kernel", &blobs()[0], cases);
}
