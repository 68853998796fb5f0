//! See `bpftool_wasm_fuzz::split_btf`.
#![no_main]

btf_blobs::libfuzzer!(bpftool_wasm_fuzz::split_btf);
