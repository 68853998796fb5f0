#!/usr/bin/env bash
# Prints the path of a kernel for the throwaway machine: Debian's newest Linux 6.1 for virtual machines or, where there is none,
# the newest of all, unpacked below target/machine.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/packages.sh"
line=6.1

# The newest package.
newest() {
    local all
    all=$(apt-cache search --names-only '^linux-image-[0-9].*-cloud-amd64$' | cut -d' ' -f1 | sort -V)
    grep "^linux-image-${line//./\\.}\\." <<<"$all" | tail -n 1 | grep . || tail -n 1 <<<"$all"
}

fetch linux newest
rm -rf "$cache/linux/usr"
realpath "$cache"/linux/boot/vmlinuz-*
