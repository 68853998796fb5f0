//! What must hold of generated text, whatever it was made from.

use crate::c_text;
use skel_gen::foreign;
use wit_parser::Resolve;

/// Text that any input may give, in bytes, and the times it may be longer than the input.
const ROOM: usize = 64 << 20;
const PROPORTION: usize = 256;

/// Longer text is only measured: to read it again would take most of a run's time.
const MOST_READ: usize = 1 << 20;

/// Asserts that `bytes` bytes did not give too much text.
pub(crate) fn assert_in_proportion(text: &str, bytes: usize) {
    let (len, most) = (text.len(), ROOM + PROPORTION * bytes);
    assert!(len <= most, "{bytes} bytes give {len} bytes of text");
}

/// Asserts that a C compiler finds whole comments, literals and brackets.
pub(crate) fn assert_c(text: &str) {
    if let (true, Err(problem)) = (text.len() <= MOST_READ, c_text::check(text)) {
        panic!("{problem} in C\n{text}");
    }
}

/// Asserts that the text is Rust.
pub(crate) fn assert_rust(text: &str) {
    if text.len() > MOST_READ {
        return;
    }
    if let Err(error) = syn::parse_file(text) {
        panic!("no Rust: {error}\n{text}");
    }
}

/// Asserts that the text is a WIT package.
pub(crate) fn assert_wit(text: &str) {
    if text.len() > MOST_READ {
        return;
    }
    if let Err(error) = Resolve::default().push_str("fuzzed.wit", text) {
        panic!("no WIT: {error:?}\n{text}");
    }
}

/// Asserts that a terminal shows all of the text, and acts upon nothing in it.
pub(crate) fn assert_shown(text: &str) {
    assert!(
        foreign::lines(text) == text,
        "{text:?} would control a terminal"
    );
}

/// Asserts that the text is one JSON value.
pub(crate) fn assert_json(text: &str) {
    if text.len() > MOST_READ {
        return;
    }
    if let Err(error) = serde_json::from_str::<serde_json::Value>(text) {
        panic!("no JSON: {error}\n{text}");
    }
}
