#!/usr/bin/env bash
# Prints the path of a program: the one that is installed or, where there is none, the one of a Debian package that is unpacked below
# target/machine, with the libraries that it needs and that are not installed either.
#
#   program.sh NAME PACKAGE
set -euo pipefail
name=$1 package=$2
! command -v "$name" || exit 0
. "$(dirname "${BASH_SOURCE[0]}")/packages.sh"
fetch "$package" needed "$package"
for file in "$cache/$package"/{,usr/}{bin,sbin}/"$name"; do
    [[ ! -x $file ]] || { echo "$file"; exit 0; }
done
echo "machine: there is no $name, and none in Debian's package $package" >&2
exit 1
