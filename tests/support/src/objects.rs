//! The objects that are checked in, and what the library and libbpf make of them.

use libbpf_rs::{ObjectBuilder, OpenObject};
use skel_gen::object::{BpfObject, Elf, Map, MapOrigin, Patch, object_name};
use skel_gen::{Skeleton, SkeletonTypes};
use std::fs;
use std::path::{Path, PathBuf};

/// Objects of a folder below `tests`, in order of their names.
pub fn in_folder(folder: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(crate::tests_dir().join(folder)).expect("a folder with objects");
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "o"));
    files.sort();
    assert!(files.len() >= 9, "only {} objects in {folder}", files.len());
    files
}

/// All objects that are checked in.
pub fn all() -> Vec<PathBuf> {
    [in_folder("bpf"), in_folder("bpf/skeletons")].concat()
}

/// An object of `tests/bpf/skeletons`.
pub fn case(name: &str) -> PathBuf {
    crate::tests_dir().join(format!("bpf/skeletons/{name}.bpf.o"))
}

/// The name bpftool gives the object in `file`.
pub fn name_of(file: &Path) -> String {
    object_name(&file.to_string_lossy())
}

/// The skeleton of the object in `file`, which has to be a good one.
pub fn with_skeleton<R>(file: &Path, use_it: impl FnOnce(&Skeleton<'_>) -> R) -> R {
    let bytes = fs::read(file).expect("an object");
    let input = skel_gen::Input::parse(&bytes).expect("BTF");
    let btf = btf_layout::Btf::parse(input.btf).expect("valid BTF");
    let object = Elf::parse(&bytes).and_then(|elf| BpfObject::parse(&name_of(file), elf, &btf));
    let object = object.unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    let skeleton = Skeleton::new(object, &btf, SkeletonTypes::Needed)
        .unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    use_it(&skeleton)
}

/// What libbpf makes of an object.
pub fn open(name: &str, bytes: &[u8]) -> libbpf_rs::Result<OpenObject> {
    let mut builder = ObjectBuilder::default();
    builder.name(name)?;
    builder.open_memory(bytes)
}

/// What fills a map at load: first byte in the image, if it has bytes there, and length. `None` if nothing does.
pub fn contents(skeleton: &Skeleton<'_>, map: &Map<'_>) -> Option<(Option<u32>, usize)> {
    let section = skeleton.data_of(map)?;
    if let MapOrigin::StructOps { variable, .. } = map.origin {
        let variable = section.variables.iter().find(|v| v.name == variable)?;
        let at = section.file_offset.map(|at| at + variable.offset.0);
        return Some((at, variable.size.0 as usize));
    }
    Some((section.file_offset, section.size.0 as usize))
}

/// Writes the words that load a section's programs, or do not.
pub fn switch(image: &mut [u8], patches: &[Patch], on: bool) {
    for patch in patches {
        let word = if on { patch.enabled } else { patch.disabled };
        write(image, patch.at, &word.to_le_bytes());
    }
}

/// Replaces bytes of an image.
pub fn write(image: &mut [u8], at: u32, bytes: &[u8]) {
    image[at as usize..][..bytes.len()].copy_from_slice(bytes);
}
