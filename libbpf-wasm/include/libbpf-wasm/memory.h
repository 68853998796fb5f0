/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/* ---- Memory ---- */

/*
 * libc's allocator is 9 KB of code that small guests may do without: define both, the same in all translation units, to use
 * another one. Addresses have to be multiples of 8. Only these two are used, since realloc() alone is another 3 KB.
 */
#ifndef BPF_WASM_MALLOC
#define BPF_WASM_MALLOC(size) malloc(size)
#define BPF_WASM_FREE(pointer) free(pointer)
#endif

BPF_WASM_API void *bpf_wasm__alloc_zeroed(size_t size)
{
    void *pointer = BPF_WASM_MALLOC(size);

    return pointer ? memset(pointer, 0, size) : NULL;
}
