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
static TABLE: LazyLock<HashTable<(&'static str, Taken)>> = LazyLock::new(|| {
    let mut table = HashTable::<(&str, Taken)>::with_capacity(RESERVED_NAMES);
    for line in RESERVED.lines() {
        let Some((kind, rest)) = line.split_once(' ') else {
            continue;
        };
        let (name, ty) = match kind {
            "typedef" => rest.split_once(' ').unwrap_or((rest, "-")),
            _ => (rest, ""),
        };
        let (_, taken) = table
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
    table
});

/// How `name` is taken, if it is.
pub(super) fn taken(name: &str) -> Taken {
    let found = TABLE.find(hash(name), |(of, _)| *of == name);
    found.map_or(Taken::default(), |(_, taken)| *taken)
}

/// The bytes of C identifiers.
const IDENTIFIER: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0_u8;
    loop {
        #[expect(clippy::indexing_slicing, reason = "a byte indexes 256 entries")]
        {
            table[byte as usize] = byte.is_ascii_alphanumeric() || byte == b'_';
        }
        if byte == u8::MAX {
            break table;
        }
        byte += 1;
    }
};

/// Whether `byte` may stand in a C identifier.
fn fits(byte: u8) -> bool {
    IDENTIFIER.get(usize::from(byte)).copied().unwrap_or(false)
}

/// `name` as a C identifier: BTF of other languages holds names like `Option<u32>`.
pub(super) fn legal(name: &str) -> Cow<'_, str> {
    let digit_first = name.as_bytes().first().is_none_or(u8::is_ascii_digit);
    if !digit_first && name.bytes().all(fits) {
        return Cow::Borrowed(name);
    }
    let mut legal = String::with_capacity(name.len() + 1);
    if digit_first {
        legal.push('_');
    }
    legal.extend(name.chars().map(|c| match u8::try_from(c) {
        Ok(byte) if fits(byte) => c,
        _ => '_',
    }));
    Cow::Owned(legal)
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
