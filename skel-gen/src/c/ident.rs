//! Which identifiers a generated header may use: C's grammar, and the names that libc and the languages have taken.

use crate::scope::hash;
use hashbrown::HashTable;
use std::borrow::Cow;
use std::sync::LazyLock;

/// Names that mean something to C, C++ or wasi-libc; made by `scripts/reserved-names.sh`.
const RESERVED: &str = include_str!("reserved.txt");
/// About how many these are.
const RESERVED_NAMES: usize = 6000;

/// How a name is taken.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Taken {
    /// By a keyword or an object-like macro: no identifier anywhere may be spelled like this.
    pub(super) everywhere: bool,
    /// By a struct, union or enum tag of libc.
    pub(super) tag: bool,
    /// By a function, variable or enumerator of libc.
    pub(super) ordinary: bool,
    /// By a typedef of libc: its canonical type, `-` if that is no scalar.
    pub(super) typedef: Option<&'static str>,
}

/// The reserved names. They are looked up, never iterated.
struct Reserved {
    names: HashTable<(&'static str, Taken)>,
    /// A bit for each [`digest`]: nearly all names of a kernel are told from reserved ones by it.
    digests: Box<[u64; DIGESTS / 64]>,
}

/// How many digests there are. The bits of all of them fit into the fastest cache.
const DIGESTS: usize = 1 << 16;

static RESERVED_TABLE: LazyLock<Reserved> = LazyLock::new(|| {
    let mut reserved = Reserved {
        names: HashTable::with_capacity(RESERVED_NAMES),
        digests: Box::new([0; DIGESTS / 64]),
    };
    for line in RESERVED.lines() {
        let Some((kind, rest)) = line.split_once(' ') else {
            continue;
        };
        let (name, ty) = match kind {
            "typedef" => rest.split_once(' ').unwrap_or((rest, "-")),
            _ => (rest, ""),
        };
        let (word, bit) = digest(name);
        if let Some(digests) = reserved.digests.get_mut(word) {
            *digests |= bit;
        }
        let (_, taken) = reserved
            .names
            .entry(hash(name), |(of, _)| *of == name, |(of, _)| hash(of))
            .or_insert((name, Taken::default()))
            .into_mut();
        match kind {
            "keyword" | "macro" => taken.everywhere = true,
            "tag" => taken.tag = true,
            "ordinary" => taken.ordinary = true,
            "typedef" => taken.typedef = Some(ty),
            _ => {}
        }
    }
    reserved
});

/// A number of 16 bits made from a name's length, its beginning and its end, as position of a bit among 64-bit words.
#[inline]
fn digest(name: &str) -> (usize, u64) {
    const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
    let (first, last) = ends(name.as_bytes());
    let sum = u64::from_le_bytes(first) ^ u64::from_le_bytes(last).rotate_left(29);
    let sum = sum ^ name.len() as u64;
    let [low, high, ..] = sum.wrapping_mul(ODD).to_be_bytes();
    let digest = u16::from_be_bytes([low, high]);
    (usize::from(digest / 64), 1 << (digest % 64))
}

/// The first and the last eight bytes of a name, which may overlap; of a shorter one twice its ends, between them `_`.
#[inline]
fn ends(name: &[u8]) -> ([u8; 8], [u8; 8]) {
    if let (Some(first), Some(last)) = (name.first_chunk(), name.last_chunk()) {
        return (*first, *last);
    }
    let both = match (name.first_chunk(), name.last_chunk(), name) {
        (Some([a, b, c, d]), Some([w, x, y, z]), _) => [*a, *b, *c, *d, *w, *x, *y, *z],
        (_, _, [a, b, rest @ ..]) => {
            let c = rest.first().unwrap_or(&b'_');
            [*a, *b, *c, b'_', b'_', b'_', b'_', b'_']
        }
        (_, _, [a]) => [*a, b'_', b'_', b'_', b'_', b'_', b'_', b'_'],
        _ => [b'_'; 8],
    };
    (both, both)
}

/// How `name` is taken, if it is.
#[inline]
pub(super) fn taken(name: &str) -> Taken {
    let reserved = &*RESERVED_TABLE;
    let (word, bit) = digest(name);
    if reserved
        .digests
        .get(word)
        .is_some_and(|word| word & bit == 0)
    {
        return Taken::default();
    }
    reserved.find(name)
}

impl Reserved {
    #[inline(never)]
    fn find(&self, name: &str) -> Taken {
        let found = self.names.find(hash(name), |(of, _)| *of == name);
        found.map_or(Taken::default(), |(_, taken)| *taken)
    }
}

/// Whether `byte` may stand in a C identifier.
fn fits(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Whether all bytes of `name` may stand in a C identifier. Names are many: eight bytes at a time are quicker.
#[inline]
fn all_fit(name: &str) -> bool {
    let (first, last) = ends(name.as_bytes());
    let ends_fit = word_fits(first) && word_fits(last);
    ends_fit
        && (name.len() <= 16
            || name
                .as_bytes()
                .as_chunks()
                .0
                .iter()
                .all(|word| word_fits(*word)))
}

/// Whether all of eight bytes may stand in a C identifier. In each byte the top bit tells whether a sum went past 0x7f.
#[inline]
fn word_fits(bytes: [u8; 8]) -> bool {
    const TOPS: u64 = every(0x80);
    const fn every(byte: u8) -> u64 {
        u64::from_ne_bytes([byte; 8])
    }
    let word = u64::from_ne_bytes(bytes);
    let ascii = word & !TOPS;
    let not_below = |word: u64, least: u8| word + every(0x80 - least);
    let between = |word, least, most: u8| not_below(word, least) & !not_below(word, most + 1);
    let letters = between(ascii | every(0x20), b'a', b'z');
    let digits = between(ascii, b'0', b'9');
    let underscores = !((ascii ^ every(b'_')) + every(0x7f));
    (letters | digits | underscores) & !word & TOPS == TOPS
}

/// `name` as a C identifier: BTF of other languages holds names like `Option<u32>`.
#[inline]
pub(super) fn legal(name: &str) -> Cow<'_, str> {
    let digit_first = name.as_bytes().first().is_none_or(u8::is_ascii_digit);
    if !digit_first && all_fit(name) {
        return Cow::Borrowed(name);
    }
    Cow::Owned(legalised(name))
}

#[cold]
fn legalised(name: &str) -> String {
    let digit_first = name.as_bytes().first().is_none_or(u8::is_ascii_digit);
    let mut legal = String::with_capacity(name.len() + 1);
    if digit_first {
        legal.push('_');
    }
    legal.extend(name.chars().map(|c| match u8::try_from(c) {
        Ok(byte) if fits(byte) => c,
        _ => '_',
    }));
    legal
}

/// `name` with the suffix that CO-RE ignores ("flavour"), to keep it from meaning something else.
pub(super) fn flavoured(name: &str) -> String {
    format!("{name}___bpf")
}

/// [`legal`], but nothing stays nothing.
pub(super) fn legal_or_empty(name: &str) -> Cow<'_, str> {
    if name.is_empty() {
        Cow::Borrowed("")
    } else {
        legal(name)
    }
}

/// `name`, with the suffix if a keyword or macro would change it.
pub(super) fn reserved_anywhere(name: &str) -> String {
    if taken(name).everywhere {
        return flavoured(name);
    }
    name.to_owned()
}
