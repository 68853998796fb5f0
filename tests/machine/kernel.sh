#!/usr/bin/env bash
# Prints the path of a kernel for the throwaway machine: Debian's newest Linux 6.1 for virtual machines or, where there is none,
# the newest of all, fetched through apt into target/machine and unpacked there. Nothing is installed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
cache=target/machine/kernel
line=6.1

found() {
    local kernels=("$cache"/boot/vmlinuz-*)
    [[ -e ${kernels[0]} ]] && realpath "${kernels[0]}"
}

# The newest package.
package() {
    local all
    all=$(apt-cache search --names-only '^linux-image-[0-9].*-cloud-amd64$' | cut -d' ' -f1 | sort -V)
    grep "^linux-image-${line//./\\.}\\." <<<"$all" | tail -n 1 | grep . || tail -n 1 <<<"$all" | grep .
}

mkdir -p "$(dirname "$cache")"
exec 9>"$cache.lock"
flock 9
! found || exit 0
if ! name=$(package); then
    ((EUID != 0)) || apt-get -qq update >&2 || true
    name=$(package) || { echo "machine: apt knows no kernel for virtual machines" >&2; exit 1; }
fi
# A fetch that was interrupted leaves a folder of another name.
rm -rf "$cache" "$cache.part"
mkdir "$cache.part"
(cd "$cache.part" && apt-get -qq -o APT::Sandbox::User=root -o Dpkg::Use-Pty=0 download "$name" >&2)
dpkg-deb -x "$cache.part"/*.deb "$cache.part"
# Modules are not used: what is not part of the kernel itself, the machine has not.
rm -r "$cache.part"/*.deb
rm -rf "$cache.part"/lib "$cache.part"/usr
mv "$cache.part" "$cache"
found
