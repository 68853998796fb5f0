#!/usr/bin/env bash
# Compiles kinds.bpf.c with every compiler for BPF that is to be had, to the objects that are checked in beside it: clang 13 to 22
# and GCC; kinds.rs with rustc and bpf-linker, and aya.rs, which depends on aya. Nothing is installed: what is not here is fetched as
# a package of Debian's, or of PyPI's where Debian has none, and unpacked into a folder that stays.
#
#   COMPILERS=FOLDER   where to keep compilers, instead of below ${XDG_CACHE_HOME:-~/.cache}
#   build.sh NAME...   only these: clang-17, gcc-12, bpf-linker
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
cache=${COMPILERS:-${XDG_CACHE_HOME:-$HOME/.cache}/bpftool-wasm/compilers}
mkdir -p "$cache"

# Unpacks packages of Debian's into the folder $1 of the cache.
debian() {
    local folder=$cache/$1
    shift
    [[ -e $folder/done ]] && return
    rm -rf "$folder"
    mkdir -p "$folder/packages"
    (cd "$folder/packages" && apt-get download -q "$@" >/dev/null 2>&1)
    for package in "$folder"/packages/*.deb; do dpkg -x "$package" "$folder"; done
    rm -rf "$folder/packages"
    touch "$folder/done"
}

# A compiler's options; paths of this machine stay out of the objects.
options=(-g -O2 -Wall -fdebug-compilation-dir=. -c kinds.bpf.c -o)

# clang $1 as Debian has it.
debian_clang() {
    local root=$cache/clang-$1 lib
    debian "clang-$1" "clang-$1" "libclang-common-$1-dev" "libclang-cpp$1" "libllvm$1"
    lib=$root/usr/lib
    LD_LIBRARY_PATH=$lib/x86_64-linux-gnu:$lib/llvm-$1/lib "$lib/llvm-$1/bin/clang" -target bpf "${options[@]}" "clang-$1.bpf.o"
}

# clang $1 out of version $2 of the package ziglang.
zig_clang() {
    local root=$cache/ziglang-$2
    if [[ ! -e $root/ziglang/zig ]]; then
        rm -rf "$root"
        python3 -m pip install -q --disable-pip-version-check --no-deps --target "$root" "ziglang==$2" 2>/dev/null
    fi
    ZIG_GLOBAL_CACHE_DIR=$root/cache ZIG_LOCAL_CACHE_DIR=$root/cache \
        "$root/ziglang/zig" cc -target bpfel-freestanding "${options[@]}" "clang-$1.bpf.o"
}

gcc() {
    local root=$cache/gcc-12
    debian gcc-12 gcc-bpf binutils-bpf
    # It writes folder and name of the source into the BTF, and orders that by addresses of its own.
    (cd / && PATH=$root/usr/bin:$PATH setarch -R bpf-gcc -gbtf -O2 -Wall -I"$OLDPWD" -x c -c - -o "$OLDPWD/gcc-12.bpf.o") <kinds.bpf.c
}

# The object $1 of $2.rs, which depends on $3...: by Debian's rustc, which has the source of the version it is, and a bpf-linker for
# the LLVM that it has.
rust() {
    local root=$cache/rust linker=$cache/bpf-linker lib project
    debian rust rustc-web libstd-rust-web-dev "$(apt-cache depends libstd-rust-web-dev | grep -o 'libstd-rust-web-[0-9][0-9.]*' | sort -u)" \
        rust-web-src libllvm22 llvm-22 llvm-22-dev libclang-cpp22
    lib=$root/usr/lib
    export LD_LIBRARY_PATH=$lib/x86_64-linux-gnu
    if [[ ! -e $linker/bin/bpf-linker ]]; then
        PATH=$lib/llvm-22/bin:$PATH LLVM_SYS_221_PREFIX=$lib/llvm-22 \
            RUSTFLAGS="-L native=$lib/llvm-22/lib -L native=$lib/x86_64-linux-gnu" \
            cargo install -q bpf-linker --version 0.13.0 --no-default-features --features llvm-22 --root "$linker"
    fi
    project=$cache/$2
    mkdir -p "$project/src"
    cp "$2.rs" "$project/src/main.rs"
    printf '%s\n' '[package]' "name = \"$2\"" 'edition = "2024"' '[profile.release]' 'debug = 2' 'panic = "abort"' 'lto = true' \
        'codegen-units = 1' '[workspace]' '[dependencies]' "${@:3}" >"$project/Cargo.toml"
    (
        cd "$project"
        export RUSTC=$root/usr/bin/rustc RUSTC_BOOTSTRAP=1
        CARGO_TARGET_BPFEL_UNKNOWN_NONE_RUSTFLAGS="-C linker=$linker/bin/bpf-linker -C link-arg=--btf \
            --remap-path-prefix=$project=. --remap-path-prefix=$lib/rustlib/src/rust=/rust" \
            cargo build -q --release -Z build-std=core --target bpfel-unknown-none
    )
    cp "$project/target/bpfel-unknown-none/release/$2" "$1.bpf.o"
    unset LD_LIBRARY_PATH
}

make_one() {
    case $1 in
    clang-13 | clang-14 | clang-15 | clang-16 | clang-22) debian_clang "${1#clang-}" ;;
    clang-17) zig_clang 17 0.12.1 ;;
    clang-18) zig_clang 18 0.13.0 ;;
    clang-19) clang-19 -target bpf "${options[@]}" clang-19.bpf.o ;;
    clang-20) zig_clang 20 0.15.2 ;;
    clang-21) zig_clang 21 0.16.0 ;;
    gcc-12) gcc ;;
    bpf-linker) rust bpf-linker kinds ;;
    aya) rust aya aya 'aya-ebpf = "=0.2.1"' ;;
    *)
        echo "build.sh: no compiler '$1'" >&2
        return 1
        ;;
    esac
    llvm-strip-19 -g "$1.bpf.o"
    echo "$1.bpf.o: $(stat -c %s "$1.bpf.o") bytes"
}

[[ $# -gt 0 ]] || set -- clang-{13..22} gcc-12 bpf-linker aya
for name; do make_one "$name"; done
