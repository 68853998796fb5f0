//! The names that C, C++ and wasi-libc have taken, in a hash table that is made when this crate is compiled.
//!
//! With `phf` a small skeleton takes 14 of 100 parts more time, since all its pointers have to be relocated when the program starts.

use xxhash_rust::{const_xxh3, xxh3::xxh3_64};

/// The names, one a line after the way each is taken; made by `scripts/reserved-names.sh`.
const RESERVED: &str = include_str!("reserved.txt");

/// How a name is taken.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Taken {
    /// By a keyword or an object-like macro: no identifier anywhere may be spelled like this.
    pub(crate) everywhere: bool,
    /// By a struct, union or enum tag of libc.
    pub(crate) tag: bool,
    /// By a function, variable or enumerator of libc.
    pub(crate) ordinary: bool,
    /// By a typedef of libc: its canonical type, `-` if that is no scalar.
    pub(crate) typedef: Option<&'static str>,
}

/// Two or three times the number of names.
const PLACES: usize = 1 << 14;
/// As many bits of an entry say where in the file a name begins; all others are from its hash.
const POSITION_BITS: u32 = 17;

/// An entry for each line, at the place that the hash of its name gives it or the next one that is free, which is 0.
static ENTRIES: [u32; PLACES] = entries();

#[expect(clippy::indexing_slicing, reason = "this runs in the compiler")]
const fn entries() -> [u32; PLACES] {
    let text = RESERVED.as_bytes();
    assert!(text.len() < 1 << POSITION_BITS, "positions need more bits");
    let mut entries = [0; PLACES];
    let mut line = next(text, 0, b'\n') + 1;
    while line < text.len() {
        let end_of_line = next(text, line, b'\n');
        let name = next(text, line, b' ') + 1;
        let (_, rest) = text.split_at(name);
        let blank = next(text, name, b' ');
        let end = if blank < end_of_line {
            blank
        } else {
            end_of_line
        };
        let hash = const_xxh3::xxh3_64(rest.split_at(end - name).0);
        let mut place = place(hash);
        while entries[place] != 0 {
            place = (place + 1) % PLACES;
        }
        #[expect(clippy::cast_possible_truncation, reason = "the file is short")]
        {
            entries[place] = mark(hash) | name as u32;
        }
        line = end_of_line + 1;
    }
    entries
}

#[expect(clippy::cast_possible_truncation, reason = "14 bits are left")]
const fn place(hash: u64) -> usize {
    hash as usize % PLACES
}

/// What an entry has of the hash of its name: other names are told from it without a look at the file.
const fn mark(hash: u64) -> u32 {
    (hash >> 32) as u32 >> POSITION_BITS << POSITION_BITS
}

/// Where the next `byte` is, from `at` on; else the end.
#[expect(clippy::indexing_slicing, reason = "this runs in the compiler")]
const fn next(text: &[u8], mut at: usize, byte: u8) -> usize {
    while at < text.len() && text[at] != byte {
        at += 1;
    }
    at
}

/// How `name` is taken, if it is: what all lines with this name say together.
pub(crate) fn taken(name: &str) -> Taken {
    let mut taken = Taken::default();
    let hash = xxh3_64(name.as_bytes());
    let (before, from) = ENTRIES.split_at(place(hash));
    let entries = from.iter().chain(before).take_while(|entry| **entry != 0);
    for entry in entries {
        let position = entry ^ mark(hash);
        if position >> POSITION_BITS != 0 {
            continue;
        }
        let (line, rest) = RESERVED.split_at(position as usize);
        let Some(rest) = rest.strip_prefix(name) else {
            continue;
        };
        let canonical = rest.strip_prefix(' ');
        if canonical.is_none() && !rest.starts_with('\n') {
            continue;
        }
        let kind = line.rsplit('\n').next().unwrap_or_default();
        match kind.trim_end() {
            "keyword" | "macro" => taken.everywhere = true,
            "tag" => taken.tag = true,
            "ordinary" => taken.ordinary = true,
            "typedef" => {
                let canonical = canonical.and_then(|text| text.split('\n').next());
                taken.typedef = Some(canonical.unwrap_or("-"));
            }
            _ => {}
        }
    }
    taken
}
