//! Three steps that the component model's tools have commands for, each of which would take minutes to install:
//!
//! ```text
//! compose bindings WIT FOLDER            wit-bindgen c --out-dir FOLDER WIT
//! compose component MODULE OUT           wasm-tools component new MODULE -o OUT
//! compose plug SOCKET PLUG OUT           wac plug SOCKET --plug PLUG -o OUT
//! ```

use anyhow::{Context, Result, bail};
use std::path::Path;
use std::{env, fs};
use wac_graph::types::Package;
use wac_graph::{CompositionGraph, EncodeOptions};
use wit_bindgen_core::Files;
use wit_component::ComponentEncoder;
use wit_parser::Resolve;

fn main() -> Result<()> {
    let args: Vec<String> = env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args[..] {
        ["bindings", wit, folder] => {
            bindings(wit.as_ref(), folder.as_ref()).context(format!("{wit}: no bindings"))
        }
        ["component", module, out] => {
            component(module, out).context(format!("{module}: no component"))
        }
        ["plug", socket, plug, out] => {
            plug_in(socket, plug, out).context(format!("{plug} does not fit {socket}"))
        }
        _ => bail!("compose bindings WIT FOLDER | component MODULE OUT | plug SOCKET PLUG OUT"),
    }
}

/// Writes the C bindings of the world in `wit`, a file or a folder with `deps`.
fn bindings(wit: &Path, folder: &Path) -> Result<()> {
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_path(wit)?;
    let world = resolve.select_world(&[package], None)?;
    let mut files = Files::default();
    wit_bindgen_c::Opts::default()
        .build()
        .generate(&mut resolve, world, &mut files)?;
    fs::create_dir_all(folder)?;
    for (name, content) in files.iter() {
        fs::write(folder.join(name), content)?;
    }
    Ok(())
}

/// Makes a component of a module that has its world in it, as bindings see to.
fn component(module: &str, out: &str) -> Result<()> {
    let module = fs::read(module)?;
    let component = ComponentEncoder::default()
        .validate(true)
        .module(&module)?
        .encode()?;
    Ok(fs::write(out, component)?)
}

/// Gives `socket` what it imports and `plug` exports. What comes out exports what `socket` does.
fn plug_in(socket: &str, plug: &str, out: &str) -> Result<()> {
    let mut graph = CompositionGraph::new();
    let mut add = |name, file| -> Result<_> {
        let package = Package::from_bytes(name, None, fs::read(file)?, graph.types_mut())?;
        Ok(graph.register_package(package)?)
    };
    let (socket, plugged) = (add("socket", socket)?, add("plug", plug)?);
    wac_graph::plug(&mut graph, vec![plugged], socket)?;
    Ok(fs::write(out, graph.encode(EncodeOptions::default())?)?)
}
