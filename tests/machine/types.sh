#!/usr/bin/env bash
# Prints the path of a kernel's BTF: the running kernel's or, where it does not show it, that of the throwaway machine, which is booted
# for it once. Ends with 2, and a line that says why, if there is neither.
set -euo pipefail
types=/sys/kernel/btf/vmlinux
[[ ! -r $types ]] || { echo "$types"; exit 0; }
here=$(realpath "$(dirname "${BASH_SOURCE[0]}")")
. "$here/packages.sh"
types=$cache/vmlinux.btf
mkdir -p "$cache"
exec 8>"$types.lock"
flock 8
if [[ ! -s $types ]]; then
    scenario=$(mktemp -d)
    trap 'rm -rf "$scenario"' EXIT
    echo 'cp /sys/kernel/btf/vmlinux /out/vmlinux.btf' >"$scenario/main.sh"
    "$here/boot.sh" "$scenario" "$cache/types" >&2
    mv "$cache/types/vmlinux.btf" "$types"
fi
echo "$types"
