#!/usr/bin/env bash
# Fuzzes one target, or each of them: run.sh [TARGET] [SECONDS] [ARGUMENT OF LIBFUZZER]...
# What fails is in fuzz/artifacts/TARGET, what was found to lead somewhere new in fuzz/corpus/TARGET.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

all=(btf split_btf object command_line)
targets=("${1:-}")
[ -n "${1:-}" ] || targets=("${all[@]}")
seconds=${2:-60}
shift $(($# < 2 ? $# : 2))

missing() {
    echo "make fuzz: $1" >&2
    exit 1
}

nightly=${NIGHTLY:-nightly}
command -v rustup >/dev/null || missing "rustup is missing, which finds the nightly compiler"
rustup run "$nightly" rustc --version >/dev/null 2>&1 ||
    missing "there is no nightly compiler, which instruments the code: rustup toolchain install nightly"
command -v "${CXX:-c++}" >/dev/null || missing "there is no C++ compiler, which libFuzzer needs"

# As cargo-fuzz builds them. Without a sanitizer, since nothing here is unsafe code: SANITIZER=address for one all the same.
flags="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-trace-compares"
flags+=" -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table"
[ -z "${SANITIZER:-}" ] || flags+=" -Zsanitizer=$SANITIZER"
# Build scripts and macros are not instrumented: they are built for the host, and this names a target.
host=$(rustup run "$nightly" rustc --version --verbose | sed -n 's/^host: //p')
RUSTFLAGS=$flags cargo "+$nightly" build --quiet --release --target "$host" --bins

for target in "${targets[@]}"; do
    corpus=corpus/$target artifacts=artifacts/$target
    mkdir -p "$corpus" "$artifacts"
    cargo run --quiet --release --no-default-features --example seeds -- "$target" "$corpus"
    echo "== $target, $seconds seconds"
    "target/$host/release/$target" "$corpus" -artifact_prefix="$artifacts/" -max_total_time="$seconds" \
        -timeout=20 -rss_limit_mb=2048 -max_len=16384 -print_final_stats=1 "$@"
done
