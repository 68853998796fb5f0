#!/usr/bin/env bash
# Prints the path of a rustc that also compiles for wasm32-wasip1 and wasm32-unknown-unknown, and links guests of a BPF host.
#
#   RUSTC=$(tests/wasm-rust.sh) cargo build --release --target wasm32-wasip1
#
# The targets come from rustup. Where it has none to give, Debian's rustc and the source of its standard library are fetched
# through apt into a folder of their own, nothing is installed, and the library is built: once, for about two minutes. Says
# on standard error what takes long, and nothing when all is there.
#
#   WASM_RUST=rustup|debian   only this way
#   WASM_RUST_CACHE=FOLDER    where to keep things, instead of below ${XDG_CACHE_HOME:-~/.cache}
set -euo pipefail

targets=(wasm32-wasip1 wasm32-unknown-unknown)
cache=${WASM_RUST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/bpftool-wasm}
# Part of the folder's name: whoever changes what is built below changes it too.
recipe=1

say() { echo "wasm-rust: $*" >&2; }

# Whether the compiler $1 has the standard library of all targets.
has_targets() {
    local target libs
    for target in "${targets[@]}"; do
        libs=("$("$1" --print target-libdir --target "$target" 2>/dev/null)"/libcore-*.rlib)
        [[ -e ${libs[0]} ]] || return 1
    done
}

# Writes the compiler $1: $2 names the real one and adds options for the $target, empty for the host, and the $kind of crate.
wrapper() {
    mkdir -p "$(dirname "$1")"
    cat >"$1.$$" <<END
#!/usr/bin/env bash
# Made by wasm-rust.sh. Hosts find callbacks in the exported function table.
target='' kind=bin previous=''
for word in "\$@"; do
    case \$previous in --target) word=--target=\$word ;; --crate-type) word=--crate-type=\$word ;; esac
    case \$word in --target=*) target=\${word#*=} ;; --crate-type=*) kind=\${word#*=} ;; esac
    previous=\$word
done
options=()
[[ \$target != wasm32-* ]] || options+=(-C link-arg=--export-table)
$2
exec "\$rustc" "\$@" "\${options[@]}"
END
    chmod +x "$1.$$"
    mv -f "$1.$$" "$1"
}

from_rustup() {
    local rustc
    command -v rustup >/dev/null || return 1
    rustc=$(rustup which rustc 2>/dev/null) || return 1
    if ! has_targets "$rustc"; then
        # Its own words say "download" where there is nothing to download from: kept for the case that both ways fail.
        timeout 300 rustup target add "${targets[@]}" >"$cache/rustup.log" 2>&1 && has_targets "$rustc" || return 1
    fi
    wrapper "$cache/rustup/rustc" "rustc='$rustc'"
    echo "$cache/rustup/rustc"
}

# The packages of rustc, its library's source and the compiler's own libraries, which have version numbers in their names.
packages() {
    local std
    std=$(apt-cache depends libstd-rust-web-dev | sed -n 's/.*Depends: \(libstd-rust-web-[0-9.]*\)$/\1/p')
    [[ $std ]] || return 1
    printf '%s\n' rustc-web rust-web-src libstd-rust-web-dev "$std"
    apt-cache depends "$std" | sed -n 's/.*Depends: \(libllvm[0-9.]*\)$/\1/p'
}

# Unpacks Debian's compiler below $1.
unpack_debian() {
    local list deb
    if ! list=$(packages); then
        ((EUID != 0)) || apt-get -qq update >&2 || true
        list=$(packages) || { say "apt knows no rustc-web: see '$cache/rustup.log' for why rustup gave no target"; return 1; }
    fi
    mkdir -p "$1/debs"
    (cd "$1/debs" && xargs apt-get -qq -o APT::Sandbox::User=root -o Dpkg::Use-Pty=0 download <<<"$list" >&2)
    for deb in "$1"/debs/*.deb; do
        dpkg-deb -x "$deb" "$1/tree"
    done
    rm -r "$1/debs"
}

# Builds the standard library below $1, for all targets: for those without a system, what does without one.
build_std() {
    local target crates flags rustc=$1/tree/usr/bin/rustc build=$1/build
    mkdir -p "$build/src"
    cat >"$build/Cargo.toml" <<'END'
[package]
name = "nothing"
edition = "2021"
[profile.release]
debug = 0
lto = "off"
panic = "abort"
END
    echo '#![no_std]' >"$build/src/lib.rs"
    for target in "${targets[@]}"; do
        crates=std,panic_abort
        [[ $target != *-unknown-unknown ]] || crates=core,alloc
        # Bitcode is for guests that are linked with link-time optimisation.
        flags=CARGO_TARGET_${target//-/_}_RUSTFLAGS
        env -u RUSTFLAGS -u CARGO_ENCODED_RUSTFLAGS -u CARGO_BUILD_TARGET "${flags^^}=-C embed-bitcode=yes" \
            RUSTC="$rustc" RUSTC_WRAPPER= RUSTC_BOOTSTRAP=1 LD_LIBRARY_PATH="$1/tree/usr/lib/$(uname -m)-linux-gnu" \
            CARGO_TARGET_DIR="$build/target" \
            cargo build --quiet --release -Z build-std="$crates" --target "$target" --manifest-path "$build/Cargo.toml" >&2
        mkdir -p "$1/tree/usr/lib/rustlib/$target/lib"
        find "$build/target/$target/release/deps" -name '*.rlib' ! -name 'libnothing-*' \
            -exec cp -t "$1/tree/usr/lib/rustlib/$target/lib" {} +
    done
    # The source is half of the folder, and done with.
    rm -rf "$build" "$1/tree/usr/src"
}

from_debian() {
    local home=$cache/debian-$recipe fresh
    if [[ ! -d $home ]]; then
        for tool in apt-cache dpkg-deb cargo wasm-ld-19; do
            command -v "$tool" >/dev/null || { say "cannot make one: there is no $tool"; return 1; }
        done
        say "building Rust's standard library for ${targets[*]}, once"
        # A build that was interrupted leaves a folder of another name.
        rm -rf "$home" "$cache"/debian-*.part.*
        fresh=$home.part.$$
        mkdir "$fresh"
        unpack_debian "$fresh"
        build_std "$fresh"
        mv "$fresh" "$home"
    fi
    wrapper "$home/rustc" "rustc='$home/tree/usr/bin/rustc'
export LD_LIBRARY_PATH='$home/tree/usr/lib/$(uname -m)-linux-gnu'
[[ \$target != wasm32-* ]] || options+=(-C linker=wasm-ld-19 -C link-self-contained=no)
if [[ \$target == wasm32-wasip1 ]]; then
    options+=(-L native=/usr/lib/wasm32-wasi)
    case \$kind in
        bin) options+=(-C link-arg=/usr/lib/wasm32-wasi/crt1-command.o) ;;
        cdylib) options+=(-C link-arg=/usr/lib/wasm32-wasi/crt1-reactor.o) ;;
    esac
fi"
    echo "$home/rustc"
}

mkdir -p "$cache"
exec 9>"$cache/lock"
flock 9 # the tests of several packages may ask at once
case ${WASM_RUST-} in
    '') from_rustup || from_debian ;;
    rustup) from_rustup || { say "rustup gave no target:"; cat "$cache/rustup.log" >&2; exit 1; } ;;
    debian) from_debian ;;
    *) say "WASM_RUST is neither rustup nor debian"; exit 2 ;;
esac
