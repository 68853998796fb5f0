//! See `bpftool_wasm_fuzz::object`.
#![no_main]

bpftool_wasm_fuzz::libfuzzer!(object);
