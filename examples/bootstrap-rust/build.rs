//! Makes the skeleton of the BPF object that `BOOTSTRAP_BPF_O` names.

use btf_layout::Btf;
use skel_gen::object::{BpfObject, Elf, object_name};
use skel_gen::rust::{Embed, wasm_skeleton};
use skel_gen::{Input, Skeleton};
use std::error::Error;
use std::path::PathBuf;
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    // Hosts find callbacks in the exported function table.
    println!("cargo::rustc-link-arg-bins=--export-table");
    println!("cargo::rerun-if-env-changed=BOOTSTRAP_BPF_O");
    let file = env::var("BOOTSTRAP_BPF_O")
        .map_err(|_| "set BOOTSTRAP_BPF_O to the file bootstrap.bpf.o")?;
    println!("cargo::rerun-if-changed={file}");
    let bytes = fs::read(&file).map_err(|error| format!("{file}: {error}"))?;
    let btf = Btf::parse(Input::parse(&bytes)?.btf)?;
    let object = BpfObject::parse(&object_name(&file), Elf::parse(&bytes)?, &btf)?;
    let skeleton = Skeleton::with_all_types(object, &btf)?;
    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(
        out.join("bootstrap.skel.rs"),
        wasm_skeleton(&skeleton, &Embed::Inline),
    )?;
    Ok(())
}
