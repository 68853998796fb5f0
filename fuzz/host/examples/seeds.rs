//! Writes the seeds of a target: `seeds TARGET FOLDER`. Those that are there already stay.
#![allow(clippy::expect_used, reason = "a script that cannot go on stops")]

use std::fs;
use std::path::PathBuf;

fn main() {
    let mut args = std::env::args().skip(1);
    let name = args.next().expect("the name of a target");
    let folder = PathBuf::from(args.next().expect("a folder"));
    fs::create_dir_all(&folder).expect("a folder");
    let target = wasm_bpf_fuzz::target(&name);
    for (i, seed) in (target.seeds)().iter().enumerate() {
        fs::write(folder.join(format!("seed-{i}")), seed).expect("a seed");
    }
}
