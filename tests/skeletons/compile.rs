//! Every skeleton compiles without a warning in every dialect: alone, with the header of the same object around it, with all others.

use crate::headers::{FOLDER, cases};
use crate::support::{DIALECTS, clang, scratch, stdout_of};
use std::fs;
use std::sync::Mutex;

/// Compiles translation units that include these headers, in all dialects.
fn compile(units: Vec<(String, Vec<String>)>) {
    let folder = scratch();
    let count = units.len() * DIALECTS.len();
    let queue = Mutex::new(units.into_iter());
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                loop {
                    let next = queue.lock().expect("the queue").next();
                    let Some((name, includes)) = next else { break };
                    let lines: String = includes
                        .iter()
                        .map(|name| format!("#include \"{name}\"\n"))
                        .collect();
                    let source = folder.path().join(format!("{name}.c"));
                    fs::write(&source, lines).expect("a source");
                    for dialect in DIALECTS {
                        let mut command = clang();
                        command
                            .args(["--target=wasm32-wasi", "-fsyntax-only", "-I"])
                            .arg(&*FOLDER);
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
    compile(
        cases()
            .iter()
            .map(|case| (case.clone(), vec![skeleton(case)]))
            .collect(),
    );
}

#[test]
fn behind_the_dump_and_twice() {
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
    let library = || "libbpf-wasm.h".to_owned();
    let unit = |case: &String| (case.clone(), vec![skeleton(case), dump(case), library()]);
    compile(cases().iter().map(unit).collect());
}

#[test]
fn all_in_one_translation_unit() {
    let includes: Vec<String> = cases().iter().map(|case| skeleton(case)).collect();
    let reversed = includes.iter().rev().cloned().collect();
    compile(vec![
        ("forward".to_owned(), includes),
        ("backward".to_owned(), reversed),
    ]);
}
