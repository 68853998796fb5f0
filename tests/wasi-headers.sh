#!/usr/bin/env bash
# Lists wasi-libc's headers, for tests that put all of them around a generated header.
#
#   wasi-headers.sh           one `#include <...>` line for each header, fit for C and C++, before and after other text
#   wasi-headers.sh --flags   the clang options, one a line, that every file with these lines needs
#
# The headers are those found in the libc's folder, with the standard ones that clang itself brings (<stddef.h>, ...): first the
# public ones, then the libc's own parts (`bits/`, `__*`), which rely on them. One that cannot be included is left out.
set -euo pipefail
export LC_ALL=C

clang=${CLANG:-clang-19}
sysroot=/usr/include/wasm32-wasi

flags() {
    printf '%s\n' --target=wasm32-wasi '-Wno-#warnings' -D_GNU_SOURCE
    # Some headers are but an #error until such a macro is defined.
    grep -rhoE '_WASI_EMULATED_[A-Z_]+' "$sysroot" | sort -u | sed 's/^/-D/'
}

candidates() {
    {
        (cd "$sysroot" && find . -name '*.h' | cut -c3-)
        (cd "$("$clang" -print-resource-dir)/include" && printf '%s\n' std*.h)
    } | sort -u | awk '/^(bits\/|__)/ { parts = parts $0 "\n"; next } { print } END { printf "%s", parts }'
}

# Drops from the list in $list what the compiler stumbles over, for the language and standard given. Each header is
# included twice, since a test has it before and after its own text.
drop_broken() {
    local log line count options
    mapfile -t options < <(flags)
    while ! log=$(printf '%s\n' "$list" "$list" | "$clang" "${options[@]}" -fsyntax-only -x "$1" "-std=$2" - 2>&1); do
        line=$(sed -n '/<stdin>:/{s/.*<stdin>:\([0-9]*\):.*/\1/p;q}' <<<"$log")
        [[ $line ]] || { echo "wasi-headers.sh: $clang cannot compile the headers of $sysroot: $log" >&2; exit 1; }
        count=$(wc -l <<<"$list")
        list=$(sed "$(((line - 1) % count + 1))d" <<<"$list")
    done
}

case ${1-} in
    --flags) flags ;;
    '')
        list=$(candidates | sed 's/.*/#include <&>/')
        drop_broken c c17
        drop_broken c++ c++17
        printf '%s\n' "$list"
        ;;
    *) echo "usage: wasi-headers.sh [--flags]" >&2; exit 2 ;;
esac
