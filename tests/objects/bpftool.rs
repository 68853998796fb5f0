//! The object model against bpftool's own skeletons: names of maps, programs and sections, offsets of variables.

use skel_gen::Skeleton;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;
use test_support::objects::{all, in_folder, name_of, with_skeleton};
use test_support::{run, scratch, skip, stdout_of, tool};

/// Sections that are newer than Debian's bpftool.
const NEWER: [&str; 4] = [
    ".addr_space.1",
    ".bss.named",
    ".struct_ops.link",
    "?.struct_ops.link",
];

/// bpftool's skeleton of an object, from its struct to the functions. `None` if this bpftool cannot make one.
fn bpftools_struct(bpftool: &Path, file: &Path, name: &str) -> Option<String> {
    let output = run(Command::new(bpftool)
        .args(["gen", "skeleton"])
        .arg(file)
        .args(["name", name]));
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr);
        let last = errors.lines().last().unwrap_or_default();
        println!("bpftool refuses {}: {last}", name_of(file));
        return None;
    }
    let text = String::from_utf8(output.stdout).expect("UTF-8 text");
    let (_, rest) = text
        .split_once(&format!("struct {name} {{"))
        .expect("the struct");
    let (body, _) = rest
        .split_once("#ifdef __cplusplus")
        .expect("the struct's end");
    Some(format!("struct {name} {{{body}}};\n"))
}

/// The members of `struct { ... } group;`: the last word of each line in it.
fn group(skeleton: &str, group: &str) -> Vec<String> {
    let Some((body, _)) = skeleton.split_once(&format!("}} {group};")) else {
        return Vec::new();
    };
    let (_, body) = body.rsplit_once("struct {").expect("the group's beginning");
    let names = body
        .lines()
        .filter_map(|line| line.trim().strip_suffix(';'));
    names
        .map(|line| {
            line.rsplit(['*', ' '])
                .next()
                .unwrap_or_default()
                .to_owned()
        })
        .collect()
}

/// The sections with variables: what `struct NAME__rodata` is called without `NAME__`.
fn sections(skeleton: &str, name: &str) -> Vec<String> {
    let begin = format!("struct {name}__");
    let tags = skeleton
        .lines()
        .filter_map(|line| line.trim().strip_prefix(&begin)?.strip_suffix(" {"));
    tags.map(str::to_owned).collect()
}

/// The structs of the sections alone.
fn section_structs(skeleton: &str, name: &str) -> String {
    let begin = format!("struct {name}__");
    let mut inside = false;
    let mut text = String::new();
    for line in skeleton.lines().map(str::trim) {
        inside |= line.starts_with(&begin) && line.ends_with(" {");
        let end = inside && line.starts_with("} *");
        if inside {
            text += if end { "};" } else { line };
            text += "\n";
        }
        inside &= !end;
    }
    text
}

/// Our name for a section's map, as bpftool has it.
fn ident(section: &str) -> String {
    section.trim_start_matches('.').replace('.', "_")
}

/// The members of a group of our skeleton, as C has them: what only C++ does not allow has a macro there.
fn our_group(skeleton: &str, name: &str) -> Vec<String> {
    let members = group(skeleton, name).into_iter();
    let plain = members.map(|member| match member.strip_prefix("BPF_WASM_NAME_") {
        Some(word) => word.to_owned(),
        None => member,
    });
    plain.collect()
}

