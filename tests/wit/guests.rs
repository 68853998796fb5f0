//! The generated implementation for Rust, with wit-bindgen's bindings in one wasm module: what it decodes and encodes again are
//! the bytes it was given, with zeroes where no member is; the values are those that an independent reading finds.

use super::bindings::{generated, rust};
use super::running::Guest;
use crate::{MADE, all_objects, case_of, dump, parsed};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use test_support::oracle::{Oracle, Place};
use test_support::{own_objects, run, skip, tests_dir};

/// A type with functions.
pub(crate) struct Root {
    /// Module in the guest, and position of the object.
    module: String,
    object: usize,
    /// C name.
    pub(crate) c_name: String,
    /// `decode-x`, without `decode-`.
    pub(crate) name: String,
    /// Whether flags are printed in it, which the numbers are not to be seen in.
    pub(crate) flags: bool,
}

/// A compiler that has wasm targets, or `None` and a line that says why.
pub(crate) fn rustc() -> Option<PathBuf> {
    // Its guests are of objects that are compiled as well.
    if !test_support::can_compile() {
        return None;
    }
    let output = run(&mut Command::new(tests_dir().join("wasm-rust.sh")));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_end().to_owned();
    if !output.status.success() {
        skip(&text(&output.stderr).replace('\n', " "));
        return None;
    }
    Some(text(&output.stdout).into())
}

/// A folder of the tests that stays.
pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = test_support::kept().join("wit").join(name);
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// Writes bindings and implementation of an object's package to `folder`; returns the text of their module.
pub(crate) fn module(folder: &Path, module: &str, object: &Path, words: &[&str]) -> String {
    let bindings = generated(&dump(object, words), "decoder", rust());
    let (_, bindings) = bindings.iter().next().expect("a file");
    let implementation = dump(object, &[words, &["lang", "rust"]].concat());
    let write = |end: &str, text: &[u8]| {
        let file = folder.join(format!("{module}.{end}.rs"));
        // Cargo builds again what is written again.
        if fs::read(&file).ok().as_deref() != Some(text) {
            fs::write(file, text).expect("a source file");
        }
    };
    write("bindings", bindings);
    write("codec", implementation.as_bytes());
    format!(
        "#[allow(warnings)]\npub mod {module} {{\n    \
         include!(concat!(env!(\"WIT_CODECS\"), \"/{module}.bindings.rs\"));\n    \
         #[deny(warnings)]\n    mod implementation {{\n        \
         use super::exports;\n        \
         include!(concat!(env!(\"WIT_CODECS\"), \"/{module}.codec.rs\"));\n    }}\n    \
         pub use implementation::Codec;\n}}\n"
    )
}

/// Builds `tests/wit/guest` with what is in `codecs`; returns the module.
pub(crate) fn built(rustc: &Path, codecs: &Path, target: &str, all: &str) -> Vec<u8> {
    let file = codecs.join("all.rs");
    if fs::read_to_string(&file).ok().as_deref() != Some(all) {
        fs::write(file, all).expect("a source file");
    }
    let cargo = |offline: bool| {
        let mut command = Command::new(env!("CARGO"));
        command
            .args(["build", "--locked", "--target", target])
            .args(offline.then_some("--offline"))
            .current_dir(tests_dir().join("wit/guest"))
            .env("RUSTC", rustc)
            .env("WIT_CODECS", codecs)
            .env("CARGO_TARGET_DIR", codecs.join("target"));
        for variable in [
            "RUSTFLAGS",
            "CARGO_ENCODED_RUSTFLAGS",
            "CARGO_BUILD_TARGET",
            "RUSTC_WRAPPER",
        ] {
            command.env_remove(variable);
        }
        run(&mut command)
    };
    let mut output = cargo(true);
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    if errors.contains("--offline") || errors.contains("offline mode") {
        output = cargo(false);
    }
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let module = codecs.join(format!("target/{target}/debug/wit_guest.wasm"));
    fs::read(module).expect("a module")
}

/// The functions of a package, by the C names that their documentation begins with.
pub(crate) fn roots(text: &str, module: &str, object: usize) -> Vec<Root> {
    let (resolve, package) = parsed(text);
    let interface = resolve.packages[package].interfaces["types"];
    let functions = resolve.interfaces[interface].functions.iter();
    let flags = text.contains("\n    flags ");
    let roots = functions.filter_map(|(name, function)| {
        let docs = function.docs.contents.as_deref().unwrap_or_default();
        let c_name = docs.strip_suffix("` from its bytes.")?.strip_prefix('`')?;
        Some(Root {
            module: module.to_owned(),
            object,
            c_name: c_name.to_owned(),
            name: name.strip_prefix("decode-")?.to_owned(),
            flags,
        })
    });
    roots.collect()
}

