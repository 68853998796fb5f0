//! bpftool's grammar: options anywhere, prefixes of words, help.

use super::{Outcome, fails, object, printed, scratch, words};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use test_support::{ours, tool};

#[test]
fn options_stand_anywhere() {
    let header = printed(&words("btf dump file bootstrap.bpf.o format c -j"));
    assert!(header.contains("struct event {"), "{header}");
    for line in [
        "-j btf dump file bootstrap.bpf.o format c",
        "btf -j dump file bootstrap.bpf.o format c",
        "btf dump file -j bootstrap.bpf.o format c",
        "btf dump file bootstrap.bpf.o -j format c",
        "btf dump file bootstrap.bpf.o format -j c",
        "btf dump file bootstrap.bpf.o format c --json",
        "btf dump file bootstrap.bpf.o format c --wasm",
        "btf dump file bootstrap.bpf.o format c --wa",
        "btf dump file bootstrap.bpf.o format c -w",
        "btf dump file bootstrap.bpf.o format c -p",
        "btf dump file bootstrap.bpf.o format c --pretty",
        "btf dump file bootstrap.bpf.o format c -jpw -j",
        "-d -n -f -m btf dump file bootstrap.bpf.o format c -j --debug --nomount --bpffs --mapcompat",
        "-- btf dump file bootstrap.bpf.o format c -j",
    ] {
        if line.starts_with("--") {
            // After `--` there are no options.
            fails(
                object().parent().expect("a folder"),
                line,
                234,
                "unrecognized option: '-j'",
            );
            continue;
        }
        assert_eq!(printed(&words(line)), header, "{line}");
    }
}

#[test]
fn rust_is_for_wasm32_only() {
    let types = printed(&words("btf dump file bootstrap.bpf.o format rust -j"));
    assert!(types.contains("pub struct event {"), "{types}");
    for option in ["-w", "-p", "--json", "--wasm"] {
        let line = format!("btf dump {option} file bootstrap.bpf.o format rust unsorted");
        assert_eq!(printed(&words(&line)), types, "{line}");
    }
    let one = printed(&words(
        "btf dump file bootstrap.bpf.o format rust -j type event",
    ));
    assert!(types.contains("pub struct event {") && one.len() <= types.len());
    let folder = object();
    let folder = folder.parent().expect("a folder");
    let message = "format rust is for wasm32 guests only: add -j (--json) or -w (--wasm)";
    // Said before the file is looked for.
    for file in ["bootstrap.bpf.o", "missing"] {
        let line = format!("btf dump file {file} format rust");
        fails(folder, &line, 234, message);
    }
}

#[test]
fn words_may_be_cut_short() {
    let header = printed(&words("btf dump file bootstrap.bpf.o format c -j"));
    for line in [
        "b d f bootstrap.bpf.o f c -j",
        "bt du fi bootstrap.bpf.o fo c -j",
        "btf dump file bootstrap.bpf.o form c -j",
    ] {
        assert_eq!(printed(&words(line)), header, "{line}");
    }
    let folder = object();
    let folder = folder.parent().expect("a folder");
    // Values are never cut short, and words never too long.
    let message = "unrecognized format specifier: 'ra', possible values: raw, c, rust, wit";
    fails(
        folder,
        "btf dump file bootstrap.bpf.o format ra",
        234,
        message,
    );
    fails(
        folder,
        "btf dump file bootstrap.bpf.o formats c",
        234,
        "unrecognized option: 'formats'",
    );
    fails(
        folder,
        "btf dump files bootstrap.bpf.o",
        255,
        "unrecognized BTF source specifier: 'files'",
    );
}

