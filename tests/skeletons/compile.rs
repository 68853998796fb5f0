//! Every skeleton compiles without a warning in every dialect: alone, with the header of the same object around it, with all others.

use crate::headers::{FOLDER, cases};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use test_support::{DIALECTS, bpf_object, clang, ours, scratch, stdout_of};

/// Compiles translation units that include these headers, in all dialects.
fn compile(units: Vec<(String, Vec<String>)>) {
    let include = |name: String| format!("#include \"{name}\"\n");
    let text = |includes: Vec<String>| includes.into_iter().map(include).collect();
    let texts = units.into_iter();
    let texts = texts.map(|(name, includes)| (name, text(includes)));
    compile_texts(texts.collect(), scratch().path());
}

/// Compiles these texts in all dialects; they may include what is in `folder`.
fn compile_texts(units: Vec<(String, String)>, folder: &Path) {
    let count = units.len() * DIALECTS.len();
    let queue = Mutex::new(units.into_iter());
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                loop {
                    let next = queue.lock().expect("the queue").next();
                    let Some((name, text)) = next else { break };
                    let source = folder.join(format!("{name}.c"));
                    fs::write(&source, text).expect("a source");
                    for dialect in DIALECTS {
                        let mut command = clang();
                        command
                            .args(["--target=wasm32-wasi", "-fsyntax-only", "-I"])
                            .arg(&*FOLDER)
                            .arg("-I")
                            .arg(folder);
                        stdout_of(command.args(dialect).arg(&source));
                    }
                }
            });
        }
    });
    println!("{count} compilations");
}

fn skeleton(case: &str) -> String {
    format!("{case}.skel.h")
}

fn dump(case: &str) -> String {
    format!("{case}.wasm.h")
}

#[test]
fn alone() {
    if !test_support::can_compile() {
        return;
    }
    compile(
        cases()
            .iter()
            .map(|case| (case.clone(), vec![skeleton(case)]))
            .collect(),
    );
}

#[test]
fn after_the_dump_and_twice() {
    if !test_support::can_compile() {
        return;
    }
    let unit = |case: &String| {
        (
            case.clone(),
            vec![dump(case), skeleton(case), skeleton(case)],
        )
    };
    compile(cases().iter().map(unit).collect());
}

#[test]
fn before_the_dump_and_the_library() {
    if !test_support::can_compile() {
        return;
    }
    let library = || "libbpf-wasm.h".to_owned();
    let unit = |case: &String| (case.clone(), vec![skeleton(case), dump(case), library()]);
    compile(cases().iter().map(unit).collect());
}

#[test]
fn all_in_one_translation_unit() {
    if !test_support::can_compile() {
        return;
    }
    let includes: Vec<String> = cases().iter().map(|case| skeleton(case)).collect();
    let reversed = includes.iter().rev().cloned().collect();
    compile(vec![
        ("forward".to_owned(), includes),
        ("backward".to_owned(), reversed),
    ]);
}

/// Objects called `event`, with a type of that name: what guests write about both.
const NAMESAKES: [(&str, &str); 3] = [
    (
        "struct event { int pid; long time; }; \
         struct pair { struct event first; struct event second[2]; char mark; }; \
         struct pair pair; struct event last; struct event *place; typedef struct event event_t; event_t other;",
        "skel->bss->last.pid + skel->bss->pair.second[1].pid + skel->bss->other.pid",
    ),
    (
        "union event { int pid; long time; }; struct pair { union event event; } pair;",
        "skel->bss->pair.event.pid",
    ),
    (
        "enum event { START, STOP = 1 << 30 }; enum event last;",
        "(int)skel->bss->last",
    ),
];

/// A skeleton that is called like a type has the name where no header of the types came before.
#[test]
fn called_like_a_type() {
    if !test_support::can_compile() {
        return;
    }
    let folder = scratch();
    let mut units = Vec::new();
    for (i, (source, value)) in NAMESAKES.iter().enumerate() {
        let object = bpf_object(folder.path(), &format!("namesake{i}"), source);
        let generate = |name: &str, args: &[&str]| {
            let file = folder.path().join(name);
            let mut command = Command::new(ours());
            stdout_of(command.args(args).arg("-o").arg(file));
            format!("#include \"{name}\"\n")
        };
        let object = object.to_string_lossy();
        let args = ["gen", "skeleton", "-j", &object, "name", "event"];
        let skeleton = generate(&format!("namesake{i}.skel.h"), &args);
        let args = ["btf", "dump", "file", &object, "format", "c", "-j"];
        let dump = generate(&format!("namesake{i}.wasm.h"), &args);
        let guest = |tag: &str| {
            format!(
                "int use(void);\nint use(void)\n{{\n\tstruct {tag} *skel = event__open_and_load();\n\
                 \tint value = skel ? {value} : 0;\n\tevent__destroy(skel);\n\treturn value;\n}}\n"
            )
        };
        let (own, other) = (guest("event"), guest("event___skel"));
        let without = "#define event__NO_TYPES\n";
        let texts = [
            format!("{skeleton}{own}"),
            format!("{skeleton}{skeleton}{own}"),
            format!("{dump}{skeleton}{other}"),
            format!("{dump}{without}{skeleton}{other}"),
        ];
        // A typedef of the type is not guarded in the dump, and means the skeleton after it.
        let late = (!source.contains("typedef")).then(|| format!("{skeleton}{dump}{own}"));
        for (j, text) in texts.into_iter().chain(late).enumerate() {
            units.push((format!("namesake{i}_{j}"), text));
        }
    }
    compile_texts(units, folder.path());
}

/// A program needs no BTF, and neither has its skeleton.
#[test]
fn without_btf() {
    if !test_support::can_compile() {
        return;
    }
    let folder = scratch();
    let source = "int number = 1; \
                  __attribute__((section(\"socket\"))) int program(void *ctx) { return *(volatile int *)&number; }";
    let object = bpf_object(folder.path(), "plain", source);
    let stripped = folder.path().join("plain.o");
    stdout_of(
        Command::new("llvm-objcopy-19")
            .args(
                [".BTF", ".BTF.ext", ".rel.BTF", ".rel.BTF.ext"]
                    .map(|name| format!("--remove-section={name}")),
            )
            .arg(&object)
            .arg(&stripped),
    );
    let mut command = Command::new(ours());
    command.args(["gen", "skeleton"]).arg(&stripped);
    let header = folder.path().join("plain.skel.h");
    stdout_of(command.arg("-o").arg(header));
    let guest = "int use(void);\nint use(void)\n{\n\tstruct plain *skel = plain__open_and_load();\n\
                 \tint value = skel && skel->progs.program && skel->maps.data;\n\tplain__destroy(skel);\n\
                 \treturn value;\n}\n";
    let text = format!("#include \"plain.skel.h\"\n{guest}");
    compile_texts(vec![("plain".to_owned(), text)], folder.path());
}
