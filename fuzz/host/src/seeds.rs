//! Objects and programs that seeds are made of, beside those that are checked in for all tests.

use std::sync::LazyLock;

/// An object with a program of each kind that needs no BTF of the kernel's, and with maps.
pub const HOOKS: &[u8] = include_bytes!("../objects/hooks.bpf.o");
/// An object with programs for functions and static probes of files.
pub const PROBES: &[u8] = include_bytes!("../objects/probes.bpf.o");

/// What guests load.
pub fn images() -> [&'static [u8]; 6] {
    [
        HOOKS,
        PROBES,
        include_bytes!("../../../tests/bpf/skeletons/kinds.bpf.o"),
        include_bytes!("../../../tests/bpf/skeletons/variables.bpf.o"),
        include_bytes!("../../../tests/bpf/skeletons/arena.bpf.o"),
        b"\x7fELF, but no more",
    ]
}

/// The programs of [`HOOKS`] and [`PROBES`], and a name that is none.
pub fn program_names() -> Vec<String> {
    static NAMES: LazyLock<Vec<String>> = LazyLock::new(|| {
        let mut names = vec!["nobody".to_owned()];
        for image in [HOOKS, PROBES] {
            let image = wasm_bpf_host::image::verify(image).expect("a good object");
            let functions = image.functions().iter();
            names.extend(functions.map(|function| function.name.to_owned()));
        }
        names
    });
    NAMES.clone()
}

/// Files that functions and static probes are looked for in: for machines of 64 and of 32 bits.
pub fn programs() -> Vec<Vec<u8>> {
    vec![
        include_bytes!("../objects/program-x86_64.so").to_vec(),
        include_bytes!("../objects/program-i386.so").to_vec(),
    ]
}
