//! Writes the seeds of a target: `seeds TARGET FOLDER`. What else is there stays.
#![allow(clippy::expect_used, reason = "a script that cannot go on stops")]

use btf_blobs::target::Target;
use std::path::PathBuf;

fn main() {
    let mut args = std::env::args().skip(1);
    let name = args.next().expect("the name of a target");
    let folder = PathBuf::from(args.next().expect("a folder"));
    let target = Target::find(&bpftool_wasm_fuzz::TARGETS, &name);
    target.write_seeds(&folder).expect("a folder");
}