/// The names of the skeletons that both make, but for what Debian's bpftool does not know.
fn compare_names(file: &Path, theirs: &str, ours: &Skeleton<'_>) {
    use skel_gen::object::{Map, MapOrigin};
    let text = skel_gen::c::wasm_skeleton(ours);
    let is_newer = |map: &Map<'_>| match map.origin {
        MapOrigin::Section(section) | MapOrigin::StructOps { section, .. } => {
            NEWER.contains(&section)
        }
        MapOrigin::Source => false,
    };
    let newer = ours.object.maps.iter().filter(|map| is_newer(map));
    let newer: Vec<String> = newer.map(|map| map.member().replace('.', "_")).collect();
    let known = |members: Vec<String>| -> Vec<String> {
        let known = members.into_iter().filter(|member| !newer.contains(member));
        // What C does not allow, and what is there already, bpftool writes all the same.
        let plain = |member: String| {
            let plain = ["___bpf", "___2"];
            let plain = plain.iter().find_map(|end| member.strip_suffix(end));
            plain.map_or(member.clone(), str::to_owned)
        };
        known.map(plain).collect()
    };
    // Tables of functions have no links in Debian's bpftool.
    let tables = ours
        .object
        .maps
        .iter()
        .filter(|map| map.kind == skel_gen::object::MapKind::STRUCT_OPS);
    let tables: Vec<&str> = tables.map(|map| map.name.as_str()).collect();
    for name in ["maps", "progs", "links"] {
        let mut members = known(our_group(&text, name));
        members.retain(|member| name != "links" || !tables.contains(&member.as_str()));
        assert_eq!(
            known(group(theirs, name)),
            members,
            "{} {name}",
            file.display()
        );
    }
    let shown = ours.sections.iter();
    let shown: Vec<String> = shown
        .map(|section| ours.member_of(section).replace('.', "_"))
        .collect();
    let mut theirs = sections(theirs, &name_of(file));
    // They show empty structs for sections without a variable to show; we leave these out.
    theirs.retain(|section| shown.contains(section));
    assert_eq!(theirs, known(shown), "{}", file.display());
}

#[test]
fn skeletons_have_the_names_of_bpftools() {
    let Some(bpftool) = tool("bpftool") else {
        return skip("bpftool is not installed");
    };
    let mut compared = 0;
    for file in all() {
        if let Some(theirs) = bpftools_struct(&bpftool, &file, &name_of(&file)) {
            with_skeleton(&file, |ours| compare_names(&file, &theirs, ours));
            compared += 1;
        }
    }
    println!("{compared} skeletons of bpftool");
    assert!(compared >= 15);
}

/// Offset and size of each variable as our model has them, for a native compiler to check against bpftool's structs.
fn assertions(skeleton: &Skeleton<'_>, name: &str) -> (String, usize) {
    let (mut text, mut count) = (String::new(), 0);
    for section in skeleton
        .sections
        .iter()
        .filter_map(|s| skeleton.object.data.get(s.data))
    {
        if NEWER.contains(&section.name) {
            continue;
        }
        let tag = format!("struct {name}__{}", ident(section.name));
        for variable in &section.variables {
            let (member, at, size) = (variable.name, variable.offset.0, variable.size.0);
            writeln!(
                text,
                "_Static_assert(__builtin_offsetof({tag}, {member}) == {at}, \"{tag} {member}\");\n\
                 _Static_assert(sizeof((({tag} *)0)->{member}) == {size}, \"{tag} {member}\");"
            )
            .expect("text");
            count += 1;
        }
    }
    (text, count)
}

#[test]
fn variables_have_the_offsets_of_bpftools() {
    if !test_support::can_compile() {
        return;
    }
    let Some(bpftool) = tool("bpftool") else {
        return skip("bpftool is not installed");
    };
    let folder = scratch();
    let mut variables = 0;
    // Not those of tests/bpf: bpftool prints some of their types with other sizes.
    for file in &in_folder("bpf/skeletons") {
        let Some(theirs) = bpftools_struct(&bpftool, file, "subject") else {
            continue;
        };
        let dump = [
            "btf",
            "dump",
            "file",
            &file.to_string_lossy(),
            "format",
            "c",
        ]
        .map(str::to_owned);
        let types = String::from_utf8(stdout_of(Command::new(&bpftool).args(dump))).expect("text");
        let (checks, count) = with_skeleton(file, |ours| assertions(ours, "subject"));
        let source = folder.path().join("offsets.c");
        fs::write(
            &source,
            types + &section_structs(&theirs, "subject") + &checks,
        )
        .expect("a source");
        stdout_of(
            Command::new("clang-19")
                .args(["-std=gnu11", "-fsyntax-only", "-w"])
                .arg(&source),
        );
        variables += count;
    }
    println!("{variables} variables");
    assert!(variables > 70);
}
