//! `examples/bootstrap-components`: what its component in Rust decodes is what guests put into the bytes, and what its component in C
//! prints of it; bytes survive the way through both.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test may fail"
)]

mod events;
mod example;
mod running;

use events::{Event, filled_in_c, filled_in_rust, members_only};
use example::Example;
use running::{Running, bytes, imports_of, list, record};
use wasmparser::Validator;
use wasmtime::component::Val;

const TYPES: Option<&str> = Some("bpf:bootstrap/types@0.1.0");

/// Bytes of `struct event`.
const SIZE: usize = 168;

fn events() -> Vec<Event> {
    let event =
        |pid, ppid, exit: Option<(u32, u64)>, comm: &'static str, filename: &'static str| Event {
            pid,
            ppid,
            exit_code: exit.map_or(0, |exit| exit.0),
            duration_ns: exit.map_or(0, |exit| exit.1),
            comm,
            filename,
            exit_event: i8::from(exit.is_some()),
        };
    vec![
        event(70, 1, None, "sed", "/usr/bin/sed"),
        event(71, 70, Some((2, 0)), "sed", ""),
        event(i32::MAX, 71, Some((u32::MAX, 1_234_567_890)), "sleep", ""),
        event(1, 0, Some((0, u64::MAX)), "sixteen bytes ..", ""),
        event(2, 0, None, "f", LONGEST),
    ]
}

/// 127 bytes, as many as there is room for.
const LONGEST: &str = "/a/rather/long/path/of/127/bytes/which/leaves/no/room/for/the/nul/that/ends/others/\
                       a/reader/that/looks/for/it/runs/on/too/far.";

/// What the columns are, without the blanks between them.
fn columns(event: &Event) -> Vec<String> {
    let end = match (event.exit_event, event.duration_ns) {
        (0, _) => event.filename.to_owned(),
        (_, 0) => format!("[{}]", event.exit_code),
        (_, ns) => format!("[{}] ({}ms)", event.exit_code, ns / 1_000_000),
    };
    let kind = if event.exit_event == 0 {
        "EXEC"
    } else {
        "EXIT"
    };
    let line = format!("{kind} {} {} {} {end}", event.comm, event.pid, event.ppid);
    line.split_whitespace().map(str::to_owned).collect()
}

/// A `char` array.
fn chars(text: &str, len: usize) -> Val {
    let mut bytes = text.as_bytes().to_vec();
    bytes.resize(len, 0);
    list(&bytes)
}

/// What a component should make of an event.
fn value(event: &Event) -> Val {
    record([
        ("pid", Val::S32(event.pid)),
        ("ppid", Val::S32(event.ppid)),
        ("exit-code", Val::U32(event.exit_code)),
        ("duration-ns", Val::U64(event.duration_ns)),
        ("comm", chars(event.comm, 16)),
        ("filename", chars(event.filename, 127)),
        ("exit-event", Val::S8(event.exit_event)),
    ])
}

fn decode_error(actual: usize) -> Val {
    record([
        ("expected", Val::U64(SIZE as u64)),
        ("actual", Val::U64(actual as u64)),
    ])
}

#[test]
fn values_are_those_that_guests_put_in() {
    let Some(example) = Example::build() else {
        return;
    };
    let (mut decoder, mut report) = (
        Running::new(&example.decoder),
        Running::new(&example.composed),
    );
    let events = events();
    let (c, rust) = (filled_in_c(&events), filled_in_rust(&events));
    for ((event, c), rust) in events.iter().zip(c).zip(rust) {
        assert_eq!(c, rust, "{event:?}");
        assert_eq!(c.len(), SIZE);
        let decoded = decoder.call(TYPES, "decode-event", list(&c)).unwrap();
        assert_eq!(decoded, value(event));
        assert_eq!(decoder.call(TYPES, "encode-event", decoded), Ok(list(&c)));
        let line = report.call(None, "line", list(&c));
        let Ok(Val::String(line)) = line else {
            panic!("{event:?}: {line:?}");
        };
        let found: Vec<_> = line.split_whitespace().collect();
        assert_eq!(found, columns(event), "{line}");
    }
}

#[test]
fn random_bytes_survive_but_for_padding() {
    let Some(example) = Example::build() else {
        return;
    };
    let (mut decoder, mut report) = (
        Running::new(&example.decoder),
        Running::new(&example.composed),
    );
    let seed = 1;
    println!("seed {seed:#x}");
    let mut random = fastrand::Rng::with_seed(seed);
    let (all, all_but_filename) = members_only();
    let kept = |bytes: &[u8], mask: &[u8]| -> Vec<u8> {
        bytes
            .iter()
            .zip(mask)
            .map(|(byte, mask)| byte & mask)
            .collect()
    };
    for _ in 0..300 {
        let sample: Vec<u8> = (0..SIZE).map(|_| random.u8(..)).collect();
        let decoded = decoder.call(TYPES, "decode-event", list(&sample)).unwrap();
        let encoded = decoder.call(TYPES, "encode-event", decoded).unwrap();
        assert_eq!(bytes(&encoded), kept(&sample, &all));
        let redacted = report.call(None, "redacted", list(&sample)).unwrap();
        assert_eq!(bytes(&redacted), kept(&sample, &all_but_filename));
        assert!(report.call(None, "line", list(&sample)).is_ok());
    }
}

#[test]
fn wrong_lengths_are_errors_that_say_both() {
    let Some(example) = Example::build() else {
        return;
    };
    let (mut decoder, mut report) = (
        Running::new(&example.decoder),
        Running::new(&example.composed),
    );
    for len in [0, 1, SIZE - 1, SIZE + 1, 100_000] {
        let sample = list(&vec![1; len]);
        let decoded = decoder.call(TYPES, "decode-event", sample.clone());
        assert_eq!(decoded, Err(decode_error(len)));
        let why = Val::String(format!("an event has 168 bytes, not {len}"));
        assert_eq!(report.call(None, "line", sample.clone()), Err(why.clone()));
        assert_eq!(report.call(None, "redacted", sample), Err(why));
    }
    for (member, len) in [("comm", 16_usize), ("filename", 127)] {
        for given in [0, len - 1, len + 1] {
            let Val::Record(mut fields) = value(&events()[0]) else {
                unreachable!("value makes a record")
            };
            let field = fields.iter_mut().find(|field| field.0 == member);
            field.unwrap().1 = list(&vec![b'x'; given]);
            let error = record([
                ("member", Val::String(format!("struct event.{member}"))),
                ("problem", Val::Enum("length".to_owned())),
                ("limit", Val::U64(len as u64)),
                ("actual", Val::U64(given as u64)),
            ]);
            assert_eq!(
                decoder.call(TYPES, "encode-event", Val::Record(fields)),
                Err(error)
            );
        }
    }
}

/// Host and guest, or two components, of any engine: none needs a proposal that is not in the standard.
#[test]
fn components_are_valid_and_import_no_system() {
    let Some(example) = Example::build() else {
        return;
    };
    for (name, component, imports) in [
        ("decoder", &example.decoder, &[][..]),
        ("report", &example.report, &["bpf:bootstrap/types@0.1.0"]),
        ("composed", &example.composed, &[]),
    ] {
        let valid = Validator::new().validate_all(component);
        valid.unwrap_or_else(|error| panic!("{name}: {error}"));
        let found = imports_of(component);
        assert_eq!(found, imports, "{name}");
    }
}
