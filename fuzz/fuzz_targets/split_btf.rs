//! See `bpftool_wasm_fuzz::split_btf`.
#![no_main]

bpftool_wasm_fuzz::libfuzzer!(split_btf);
