//! The files that clang read, from the rule for make that it writes.

/// The prerequisites of a rule such as `object: source header \`.
pub(super) fn files(rule: &str) -> Vec<String> {
    let mut files = vec![String::new()];
    // clang leaves the colon of the target alone, and blanks in names behind a backslash.
    let Some((_, list)) = rule.split_once(": ") else {
        return Vec::new();
    };
    let mut chars = list.chars().peekable();
    while let Some(c) = chars.next() {
        let name = files.last_mut();
        match (c, chars.peek()) {
            ('\\', Some(' ' | '#')) | ('$', Some('$')) => {
                let escaped = chars.next();
                name.into_iter().for_each(|name| name.extend(escaped));
            }
            ('\\', Some('\n')) | (' ' | '\n', _) => files.push(String::new()),
            _ => name.into_iter().for_each(|name| name.push(c)),
        }
    }
    files.retain(|file| !file.is_empty());
    files
}

#[cfg(test)]
mod tests {
    use super::files;

    #[test]
    fn rules_are_read_as_clang_writes_them() {
        let rule = "out/a.o: src/a.bpf.c src/my\\ header.h \\\n  /usr/b\\#1.h \\\n  $$c.h\n";
        let expected = ["src/a.bpf.c", "src/my header.h", "/usr/b#1.h", "$c.h"];
        assert_eq!(files(rule), expected);
        assert!(files("").is_empty());
    }
}
