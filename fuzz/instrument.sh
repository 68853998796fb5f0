#!/usr/bin/env bash
# What cargo calls in place of rustc to build the targets. It has the compiler count how often each branch is taken in this
# project's crates, and in those that read ELF files and arguments for them; what only reads their text again stays fast. With
# HOST_SANITIZER, the host's crates and its targets have that sanitizer, whose runtime the C code of libbpf needs.
set -euo pipefail
rustc=$1
shift
arguments=" $* "
is() {
    for name; do
        [[ $arguments != *" --crate-name $name "* ]] || return 0
    done
    return 1
}
if is btf_layout skel_gen bpftool_wasm object clap_builder wasm_bpf_host libbpf_rs; then
    set -- "$@" -Cpasses=sancov-module
    for option in level=4 trace-compares inline-8bit-counters pc-table; do
        set -- "$@" "-Cllvm-args=-sanitizer-coverage-$option"
    done
fi
if [ -n "${HOST_SANITIZER:-}" ] && is wasm_bpf_host libbpf_rs wasm_bpf_fuzz image target_elf protocol guest_calls seeds; then
    set -- "$@" "-Zsanitizer=$HOST_SANITIZER"
fi
exec "$rustc" "$@"
