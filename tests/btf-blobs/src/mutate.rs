//! Damage to BTF blobs and other files: blind, and aimed at what a reader trusts.

use crate::{HEADER_LEN, STR_LEN_AT, TYPE_LEN_AT, patch, word};
use fastrand::Rng;

/// Values at which readers tend to go wrong.
const EDGES: [u32; 18] = [
    0,
    1,
    2,
    7,
    8,
    64,
    127,
    128,
    255,
    0xffff,
    0x1_0000,
    0xff_ffff,
    0x100_0000,
    i32::MAX as u32,
    1 << 31,
    u32::MAX - 1,
    u32::MAX,
    24,
];

/// Random numbers: the same each time, or others by the seed `BPFTOOL_WASM_SEED`.
#[allow(
    clippy::print_stdout,
    reason = "a failed test shows what its output was"
)]
pub fn rng() -> Rng {
    let seed = number("BPFTOOL_WASM_SEED").unwrap_or(1);
    println!("BPFTOOL_WASM_SEED={seed}");
    Rng::with_seed(seed)
}

/// How many cases to try where `usual` are tried usually: `BPFTOOL_WASM_TIMES` as many.
pub fn cases(usual: u64) -> u64 {
    usual * number("BPFTOOL_WASM_TIMES").unwrap_or(1)
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

/// Damages any file: cuts it off, or changes up to eight bytes or words. Returns what it did.
pub fn blindly(rng: &mut Rng, file: &mut Vec<u8>) -> String {
    if file.is_empty() {
        return "nothing to damage".to_owned();
    }
    if rng.u8(..) < 25 {
        let len = rng.usize(..file.len());
        file.truncate(len);
        return format!("cut off at {len}");
    }
    let mut done = Vec::new();
    for _ in 0..rng.usize(1..=8) {
        let at = rng.usize(..file.len());
        let aligned = at & !3;
        if rng.bool() || aligned + 4 > file.len() {
            file[at] = if rng.bool() {
                file[at] ^ 1 << rng.u8(..8)
            } else {
                rng.u8(..)
            };
            done.push(format!("byte {at}"));
        } else {
            let value = interesting(rng, file.len());
            patch(file, aligned, value);
            done.push(format!("word {aligned} = {value:#x}"));
        }
    }
    done.join(", ")
}

/// A number at which readers of a file of `len` bytes tend to go wrong.
pub fn interesting(rng: &mut Rng, len: usize) -> u32 {
    match rng.u8(..4) {
        0 => rng.u32(..),
        1 => rng.u32(..=u32::try_from(len).unwrap_or(u32::MAX)),
        _ => EDGES[rng.usize(..EDGES.len())]
            .wrapping_add(rng.u32(..3))
            .wrapping_sub(1),
    }
}

/// Damages a blob, mostly its records. Returns what it did.
pub fn blob(rng: &mut Rng, blob: &mut Vec<u8>) -> String {
    match rng.u8(..5) {
        0 => blindly(rng, blob),
        1 => names(rng, blob),
        _ => records(rng, blob),
    }
}

/// Damages one to four records of a little-endian blob and leaves its frame whole, so that the damage is met as deep
/// inside the reader as possible. Returns what it did.
pub fn records(rng: &mut Rng, blob: &mut Vec<u8>) -> String {
    let mut done = Vec::new();
    for _ in 0..rng.usize(1..=4) {
        let starts = starts(blob);
        if starts.len() < 2 {
            break;
        }
        done.push(one_record(rng, blob, &starts));
    }
    done.join(", ")
}

/// Bytes at which writers of C, Rust or JSON tend to go wrong when a name holds them.
const MARKS: [&str; 16] = [
    "*/", "/*", "//", "??/", "??=", "\\", "\"", "'", "\n", "\r", "\u{1b}", "#", "{", "%", "\u{e9}",
    "\u{202e}",
];

/// Writes into a name of a blob what generated text must not hold as it is. Returns what it did.
pub fn names(rng: &mut Rng, blob: &mut [u8]) -> String {
    let Some(len) = blob
        .get(..HEADER_LEN)
        .map(|_| word(blob, STR_LEN_AT) as usize)
    else {
        return "no header".to_owned();
    };
    let mark = MARKS[rng.usize(..MARKS.len())];
    // The strings lie at the end.
    let start = blob.len().saturating_sub(len);
    if blob.len() - start <= mark.len() + 1 {
        return "no names".to_owned();
    }
    let at = rng.usize(start + 1..blob.len() - mark.len());
    blob[at..at + mark.len()].copy_from_slice(mark.as_bytes());
    format!("{mark:?} at {at}")
}

fn one_record(rng: &mut Rng, blob: &mut Vec<u8>, starts: &[usize]) -> String {
    let count = u32::try_from(starts.len()).unwrap_or(u32::MAX);
    let record = rng.usize(..starts.len() - 1);
    let (start, end) = (starts[record], starts[record + 1]);
    let any_word = start + 4 * rng.usize(..(end - start) / 4);
    let id = record + 1;
    match rng.u8(..9) {
        // References: most words that are not 0 are ids, and a type id is as good as another.
        0..=2 => {
            let target = rng.u32(..=count);
            let at = if rng.bool() { start + 8 } else { any_word };
            patch(blob, at, target);
            format!("type {id}: word {} = id {target}", (at - start) / 4)
        }
        3 => {
            let value = interesting(rng, blob.len());
            patch(blob, any_word, value);
            format!("type {id}: word {} = {value:#x}", (any_word - start) / 4)
        }
        4 => {
            let info = word(blob, start + 4);
            let changed = match rng.u8(..3) {
                0 => info ^ 1 << 31,
                1 => info & !(0x1f << 24) | rng.u32(..21) << 24,
                _ => info.wrapping_add(rng.u32(..3)).wrapping_sub(1),
            };
            patch(blob, start + 4, changed);
            format!("type {id}: info {info:#x} -> {changed:#x}")
        }
        5 => {
            let size = interesting(rng, 256);
            patch(blob, start + 8, size);
            format!("type {id}: size or type = {size:#x}")
        }
        6 => {
            let name = rng.u32(..=word(blob, STR_LEN_AT));
            let at = if rng.bool() { start } else { any_word };
            patch(blob, at, name);
            format!("type {id}: word {} = name {name}", (at - start) / 4)
        }
        7 => {
            let copy = blob[start..end].to_vec();
            let at = starts[rng.usize(..starts.len())];
            resize(blob, copy.len(), true);
            blob.splice(at..at, copy);
            format!("type {id} inserted at {at}")
        }
        _ => {
            resize(blob, end - start, false);
            blob.drain(start..end);
            format!("type {id} taken out")
        }
    }
}

/// Makes the header say that the type section grows or shrinks by `len` bytes.
fn resize(blob: &mut [u8], len: usize, grows: bool) {
    let len = u32::try_from(len).unwrap_or_default();
    for at in [TYPE_LEN_AT, crate::STR_OFF_AT] {
        let old = word(blob, at);
        let new = if grows {
            old.wrapping_add(len)
        } else {
            old.wrapping_sub(len)
        };
        patch(blob, at, new);
    }
}

/// The positions of the records of a blob, and of the end of the last. Only of those before a broken one.
fn starts(blob: &[u8]) -> Vec<usize> {
    let mut starts = vec![HEADER_LEN];
    let Some(end) = blob
        .get(..HEADER_LEN)
        .map(|_| HEADER_LEN + word(blob, TYPE_LEN_AT) as usize)
    else {
        return starts;
    };
    let mut at = HEADER_LEN;
    while at + 12 <= end.min(blob.len()) {
        let info = word(blob, at + 4);
        let vlen = (info & 0xffff) as usize;
        at += 12
            + match info >> 24 & 0x1f {
                1 | 14 | 17 => 4,
                3 => 12,
                4 | 5 | 15 | 19 => vlen * 12,
                6 | 13 => vlen * 8,
                2 | 7..=12 | 16 | 18 => 0,
                _ => break,
            };
        if at > end.min(blob.len()) {
            break;
        }
        starts.push(at);
    }
    starts
}
