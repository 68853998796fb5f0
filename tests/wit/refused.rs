//! What cannot be a package, and what is said then.

use std::process::Command;
use test_support::{bpf_object, ours, run, scratch, tests_dir};

/// Runs `btf dump file OBJECT format wit WORD...`, which has to fail; its exit code and what it says.
fn refused(object: &str, words: &str) -> (Option<i32>, String) {
    let mut command = Command::new(ours());
    command.args(["btf", "dump", "file", object, "format"]);
    let output = run(command.args(words.split_whitespace()));
    assert!(output.stdout.is_empty(), "{words}");
    let text = String::from_utf8_lossy(&output.stderr)
        .trim_end()
        .to_owned();
    (output.status.code(), text)
}

#[test]
fn words_that_are_wrong() {
    let object = tests_dir().join("bpf/bootstrap.bpf.o");
    let object = object.to_string_lossy();
    for (words, message) in [
        (
            "wit",
            "format wit is for wasm32 guests only: add -j (--json) or -w (--wasm)",
        ),
        ("wit -j arrays", "expecting value for 'arrays' option"),
        (
            "wit -j arrays l",
            "unrecognized form of arrays: 'l', possible values: list, fixed, tuple",
        ),
        (
            "wit -j lang go",
            "unrecognized language: 'go', possible values: c, rust",
        ),
        ("c -j strings", "'strings' is for format wit only"),
        ("rust arrays list -j", "'arrays' is for format wit only"),
        ("raw lang c", "'lang' is for format wit only"),
    ] {
        // A format that is refused for other reasons says these.
        let expected = (Some(234), format!("Error: {message}"));
        assert_eq!(refused(&object, words), expected, "{words}");
    }
    for (words, message) in [
        ("wit -j type evnt", "type 'evnt': no such type"),
        (
            "wit -j type event root_id 4000",
            "root_id 4000: no such type",
        ),
        (
            "wit -j arrays fixed lang c",
            "arrays fixed: wit-bindgen has no lists of fixed length in C: use arrays list or arrays tuple",
        ),
    ] {
        let expected = (Some(234), format!("Error: {object}: {message}"));
        assert_eq!(refused(&object, words), expected, "{words}");
    }
}

#[test]
fn roots_of_one_name() {
    if !test_support::can_compile() {
        return;
    }
    let folder = scratch();
    let object = bpf_object(
        folder.path(),
        "same",
        "struct foo_bar { int a; }; struct foo__bar { int b; }; typedef struct { int c; } fooBar;\n\
         struct foo_bar x; struct foo__bar y; fooBar z;\n",
    );
    let object = object.to_string_lossy();
    for (words, first, second) in [
        (
            "type foo_bar type foo__bar",
            "struct foo_bar",
            "struct foo__bar",
        ),
        ("type fooBar type foo_bar", "struct foo_bar", "fooBar"),
    ] {
        let message = format!(
            "Error: {object}: {first} and {second} are both 'foo-bar' in WIT: ask for one of them at a time"
        );
        let (code, text) = refused(&object, &format!("wit -j {words}"));
        assert_eq!((code, text), (Some(234), message), "{words}");
    }
    // One by one each has its name; all together are numbered.
    for name in ["foo_bar", "foo__bar", "fooBar"] {
        let text = crate::dump(object.as_ref().as_ref(), &["type", name]);
        assert!(text.contains("\n    decode-foo-bar: func"), "{text}");
        assert!(!text.contains("-v2"), "{text}");
    }
    let text = crate::dump(object.as_ref().as_ref(), &[]);
    for name in ["foo-bar", "foo-bar-v2", "foo-bar-v3"] {
        assert!(text.contains(&format!("\n    record {name} {{")), "{text}");
    }
}
