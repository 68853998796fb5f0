//! See `wasm_bpf_fuzz::image`.
#![no_main]

wasm_bpf_fuzz::libfuzzer!(image);
