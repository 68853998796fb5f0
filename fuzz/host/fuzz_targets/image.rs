//! See `wasm_bpf_fuzz::image`.
#![no_main]

btf_blobs::libfuzzer!(wasm_bpf_fuzz::image);
