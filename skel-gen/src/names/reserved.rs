//! The names that C, C++ and wasi-libc have taken, indexed when this crate is compiled: a skeleton takes a millisecond, and
//! would spend most of it on a table.

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

/// How `name` is taken, if it is.
#[inline]
pub(crate) fn taken(name: &str) -> Taken {
    let (word, bits) = digest(name.as_bytes());
    match INDEX.digests.get(word) {
        Some(word) if word & bits != bits => Taken::default(),
        _ => look_up(name),
    }
}

/// A hash table of lines. What it holds was decided here, so that no file can make it slow.
struct Index {
    /// The bits of each name's [`digest`] (a Bloom filter): they tell 399 of 400 free names from reserved ones. Hashing each
    /// name instead takes 4 of 100 parts more of a kernel's dump.
    digests: [u64; DIGESTS],
    /// Where names begin, each at the place that [`hash`] gives it or the next one that is free. None is at 0.
    names: [u32; PLACES],
}

/// How many words hold the bits of digests. All of them fit into the fastest cache.
const DIGESTS: usize = 1 << 11;
/// Two or three times the number of names.
const PLACES: usize = 1 << 14;

static INDEX: Index = build();

#[expect(clippy::indexing_slicing, reason = "this runs in the compiler")]
const fn build() -> Index {
    let text = RESERVED.as_bytes();
    let mut index = Index {
        digests: [0; DIGESTS],
        names: [0; PLACES],
    };
    let mut start = 0;
    while start < text.len() {
        let mut name = start;
        while text[name] != b' ' {
            name += 1;
        }
        name += 1;
        let mut end = name;
        while text[end] != b' ' && text[end] != b'\n' {
            end += 1;
        }
        let (_, rest) = text.split_at(name);
        let (bytes, _) = rest.split_at(end - name);
        if start > 0 {
            let (word, bits) = digest(bytes);
            index.digests[word] |= bits;
            let mut place = hash(bytes);
            while index.names[place] != 0 {
                place = (place + 1) % PLACES;
            }
            #[expect(clippy::cast_possible_truncation, reason = "the file has 120 KB")]
            {
                index.names[place] = name as u32;
            }
        }
        while text[end] != b'\n' {
            end += 1;
        }
        start = end + 1;
    }
    index
}

/// What all lines with this name say together.
#[inline(never)]
fn look_up(name: &str) -> Taken {
    let mut taken = Taken::default();
    let (before, from) = INDEX.names.split_at(hash(name.as_bytes()));
    for start in from.iter().chain(before).take_while(|start| **start != 0) {
        let (line, rest) = RESERVED.split_at(*start as usize);
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

/// A place in the table (FNV-1a).
const fn hash(mut name: &[u8]) -> usize {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    while let [first, rest @ ..] = name {
        hash = (hash ^ *first as u64).wrapping_mul(0x0100_0000_01b3);
        name = rest;
    }
    #[expect(clippy::cast_possible_truncation, reason = "14 bits are left")]
    {
        ((hash ^ hash >> 32) % PLACES as u64) as usize
    }
}

/// The position of a word, and three of its bits, made from a name's length, its beginning and its end.
#[inline]
const fn digest(name: &[u8]) -> (usize, u64) {
    const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
    let (first, last) = ends(name);
    let sum = u64::from_le_bytes(first) ^ u64::from_le_bytes(last).rotate_left(29);
    let sum = sum ^ name.len() as u64;
    // The upper half of a product depends on all bits of its factors.
    let digest = sum.wrapping_mul(ODD) >> 32;
    let bits = 1 << (digest % 64) | 1 << (digest / 64 % 64) | 1 << (digest / 4096 % 64);
    ((digest >> 21) as usize, bits)
}

/// The first and the last eight bytes of a name, which may overlap; of a shorter one twice its ends, between them `_`.
#[inline]
const fn ends(name: &[u8]) -> ([u8; 8], [u8; 8]) {
    if let (Some(first), Some(last)) = (name.first_chunk(), name.last_chunk()) {
        return (*first, *last);
    }
    let both = match name {
        [a, b, c, w, x, y, z] => [*a, *b, *c, b'_', *w, *x, *y, *z],
        [a, b, c, x, y, z] => [*a, *b, *c, b'_', b'_', *x, *y, *z],
        [a, b, c, y, z] => [*a, *b, *c, b'_', b'_', b'_', *y, *z],
        [a, b, y, z] => [*a, *b, b'_', b'_', b'_', b'_', *y, *z],
        [a, b, z] => [*a, *b, b'_', b'_', b'_', b'_', b'_', *z],
        [a, z] => [*a, b'_', b'_', b'_', b'_', b'_', b'_', *z],
        [a] => [*a, b'_', b'_', b'_', b'_', b'_', b'_', b'_'],
        _ => [b'_'; 8],
    };
    (both, both)
}
