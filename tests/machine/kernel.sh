#!/usr/bin/env bash
# Prints the path of a Linux 6.1 for the throwaway machine: Debian's newest kernel of that line for virtual machines, fetched
# through apt into target/machine and unpacked there. Nothing is installed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
cache=target/machine/kernel
package='^linux-image-6\.1\.[0-9]+-[0-9]+-cloud-amd64$'

found() {
    local kernels=("$cache"/boot/vmlinuz-*)
    [[ -e ${kernels[0]} ]] && realpath "${kernels[0]}"
}

mkdir -p "$(dirname "$cache")"
exec 9>"$cache.lock"
flock 9
! found || exit 0
name=$(apt-cache search --names-only "$package" | cut -d' ' -f1 | sort -V | tail -n 1)
[[ $name ]] || { echo "machine: apt knows no package $package" >&2; exit 1; }
# A fetch that was interrupted leaves a folder of another name.
rm -rf "$cache" "$cache.part"
mkdir "$cache.part"
(cd "$cache.part" && apt-get -qq -o APT::Sandbox::User=root -o Dpkg::Use-Pty=0 download "$name" >&2)
dpkg-deb -x "$cache.part"/*.deb "$cache.part"
# Modules are not used: what is not part of the kernel itself, the machine has not.
rm -r "$cache.part"/*.deb "$cache.part/lib"
mv "$cache.part" "$cache"
found