#[test]
fn formats() {
    let plain = printed(&words("btf dump file bootstrap.bpf.o"));
    assert!(plain.starts_with("[1] "), "{plain}");
    assert_eq!(
        printed(&words("btf dump file bootstrap.bpf.o format raw")),
        plain
    );
    let json = printed(&words("btf dump file bootstrap.bpf.o -j"));
    assert!(json.starts_with("{\"types\":[{\"id\":1,"), "{json}");
    assert_eq!(json.lines().count(), 1);
    let pretty = printed(&words("btf dump file bootstrap.bpf.o -p"));
    assert!(pretty.lines().count() > 100, "{pretty}");
    let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).expect("JSON");
    assert_eq!(value(&pretty), value(&json));
    // The last format counts, as for bpftool.
    assert_eq!(
        printed(&words("btf dump file bootstrap.bpf.o format c format raw")),
        plain
    );
}

#[test]
fn languages_of_skeletons() {
    let c = printed(&words("gen skeleton bootstrap.bpf.o"));
    assert!(c.contains("struct bootstrap_bpf {"), "{c}");
    assert_eq!(printed(&words("gen skeleton bootstrap.bpf.o lang c -j")), c);
    let rust = printed(&words("gen skeleton bootstrap.bpf.o lang rust"));
    assert!(rust.contains("pub struct BootstrapSkel {"), "{rust}");
    for line in [
        "gen skeleton bootstrap.bpf.o lang rust -j",
        "g s bootstrap.bpf.o l rust",
        "gen skeleton bootstrap.bpf.o lang c lang rust",
        "gen skeleton -w bootstrap.bpf.o lang rust name bootstrap_bpf",
    ] {
        assert_eq!(printed(&words(line)), rust, "{line}");
    }
    let named = printed(&words(
        "gen skeleton bootstrap.bpf.o name my_guest lang rust",
    ));
    assert!(named.contains("pub struct MyGuestSkel {"), "{named}");
    let folder = object();
    let folder = folder.parent().expect("a folder");
    let message = "unrecognized language: 'go', possible values: c, rust";
    fails(folder, "gen skeleton bootstrap.bpf.o lang go", 234, message);
    let message = "'lang' needs at least 1 arguments, 0 found";
    fails(folder, "gen skeleton bootstrap.bpf.o lang", 255, message);
}

#[test]
fn help_and_version() {
    let folder = scratch();
    let help = |line: &str| Outcome::of(folder.path(), &words(line));
    let program = help("help");
    assert_eq!((program.code, program.stderr.as_str()), (Some(0), ""));
    assert!(
        program.stdout.starts_with("Usage: bpftool-wasm "),
        "{}",
        program.stdout
    );
    for line in [
        "",
        "h",
        "-h",
        "--help",
        "--he",
        "-h -Z",
        "btf dump -h",
        "-h -V",
        "-V -h",
    ] {
        assert_eq!(help(line), program, "'{line}'");
    }
    let version = Outcome::success(concat!("bpftool-wasm v", env!("CARGO_PKG_VERSION"), "\n"));
    for line in [
        "version",
        "v",
        "-V",
        "--version",
        "btf dump -V",
        "-V nonsense",
    ] {
        assert_eq!(help(line), version, "'{line}'");
    }
    for (line, usage) in [
        ("btf help", "Usage: bpftool-wasm btf "),
        ("gen help", "Usage: bpftool-wasm gen "),
    ] {
        let outcome = help(line);
        assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""));
        assert!(outcome.stdout.starts_with(usage), "{}", outcome.stdout);
    }
}

