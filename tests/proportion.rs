//! Code is in proportion to the BTF it is made of, or refused with the type that is too much: compilers have to read all of it.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test may fail"
)]

use btf_blobs::{Blob, kind};
use btf_layout::{Btf, Layout, Roots};
use skel_gen::wit::{self, Arrays, Options, Package};
use skel_gen::{Input, rust};
use std::fs;
use test_support::types::kernel_types;
use test_support::{bpftool_wasm, own_objects, scratch, skip};

const ARRAYS: [Arrays; 3] = [Arrays::List, Arrays::Fixed, Arrays::Tuple];

/// Renders all code of `blob`, whose lengths must be in its limit; returns them, and the refusals.
#[track_caller]
fn render(btf: &Btf<'_>) -> (Vec<usize>, Vec<String>) {
    let (mut lengths, mut refused) = (Vec::new(), Vec::new());
    let layout = match Layout::plan(btf, &Roots::All) {
        Ok(layout) => layout,
        Err(error) => return (lengths, vec![error.to_string()]),
    };
    match rust::check(&layout) {
        Ok(()) => {
            let mut text = Vec::new();
            rust::wasm_types(&layout, &mut text).expect("memory");
            lengths.push(text.len());
        }
        Err(error) => refused.push(error.to_string()),
    }
    for arrays in ARRAYS {
        let options = Options {
            arrays,
            strings: false,
        };
        match Package::new(&layout, "bomb", options) {
            Ok(package) => {
                let c = wit::c_codec(&package).map_or(0, |text| text.len());
                lengths.extend([
                    wit::wit_text(&package).len(),
                    wit::rust_codec(&package).expect("Rust").len(),
                    c,
                ]);
            }
            Err(error) => refused.push(error.to_string()),
        }
    }
    for len in &lengths {
        assert!(
            *len as u64 <= btf.text_limit(),
            "{lengths:?} for {}",
            btf.text_limit()
        );
    }
    (lengths, refused)
}

fn render_blob(blob: &Blob) -> (Vec<usize>, Vec<String>) {
    let bytes = blob.bytes();
    render(&Btf::parse(&bytes).expect("valid BTF"))
}

/// What people compile is far from any limit: all of a kernel is, and the smallest objects are.
#[test]
fn what_compilers_make_is_accepted() {
    let kernel = match kernel_types() {
        Ok(kernel) => Some(kernel.to_owned()),
        Err(reason) => {
            skip(reason);
            None
        }
    };
    for object in own_objects().into_iter().chain(kernel) {
        let bytes = fs::read(&object).expect("a file with BTF");
        let btf = Btf::parse(Input::parse(&bytes).expect("BTF").btf).expect("valid BTF");
        let (lengths, refused) = render(&btf);
        assert_eq!(refused, [""; 0], "{}", object.display());
        let longest = lengths.iter().max().copied().unwrap_or_default() as u64;
        assert!(
            2 * longest < btf.text_limit(),
            "{}: {lengths:?}",
            object.display()
        );
    }
}

/// Tuples of lists of tuples, each of which is written out: 263 bytes made 128 MB of C.
#[test]
fn tuples_of_lists_of_tuples() {
    let mut blob = Blob::default();
    let mut last = blob.int("unsigned char", 1, 0);
    let mut size = 1;
    for len in [13, 12, 12, 13, 12, 12, 13, 12] {
        last = blob.array(last, len);
        size *= len;
    }
    blob.structure("s", size, &[("a", last, 0)]);
    let (lengths, refused) = render_blob(&blob);
    assert_eq!((lengths.len(), refused.len()), (10, 0), "{refused:?}");
    assert!(lengths.iter().all(|len| *len < 256 << 10), "{lengths:?}");
}

/// As many members of one type as make a text near the limit: up to it all is written, from there on nothing is.
fn assert_bounded(what: &str, blob: impl Fn(u32) -> Blob) {
    let (mut written, mut error) = (0, None);
    for members in [1, 10, 100, 300, 1_000, 3_000, 10_000, 16_000] {
        let (lengths, refused) = render_blob(&blob(members));
        written = written.max(lengths.into_iter().max().unwrap_or_default());
        error = error.or(refused.into_iter().next());
    }
    let error = error.unwrap_or_else(|| panic!("{what}: all accepted, {written} bytes"));
    assert!(error.contains("is too long"), "{what}: {error}");
    assert!(written > 64 << 10, "{what}: {written}");
}

fn arrays_in(blob: &mut Blob, dimensions: u32, len: u32) -> u32 {
    let byte = blob.int("unsigned char", 1, 0);
    (0..dimensions).fold(byte, |elem, _| blob.array(elem, len))
}

