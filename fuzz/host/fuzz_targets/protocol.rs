//! See `wasm_bpf_fuzz::protocol`.
#![no_main]

btf_blobs::libfuzzer!(wasm_bpf_fuzz::protocol);
