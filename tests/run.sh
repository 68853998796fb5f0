#!/usr/bin/env bash
# Every check of this project, then one line: `N passed, N failed, N skipped`, counted from the tests of all packages.
# A test that a machine cannot run prints a line `skipped: REASON` and returns; it counts as skipped, not as passed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
PATH=$PATH:/usr/sbin # Debian's bpftool is there, and it is not on every user's PATH.

log=$(mktemp)
trap summary EXIT

summary() {
    local status=$?
    awk -v status="$status" '
        /^(successes|failures):$/ { passing = $1 == "successes:" }
        /^---- .* stdout ----$/ { counted = 0 }
        /^skipped: / && passing && !counted { skipped++; passed--; counted = 1 }
        /^skipped: / && !testing { skipped++ }
        /^running [0-9]+ tests?$/ { testing = 1; passing = 0 }
        /^test result: / { passed += $4; failed += $6; skipped += $8; passing = 0 }
        END {
            if (status != 0 && failed == 0) failed = 1
            printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
        }
    ' "$log"
    rm -f "$log"
    exit "$status"
}

step() {
    echo "== $*"
    "$@" 2>&1 | tee -a "$log"
}

skip() { echo "skipped: $*" | tee -a "$log"; }

# Runs a check, if what it takes is installed: check PROBE COMMAND...
check() {
    if $1 &>/dev/null; then step "${@:2}"; else skip "${*:2}: no $1"; fi
}

wasi_headers() { clang-19 --target=wasm32-wasi -fsyntax-only -x c++ -include stdio.h /dev/null; }

check 'cargo fmt --version' cargo fmt --all --check
check 'cargo fmt --version' cargo fmt --manifest-path fuzz/Cargo.toml --check
check 'cargo clippy --version' cargo clippy --workspace --all-targets -- -D warnings
check 'cargo fmt --version' cargo fmt --manifest-path fuzz/host/Cargo.toml --check
# Not their targets: libFuzzer is in C++.
check 'cargo clippy --version' cargo clippy --manifest-path fuzz/Cargo.toml --target-dir target --no-default-features --lib --examples -- -D warnings
check 'cargo clippy --version' cargo clippy --manifest-path fuzz/host/Cargo.toml --target-dir target --no-default-features --lib --examples -- -D warnings
RUSTDOCFLAGS=-Dwarnings step cargo doc --workspace --no-deps
check 'cargo deny --version' cargo deny check bans licenses sources
check wasi_headers skel-gen/scripts/reserved-names.sh --check
step cargo test -p libbpf-wasm --all-features -- --show-output
step cargo test --workspace --no-fail-fast -- --show-output
