//! See `bpftool_wasm_fuzz::command_line`.
#![no_main]

btf_blobs::libfuzzer!(bpftool_wasm_fuzz::command_line);
