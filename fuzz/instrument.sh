#!/usr/bin/env bash
# What cargo calls in place of rustc to build the targets. It has the compiler count how often each branch is taken in this
# project's crates, and in those that read ELF files and arguments for them; what only reads their text again stays fast.
set -euo pipefail
rustc=$1
shift
case " $* " in
*" --crate-name btf_layout "* | *" --crate-name skel_gen "* | *" --crate-name bpftool_wasm "* | \
    *" --crate-name object "* | *" --crate-name clap_builder "*)
    set -- "$@" -Cpasses=sancov-module
    for option in level=4 trace-compares inline-8bit-counters pc-table; do
        set -- "$@" "-Cllvm-args=-sanitizer-coverage-$option"
    done
    ;;
esac
exec "$rustc" "$@"
