//! See `bpftool_wasm_fuzz::btf`.
#![no_main]

bpftool_wasm_fuzz::libfuzzer!(btf);
