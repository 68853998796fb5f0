#!/usr/bin/env bash
# Builds the guests: BPF object, what is generated from it, wasm module, each into target/examples.
# The BPF sources include vmlinux.h, the running kernel's types as this project prints them.
#
#   build.sh      all guests, and the components
#   build.sh c    guests in C: those in Rust need a compiler that it may take minutes to make
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
tool=${BPFTOOL_WASM:-target/release/bpftool-wasm}
out=target/examples
mkdir -p "$out"

"$tool" gen header -o "$out/libbpf-wasm.h"
"$tool" btf dump file "${VMLINUX_BTF:-/sys/kernel/btf/vmlinux}" format c -o "$out/vmlinux.h"

for source in examples/*/*.bpf.c; do
    folder=$(dirname "$source")
    name=$(basename "$source" .bpf.c)
    clang-19 -target bpf -mcpu=v3 -D__TARGET_ARCH_x86 -g -O2 -Wall -Werror \
        -I"$out" -I"$folder" -c "$source" -o "$out/$name.bpf.o"
    llvm-strip-19 -g "$out/$name.bpf.o"
    "$tool" btf dump file "$out/$name.bpf.o" format c -j -o "$out/$name.wasm.h"
    "$tool" gen skeleton -j "$out/$name.bpf.o" -o "$out/$name.skel.h"
    clang-19 --target=wasm32-wasi -O2 -s -Wall -Wextra -Werror -Wl,--export-table \
        -I"$out" -o "$out/$name.wasm" "$folder/$name.c"
    echo "$out/$name.wasm: $(stat -c %s "$out/$name.wasm") bytes"
done

[[ ${1-} != c ]] || exit 0
rustc=$(tests/wasm-rust.sh)
for manifest in examples/*/Cargo.toml; do
    name=$(basename "$(dirname "$manifest")")
    RUSTC=$rustc CLANG=${CLANG:-clang-19} CARGO_TARGET_DIR=$out/cargo \
        cargo build --quiet --release --target wasm32-wasip1 --manifest-path "$manifest"
    cp "$out/cargo/wasm32-wasip1/release/$name.wasm" "$out/$name.wasm"
    echo "$out/$name.wasm: $(stat -c %s "$out/$name.wasm") bytes"
done
BPFTOOL_WASM=$tool examples/bootstrap-components/build.sh
