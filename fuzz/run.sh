#!/usr/bin/env bash
# Fuzzes one target, or each of them: run.sh [TARGET] [SECONDS] [ARGUMENT OF LIBFUZZER | FILE]...
# What fails is in artifacts/TARGET of its crate's folder, what was found to lead somewhere new in corpus/TARGET. With files, only
# these are tried.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# The targets of the crate in this folder, and of the one in `host`.
all=(btf split_btf object command_line)
of_host=(image target_elf protocol guest_calls)
targets=("${1:-}")
[ -n "${1:-}" ] || targets=("${all[@]}" "${of_host[@]}")
seconds=${2:-60}
shift $(($# < 2 ? $# : 2))
files=() arguments=()
for argument; do
    # Commands run in a folder of their own, so files are named from the root.
    if [ -f "$argument" ]; then files+=("$(realpath "$argument")"); else arguments+=("$argument"); fi
done

missing() {
    echo "make fuzz: $1" >&2
    exit 1
}

nightly=${NIGHTLY:-nightly}
command -v rustup >/dev/null || missing "rustup is missing, which finds the nightly compiler"
rustup run "$nightly" rustc --version >/dev/null 2>&1 ||
    missing "there is no nightly compiler, which counts branches for libFuzzer: rustup toolchain install nightly"
command -v "${CXX:-c++}" >/dev/null || missing "there is no C++ compiler, which libFuzzer needs"
host=$(rustup run "$nightly" rustc --version --verbose | sed -n 's/^host: //p')

# Builds the targets of the crate in the folder where we are. Build scripts and macros have no sanitizer: they are built for the
# host, and this names a target.
build() {
    RUSTC_WRAPPER=$here/instrument.sh cargo "+$nightly" build --quiet --release --target "$host" --bins "$@"
}

# Without a sanitizer, since there is next to no unsafe code: SANITIZER=address for one all the same.
build_parsers() {
    RUSTFLAGS=${SANITIZER:+-Zsanitizer=$SANITIZER} build
}

# libbpf's C code with AddressSanitizer, and with what UndefinedBehaviorSanitizer knows of arrays and divisions (by all that it
# knows, libbpf fails for every input: its offsetofend reads a member of NULL); its branches are counted too. What wasmtime is made of
# has neither: it is not what is looked at, and takes long to build as it is.
build_host() {
    command -v clang-19 >/dev/null || missing "clang-19 is missing, which compiles libbpf with a sanitizer"
    local flags="-fsanitize=address,bounds,integer-divide-by-zero,unreachable,return -fno-sanitize-recover=all -fno-omit-frame-pointer -g"
    flags+=" -fsanitize-coverage=inline-8bit-counters,pc-table,trace-cmp"
    export "CC_${host//-/_}=clang-19"
    LIBBPF_SYS_EXTRA_CFLAGS=$flags HOST_SANITIZER=address build --example seeds
}

# Writes the seeds of a target. Those of the host come from what was just built, since wasmtime takes long to build once more.
write_seeds() {
    local seeds=target/$host/release/examples/seeds
    if [ -x "$seeds" ]; then
        "$seeds" "$@"
    else
        cargo run --quiet --release --no-default-features --example seeds -- "$@"
    fi
}

run() {
    local target=$1 folder=$2
    local corpus=$folder/corpus/$target artifacts=$folder/artifacts/$target
    mkdir -p "$corpus" "$artifacts"
    inputs=("${files[@]}")
    if [ ${#files[@]} = 0 ]; then
        write_seeds "$target" "$corpus"
        inputs=("$corpus")
    fi
    echo "== $target, $seconds seconds"
    # What is kept in memory that is not malloc's, as wasmtime's is, would seem to be lost.
    "target/$host/release/$target" "${inputs[@]}" -artifact_prefix="$artifacts/" -max_total_time="$seconds" \
        -timeout=20 -rss_limit_mb=2048 -max_len=16384 -detect_leaks=0 -print_final_stats=1 "${arguments[@]}"
}

for target in "${targets[@]}"; do
    if [[ " ${of_host[*]} " == *" $target "* ]]; then
        cd "$here/host"
        build_host
    else
        cd "$here"
        build_parsers
    fi
    run "$target" "$PWD"
done
