/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * Tests of libbpf-wasm.h against a mock host, natively under sanitizers and as a wasm module. C11, C17, C23 and C++17.
 * Failed checks go to a log: without stdio, so that the module needs no imports.
 */
#include <stdlib.h>
#include <string.h>

/* All allocations of the library come from here, to fail on demand and to be counted. */
static long allocations_left = -1;
static void *checked(void *p)
{
    return p;
}
static bool refuse(void);
#define malloc(size) checked(refuse() ? NULL : malloc(size))
#define calloc(count, size) checked(refuse() ? NULL : calloc(count, size))
#define realloc(old, size) checked(refuse() ? NULL : realloc(old, size))