/// `fn round`: decodes and encodes with function `which`.
fn dispatch(roots: &[Root]) -> String {
    let (mut text, mut arms) = (String::new(), String::new());
    for (which, root) in roots.iter().enumerate() {
        let (module, name) = (&root.module, root.name.replace('-', "_"));
        let case = module.split_once('_').map_or("", |(_, case)| case);
        let _ = writeln!(arms, "        {which} => round_{which}(bytes),");
        let _ = writeln!(
            text,
            "#[inline(never)]\nfn round_{which}(bytes: Vec<u8>) -> Result<(Vec<u8>, String), String> {{\n    \
             use {module}::exports::bpf::{case}::types::Guest;\n    \
             let value = {module}::Codec::decode_{name}(bytes).map_err(|e| format!(\"{{e:?}}\"))?;\n    \
             let text = format!(\"{{value:?}}\");\n    \
             let bytes = {module}::Codec::encode_{name}(value).map_err(|e| format!(\"{{e:?}}\"))?;\n    \
             Ok((bytes, text))\n}}"
        );
    }
    text + "fn round(which: u32, bytes: Vec<u8>) -> Result<(Vec<u8>, String), String> {\n    match which {\n"
        + &arms
        + "        _ => Err(String::new()),\n    }\n}\n"
}

/// The numbers in a value that Rust printed, and the names of cases.
fn numbers(text: &str) -> Vec<String> {
    let words = text.split(|char: char| "{}[](), :".contains(char));
    let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
    let mut numbers = Vec::new();
    for (i, word) in words.iter().enumerate() {
        let number = word.starts_with(|char: char| char.is_ascii_digit() || char == '-');
        if number || ["true", "false", "NaN", "inf"].contains(word) {
            numbers.push((*word).to_owned());
        }
        if *word == "Known" && words.get(i + 2).is_some() {
            // `Known(Plain::PlainA)`
            numbers.push(words[i + 2].to_owned());
        }
    }
    numbers
}

/// A C name as a case in Rust: what a name keeps of it are letters and digits.
fn plain(name: &str) -> String {
    let kept = name.chars().filter(char::is_ascii_alphanumeric);
    kept.collect::<String>().to_lowercase()
}

