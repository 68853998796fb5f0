//! The files that clang read, from the rule for make that it writes.

use super::path::path_of_bytes;
use std::path::PathBuf;

/// What the rule is for: given to clang as `-MT`, so that the rule begins with a name that is known.
pub(super) const TARGET: &str = "object";

/// The prerequisites of a rule such as `object: source header \`, in the bytes that their names have.
///
/// clang writes `\ ` for a blank and one more `\` for each that stands before the blank, `\#` for `#` and `$$` for `$`. A line break
/// in a name is left as it is; one between names stands after ` \`, and one more ends the rule.
pub(super) fn files(rule: &[u8]) -> Vec<PathBuf> {
    let list = rule.strip_prefix(TARGET.as_bytes());
    let Some(mut rest) = list.and_then(|list| list.strip_prefix(b":")) else {
        return Vec::new();
    };
    rest = rest.strip_suffix(b"\n").unwrap_or(rest);
    let mut files = vec![Vec::new()];
    while let Some((byte, after)) = rest.split_first() {
        let slashes = rest.iter().take_while(|byte| **byte == b'\\').count();
        let (name, len): (&[u8], usize) = match (slashes, rest.get(slashes)) {
            (0, Some(b' ')) => {
                files.push(Vec::new());
                (&[], 1)
            }
            (0, Some(b'$')) if after.first() == Some(&b'$') => (b"$", 2),
            (0, _) => (std::slice::from_ref(byte), 1),
            (1, Some(b'\n')) if files.last().is_some_and(Vec::is_empty) => (&[], 2),
            (_, Some(b' ')) if slashes % 2 == 1 => {
                files
                    .last_mut()
                    .into_iter()
                    .for_each(|name| name.resize(name.len() + slashes / 2, b'\\'));
                (b" ", slashes + 1)
            }
            (_, Some(b'#')) => (rest.get(1..=slashes).unwrap_or_default(), slashes + 1),
            _ => (rest.get(..slashes).unwrap_or_default(), slashes),
        };
        files
            .last_mut()
            .into_iter()
            .for_each(|file| file.extend_from_slice(name));
        rest = rest.get(len..).unwrap_or_default();
    }
    files.retain(|file| !file.is_empty());
    files.iter().map(|file| path_of_bytes(file)).collect()
}

#[cfg(test)]
mod tests {
    use super::files;
    use std::path::Path;

    #[test]
    fn rules_are_read_as_clang_writes_them() {
        let rule = b"object: src/a.bpf.c src/my\\ header.h \\\n  /usr/b\\#1.h \\\n  $$c.h a\\b.h back\\\\\\ slash \\\n  two\nlines\n";
        let expected = [
            "src/a.bpf.c",
            "src/my header.h",
            "/usr/b#1.h",
            "$c.h",
            "a\\b.h",
            "back\\ slash",
            "two\nlines",
        ];
        assert_eq!(files(rule), expected.map(Path::new));
        assert!(files(b"").is_empty());
    }
}
