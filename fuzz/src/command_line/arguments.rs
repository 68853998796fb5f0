//! Arguments, and words that they are made of.

use btf_blobs::mutate;
use fastrand::Rng;
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;

/// Commands that people type.
pub(super) const LINES: [&str; 30] = [
    "",
    "help",
    "version",
    "-V -j",
    "btf help",
    "gen help",
    "gen header",
    "gen header -o libbpf-wasm.h",
    "btf dump file fuzzed",
    "-j btf dump file fuzzed",
    "btf dump file - format raw -p",
    "b d f fuzzed f c -j",
    "btf dump file fuzzed format c",
    "btf dump file fuzzed format c unsorted",
    "btf dump file fuzzed format rust -w",
    "btf dump file fuzzed format wit -j arrays tuple strings",
    "btf dump file fuzzed format wit -j arrays fixed lang rust",
    "btf dump file fuzzed format wit -j lang c",
    "btf dump file fuzzed root_id 1 root_id 0x2 format c -j",
    "btf dump file fuzzed type event format c -j -o event.h",
    "btf dump file - type event --json format c",
    "btf dump file split.btf -B base.btf",
    "--base-btf=base.btf btf dump file fuzzed format c",
    "btf dump file folder",
    "btf dump file missing",
    "gen skeleton object.bpf.o",
    "gen skeleton fuzzed name a -j",
    "gen skeleton fuzzed lang rust name event",
    "gen s fuzzed --output object.bpf.o",
    "gen skeleton fuzzed -o folder -I folder -h",
];

/// More words than those in [`LINES`].
const MORE: [&str; 24] = [
    "--",
    "-",
    "--help",
    "--version",
    "--pretty",
    "--wasm",
    "--bpffs",
    "-m",
    "-n",
    "-d",
    "-B",
    "-o",
    "-I",
    "-jpo",
    "--out",
    "--base-btf",
    "list",
    "0",
    "4294967295",
    "4294967296",
    "0x",
    "-1",
    "empty",
    ".",
];

/// An input, taken apart.
pub(super) struct Arguments<'a> {
    pub(super) words: Vec<&'a [u8]>,
    pub(super) file: &'a [u8],
    pub(super) is_terminal: bool,
}

/// The most arguments that an input has.
const MOST: usize = 24;
/// What is added to their number if standard output is a terminal.
const TERMINAL: u8 = 128;

impl<'a> Arguments<'a> {
    pub(super) fn split(input: &'a [u8]) -> Self {
        let (count, mut file) = input.split_first().unwrap_or((&0, input));
        let mut words = Vec::new();
        for _ in 0..usize::from(*count % TERMINAL) % MOST {
            let Some(end) = file.iter().position(|byte| *byte == 0) else {
                break;
            };
            let (word, rest) = file.split_at(end);
            words.push(word);
            file = rest.get(1..).unwrap_or_default();
        }
        Arguments {
            words,
            file,
            is_terminal: *count >= TERMINAL,
        }
    }

    /// The arguments of the program, its name included. None leads out of the folder.
    pub(super) fn words(&self) -> Vec<OsString> {
        let inside = |word: &&[u8]| {
            let bytes = word
                .iter()
                .map(|byte| if *byte == b'/' { b'_' } else { *byte });
            OsString::from_vec(bytes.collect())
        };
        let mut words = vec![OsString::from("bpftool-wasm")];
        words.extend(self.words.iter().map(inside));
        words
    }
}

/// The input with these arguments, for a terminal or not.
pub(super) fn joined(words: &[Vec<u8>], file: &[u8], is_terminal: bool) -> Vec<u8> {
    let kept = words.get(..MOST - 1).unwrap_or(words);
    let count = u8::try_from(kept.len()).unwrap_or_default();
    let mut input = vec![count + if is_terminal { TERMINAL } else { 0 }];
    for word in kept {
        input.extend(word.iter().filter(|byte| **byte != 0));
        input.push(0);
    }
    input.extend(file);
    input
}

/// A word that means something.
fn known(rng: &mut Rng) -> Vec<u8> {
    let lines = LINES.iter().flat_map(|line| line.split_whitespace());
    let all: Vec<&str> = lines.chain(MORE).collect();
    all[rng.usize(..all.len())].as_bytes().to_vec()
}

/// One change of the arguments. Returns what it did.
pub(super) fn mutate(rng: &mut Rng, words: &mut Vec<Vec<u8>>) -> String {
    let at = rng.usize(..=words.len());
    if at == words.len() || rng.u8(..3) == 0 {
        words.insert(at, known(rng));
        return format!("argument {at} inserted");
    }
    match rng.u8(..5) {
        0 => _ = words.remove(at),
        1 => words[at] = known(rng),
        // Words may be shortened.
        2 => {
            let len = rng.usize(..=words[at].len());
            words[at].truncate(len);
        }
        3 => {
            let other = rng.usize(..words.len());
            words.swap(at, other);
        }
        _ => _ = mutate::blindly(rng, &mut words[at]),
    }
    format!("argument {at} changed")
}
