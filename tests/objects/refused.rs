//! Files that are no good: the message names file and place, nothing is written, the exit code is bpftool's.

use std::fs;
use std::path::Path;
use std::process::Command;
use test_support::elf::{E_MACHINE, ElfFile, SH_NAME, SH_SIZE};
use test_support::objects::case;
use test_support::{bpf_object, ours, run, scratch};

/// Exit codes: what bpftool returns for each sort of failure, see the research on its command line.
const USAGE: i32 = 255;
const READING: i32 = 251;
const NO_BTF: i32 = 195;
const FORMAT: i32 = 95;
const ENDIAN: i32 = 93;
/// Of what libbpf 1.0 does not support any more.
const UNSUPPORTED: i32 = 161;

/// `gen skeleton` of `file` fails with `code`, says all of `words`, and writes nothing anywhere.
fn refuses(file: &Path, code: i32, words: &[&str]) {
    let gen_skeleton = || {
        let mut command = Command::new(ours());
        command.args(["gen", "skeleton", "-j"]).arg(file);
        command
    };
    let output = run(&mut gen_skeleton());
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(code), "{message}");
    assert!(output.stdout.is_empty(), "{}", file.display());
    assert!(
        message.starts_with("Error: ") && message.lines().count() == 1,
        "{message}"
    );
    for word in [&file.to_string_lossy()]
        .into_iter()
        .map(|file| &**file)
        .chain(words.iter().copied())
    {
        assert!(message.contains(word), "no '{word}' in: {message}");
    }

    let folder = scratch();
    let target = folder.path().join("there.skel.h");
    fs::write(&target, "what was there before").expect("a file");
    let before = fs::metadata(&target)
        .and_then(|meta| meta.modified())
        .expect("its time");
    for name in ["there.skel.h", "new.skel.h"] {
        let output = run(gen_skeleton().arg("-o").arg(folder.path().join(name)));
        assert_eq!(output.status.code(), Some(code));
        assert!(output.stdout.is_empty());
    }
    assert_eq!(
        fs::read(&target).expect("the file"),
        b"what was there before"
    );
    assert_eq!(
        fs::metadata(&target)
            .and_then(|meta| meta.modified())
            .expect("its time"),
        before
    );
    assert_eq!(fs::read_dir(folder.path()).expect("the folder").count(), 1);
}

/// The object of case `name`, damaged.
fn refuses_damaged(name: &str, damage: impl FnOnce(&mut ElfFile), code: i32, words: &[&str]) {
    let folder = scratch();
    let mut object = ElfFile::new(fs::read(case(name)).expect("an object"));
    damage(&mut object);
    let file = folder.path().join("damaged.bpf.o");
    fs::write(&file, object.bytes).expect("a file");
    refuses(&file, code, words);
}

/// What clang makes of a source, refused.
fn refuses_compiled(source: &str, words: &[&str]) {
    let folder = scratch();
    refuses(&bpf_object(folder.path(), "odd", source), FORMAT, words);
}

#[test]
fn files_that_are_not_there() {
    refuses(
        Path::new("/no/such/object.bpf.o"),
        USAGE,
        &["failed to stat() ", "No such file or directory"],
    );
    refuses(Path::new("/"), READING, &["Is a directory"]);
}

#[test]
fn files_that_are_no_bpf_objects() {
    let folder = scratch();
    let file = folder.path().join("text.bpf.o");
    fs::write(&file, "").expect("a file");
    refuses(&file, READING, &["empty"]);
    for text in ["\x7fELF", "int main(void) { return 0; }\n"] {
        fs::write(&file, text).expect("a file");
        refuses(&file, FORMAT, &["not a"]);
    }
    refuses(ours(), FORMAT, &["not a BPF object", "another machine"]);
    refuses_damaged(
        "variables",
        |elf| elf.put::<2>(E_MACHINE, 62),
        FORMAT,
        &["another machine"],
    );
    refuses_damaged(
        "variables",
        |elf| elf.put::<1>(4, 1),
        FORMAT,
        &["not a 64-bit ELF file"],
    );
    refuses_damaged(
        "variables",
        |elf| elf.put::<1>(5, 2),
        ENDIAN,
        &["big-endian"],
    );
    refuses_damaged(
        "variables",
        |elf| elf.put::<1>(16, 2),
        FORMAT,
        &["not relocatable"],
    );
}

#[test]
fn objects_without_btf() {
    let hide = |elf: &mut ElfFile| {
        let header = elf.header(elf.section(".BTF"));
        elf.put::<4>(header + SH_NAME, 0);
    };
    refuses_damaged(
        "kinds",
        hide,
        NO_BTF,
        &["no .BTF section", "section '.maps' needs"],
    );
}

