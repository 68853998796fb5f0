//! See `wasm_bpf_fuzz::protocol`.
#![no_main]

wasm_bpf_fuzz::libfuzzer!(protocol);
