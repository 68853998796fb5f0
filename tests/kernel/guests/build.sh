#!/usr/bin/env bash
# Builds the guests of these tests, after the examples, whose vmlinux.h and guest library they use: each source in C, and each in
# Rust as NAME_rust.
#
#   build.sh BPFTOOL_WASM OUT
set -euo pipefail
tool=$1 out=$2
here=$(dirname "${BASH_SOURCE[0]}")
examples=$here/../../../target/examples
for source in "$here"/*.bpf.c; do
    name=$(basename "$source" .bpf.c)
    clang-19 -target bpf -mcpu=v3 -D__TARGET_ARCH_x86 -g -O2 -Wall -Werror -I"$examples" -c "$source" -o "$out/$name.bpf.o"
    "$tool" btf dump file "$out/$name.bpf.o" format c -j -o "$out/$name.wasm.h"
    "$tool" gen skeleton -j "$out/$name.bpf.o" -o "$out/$name.skel.h"
    clang-19 --target=wasm32-wasi -O2 -s -Wall -Wextra -Werror -Wl,--export-table -I"$out" -I"$examples" \
        -o "$out/$name.wasm" "$here/$name.c"
done

rustc=$("$here/../../wasm-rust.sh")
compile() {
    SKELETONS=$(realpath "$out") "$rustc" --edition 2024 -Dwarnings --target wasm32-wasip1 -Copt-level=1 "$@"
}
compile --crate-type=rlib --crate-name=libbpf_wasm --cfg 'feature="std"' --out-dir "$out" "$here/../../../libbpf-wasm/src/lib.rs"
for source in "$here"/*.rs; do
    name=$(basename "$source" .rs)
    "$tool" gen skeleton "$out/$name.bpf.o" lang rust -o "$out/$name.skel.rs"
    compile -Cpanic=abort --extern "libbpf_wasm=$out/liblibbpf_wasm.rlib" "$source" -o "$out/${name}_rust.wasm"
done
