#!/usr/bin/env bash
# Installs through apt what is missing beside cargo (Debian 12 or newer). No package is ever removed for it: one that cannot stand
# beside what is installed is left out, and so are all where there is no root. What is left out is named, and what goes without.
#
#   setup.sh         what the demo and the examples take
#   setup.sh test    what the tests take, of which most are skipped without: only what cargo builds with has to be there
set -euo pipefail
PATH=$PATH:/usr/sbin # Debian's bpftool is there, and it is not on every user's PATH.
purpose=${1-guests}

# Each line: a Debian package, the command or file that tells that it is there, and what takes it: cargo's build, guests, or only tests.
# What the throwaway machine runs with, tests/machine gets by itself.
needed='
gcc                        gcc                                     build
pkg-config                 pkg-config                              build
libelf-dev                 /usr/include/libelf.h                   build
zlib1g-dev                 /usr/include/zlib.h                     build
make                       make                                    build
clang-19                   clang-19                                guests
llvm-19                    llvm-objcopy-19                         guests
lld-19                     wasm-ld-19                              guests
wasi-libc                  /usr/include/wasm32-wasi/stdio.h        guests
libclang-rt-19-dev-wasm32  /usr/lib/llvm-19/lib/clang/19/lib/wasi/libclang_rt.builtins-wasm32.a  guests
libbpf-dev                 /usr/include/bpf/bpf_helpers.h          guests
libclang-rt-19-dev         /usr/lib/llvm-19/lib/clang/19/lib/linux tests
bpftool                    bpftool                                 tests
busybox-static             busybox                                 tests
iproute2                   ip                                      tests
'

present() {
    if [[ $1 == /* ]]; then [[ -e $1 ]]; else command -v "$1" >/dev/null; fi
}

# The packages that are missing, of these purposes: missing PURPOSE...
missing() {
    local package proof for
    while read -r package proof for; do
        [[ -z $package || " $* " != *" $for "* ]] || present "$proof" || echo "$package"
    done <<<"$needed"
}

install() {
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 install -y --no-remove \
        --no-install-recommends "$@" </dev/null >&2
}

present cargo || { echo "setup: cargo is missing: install Rust first, see https://rustup.rs" >&2; exit 1; }
if [[ $purpose == test ]]; then
    wanted=(build guests tests) must=(build)
else
    wanted=(build guests) must=(build guests)
fi
mapfile -t packages < <(missing "${wanted[@]}")
((${#packages[@]})) || exit 0

as_root=()
((EUID == 0)) || as_root=(sudo)
why=''
if ! present apt-get; then
    why='Without apt this script cannot install them: please do so by other means.'
elif ((EUID != 0)) && ! { present sudo && sudo -v; } 2>/dev/null; then
    why='Run this script as root once, or as a user who may use sudo.'
else
    echo "setup: installing ${packages[*]}" >&2
    "${as_root[@]}" apt-get -qq update >&2 || true
    # Together, which is quick; or those that can be, one after the other.
    install "${packages[@]}" || for package in "${packages[@]}"; do
        install "$package" || true
    done
    why='apt-get does not install them, or not without removing others.'
fi

mapfile -t packages < <(missing "${wanted[@]}")
((${#packages[@]})) || exit 0
echo "setup: missing: ${packages[*]}. $why" >&2
mapfile -t packages < <(missing "${must[@]}")
if ((${#packages[@]})); then
    echo "setup: without ${packages[*]} there is nothing to run" >&2
    exit 1
fi
echo "setup: tests that take what is missing are skipped, and say so" >&2
