//! Whatever a header is made from, it is a header: compilers take it, and the sizes it asserts are right.

use btf_blobs::{mutate, random};
use btf_layout::{Btf, Layout, Roots};
use skel_gen::c;
use std::fs;
use std::process::Command;
use test_support::{DIALECTS, can_compile, clang, first_lines, run, scratch, skip, tool};

/// Compiles the headers of random blobs, each with all `compilers`.
fn compile(
    name: &str,
    render: fn(&Btf<'_>) -> Option<Vec<u8>>,
    compilers: impl Fn() -> Vec<Command>,
) {
    let (mut rng, folder) = (mutate::rng(), scratch());
    let file = folder.path().join("random.h");
    let mut compiled = 0;
    while compiled < mutate::cases(40) {
        let blob = random::blob(&mut rng, 60).bytes();
        let Ok(btf) = Btf::parse(&blob) else { continue };
        let Some(header) = render(&btf) else { continue };
        fs::write(&file, &header).expect("a header file");
        for mut compiler in compilers() {
            let output = run(compiler.arg("-fsyntax-only").arg(&file));
            if !output.status.success() {
                let kept = test_support::kept().join(format!("{name}.btf"));
                fs::write(&kept, &blob).expect("a place to keep the blob");
                let messages = String::from_utf8_lossy(&output.stderr).into_owned();
                let messages = first_lines(&messages, 20);
                panic!("{compiler:?}: {messages}\nkept as {}", kept.display());
            }
        }
        compiled += 1;
    }
}

#[test]
fn random_wasm_headers_compile() {
    if !can_compile() {
        return;
    }
    let render = |btf: &Btf<'_>| {
        let layout = Layout::plan(btf, &Roots::All).ok()?;
        let mut header = Vec::new();
        c::wasm_header(&layout, &mut header).expect("a header");
        Some(header)
    };
    let compilers = || {
        let [_, c17, c23, cpp] = DIALECTS;
        let all = [c17, c23, cpp].map(|dialect| {
            let mut command = clang();
            command.arg("--target=wasm32-wasi").args(dialect);
            command
        });
        all.into()
    };
    compile("random_wasm_headers", render, compilers);
}

#[test]
fn random_native_headers_compile() {
    if tool("clang-19").is_none() || tool("gcc").is_none() {
        return skip("no clang-19 or no gcc");
    }
    let render = |btf: &Btf<'_>| {
        let header = c::native_header(btf, &Roots::All, true).ok()?;
        Some(header.into_bytes())
    };
    let compilers = || {
        let [mut native, mut bpf, mut gcc] = ["clang-19", "clang-19", "gcc"].map(Command::new);
        native.args(["-x", "c", "-w"]);
        bpf.args(["-x", "c", "-w", "--target=bpf"]);
        gcc.args(["-x", "c", "-w"]);
        vec![native, bpf, gcc]
    };
    compile("random_native_headers", render, compilers);
}
