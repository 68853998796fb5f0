#!/usr/bin/env bash
# Installs through apt what building, the demo and the tests need beside cargo, if anything is missing (Debian 12 or newer).
set -euo pipefail
PATH=$PATH:/usr/sbin # Debian's bpftool is there, and it is not on every user's PATH.

# Each line: a Debian package, and the command or file that tells that it is there.
needed='
clang-19                   clang-19
llvm-19                    llvm-objcopy-19
lld-19                     wasm-ld-19
wasi-libc                  /usr/include/wasm32-wasi/stdio.h
libclang-rt-19-dev-wasm32  /usr/lib/llvm-19/lib/clang/19/lib/wasi/libclang_rt.builtins-wasm32.a
libclang-rt-19-dev         /usr/lib/llvm-19/lib/clang/19/lib/linux
bpftool                    bpftool
libbpf-dev                 /usr/include/bpf/bpf_helpers.h
libelf-dev                 /usr/include/libelf.h
zlib1g-dev                 /usr/include/zlib.h
pkg-config                 pkg-config
make                       make
gcc                        gcc
qemu-system-x86            qemu-system-x86_64
busybox-static             busybox
cpio                       cpio
iproute2                   ip
'

present() {
    if [[ $1 == /* ]]; then [[ -e $1 ]]; else command -v "$1" >/dev/null; fi
}

missing=()
while read -r package proof; do
    [[ -z $package ]] || present "$proof" || missing+=("$package")
done <<<"$needed"
present cargo || { echo "setup: cargo is missing: install Rust first, see https://rustup.rs" >&2; exit 1; }
((${#missing[@]})) || exit 0

fail() { echo "setup: missing: ${missing[*]}. $1" >&2; exit 1; }
present apt-get || fail "Without apt this script cannot install them: please do so by other means."
as_root=()
if ((EUID != 0)); then
    present sudo || fail "Run this script as root once, or install sudo."
    as_root=(sudo)
fi
echo "setup: installing ${missing[*]}" >&2
"${as_root[@]}" apt-get -qq update >&2
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 install -y --no-install-recommends "${missing[@]}" </dev/null >&2
