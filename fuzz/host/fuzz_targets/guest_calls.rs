//! See `wasm_bpf_fuzz::guest_calls`.
#![no_main]

wasm_bpf_fuzz::libfuzzer!(guest_calls);
