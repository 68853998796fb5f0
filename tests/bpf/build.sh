#!/usr/bin/env bash
# Compiles the cases of this folder and of skeletons/ to the objects that are checked in beside them. Debug information other
# than BTF is dropped. Those in Rust need a nightly rustc with LLVM 22 or later, which writes enums with data as BTF; they are
# left alone where there is none.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
for source in *.bpf.c skeletons/*.bpf.c; do
    object=${source%.c}.o
    clang-19 -target bpf -mcpu=v3 -g -O2 -Wall -Werror -fdebug-compilation-dir=. -c "$source" -o "$object"
    llvm-strip-19 -g "$object"
done

nightly() {
    rustc +nightly -Z unstable-options "$@"
}
if ! version=$(nightly -vV 2>&1) || [[ ! $version =~ LLVM\ version:\ ([0-9]+) ]] || ((BASH_REMATCH[1] < 22)); then
    echo "skipped: the objects in Rust, since there is no nightly rustc with LLVM 22 or later"
    exit
fi
# Of this target rustc writes bitcode by itself, for a linker that is not needed here.
scratch=$(mktemp -d)
trap 'rm -r "$scratch"' EXIT
nightly --target bpfel-unknown-none --print target-spec-json |
    sed 's/"obj-is-bitcode": true/"obj-is-bitcode": false/' >"$scratch/bpf.json"
for source in *.bpf.rs; do
    object=${source%.rs}.o
    nightly --target "$scratch/bpf.json" --crate-name "${source%.bpf.rs}" --remap-path-prefix "$PWD=." -D warnings \
        -C debuginfo=2 -C panic=abort -O --emit=obj "$source" -o "$object"
    llvm-strip-19 -g "$object"
done
