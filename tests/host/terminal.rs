//! What a guest has the host say cannot pass for the host's own words, or act upon a terminal.

use crate::guest;
use crate::loading::{attach, compile, load};
use test_support::probe;
use wasm_bpf_host::{Config, Error, Limits, Runner};

/// What moves the cursor, ends the line, and turns the text around.
const HOSTILE: &str = "\x1b[2J\nprogram x: all is well\u{202e}\u{9b}";
const ESCAPED: &str = "\\u{1b}[2J\\nprogram x: all is well\\u{202e}\\u{9b}";

#[track_caller]
fn assert_plain(text: &str) {
    let seen = |c: char| c == '\n' || !(c.is_control() || ('\u{2028}'..='\u{202e}').contains(&c));
    assert!(text.chars().all(seen), "{text:?}");
}

#[test]
fn messages_of_the_host_are_one_line_each() {
    let Some(image) = compile("SEC(\"socket\") int f(void *c) { return 0; }") else {
        return;
    };
    let Some(_together) = guest::needs(&[probe::socket_filters]) else {
        return;
    };
    let (errno, said) = attach(&image, "f", HOSTILE);
    assert_eq!(errno, libc::ENODEV, "{said}");
    assert_plain(&said);
    assert!(
        said.contains(&format!("no network interface {ESCAPED}")),
        "{said}"
    );
    assert_eq!(said.lines().count(), 1, "{said}");
}

/// Replaces all occurrences by as many bytes.
fn replace(image: &mut [u8], from: &[u8], to: &[u8]) {
    assert_eq!(from.len(), to.len());
    let mut count = 0;
    for at in 0..image.len() - from.len() {
        if image[at..].starts_with(from) {
            image[at..at + to.len()].copy_from_slice(to);
            count += 1;
        }
    }
    assert!(count > 0);
}

#[test]
fn every_line_of_libbpfs_says_so() {
    // The verifier does not let it read there.
    let source =
        "SEC(\"socket/0123456789\") int f(void *c) { return *(volatile int *)(c + 4000); }";
    let Some(mut image) = compile(source) else {
        return;
    };
    let Some(_together) = guest::needs(&[probe::socket_filters]) else {
        return;
    };
    replace(&mut image, b"0123456789", b"\x1b[2J\nforge");
    let (loaded, said) = load(&image, Limits::default());
    assert!(!loaded, "{said}");
    assert_plain(&said);
    assert!(said.contains("\\u{1b}[2J"), "{said}");
    let mut lines: Vec<&str> = said.lines().collect();
    // The last one is the host's.
    assert!(
        lines.pop().is_some_and(|line| line.starts_with("cannot ")),
        "{said}"
    );
    for line in lines {
        assert!(line.starts_with("libbpf: "), "{line}\n{said}");
    }
}

#[test]
fn long_logs_of_the_verifier_are_cut() {
    let source = "SEC(\"socket\") int f(struct __sk_buff *c) {
            int sum = 0;
            #pragma unroll
            for (int i = 0; i < 200; i++) if (bpf_get_prandom_u32() & 1) sum += i * c->len;
            return sum + *(volatile int *)((void *)c + 4000);
        }";
    let Some(image) = compile(source) else { return };
    let Some(_together) = guest::needs(&[probe::socket_filters]) else {
        return;
    };
    let mut limits = Limits::default();
    limits.log_bytes = 4000;
    let (loaded, said) = load(&image, limits);
    assert!(!loaded);
    assert!(said.contains("invalid bpf_context access"), "{said}");
    assert!(said.contains("bytes are left out"), "{said}");
    assert!(said.len() < 10_000, "{} bytes", said.len());
}

#[test]
fn traps_tell_names_of_functions_without_acting_on_them() {
    let name = HOSTILE
        .bytes()
        .fold(String::new(), |text, byte| text + &format!("\\{byte:02x}"));
    let text = format!("(module (func $\"{name}\" (export \"_start\") unreachable))");
    let module = wat::parse_str(text).expect("a module");
    let result = Runner::new(&module, Config::default()).and_then(Runner::run);
    let error = result.expect_err("a trap");
    let Error::Trap(error) = error else {
        panic!("{error}");
    };
    let said = error.to_string();
    assert_plain(&said);
    assert!(said.contains("all is well"), "{said}");
    for line in said.lines().skip(1) {
        assert!(line.starts_with("    "), "{said}");
    }
}