#[test]
fn symbols_that_contradict_each_other() {
    let twice = |elf: &mut ElfFile| {
        let name = elf.number::<4>(elf.symbol("ro_char")) as u64;
        elf.put::<4>(elf.symbol("data_char"), name);
    };
    refuses_damaged(
        "variables",
        twice,
        FORMAT,
        &["symbol 'ro_char' is defined twice"],
    );
    let renamed = |elf: &mut ElfFile| {
        let name = elf.number::<4>(elf.symbol("data_char")) as u64;
        // The name without its first letter.
        elf.put::<4>(elf.symbol("data_char"), name + 1);
    };
    refuses_damaged(
        "variables",
        renamed,
        FORMAT,
        &["section '.data'", "variable 'data_char' has no symbol"],
    );
    let outside = |elf: &mut ElfFile| elf.put::<8>(elf.symbol("bss_long") + 8, 1 << 20);
    refuses_damaged(
        "variables",
        outside,
        FORMAT,
        &["section '.bss'", "'bss_long'", "past the end"],
    );
    let overflowing = |elf: &mut ElfFile| elf.put::<8>(elf.symbol("bss_long") + 8, u64::MAX);
    refuses_damaged(
        "variables",
        overflowing,
        FORMAT,
        &["section '.bss'", "'bss_long'", "past the end"],
    );
    let nowhere = |elf: &mut ElfFile| elf.put::<2>(elf.symbol("bss_long") + 6, 999);
    refuses_damaged("variables", nowhere, FORMAT, &["'bss_long'", "no section"]);
    let long = |elf: &mut ElfFile| elf.put::<8>(elf.symbol("first") + 16, 1 << 20);
    refuses_damaged(
        "programs",
        long,
        FORMAT,
        &["program 'first'", "raw_tp/sys_enter", "past the end"],
    );
}

#[test]
fn sections_that_are_not_in_the_file() {
    for (section, size) in [
        (".data", 1 << 20),
        (".rodata", u64::MAX),
        (".maps", 1 << 40),
        (".symtab", 1 << 20),
    ] {
        let grow = |elf: &mut ElfFile| {
            let header = elf.header(elf.section(section));
            elf.put::<8>(header + SH_SIZE, size);
        };
        let case = if section == ".maps" {
            "kinds"
        } else {
            "variables"
        };
        refuses_damaged(case, grow, FORMAT, &[section, "end of the file"]);
    }
    // A section without bytes may be large, but no guest has 4 GiB.
    let grow = |elf: &mut ElfFile| {
        let header = elf.header(elf.section(".bss"));
        elf.put::<8>(header + SH_SIZE, 1 << 32);
    };
    refuses_damaged("variables", grow, FORMAT, &[".bss"]);
}

#[test]
fn relocations_out_of_range() {
    let place = |elf: &ElfFile| elf.contents(elf.section(".relsocket")).0;
    let outside = |elf: &mut ElfFile| elf.put::<8>(place(elf), 1 << 30);
    refuses_damaged(
        "variables",
        outside,
        FORMAT,
        &["section '.relsocket': relocation 0", "outside its section"],
    );
    let unknown = |elf: &mut ElfFile| elf.put::<4>(place(elf) + 12, 12345);
    refuses_damaged(
        "variables",
        unknown,
        FORMAT,
        &["section '.relsocket': relocation 0", "does not exist"],
    );
    let nowhere = |elf: &mut ElfFile| {
        let header = elf.header(elf.section(".relsocket"));
        elf.put::<4>(header + 44, 999);
    };
    refuses_damaged(
        "variables",
        nowhere,
        FORMAT,
        &["section '.relsocket'", "section that does not exist"],
    );
}

#[test]
fn programs_and_maps_that_libbpf_refuses() {
    if !test_support::can_compile() {
        return;
    }
    refuses_compiled(
        "__attribute__((section(\"socket\"), used)) static int hidden(void *ctx) { return 0; }",
        &["program 'hidden' in section 'socket'", "static"],
    );
    let folder = scratch();
    let old = "struct { int type, key_size, value_size, max_entries; } old __attribute__((section(\"maps\"))) = { 1, 4, 4, 1 };";
    refuses(
        &bpf_object(folder.path(), "old", old),
        UNSUPPORTED,
        &["'maps'", "legacy", ".maps"],
    );
    let map = |members: &str| {
        format!("struct {{ {members} }} odd __attribute__((section(\".maps\"), used));")
    };
    refuses_compiled(
        &map("int (*type)[1]; int *colour;"),
        &["map 'odd'", "unknown field 'colour'"],
    );
    refuses_compiled(
        &format!("static {}", map("int (*type)[1];")),
        &["map 'odd'", "static"],
    );
    refuses_compiled(&map("int type;"), &["map 'odd'", "'type' is not a __uint"]);
    refuses_compiled(&map("int (*max_entries)[1];"), &["map 'odd'", "no type"]);
    refuses_compiled(
        &map("int (*type)[1]; struct undefined *key;"),
        &["map 'odd'", "'key'", "without a size"],
    );
    refuses_compiled(
        "int odd __attribute__((section(\".maps\"))) = 1;",
        &["map 'odd'", "not a struct"],
    );
}
