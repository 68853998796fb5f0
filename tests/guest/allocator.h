/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* Allocations that fail on demand. */
#ifndef ALLOCATOR_H
#define ALLOCATOR_H

#include <stdlib.h>

#include "library.h"

#define BPF_WASM_MALLOC(size) (refuse() ? NULL : malloc(size))
#define BPF_WASM_FREE(pointer) free(pointer)

#endif
