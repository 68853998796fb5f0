#!/usr/bin/env bash
# Builds the components, and bootstrap-report.wasm of both, into target/examples.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
tool=${BPFTOOL_WASM:-target/release/bpftool-wasm}
here=examples/bootstrap-components
out=target/examples
parts=$out/components
export CARGO_TARGET_DIR=$out/cargo
mkdir -p "$parts/wit/deps"

# The types, for the component in C. That in Rust makes them itself, and its BPF source includes vmlinux.h.
"$tool" btf dump file examples/bootstrap/bootstrap.h format wit -j -o "$parts/wit/deps/bootstrap.wit"
"$tool" btf dump file "${VMLINUX_BTF:-/sys/kernel/btf/vmlinux}" format c -o "$out/vmlinux.h"

RUSTC=$(tests/wasm-rust.sh) CLANG=${CLANG:-clang-19} \
    cargo build --quiet --release --target wasm32-unknown-unknown --manifest-path "$here/decoder/Cargo.toml"
cargo build --quiet --manifest-path "$here/compose/Cargo.toml"
compose=$CARGO_TARGET_DIR/debug/compose

cp "$here/report/report.wit" "$parts/wit"
"$compose" bindings "$parts/wit" "$parts"
clang-19 --target=wasm32-wasi -mexec-model=reactor -Os -s -Wall -Wextra -Werror -I"$parts" \
    -o "$parts/report.wasm" "$here/report/report.c" "$parts/report.c" "$parts/report_component_type.o"

"$compose" component "$parts/report.wasm" "$out/report.component.wasm"
"$compose" component "$CARGO_TARGET_DIR/wasm32-unknown-unknown/release/bootstrap_decoder.wasm" "$out/decoder.component.wasm"
"$compose" plug "$out/report.component.wasm" "$out/decoder.component.wasm" "$out/bootstrap-report.wasm"
for name in decoder.component report.component bootstrap-report; do
    echo "$out/$name.wasm: $(stat -c %s "$out/$name.wasm") bytes"
done