#[test]
fn members_of_deep_types() {
    let members = |dimensions, len: u32, kind| {
        move |count: u32| {
            let mut blob = Blob::default();
            let ty = arrays_in(&mut blob, dimensions, len);
            let size = len.pow(dimensions);
            let place = |i: u32| if kind == kind::UNION { 0 } else { i * size * 8 };
            let names: Vec<String> = (0..count).map(|i| format!("m{i}")).collect();
            let members: Vec<_> = (0..)
                .zip(&names)
                .map(|(i, name)| (name.as_str(), ty, place(i)))
                .collect();
            let whole = if kind == kind::UNION {
                size
            } else {
                size * count
            };
            blob.composite(kind, "s", whole, &members);
            blob
        }
    };
    assert_bounded("arrays of one element", members(100, 1, kind::STRUCT));
    assert_bounded("tuples", members(2, 12, kind::STRUCT));
    assert_bounded("arms", members(2, 12, kind::UNION));
    assert_bounded("deep arms", members(7, 1, kind::UNION));
}

/// Each level around a member has methods for it.
#[test]
fn members_of_parts_of_parts() {
    for kind in [kind::STRUCT, kind::UNION] {
        assert_bounded("parts", |count| {
            let mut blob = Blob::default();
            let int = blob.int("int", 4, 1);
            let names: Vec<String> = (0..count).map(|i| format!("m{i}")).collect();
            let place = |i: u32| if kind == kind::UNION { 0 } else { i * 32 };
            let members: Vec<_> = (0..)
                .zip(&names)
                .map(|(i, name)| (name.as_str(), int, place(i)))
                .collect();
            let size = if kind == kind::UNION { 4 } else { 4 * count };
            let mut last = blob.composite(kind, "", size, &members);
            for _ in 0..20 {
                last = blob.composite(kind, "", size, &[("", last, 0)]);
            }
            blob.composite(kind, "outermost", size, &[("", last, 0)]);
            blob
        });
    }
}

/// The name of a type is written with each of its values.
#[test]
fn long_names_of_short_enumerators() {
    assert_bounded("enumerators", |count| {
        let mut blob = Blob::default();
        let names: Vec<String> = (0..count).map(|i| format!("v{i}")).collect();
        let values: Vec<_> = (0..)
            .zip(&names)
            .map(|(i, name)| (name.as_str(), i * 3))
            .collect();
        blob.enumeration(kind::ENUM, &"long_".repeat(60), 4, &values);
        let name = "m".repeat(500);
        let shared = blob.name(&name);
        let int = blob.int("int", 4, 1);
        let rows: Vec<u32> = (0..count).flat_map(|i| [shared, int, i * 32]).collect();
        blob.record(kind::STRUCT, "s", count, 4 * count, &rows);
        blob
    });
}

/// rustc looks for each field by its name.
#[test]
fn more_members_than_rustc_can_take() {
    let blob = |count: u32| {
        let mut blob = Blob::default();
        let int = blob.int("int", 4, 1);
        let name = blob.name("m");
        let rows: Vec<u32> = (0..count).flat_map(|i| [name, int, i * 32]).collect();
        blob.record(kind::STRUCT, "wide", count, 4 * count, &rows);
        blob
    };
    assert_eq!(render_blob(&blob(16_384)).1, [""; 0]);
    let (_, refused) = render_blob(&blob(16_385));
    assert_eq!(
        refused,
        ["type 2 (struct wide): has more than 16384 members"]
    );
}

/// The command line says which file and type it is, and prints nothing.
#[test]
fn refusals_name_the_type() {
    let folder = scratch();
    let file = folder.path().join("bomb.btf");
    let mut blob = Blob::default();
    let ty = arrays_in(&mut blob, 2, 12);
    let name = blob.name("m");
    let rows: Vec<u32> = (0..1_000).flat_map(|i| [name, ty, i * 144 * 8]).collect();
    blob.record(kind::STRUCT, "much", 1_000, 144_000, &rows);
    fs::write(&file, blob.bytes()).expect("a file");
    let path = file.to_string_lossy();
    let dump = ["btf", "dump", "file", &path, "-j", "format"];
    let fits = bpftool_wasm(&[&dump[..], &["wit"]].concat());
    assert!(fits.contains("record much {"), "{fits}");
    let mut command = std::process::Command::new(test_support::ours());
    let output = test_support::run(command.args(dump).args(["wit", "arrays", "tuple"]));
    assert_eq!((output.status.code(), output.stdout.len()), (Some(234), 0));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let start = format!("Error: {path}: struct much is too long: with it the functions pass ");
    assert!(said.starts_with(&start), "{said}");
}
