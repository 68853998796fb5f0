#!/usr/bin/env bash
# Fuzzes one target, or each of them: run.sh [TARGET] [SECONDS] [ARGUMENT OF LIBFUZZER | FILE]...
# What fails is in fuzz/artifacts/TARGET, what was found to lead somewhere new in fuzz/corpus/TARGET. With files, only these are tried.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

all=(btf split_btf object command_line)
targets=("${1:-}")
[ -n "${1:-}" ] || targets=("${all[@]}")
seconds=${2:-60}
shift $(($# < 2 ? $# : 2))
files=() arguments=()
for argument; do
    # Commands run in a folder of their own, so files are named from the root.
    if [ -f "$argument" ]; then files+=("$(realpath "$argument")"); else arguments+=("$argument"); fi
done
cd "$here"

missing() {
    echo "make fuzz: $1" >&2
    exit 1
}

nightly=${NIGHTLY:-nightly}
command -v rustup >/dev/null || missing "rustup is missing, which finds the nightly compiler"
rustup run "$nightly" rustc --version >/dev/null 2>&1 ||
    missing "there is no nightly compiler, which counts branches for libFuzzer: rustup toolchain install nightly"
command -v "${CXX:-c++}" >/dev/null || missing "there is no C++ compiler, which libFuzzer needs"

# Without a sanitizer, since there is next to no unsafe code: SANITIZER=address for one all the same. Build scripts and macros
# have none: they are built for the host, and this names a target.
host=$(rustup run "$nightly" rustc --version --verbose | sed -n 's/^host: //p')
RUSTFLAGS=${SANITIZER:+-Zsanitizer=$SANITIZER} RUSTC_WRAPPER=$here/instrument.sh \
    cargo "+$nightly" build --quiet --release --target "$host" --bins

for target in "${targets[@]}"; do
    corpus=$here/corpus/$target artifacts=$here/artifacts/$target
    mkdir -p "$corpus" "$artifacts"
    inputs=("${files[@]}")
    if [ ${#files[@]} = 0 ]; then
        cargo run --quiet --release --no-default-features --example seeds -- "$target" "$corpus"
        inputs=("$corpus")
    fi
    echo "== $target, $seconds seconds"
    "target/$host/release/$target" "${inputs[@]}" -artifact_prefix="$artifacts/" -max_total_time="$seconds" \
        -timeout=20 -rss_limit_mb=2048 -max_len=16384 -print_final_stats=1 "${arguments[@]}"
done
