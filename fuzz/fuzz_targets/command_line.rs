//! See `bpftool_wasm_fuzz::command_line`.
#![no_main]

bpftool_wasm_fuzz::libfuzzer!(command_line);