#[test]
fn unknown_and_missing_words() {
    let folder = scratch();
    let usage = |line: &str| {
        let outcome = Outcome::of(folder.path(), &words(line));
        outcome.stdout.trim_end().to_owned()
    };
    let (program, btf, generate) = (usage("help"), usage("btf help"), usage("gen help"));
    let fails = |line: &str, code: i32, message: &str| fails(folder.path(), line, code, message);
    fails(
        "foo",
        255,
        &format!("'foo' is not a command of 'bpftool-wasm'\n{program}"),
    );
    fails(
        "prog show",
        255,
        &format!("'prog' is not a command of 'bpftool-wasm'\n{program}"),
    );
    fails("btf", 255, &format!("'btf' needs a command\n{btf}"));
    fails(
        "btf foo",
        255,
        &format!("'foo' is not a command of 'btf'\n{btf}"),
    );
    fails(
        "gen foo",
        255,
        &format!("'foo' is not a command of 'gen'\n{generate}"),
    );
    fails(
        "btf dump",
        255,
        "'dump' needs at least 2 arguments, 0 found",
    );
    fails(
        "btf dump file",
        255,
        "'dump' needs at least 2 arguments, 1 found",
    );
    fails(
        "btf dump map x",
        255,
        "unrecognized BTF source specifier: 'map'",
    );
    fails(
        "btf dump file x format",
        234,
        "expecting value for 'format' option",
    );
    fails(
        "btf dump file x root_id",
        234,
        "expecting value for 'root_id' option",
    );
    fails(
        "btf dump file x type",
        234,
        "expecting value for 'type' option",
    );
    fails("btf dump file x foo", 234, "unrecognized option: 'foo'");
    fails("btf dump file x file y", 234, "unrecognized option: 'file'");
    let message = "unrecognized format specifier: 'xml', possible values: raw, c, rust, wit";
    fails("btf dump file x format xml", 234, message);
    fails(
        "btf dump file x root_id abc",
        255,
        "can't parse abc as root ID",
    );
    fails(
        "btf dump file x root_id -- -1",
        255,
        "can't parse -1 as root ID",
    );
    fails(
        "btf dump file x root_id 4294967296",
        255,
        "can't parse 4294967296 as root ID",
    );
    fails(
        "btf dump file x root_id 7 root_id 0x7",
        234,
        "duplicate root_id 7 supplied",
    );
}

#[test]
fn unknown_options() {
    let folder = scratch();
    let fails = |line: &str, message: &str| fails(folder.path(), line, 255, message);
    fails("-Z btf", "unrecognized option '-Z'");
    fails("btf dump file x -l", "unrecognized option '-l'");
    fails("--zzz btf", "unrecognized option '--zzz'");
    // The start of both `--bpffs` and `--base-btf`.
    fails("--b x btf", "unrecognized option '--b'");
    fails(
        "btf dump file x -B",
        "option '--base-btf <FILE>' needs a value",
    );
}

/// The answers of the installed bpftool, where both have one.
#[test]
fn exit_codes_are_those_of_bpftool() {
    let Some(bpftool) = tool("bpftool") else {
        return test_support::skip("bpftool is not installed");
    };
    let folder = scratch();
    fs::write(
        folder.path().join("text"),
        "no BTF, but long enough to be some",
    )
    .expect("a file");
    fs::write(folder.path().join("empty"), "").expect("a file");
    fs::copy(object(), folder.path().join("good.o")).expect("a copy");
    let mut cut = fs::read(object()).expect("an object");
    cut.truncate(600);
    fs::write(folder.path().join("cut"), cut).expect("a file");
    for line in [
        "help",
        "-h",
        "-V",
        "version",
        "",
        "-Z",
        "--zzz",
        "--b",
        "-B",
        "foo",
        "btf foo",
        "btf help",
        "btf dump",
        "btf dump file",
        "btf dump foo x",
        "btf dump file good.o",
        "btf dump file good.o -j",
        "btf dump file good.o format c",
        "btf dump file good.o format",
        "btf dump file good.o format x",
        "btf dump file good.o foo",
        "btf dump file missing",
        "btf dump file missing -j",
        "btf dump file text",
        "btf dump file empty",
        "btf dump file cut",
        "btf dump file .",
        "btf d f good.o fo c",
        "bt d f good.o f r",
    ] {
        let code = |program: &Path| {
            let mut command = Command::new(program);
            command
                .args(words(line))
                .current_dir(folder.path())
                .stdin(Stdio::null());
            super::run(&mut command).status.code()
        };
        assert_eq!(code(ours()), code(&bpftool), "'{line}'");
    }
}
