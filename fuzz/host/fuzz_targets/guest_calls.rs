//! See `wasm_bpf_fuzz::guest_calls`.
#![no_main]

btf_blobs::libfuzzer!(wasm_bpf_fuzz::guest_calls);
