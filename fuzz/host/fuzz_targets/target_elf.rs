//! See `wasm_bpf_fuzz::target_elf`.
#![no_main]

wasm_bpf_fuzz::libfuzzer!(target_elf);
