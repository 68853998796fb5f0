#!/usr/bin/env bash
# Compiles the sources of this folder to the files that are checked in beside them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
for source in *.bpf.c; do
    object=${source%.c}.o
    clang-19 -target bpf -mcpu=v3 -D__TARGET_ARCH_x86 -I"/usr/include/$(uname -m)-linux-gnu" -g -O2 -Wall -Werror \
        -fdebug-compilation-dir=. -c "$source" -o "$object"
    llvm-strip-19 -g "$object"
done
scratch=$(mktemp -d)
trap 'rm -r "$scratch"' EXIT
echo 'V1 { global: f; }; V { global: f; entry; } V1;' >"$scratch/versions"
for machine in x86_64:elf_x86_64 i386:elf_i386; do
    clang-19 --target="${machine%:*}-linux-gnu" -fPIC -O1 -c program.c -o "$scratch/program.o"
    ld -m "${machine#*:}" -shared -z noseparate-code --hash-style=gnu --build-id=none \
        --version-script="$scratch/versions" "$scratch/program.o" -o "program-${machine%:*}.so"
done
