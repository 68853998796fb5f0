#!/usr/bin/env bash
# Compiles the cases of this folder and of skeletons/ to the objects that are checked in beside them. Debug information other
# than BTF is dropped.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
for source in *.bpf.c skeletons/*.bpf.c; do
    object=${source%.c}.o
    clang-19 -target bpf -mcpu=v3 -g -O2 -Wall -Werror -fdebug-compilation-dir=. -c "$source" -o "$object"
    llvm-strip-19 -g "$object"
done