#[test]
fn bytes_come_back_from_wasm() {
    let Some(rustc) = rustc() else {
        return;
    };
    let codecs = folder("guest");
    let objects = all_objects();
    let (mut all, mut roots_of_all) = (String::new(), Vec::new());
    for (i, object) in objects.iter().enumerate() {
        let hard = MADE.contains(object) || i < own_objects().len() / 3;
        for arrays in ["list", "fixed", "tuple"] {
            if arrays != "list" && !hard {
                continue;
            }
            let (words, name) = (["arrays", arrays], format!("{arrays}_{}", case_of(object)));
            let found = roots(&dump(object, &words), &name, i);
            if !found.is_empty() {
                all += &module(&codecs, &name, object, &words);
                roots_of_all.extend(found);
            }
        }
    }
    let oracles: Option<Vec<_>> = objects.iter().map(|object| Oracle::read(object)).collect();
    let Some(oracles) = oracles else {
        return skip("bpftool is not installed");
    };
    // A guest's stack is no place for arrays of a megabyte, which fixed ones would be on.
    roots_of_all.retain(|root| {
        let oracle = &oracles[root.object];
        let size = the_only(oracle, &root.c_name).and_then(|id| oracle.size(id));
        size.is_some_and(|size| size < 1 << 16)
    });
    all += &dispatch(&roots_of_all);
    let mut guest = Guest::new(&built(&rustc, &codecs, "wasm32-wasip1", &all));
    let given = std::env::var("BPFTOOL_WASM_SEED").ok();
    let seed = given.and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or(1);
    println!("BPFTOOL_WASM_SEED={seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    let (mut types, mut values) = (0, 0);
    for (which, root) in roots_of_all.iter().enumerate() {
        let oracle = &oracles[root.object];
        let Some(id) = the_only(oracle, &root.c_name) else {
            continue;
        };
        types += 1;
        values += check(&mut guest, which, root, (oracle, id), &mut random);
    }
    println!("{types} types, {values} values");
    assert!(
        types > 150 && values > 1_000,
        "{types} types, {values} values"
    );
}

/// Errors, views, text: see `checks.rs`.
#[test]
fn functions_do_what_their_documentation_says() {
    let Some(rustc) = rustc() else {
        return;
    };
    let codecs = folder("checks");
    let hard = MADE.iter().find(|object| case_of(object) == "made_hard");
    let hard = hard.expect("an object");
    let mut all = module(&codecs, "list_made_hard", hard, &[]);
    all += &module(&codecs, "strings_made_hard", hard, &["strings"]);
    let enums = tests_dir().join("bpf/rust_enums.bpf.o");
    all += &module(&codecs, "list_rust_enums", &enums, &[]);
    all += include_str!("checks.rs");
    // A panic of the guest is an error here.
    all += "fn round(_: u32, _: Vec<u8>) -> Result<(Vec<u8>, String), String> {\n    checks();\n    Ok(Default::default())\n}\n";
    let mut guest = Guest::new(&built(&rustc, &codecs, "wasm32-wasip1", &all));
    guest.round_trip(0, &[]).expect("no error");
}

/// The type of a C name, if there is one only.
pub(crate) fn the_only(oracle: &Oracle, c_name: &str) -> Option<usize> {
    let found: Vec<_> = oracle
        .definitions()
        .filter(|definition| {
            let spelled = format!("{} {}", definition.word, definition.name);
            spelled.trim_start() == c_name
        })
        .map(|definition| definition.id)
        .collect();
    (found.len() == 1).then(|| found[0])
}

/// Random bytes through one type; how many values were compared.
pub(crate) fn check(
    guest: &mut Guest,
    which: usize,
    root: &Root,
    (oracle, id): (&Oracle, usize),
    random: &mut fastrand::Rng,
) -> usize {
    let what = format!("{} of {}", root.c_name, root.module);
    let size = oracle.size(id).expect("a size") as usize;
    let mask = oracle.meaning(id);
    let mut values = 0;
    for round in 0..8 {
        let mut bytes: Vec<u8> = (0..size).map(|_| random.u8(..)).collect();
        match round {
            0 => bytes.fill(0),
            1 => bytes.fill(0xff),
            // Small numbers: known values of enums.
            2 => bytes
                .iter_mut()
                .for_each(|byte| *byte = u8::from(*byte > 0xe0)),
            _ => {}
        }
        let (back, text) = match guest.round_trip(which, &bytes) {
            Ok(result) => result,
            Err(error) => panic!("{what}: {bytes:?}: {error}"),
        };
        // In front of a flexible array's first element there may be padding that is elements as well.
        let tail = back.len() == size && is_tail(oracle, id);
        if !tail {
            let expected: Vec<_> = bytes
                .iter()
                .zip(&mask)
                .map(|(byte, mask)| byte & mask)
                .collect();
            assert_eq!(back, expected, "{what}: {bytes:?}: {text}");
        }
        let (again, _) = guest.round_trip(which, &back).expect("what came back");
        assert_eq!(again, back, "{what}");
        if !root.flags && !tail {
            let found: Vec<_> = numbers(&text).iter().map(|number| same(number)).collect();
            let expected = oracle.numbers(id, &bytes);
            let expected: Vec<_> = expected.iter().map(|number| same(number)).collect();
            assert_eq!(found, expected, "{what}: {bytes:?}: {text}");
            values += found.len();
        }
    }
    for wrong in [size + 1, size.wrapping_sub(1), 0] {
        if wrong == size || wrong > size + 1 || (wrong > size && is_tail(oracle, id)) {
            continue;
        }
        let error = guest.round_trip(which, &vec![0; wrong]).expect_err(&what);
        let expected = format!("DecodeError {{ expected: {size}, actual: {wrong} }}");
        assert_eq!(error, expected, "{what}");
    }
    values
}

/// Numbers as they are, names in the letters that every spelling keeps.
fn same(number: &str) -> String {
    match number.starts_with(|char: char| char.is_ascii_digit() || char == '-') {
        true => number.to_owned(),
        false => plain(number),
    }
}

/// Whether the type ends in something without bytes: a flexible array, for one.
fn is_tail(oracle: &Oracle, id: usize) -> bool {
    let members = oracle.outer_members(id);
    let last = members.iter().max_by_key(|(_, place)| match place {
        Place::Bytes { offset, size } => (offset + size) * 8,
        Place::Bits { first, width, .. } => first + width,
    });
    matches!(last, Some((_, Place::Bytes { size: 0, .. })))
}
