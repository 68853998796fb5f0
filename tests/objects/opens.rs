//! What libbpf opens has a skeleton, and what it refuses has none: how an object is held against both verdicts, with libbpf as the
//! judge.

use crate::model::facts_that_differ;
use skel_gen::object::{BpfObject, Elf};
use skel_gen::{Input, InputError, Skeleton, SkeletonTypes, c, rust};
use std::fs;
use std::path::Path;
use std::process::Command;
use test_support::objects::open;
use test_support::stdout_of;

/// What both have to say of an object.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Verdict {
    /// It opens.
    Opens,
    /// It does not; the words are in our message.
    Refused(&'static [&'static str]),
    /// libbpf opens it and we do not, for this reason.
    OursRefuse(&'static str, &'static [&'static str]),
}
use Verdict::{Opens, OursRefuse, Refused};

/// Uses the skeleton of an object, or says why there is none.
fn with_skeleton<R>(bytes: &[u8], use_it: impl FnOnce(&Skeleton<'_>) -> R) -> Result<R, String> {
    let text = |error: &dyn std::fmt::Display| error.to_string();
    let elf = Elf::parse(bytes).map_err(|error| text(&error))?;
    let blob = match Input::parse(bytes) {
        Ok(input) => input.btf,
        Err(InputError::NoBtf) => Input::WITHOUT_BTF,
        Err(error) => return Err(text(&error)),
    };
    let btf = btf_layout::Btf::parse(blob).map_err(|error| text(&error))?;
    let object = BpfObject::parse("subject", elf, &btf).map_err(|error| text(&error))?;
    let skeleton =
        Skeleton::new(object, &btf, SkeletonTypes::Needed).map_err(|error| text(&error))?;
    Ok(use_it(&skeleton))
}

/// Both skeletons of an object, or why there are none.
pub(crate) fn skeletons(bytes: &[u8]) -> Result<(), String> {
    with_skeleton(bytes, |skeleton| {
        assert!(c::wasm_skeleton(skeleton).contains("subject__open"));
        let text = rust::wasm_skeleton(skeleton, &rust::Embed::Inline).expect("Rust");
        assert!(text.contains("SubjectSkel"));
    })
}

/// What is wrong with the verdicts on an object, if anything is.
pub(crate) fn check(what: &str, bytes: &[u8], verdict: Verdict) -> Option<String> {
    let theirs = open("subject", bytes);
    let ours = skeletons(bytes);
    let (opens, words): (bool, &[&str]) = match verdict {
        Opens => (true, &[]),
        Refused(words) => (false, words),
        OursRefuse(reason, words) => {
            println!("{what}: only we refuse it: {reason}");
            (true, words)
        }
    };
    if theirs.is_ok() != opens {
        return Some(format!("{what}: libbpf: {theirs:?}; we: {ours:?}"));
    }
    if let (Opens, Ok(theirs)) = (&verdict, &theirs) {
        let differs = |skeleton: &Skeleton<'_>| facts_that_differ(skeleton, theirs);
        let differs = with_skeleton(bytes, differs).ok().flatten();
        if let Some(differs) = differs {
            return Some(format!("{what}: {differs}"));
        }
    }
    match (&verdict, &ours) {
        (Opens, Ok(())) => None,
        (Refused(_) | OursRefuse(..), Err(message)) => {
            let missing = words.iter().find(|word| !message.contains(**word))?;
            Some(format!("{what}: no '{missing}' in: {message}"))
        }
        (Opens | Refused(_) | OursRefuse(..), ours) => {
            Some(format!("{what}: {verdict:?}; we: {ours:?}"))
        }
    }
}

/// Fails with all that is wrong.
pub(crate) fn report(wrong: impl IntoIterator<Item = Option<String>>) {
    let wrong: Vec<String> = wrong.into_iter().flatten().collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What begins every source.
const HEAD: &str = r#"
#define SEC(name) __attribute__((section(name), used))
#define __uint(name, val) int (*name)[val]
#define __type(name, val) typeof(val) *name
#define __array(name, val) typeof(val) *name[]
#define __ulong(name, val) enum { name##_##val = val } name
#define __hidden __attribute__((visibility("hidden")))
#define __weak __attribute__((weak))
#define __noinline __attribute__((noinline))
typedef unsigned int u32;
"#;

/// Compiles BPF code with these options.
pub(crate) fn compile(folder: &Path, source: &str, options: &[&str]) -> Vec<u8> {
    let file = folder.join("subject.bpf.c");
    let object = folder.join("subject.bpf.o");
    fs::write(&file, format!("{HEAD}{source}\n")).expect("a source file");
    let mut command = Command::new("clang-19");
    command.args(["-target", "bpf", "-mcpu=v3", "-O2", "-w", "-c"]);
    command.args(options).arg(&file).arg("-o").arg(&object);
    stdout_of(&mut command);
    fs::read(&object).expect("an object")
}

/// The definition of a map with these members.
pub(crate) fn map(members: &str) -> String {
    format!("struct {{ {members} }} odd SEC(\".maps\");")
}
