//! See `bpftool_wasm_fuzz::btf`.
#![no_main]

btf_blobs::libfuzzer!(bpftool_wasm_fuzz::btf);
