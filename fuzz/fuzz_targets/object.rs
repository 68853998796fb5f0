//! See `bpftool_wasm_fuzz::object`.
#![no_main]

btf_blobs::libfuzzer!(bpftool_wasm_fuzz::object);
