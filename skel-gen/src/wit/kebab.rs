//! WIT identifiers.
//!
//! The mapping from a C name is total: it is cut into words at every character that is no ASCII letter or digit, and between
//! a small letter or digit and a capital after it; words are written in small letters and joined by single dashes. A word
//! that begins with a digit is joined to the word before it, since older parsers do not take `a-1`; in front it gets an `n`.
//! What has no letter and no digit is `x`. So `__u32` is `u32`, `task_struct` is `task-struct`, `PLAIN_A` is `plain-a`,
//! `seqNum` is `seq-num`, `a__1` is `a1`, `_9p` is `n9p`.
//!
//! Names that the mapping makes equal are numbered: `foo-bar`, `foo-bar-v2`. The first is the one that is most like it: of
//! `__pid`, `PID` and `pid` it is `pid`, then `PID`. There are no capitals, so no two names differ in case only. Keywords are
//! escaped where they are written: `%type`.

use crate::names::{WIT, WIT_PRIMITIVES};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// The longest identifier that is put together from others, in bytes.
const LONGEST: usize = 200;

/// A C name as WIT words, without the `%` of keywords.
pub fn kebab(name: &str) -> String {
    let mut words = String::with_capacity(name.len());
    let (mut between, mut small) = (false, false);
    for char in name.chars() {
        if !char.is_ascii_alphanumeric() {
            between = true;
            continue;
        }
        let cut = between || (small && char.is_ascii_uppercase());
        match (words.is_empty(), char.is_ascii_digit()) {
            (true, true) => words.push('n'),
            (false, false) if cut => words.push('-'),
            _ => {}
        }
        words.push(char.to_ascii_lowercase());
        between = false;
        small = !char.is_ascii_uppercase();
    }
    if words.is_empty() {
        words.push('x');
    }
    words
}

/// How far a C name is from its words: 0 if only `_` stands for `-`, 1 if only capitals differ as well, 2 for all others. Names are
/// claimed in this order.
pub(super) fn distance(name: &str) -> u8 {
    let dashed = name.replace('_', "-");
    let words = kebab(name);
    match dashed == words {
        true => 0,
        false if dashed.eq_ignore_ascii_case(&words) => 1,
        false => 2,
    }
}

/// All that [`distance`] can be.
pub(super) const DISTANCES: std::ops::RangeInclusive<u8> = 0..=2;

/// The name of the package of a file: without folders, and without the endings of objects and sources. What comes from
/// standard input is `types`.
pub fn package_name(file: &str) -> String {
    let base = file.rsplit('/').next().unwrap_or_default();
    let mut stem = base;
    for end in [".o", ".c", ".h", ".bpf"] {
        stem = stem.strip_suffix(end).unwrap_or(stem);
    }
    match stem {
        "-" | "" => "types".to_owned(),
        stem => kebab(stem),
    }
}

/// A name as it is written: keywords escaped.
pub(super) fn escaped(name: &str) -> Cow<'_, str> {
    match is_keyword(name) {
        true => Cow::Owned(format!("%{name}")),
        false => Cow::Borrowed(name),
    }
}

/// Whether WIT has `word` for itself.
fn is_keyword(word: &str) -> bool {
    WIT.contains(word) || WIT_PRIMITIVES.contains(word)
}

/// The identifiers of one WIT scope: an interface, a record, an enum.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    taken: BTreeSet<String>,
    /// The number to try next: a thousand equal names must not take a million tries.
    next: BTreeMap<String, u32>,
}

impl Names {
    /// A scope in which `names` are taken.
    pub(super) fn without(names: &[&str]) -> Self {
        Names {
            taken: names.iter().map(|name| (*name).to_owned()).collect(),
            next: BTreeMap::new(),
        }
    }

    /// Takes the words of all C `names`, nearest first; in the order given.
    pub(super) fn claim_all(&mut self, names: &[&str]) -> Vec<String> {
        let mut claimed = vec![String::new(); names.len()];
        for distance in DISTANCES {
            for (name, claimed) in names.iter().zip(&mut claimed) {
                if self::distance(name) == distance {
                    *claimed = self.claim(kebab(name));
                }
            }
        }
        claimed
    }

    /// Takes `name`, or the first free of `name-v2`, `name-v3`, ...; returns what it took.
    pub(super) fn claim(&mut self, mut name: String) -> String {
        if name.len() > LONGEST {
            let cut = name.get(..LONGEST).unwrap_or_default();
            name.truncate(cut.trim_end_matches('-').len());
        }
        if self.taken.insert(name.clone()) {
            return name;
        }
        let number = self.next.entry(name.clone()).or_insert(2);
        loop {
            let numbered = format!("{name}-v{number}");
            *number += 1;
            if self.taken.insert(numbered.clone()) {
                return numbered;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_has_words() {
        for (name, words) in [
            ("pid", "pid"),
            ("task_struct", "task-struct"),
            ("__u32", "u32"),
            ("__x__y__", "x-y"),
            ("PLAIN_A", "plain-a"),
            ("seqNum", "seq-num"),
            ("kB", "k-b"),
            ("a_1", "a1"),
            ("a1B", "a1-b"),
            ("_9p", "n9p"),
            ("Option<u32>", "option-u32"),
            ("___", "x"),
            ("", "x"),
            ("\u{e9}t\u{e9}", "t"),
        ] {
            assert_eq!(kebab(name), words, "{name}");
        }
    }

    #[test]
    fn clashes_are_numbered() {
        let mut names = Names::without(&["kptr"]);
        let mut claim = |name: &str| names.claim(kebab(name));
        assert_eq!(claim("foo_bar"), "foo-bar");
        assert_eq!(claim("foo__bar"), "foo-bar-v2");
        assert_eq!(claim("foo_bar_v3"), "foo-bar-v3");
        assert_eq!(claim("FOO_BAR"), "foo-bar-v4");
        assert_eq!(claim("kptr"), "kptr-v2");
        let long = "a_".repeat(400);
        assert!(claim(&long).len() <= LONGEST + 8);
        assert!(!claim(&long).contains("--"));
    }

    #[test]
    fn the_nearest_name_is_not_numbered() {
        let mut names = Names::default();
        let claimed = names.claim_all(&["__pid", "PID", "pid", "a_1", "a1", "seqNum"]);
        assert_eq!(
            claimed,
            ["pid-v3", "pid-v2", "pid", "a1-v2", "a1", "seq-num"]
        );
    }

    #[test]
    fn keywords_are_escaped() {
        assert_eq!(escaped("type"), "%type");
        assert_eq!(escaped("typed"), "typed");
        assert_eq!(escaped("u8"), "%u8");
    }
}
