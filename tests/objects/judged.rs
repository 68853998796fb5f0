//! Objects damaged at random: libbpf opens what has a skeleton, and where only one of the two refuses, the reason is known.
//!
//! Some of these objects end libbpf's process. So it works in another one, which is started anew after such an object.
//! `BPFTOOL_WASM_SEED` makes it another one, `BPFTOOL_WASM_JUDGED` sets its length.

use crate::damaged::{Parts, env};
use crate::opens::skeletons;
use fastrand::Rng;
use std::collections::BTreeMap;
use std::fs;
use std::process::Command;
use std::sync::Mutex;
use test_support::elf::ElfFile;
use test_support::objects::{all, open};
use test_support::run;

/// Objects of a run, if nobody asks for more.
const OBJECTS: u64 = 6_000;

/// What only we refuse: words of the message, and why.
const OURS: &[(&str, &str)] = &[
    ("is defined twice", "C could not tell the two apart"),
    (
        "past the end of the section",
        "libbpf does not look where variables are; guests write there",
    ),
    (
        "has no symbol",
        "libbpf is content with a symbol of that name in another section",
    ),
    ("symbol name", "libbpf reads only some of the names"),
    ("that is no text", "libbpf takes any bytes for a name"),
    (
        "section header entry size",
        "libelf takes it for the right one",
    ),
    ("extended index", "libbpf does not follow these"),
    (
        "has entries of another size than relocations",
        "a section that has become one of relocations: libbpf reads those of code and maps only",
    ),
    (
        "is in no section",
        "libbpf looks only at symbols that something refers to",
    ),
    ("section name offset", "libbpf reads only some of the names"),
    (
        "past the end of the file",
        "libelf looks only at what libbpf reads",
    ),
    (
        "is for map",
        "of maps that share bytes, libbpf takes the first",
    ),
    (
        "BTF",
        "a section in the place of another; libbpf goes on without BTF",
    ),
    (
        "type ",
        "a section in the place of another; libbpf checks less of BTF",
    ),
];

/// What only libbpf refuses: words of its message, and why.
const THEIRS: &[(&str, &str)] = &[(
    "failed to get section",
    "libelf reads sections that libbpf does not need by the sizes of their entries",
)];

/// The last warning of libbpf.
static WARNING: Mutex<String> = Mutex::new(String::new());

fn keep(_: libbpf_rs::PrintLevel, message: String) {
    if let Ok(mut warning) = WARNING.lock() {
        *warning = message.trim_end().replace('\n', " ");
    }
}

/// Judges the objects of a run from one on, a line each.
#[test]
#[ignore = "started by the other test"]
fn judge() {
    let (Some(seed), Some(start), Some(end)) = (env("SEED"), env("START"), env("END")) else {
        return;
    };
    libbpf_rs::set_print(Some((libbpf_rs::PrintLevel::Warn, keep)));
    let files = all();
    let files = files.iter().map(|file| fs::read(file).expect("an object"));
    let objects: Vec<_> = files
        .map(ElfFile::new)
        .filter_map(|elf| Some((Parts::of(&elf)?, elf)))
        .collect();
    for i in start..end {
        let mut rng = Rng::with_seed(seed.wrapping_add(i));
        let (parts, elf) = &objects[rng.usize(..objects.len())];
        let mut elf = elf.clone();
        let story = parts.damage_elf(&mut rng, &mut elf);
        let ours = skeletons(&elf.bytes);
        println!("JUDGED {i}");
        let theirs = open("subject", &elf.bytes).map(drop);
        let warning = WARNING.lock().expect("a message").clone();
        match (&ours, &theirs) {
            (Ok(()), Ok(())) => println!("BOTH OPEN"),
            (Err(_), Err(_)) => println!("BOTH REFUSE"),
            (Err(message), Ok(())) => println!("WE REFUSE {message} ({story})"),
            (Ok(()), Err(_)) => println!("LIBBPF REFUSES {warning} ({story})"),
        }
    }
}

/// Runs the judge from one object on. Its lines, and where it ended.
fn judged(seed: u64, start: u64, end: u64) -> (String, Option<u64>) {
    let program = std::env::current_exe().expect("this program");
    let output = run(Command::new(program)
        .args(["--exact", "judged::judge", "--ignored", "--nocapture"])
        .env("SEED", seed.to_string())
        .env("START", start.to_string())
        .env("END", end.to_string()));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_ne!(output.status.code(), Some(101), "{text}\n{errors}");
    let last = text
        .lines()
        .rev()
        .find_map(|line| line.strip_prefix("JUDGED "));
    let last = last.and_then(|last| last.parse().ok());
    (text, last.filter(|_| !output.status.success()))
}

#[test]
fn damaged_objects_are_judged_alike() {
    let seed = env("BPFTOOL_WASM_SEED").unwrap_or(1);
    let count = env("BPFTOOL_WASM_JUDGED").unwrap_or(OBJECTS);
    println!("BPFTOOL_WASM_SEED={seed} BPFTOOL_WASM_JUDGED={count}");
    let mut outcomes = BTreeMap::new();
    let mut wrong = Vec::new();
    let mut start = 0;
    while start < count {
        let (text, ended) = judged(seed, start, count);
        for line in text.lines() {
            let excused = |list: &'static [(&str, &'static str)], message: &str| {
                let excuse = list.iter().find(|(words, _)| message.contains(words));
                excuse.map(|(_, why)| *why)
            };
            let outcome = if let Some(message) = line.strip_prefix("WE REFUSE ") {
                excused(OURS, message)
            } else if let Some(message) = line.strip_prefix("LIBBPF REFUSES ") {
                excused(THEIRS, message)
            } else if line.starts_with("BOTH ") {
                Some(if line.ends_with("OPEN") {
                    "both open it"
                } else {
                    "both refuse it"
                })
            } else {
                continue;
            };
            match outcome {
                Some(outcome) => *outcomes.entry(outcome).or_insert(0_u64) += 1,
                None => wrong.push(line.to_owned()),
            }
        }
        if ended.is_some() {
            *outcomes.entry("libbpf ends").or_insert(0) += 1;
        }
        start = ended.map_or(count, |last| last + 1);
    }
    for (outcome, times) in &outcomes {
        println!("{times:6} {outcome}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(outcomes["both open it"] > 0 && outcomes["both refuse it"] > 0);
    assert_eq!(outcomes.values().sum::<u64>(), count);
    let ended = outcomes.get("libbpf ends").copied().unwrap_or(0);
    assert!(ended <= count / 100, "libbpf ended {ended} times");
}
