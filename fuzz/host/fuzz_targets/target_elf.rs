//! See `wasm_bpf_fuzz::target_elf`.
#![no_main]

btf_blobs::libfuzzer!(wasm_bpf_fuzz::target_elf);
