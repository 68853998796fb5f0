//! Help texts, and how unknown words are answered.

use crate::failure::Failure;
use crate::options::Options;
use crate::output;

/// What the program does as a whole.
pub(crate) const PROGRAM: &str = "\
Usage: bpftool-wasm [OPTIONS] OBJECT { COMMAND | help }
       bpftool-wasm version

       OBJECT  := { btf | gen }
       OPTIONS := { -j|--json | -w|--wasm | -p|--pretty | -B|--base-btf FILE |
                    -o|--output FILE | -I|--include DIR | -h|--help |
                    -V|--version }
";

/// `btf help`.
pub(crate) const BTF: &str = "\
Usage: bpftool-wasm btf dump file FILE [format FORMAT] [ROOT]... [unsorted]
                    [arrays ARRAYS] [strings] [lang LANG]
       bpftool-wasm btf help

       FILE    := { ELF object | raw BTF blob | C header or source | - }
       FORMAT  := { raw | c | rust | wit }
       ROOT    := { root_id TYPE_ID | type NAME }
       ARRAYS  := { list | fixed | tuple }
       LANG    := { c | rust }
       OPTIONS := { -j|--json | -w|--wasm | -p|--pretty | -B|--base-btf FILE |
                    -o|--output FILE | -I|--include DIR }

       format c -j      header for wasm32 guests: the bytes BPF and the kernel see
       format rust -j   the same as a Rust module for guests that use libbpf-wasm
       format wit -j    a WIT package of the types, with functions that decode and encode them
         arrays ARRAYS  arrays as list<T>, which is usual, list<T, N>, or tuple<T, ...>
         strings        arrays of char as string, up to the first NUL
         lang LANG      what implements the functions, for the bindings that wit-bindgen
                        generates for LANG in the world `decoder`
       format c         vmlinux.h for BPF programs and native code
       format raw       one line a type; with -j as JSON, with -p as indented JSON
       ROOT             only these types and what they need; several may be given
       NAME.h, NAME.c   compiled by $CLANG, clang or clang-N, with all types that it declares;
                        -I says where that looks for what it includes
";

/// `gen help`.
pub(crate) const GEN: &str = "\
Usage: bpftool-wasm gen skeleton FILE [name NAME] [lang LANG]
       bpftool-wasm gen header
       bpftool-wasm gen help

       FILE    := { ELF object | C source }
       LANG    := { c | rust }
       OPTIONS := { -j|--json | -w|--wasm | -o|--output FILE | -I|--include DIR }

       skeleton   what opens, parameterises, loads and attaches a BPF object from a wasm32
                  guest: a C header, or Rust for the crate libbpf-wasm; -j is accepted and
                  changes nothing
       header     prints libbpf-wasm.h, which C skeletons include
";

/// Prints a help text.
pub(crate) fn print(options: &Options, text: &str) -> Result<(), Failure> {
    output::write(options.output.as_deref(), text)
}

/// The answer to a word that is no command of `object`.
pub(crate) fn refuse(usage: &str, word: Option<String>, object: &str) -> Failure {
    let problem = match word {
        Some(word) => format!("'{word}' is not a command of '{object}'"),
        None => format!("'{object}' needs a command"),
    };
    Failure::usage(problem).detailed(usage)
}
